"""Reads a database's address as operators write it."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import AddressError

_ADVICE = "Use sqlite:///path/to/tagwire.db or postgresql://user:password@host/name."


def read_address(address: str) -> URL:
    """Return the address with the driver we use; raise AddressError with one line otherwise.

    `postgresql://` and `sqlite:///path` are enough; another driver in the address is replaced by
    asyncpg or aiosqlite, and libpq's `sslmode` becomes asyncpg's `ssl`.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise AddressError(f"The database's address cannot be read. {_ADVICE}") from None
    scheme = url.drivername.partition("+")[0]
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise AddressError(f"Databases of the scheme {scheme!r} are not supported. {_ADVICE}")


def _sqlite(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise AddressError(f"The address of a SQLite database has to name a file. {_ADVICE}")
    path = Path(url.database).expanduser()
    return URL.create("sqlite+aiosqlite", database=str(path), query=url.query)


def _postgresql(url: URL) -> URL:
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    if mode is not None:
        query["ssl"] = mode
    return url.set(drivername="postgresql+asyncpg", query=query)
