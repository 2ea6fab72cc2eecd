"""Opens SQLite: the file, its PRAGMAs, its migrations."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database.driver import BEGIN_WRITING, Paces, SqliteConnection
from storage.database.upgrade import head_reached, upgrade
from storage.errors import DamagedError, UnreadableError

BUSY_TIMEOUT_S = 10
"""How long a writer on SQLite waits for another program's transaction."""
READERS = 4
"""Connections that read at the same time on SQLite; WAL lets them beside a writer."""
CHECKED_BYTES = 64 * 2**20
"""Up to this size a SQLite file is checked whole when it is opened; beyond, only its head."""

_MOVED = (
    "The file {path} was moved, removed or replaced while it was used, and what is written now "
    "would be lost. Stop everything that uses it, put the right file in its place, start again."
)


async def open_sqlite(url: URL) -> tuple[AsyncEngine, AsyncEngine, timedelta]:
    """Bring the file to the newest schema; return who writes, who reads; its clock is ours."""
    await asyncio.to_thread(_look_at, Path(str(url.database)))
    await _migrate_sqlite(url)
    paces = Paces()
    writer = sqlite_engine(url, paces, pool_size=1, writing=True)
    reader = sqlite_engine(url, paces, pool_size=READERS, writing=False)
    return writer, reader, timedelta()


def _look_at(path: Path) -> None:
    """Make the folder, and find out whether the file is a database that is whole.

    With plain sqlite3: a file that cannot be opened shall not leave aiosqlite's thread behind.
    """
    path.absolute().parent.mkdir(parents=True, exist_ok=True)
    make_private(path)
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


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone reads; one that is there keeps its rights.

    SQLite would let everybody on the machine read who follows what. The files that it puts beside
    the database get the database's rights.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextmanager
def whole_or_none(path: Path) -> Iterator[None]:
    """Take the file away unless what fills it ends well."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _migrate_sqlite(url: URL) -> None:
    """Bring the file to the newest schema, on a connection of its own.

    Foreign keys are off meanwhile: a table that is rebuilt with them on empties its children.
    """
    engine = sqlite_engine(url, Paces(), pool_size=None, writing=True, foreign_keys=False)
    try:
        async with engine.connect() as conn:
            if not await conn.run_sync(head_reached, url):
                await conn.rollback()
                await conn.run_sync(upgrade, url)
                await conn.commit()
    finally:
        await engine.dispose()


def _which(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from others that have its name before or after it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def sqlite_engine(
    url: URL, paces: Paces, *, pool_size: int | None, writing: bool, foreign_keys: bool = True
) -> AsyncEngine:
    """Return an engine: at most `pool_size` connections, or a new one each time."""
    pool: dict[str, Any] = (
        {"poolclass": NullPool} if pool_size is None else {"pool_size": pool_size}
    )
    if pool_size is not None:
        pool["max_overflow"] = 0
        pool["pool_timeout"] = 60
    path = Path(str(url.database))
    opened = _which(path)

    def connect(*_arguments: Any, **_options: Any) -> SqliteConnection:
        return SqliteConnection(path, BUSY_TIMEOUT_S, paces, writing=writing)

    engine = create_async_engine(url, connect_args={"async_creator_fn": connect}, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        # Readers beside the writer; a power cut may lose the last commits, never the file.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        cursor.execute("PRAGMA cache_size = -32768")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute(f"PRAGMA query_only = {int(not writing)}")
        if writing:  # The connection itself waits at BEGIN, and others work meanwhile.
            cursor.execute("PRAGMA busy_timeout = 0")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def say_begin(connection: Connection) -> None:
        if opened is not None and _which(path) != opened:
            raise UnreadableError(_MOVED.format(path=path))
        # A plain BEGIN loses updates: two that read first cannot both write.
        connection.exec_driver_sql(BEGIN_WRITING if writing else "BEGIN")

    return engine
