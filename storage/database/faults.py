"""Turns what a driver or SQLAlchemy raises into one clear line."""

import sqlite3

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from storage.errors import (
    AddressError,
    BusyError,
    DamagedError,
    StoreError,
    UnreachableError,
    UnreadableError,
)

_SHOWN = 200
_RESTORE = "Stop everything that uses it, keep a copy, and put a backup in its place."

# https://www.sqlite.org/rescode.html: the primary codes, as Python names them.
_SQLITE: dict[str, tuple[type[StoreError], str]] = {
    "SQLITE_NOTADB": (
        UnreadableError,
        "{place} is not a database. Name another file, or move this one away.",
    ),
    "SQLITE_CORRUPT": (DamagedError, "{place} is damaged. " + _RESTORE),
    "SQLITE_CANTOPEN": (
        UnreadableError,
        "{place} cannot be opened. Look at its path and the rights of its folder.",
    ),
    "SQLITE_PERM": (UnreadableError, "{place} may not be read. Look at its rights."),
    "SQLITE_AUTH": (UnreadableError, "{place} may not be read. Look at its rights."),
    "SQLITE_READONLY": (
        UnreadableError,
        "{place} may not be written. Look at the rights of the file and of its folder.",
    ),
    "SQLITE_BUSY": (BusyError, "{place} is locked by another program. Try again."),
    "SQLITE_PROTOCOL": (BusyError, "{place} is locked by another program. Try again."),
    "SQLITE_LOCKED": (BusyError, "{place} is locked by another program. Try again."),
    "SQLITE_FULL": (
        BusyError,
        "{place} finds no room left on the disk. Make some.",
    ),
    "SQLITE_IOERR": (
        BusyError,
        "{place} has a disk that gives errors. Look at the system's log.",
    ),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html: whole codes, then classes.
_POSTGRESQL: dict[str, tuple[type[StoreError], str]] = {
    "28P01": (UnreachableError, "{place} refuses the password. Look at the database's address."),
    "28000": (UnreachableError, "{place} refuses this user. Look at the database's address."),
    "3D000": (UnreachableError, "{place} has no such database. Create it with createdb."),
    "42501": (UnreachableError, "{place} does not let this user do that. Grant it."),
    "08": (BusyError, "The connection to {place} broke off. It is tried again."),
    "25": (BusyError, "{place} ended the transaction. It is tried again."),
    "40": (BusyError, "{place} broke off a transaction that met another. It is tried again."),
    "53": (BusyError, "{place} is out of room or connections. Make some."),
    "55": (BusyError, "{place} waits for another program. Try again."),
    "57": (BusyError, "{place} is shutting down or was told to stop. It is tried again."),
    "58": (BusyError, "{place} has trouble with its disk. Look at its log."),
}


def explain(error: Exception, url: URL) -> StoreError:
    """Say in one line, without the password, what is wrong with the database and what to do."""
    place = _name(url)
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, NoneFreeError):
        return BusyError(f"{place} has too much to do at once. Try again.")
    if url.drivername.startswith("sqlite"):
        kind, line = _of_sqlite(cause)
    else:
        kind, line = _of_postgresql(cause, broken=_broken(error))
    return kind(line.format(place=place))


def _name(url: URL) -> str:
    if url.drivername.startswith("sqlite"):
        return f"The file {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"PostgreSQL at {host}, database {url.database or url.username},"


def _broken(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _of_sqlite(cause: BaseException) -> tuple[type[StoreError], str]:
    name = getattr(cause, "sqlite_errorname", "")
    for code, found in _SQLITE.items():
        if name == code or name.startswith(f"{code}_"):
            return found
    if isinstance(cause, OSError):
        return UnreadableError, "{place} cannot be opened. Look at its path and rights."
    if isinstance(cause, TypeError):
        return AddressError, "The address of {place} has an option that is not known."
    return StoreError, f"{{place}} refused: {_words(cause)}"


def _of_postgresql(cause: BaseException, *, broken: bool) -> tuple[type[StoreError], str]:
    state = getattr(cause, "sqlstate", None) or ""
    for code in (state, state[:2]):
        if code in _POSTGRESQL:
            return _POSTGRESQL[code]
    if broken or isinstance(cause, asyncpg.InterfaceError):
        return _POSTGRESQL["08"]
    if isinstance(cause, OSError | TimeoutError):
        return UnreachableError, "{place} cannot be reached. Is it running, is the address right?"
    if isinstance(cause, TypeError | ValueError):
        return AddressError, "The address of {place} has an option that is not known."
    return StoreError, f"{{place}} refused: {_words(cause)}"


def _words(cause: BaseException) -> str:
    line = str(cause).partition("\n")[0][:_SHOWN] or type(cause).__name__
    if isinstance(cause, sqlite3.Error):
        return line
    return line.replace("{", "(").replace("}", ")")
