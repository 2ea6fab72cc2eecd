"""One process at a time under a name: an advisory lock of a session, or a locked file."""

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database.work import lock_key
from storage.errors import TakenError

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_MINE = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
    "AND (classid::bigint << 32 | objid::bigint) = :key)"
)


class Sole:
    """What the only process under a name holds."""

    async def still(self) -> bool:
        """Tell whether we are still the only one; takes the name again if it got lost."""
        return True


class _Session(Sole):
    """Held by a session of PostgreSQL: a server that restarts forgets it."""

    def __init__(self, engine: AsyncEngine, key: int) -> None:
        self._engine = engine
        self._key = {"key": key}
        self._conn: AsyncConnection | None = None

    async def take(self) -> bool:
        """Take the name in a new session, if nobody has it."""
        await self.leave()
        conn = await self._engine.connect()
        self._conn = await conn.execution_options(isolation_level="AUTOCOMMIT")
        return bool(await self._conn.scalar(_TRY, self._key))

    async def still(self) -> bool:
        try:
            if self._conn is not None and await self._conn.scalar(_MINE, self._key):
                return True
        except (SQLAlchemyError, OSError):
            pass
        return await self.take()

    async def leave(self) -> None:
        """End the session, and with it the lock."""
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.invalidate()
            await conn.close()


@asynccontextmanager
async def sole_session(engine: AsyncEngine, name: str) -> AsyncIterator[Sole]:
    """Hold the name in a session of PostgreSQL; raise TakenError where another one does."""
    session = _Session(engine, lock_key(f"only one: {name}"))
    try:
        if not await session.take():
            raise _taken(name)
        yield session
    finally:
        await session.leave()


@asynccontextmanager
async def sole_file(database: str, name: str) -> AsyncIterator[Sole]:
    """Hold the name by a locked file beside the database; the system frees it when we die."""
    with _opened(database, name) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _taken(name) from None
        yield Sole()


def _opened(database: str, name: str) -> IO[bytes]:
    return Path(f"{database}.{lock_key(name) & 0xFFFFFFFF:08x}.lock").open("ab")


def _taken(name: str) -> TakenError:
    return TakenError(f"Another process with this database does that already: {name}. Stop it.")
