"""One process at a time under a name: an advisory lock of a session, or a locked file."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database.work import lock_key
from storage.errors import TakenError

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_HELD_BY = """
SELECT EXISTS (
    SELECT 1 FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = :key
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND {who}
)
"""
_MINE = text(_HELD_BY.format(who="pid = pg_backend_pid()"))
_HELD = text(_HELD_BY.format(who="true"))
_WHO_AM_I = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
_END_HOLDER = text(
    """
SELECT pg_terminate_backend(s.pid) FROM pg_stat_activity AS s
WHERE s.pid = :pid AND s.backend_start = :since
    AND """
    + _HELD_BY.format(who="pid = :pid").strip().removeprefix("SELECT ")
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
        self._last: dict[str, Any] = {}
        """The session that held the name last, as the server knows it."""

    async def take(self) -> bool:
        """Take the name in a new session, if nobody has it."""
        await self.leave()
        conn = await self._engine.connect()
        self._conn = await conn.execution_options(isolation_level="AUTOCOMMIT")
        if await self._conn.scalar(_TRY, self._key):
            me = (await self._conn.execute(_WHO_AM_I)).one()
            self._last = {"pid": me.pid, "since": me.backend_start}
            return True
        # A session of our own whose line went dead is ended; what was ours is ours still, and the
        # next time we are asked for it, it is free to be taken.
        ours = {**self._key, **self._last}
        return bool(self._last) and bool(await self._conn.scalar(_END_HOLDER, ours))

    async def still(self) -> bool:
        try:
            if self._conn is not None and await self._conn.scalar(_MINE, self._key):
                return True
        except (SQLAlchemyError, OSError):
            pass
        try:
            return await self.take()
        except (SQLAlchemyError, OSError):
            return True  # While the server is away, nobody else can take it either.

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


async def is_session_held(engine: AsyncEngine, name: str) -> bool:
    """Tell whether a session of PostgreSQL, of any process, holds the name."""
    async with engine.connect() as conn:
        return bool(await conn.scalar(_HELD, {"key": lock_key(f"only one: {name}")}))


@asynccontextmanager
async def sole_file(database: str, name: str) -> AsyncIterator[Sole]:
    """Hold the name by a locked file beside the database; the system frees it when we die."""
    path = _path(database, name)
    file = _locked(path)
    if file is None:
        raise _taken(name)
    with file:
        try:
            yield Sole()
        finally:
            path.unlink(missing_ok=True)


def is_file_held(database: str, name: str) -> bool:
    """Tell whether a living process holds the name; what a dead one left is cleared away."""
    path = _path(database, name)
    if not path.exists():
        return False
    file = _locked(path)
    if file is None:
        return True
    with file:
        path.unlink(missing_ok=True)
    return False


def _locked(path: Path) -> IO[bytes] | None:
    """Open and lock the file; None where another one has the lock."""
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        except OSError:
            file.close()
            return None
        file.close()  # Its last owner took it away in this very moment; try a new one.


def _path(database: str, name: str) -> Path:
    return Path(f"{database}.{lock_key(name) & 0xFFFFFFFF:08x}.lock")


def _taken(name: str) -> TakenError:
    return TakenError(f"Another process with this database does that already: {name}. Stop it.")
