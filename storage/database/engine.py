"""Opens a database: engines, PRAGMAs, migrations, transactions."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, ExceptionContext, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database.address import read_address
from storage.database.bell import Bell
from storage.database.faults import explain
from storage.database.sole import (
    Sole,
    is_file_held,
    is_session_held,
    sole_file,
    sole_session,
)
from storage.database.upgrade import head_reached, upgrade
from storage.database.work import Work
from storage.errors import BusyError, DamagedError, StoreError, UnreadableError

BUSY_TIMEOUT_S = 10
"""How long a writer on SQLite waits for another program's transaction."""
READERS = 4
"""Connections that read at the same time on SQLite; WAL lets them beside a writer."""
CHECKED_BYTES = 64 * 2**20
"""Up to this size a SQLite file is checked whole when it is opened; beyond, only its head."""
CONNECT_S = 10
"""How long PostgreSQL may take to accept a connection."""
ANSWER_S = 20
"""How long PostgreSQL may take to answer a statement; beyond, the connection is given up."""
MEASURE_S = 60
"""So often PostgreSQL's clock is compared with ours: leases are kept by it."""
CLOSE_S = 0.5
"""How long saying goodbye may take; a server that is silent has no need of it."""

_SAME_TIME = timedelta(seconds=1)
# A client whose line went dead must not keep its locks and names for the two hours that TCP waits.
_SERVER_SETTINGS = {
    "application_name": "tagwire",
    "jit": "off",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_FAULTS = (
    SQLAlchemyError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)


class Database:
    """An open database at its newest schema."""

    def __init__(
        self, url: URL, writer: AsyncEngine, reader: AsyncEngine, ahead: timedelta
    ) -> None:
        self.url = url
        self.on_sqlite = url.drivername.startswith("sqlite")
        self.dialect = "sqlite" if self.on_sqlite else "postgresql"
        self.ahead = ahead
        self.bell = Bell(None if self.on_sqlite else writer)
        self._writer = writer
        self._reader = reader
        self._measure_at = monotonic() + MEASURE_S

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
        """Close every connection; one that is silent is left to the system."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self.bell.close()
                await self._reader.dispose()
                await self._writer.dispose()

    @asynccontextmanager
    async def transaction(self, *, writing: bool) -> AsyncIterator[Work]:
        """Run one transaction; commit at the end, roll back on an exception."""
        engine = self._writer if writing else self._reader
        try:
            async with engine.begin() as conn:
                if not self.on_sqlite and monotonic() >= self._measure_at:
                    self.ahead = await _ahead(conn)
                    self._measure_at = monotonic() + MEASURE_S
                work = Work(conn, self.dialect, writing, self.ahead)
                yield work
            if work.noted:
                self.bell.ring()
        except _FAULTS as error:
            raise explain(error, self.url) from error

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[Sole]:
        """Hold a name that one process at a time may have; raise TakenError if one has it."""
        if self.on_sqlite:
            held = sole_file(str(self.url.database), name)
        else:
            held = sole_session(self._writer, name)
        async with AsyncExitStack() as stack:
            try:
                sole = await stack.enter_async_context(held)
            except _FAULTS as error:
                raise explain(error, self.url) from error
            yield sole

    async def is_held(self, name: str) -> bool:
        """Tell whether a living process, of whatever machine, is the only one under the name."""
        if self.on_sqlite:
            return is_file_held(str(self.url.database), name)
        try:
            return await is_session_held(self._writer, name)
        except _FAULTS as error:
            raise explain(error, self.url) from error

    async def wait_for_work(self, seconds: float) -> bool:
        """Wait until deliveries were put, at most so long; tell whether some were."""
        try:
            return await self.bell.wait(seconds)
        except _FAULTS as error:
            raise explain(error, self.url) from error

    async def copy_to(self, path: Path) -> None:
        """Write a copy of a SQLite database while it is used."""
        try:
            _make_private(path)
            async with self._writer.connect() as conn:
                # VACUUM refuses to run in a transaction, so past SQLAlchemy, which begins one.
                driver: Any = (await conn.get_raw_connection()).driver_connection
                await driver.execute("VACUUM INTO ?", (str(path),))
        except _FAULTS as error:
            fault = explain(error, self.url)
            if isinstance(fault, UnreadableError | BusyError):  # Ours is open: it is the copy's.
                fault = StoreError(str(explain(error, self.url.set(database=str(path)))))
            raise fault from error


async def _open_sqlite(url: URL) -> tuple[AsyncEngine, AsyncEngine, timedelta]:
    await asyncio.to_thread(_look_at, Path(str(url.database)))
    await _migrate_sqlite(url)
    writer = _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=1, foreign_keys=True)
    reader = _sqlite_engine(url, "BEGIN", pool_size=READERS, foreign_keys=True, query_only=True)
    return writer, reader, timedelta()


def _look_at(path: Path) -> None:
    """Make the folder, and find out whether the file is a database that is whole.

    With plain sqlite3: a file that cannot be opened shall not leave aiosqlite's thread behind.
    """
    path.absolute().parent.mkdir(parents=True, exist_ok=True)
    _make_private(path)
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as conn:
        conn.execute("PRAGMA schema_version").fetchone()
        if path.stat().st_size > CHECKED_BYTES:
            return
        (verdict,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedError(
            f"The file {path} is damaged ({verdict.splitlines()[0]}). "
            "Stop everything that uses it, keep a copy, and put a backup in its place."
        )


def _make_private(path: Path) -> None:
    """Make an empty file that its owner alone reads; one that is there keeps its rights.

    SQLite would let everybody on the machine read who follows what. The files that it puts beside
    the database get the database's rights.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


async def _migrate_sqlite(url: URL) -> None:
    """Bring the file to the newest schema, on a connection of its own.

    Foreign keys are off meanwhile: a table that is rebuilt with them on empties its children.
    """
    engine = _sqlite_engine(url, "BEGIN IMMEDIATE", pool_size=None, foreign_keys=False)
    try:
        async with engine.connect() as conn:
            if not await conn.run_sync(head_reached, url):
                await conn.rollback()
                await conn.run_sync(upgrade, url)
                await conn.commit()
    finally:
        await engine.dispose()


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


async def _open_postgresql(url: URL) -> tuple[AsyncEngine, AsyncEngine, timedelta]:
    await _migrate_postgresql(url)
    # A restarted server costs one ping, not one lost transaction.
    writer = create_async_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT_S,
            "command_timeout": ANSWER_S,
            "server_settings": _SERVER_SETTINGS,
        },
    )
    event.listen(writer.sync_engine, "handle_error", _distrust_the_silent)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        async with writer.begin() as conn:
            ahead = await _ahead(conn)
    except BaseException:
        await writer.dispose()
        raise
    return writer, reader, ahead


async def _ahead(conn: AsyncConnection) -> timedelta:
    """Return how far the server's clock is before ours."""
    theirs: datetime = await conn.scalar(text("SELECT clock_timestamp()"))
    ahead = theirs - datetime.now(UTC)
    return ahead if abs(ahead) > _SAME_TIME else timedelta()


async def _migrate_postgresql(url: URL) -> None:
    """Bring the database to the newest schema, on a connection that may take its time."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_S})
    try:
        async with engine.begin() as conn:
            if not await conn.run_sync(head_reached, url):
                await conn.run_sync(upgrade, url)
    finally:
        await engine.dispose()


def _distrust_the_silent(context: ExceptionContext) -> None:
    """Give up a connection that did not answer in time, and with it all that are as old."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
