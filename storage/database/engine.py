"""Opens a database: engines, PRAGMAs, migrations, transactions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database.address import read_address
from storage.database.bell import Bell
from storage.database.faults import explain
from storage.database.postgresql import clock_ahead, open_postgresql
from storage.database.sole import (
    Sole,
    is_file_held,
    is_session_held,
    sole_file,
    sole_session,
)
from storage.database.sqlite import make_private, open_sqlite, whole_or_none
from storage.database.work import Work
from storage.errors import BusyError, StoreError, UnreadableError

MEASURE_S = 60
"""So often PostgreSQL's clock is compared with ours: leases are kept by it."""
CLOSE_S = 0.5
"""How long saying goodbye may take; a server that is silent has no need of it."""

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
        opened = open_sqlite if url.drivername.startswith("sqlite") else open_postgresql
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
        """Run one transaction; commit at the end, roll back on an exception.

        Only the database's faults are explained; others of who works in it pass as they are.
        """
        engine = self._writer if writing else self._reader
        foreign: OSError | None = None
        try:
            async with engine.begin() as conn:
                if not self.on_sqlite and monotonic() >= self._measure_at:
                    self.ahead = await clock_ahead(conn)
                    self._measure_at = monotonic() + MEASURE_S
                work = Work(conn, self.url, writing, self.ahead)
                try:
                    yield work
                except OSError as error:
                    foreign = error  # The line to the database is what Work itself explains.
                    raise
            if work.noted:
                self.bell.ring()
        except _FAULTS as error:
            if error is foreign:
                raise
            raise explain(error, self.url) from error
        finally:
            del foreign  # Or it would hold, by its traceback, what holds it.

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
        """Write a copy of a SQLite database while it is used; a part of one is not left behind."""
        try:
            make_private(path)
            with whole_or_none(path):
                async with self._writer.connect() as conn:
                    # VACUUM refuses a transaction, so past SQLAlchemy, which begins one.
                    driver: Any = (await conn.get_raw_connection()).driver_connection
                    await driver.execute("VACUUM INTO ?", (str(path),))
        except _FAULTS as error:
            fault = explain(error, self.url)
            if isinstance(fault, UnreadableError | BusyError):  # Ours is open: it is the copy's.
                fault = StoreError(str(explain(error, self.url.set(database=str(path)))))
            raise fault from error
