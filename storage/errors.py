"""What can go wrong in storage.

StoreError                  the root; `str()` is one line that may be shown, without a password
├── AddressError            the database's address cannot be used
├── UnreadableError         the file cannot be opened, or is no database of ours
├── DamagedError            the file is a database, but broken
├── UnreachableError        the server cannot be reached, or refuses
├── TooNewError             a later version of Tagwire wrote it
├── TakenError              another process does already what only one may do
└── BusyError               it did not answer in time, or broke off; trying again may help
"""


class StoreError(Exception):
    """Something about the database; `str()` is one line that says what to do."""


class AddressError(StoreError):
    """The address of the database cannot be used."""


class UnreadableError(StoreError):
    """The file cannot be opened, or is no database of ours."""


class DamagedError(StoreError):
    """The file is a database, but broken."""


class UnreachableError(StoreError):
    """The database server cannot be reached, or refuses us."""


class TooNewError(StoreError):
    """A later version of Tagwire wrote this database."""


class TakenError(StoreError):
    """Another process does already what only one may do."""


class BusyError(StoreError):
    """The database did not answer in time, or broke off; nothing of the transaction was kept."""
