"""Opens a database: engines, PRAGMAs, migrations, transactions."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database.address import read_address
from storage.database.faults import explain
from storage.database.upgrade import head_reached, upgrade
from storage.database.work import Work
from storage.errors import DamagedError, StoreError

BUSY_TIMEOUT_S = 10
"""How long a writer on SQLite waits for another program's transaction."""
READERS = 4
"""Connections that read at the same time on SQLite; WAL lets them beside a writer."""
CHECKED_BYTES = 64 * 2**20
"""Up to this size a SQLite file is checked whole when it is opened; beyond, only its head."""

_FAULTS = (DBAPIError, SQLAlchemyError, OSError, TimeoutError)


class Database:
    """An open database at its newest schema."""

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self.dialect = "sqlite" if url.drivername.startswith("sqlite") else "postgresql"
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, address: str) -> "Database":
        """Open it, check it and bring it to the newest schema; raise StoreError otherwise."""
        url = read_address(address)
        opened = _open_sqlite if url.drivername.startswith("sqlite") else _open_postgresql
        try:
            return cls(url, *(await opened(url)))
        except StoreError:
            raise
        except (*_FAULTS, TypeError, ValueError) as error:
            raise explain(error, url) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def transaction(self, *, writing: bool) -> AsyncIterator[Work]:
        """Run one transaction; commit at the end, roll back on an exception."""
        engine = self._writer if writing else self._reader
        try:
            async with engine.begin() as conn:
                yield Work(conn, self.dialect, writing)
        except (DBAPIError, SQLAlchemyError) as error:
            raise explain(error, self.url) from error

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that is in no transaction, for what cannot run inside one."""
        async with AsyncExitStack() as stack:
            try:
                conn = await stack.enter_async_context(self._writer.connect())
                yield await conn.execution_options(isolation_level="AUTOCOMMIT")
            except (*_FAULTS,) as error:
                raise explain(error, self.url) from error


async def _open_sqlite(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    _make_folder(url)
    await _migrate_sqlite(url)
    writer = _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=1, foreign_keys=True)
    reader = _sqlite_engine(url, "BEGIN", pool_size=READERS, foreign_keys=True, query_only=True)
    return writer, reader


def _make_folder(url: URL) -> None:
    Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)


async def _migrate_sqlite(url: URL) -> None:
    """Look the file through and bring it to the newest schema, on a connection of its own.

    Foreign keys are off meanwhile: a table that is rebuilt with them on empties its children.
    """
    engine = _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=None, foreign_keys=False)
    try:
        async with engine.connect() as conn:
            await conn.run_sync(_check_sqlite, url)
            if not await conn.run_sync(head_reached, url):
                await conn.rollback()
                await conn.run_sync(upgrade, url)
                await conn.commit()
    finally:
        await engine.dispose()


def _check_sqlite(conn: Connection, url: URL) -> None:
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    size = conn.exec_driver_sql("PRAGMA page_size").scalar_one()
    if pages * size > CHECKED_BYTES:
        conn.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        return
    verdict = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if verdict != "ok":
        raise DamagedError(
            f"The file {url.database} is damaged ({verdict.splitlines()[0]}). "
            "Stop everything that uses it, keep a copy, and put a backup in its place."
        )


def _sqlite_engine(
    url: URL, begin: str, *, pool_size: int | None, foreign_keys: bool, query_only: bool = False
) -> AsyncEngine:
    pool: dict[str, Any] = (
        {"poolclass": NullPool} if pool_size is None else {"pool_size": pool_size}
    )
    if pool_size is not None:
        pool["max_overflow"] = 0
        pool["pool_timeout"] = 60
    engine = create_async_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves.
        cursor = connection.cursor()
        # Readers beside the writer; a power cut may lose the last commits, never the file.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        cursor.execute("PRAGMA cache_size = -32768")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute(f"PRAGMA query_only = {int(query_only)}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def say_begin(connection: Connection) -> None:
        # A plain BEGIN loses updates: two that read first cannot both write.
        connection.exec_driver_sql(begin)

    return engine


async def _open_postgresql(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    # A restarted server costs one ping, not one lost transaction.
    writer = create_async_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"server_settings": {"application_name": "tagwire", "jit": "off"}},
    )
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        async with writer.begin() as conn:
            if not await conn.run_sync(head_reached, url):
                await conn.run_sync(upgrade, url)
    except BaseException:
        await writer.dispose()
        raise
    return writer, reader
