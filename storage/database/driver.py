"""SQLite's connection: quick statements run at once, others on a thread; all of them to their end.

aiosqlite hands every call to its thread: four times for a SELECT (cursor, execute, fetchall,
close), 0.24 ms of CPU where the statement itself needs 0.03, and each time the thread waits for
Python's lock. Most statements here are quicker than one such hand-over.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import aiosqlite

BEGIN_WRITING = "BEGIN IMMEDIATE"
"""Takes the lock of writers; waits for it without holding up other tasks."""
ASIDE = "/* long */"
"""In a statement's head: it may take long, and is never run at once."""
QUICK_S = 0.002
"""A statement that took less is run at once the next time; one that took more, aside."""
CALM_RUNS = 200
"""So many quick runs aside let a statement that was slow be run at once again."""
IN_ONE_GO_S = 0.004
"""After so long without a pause, the other tasks have a turn before the next statement."""
AT_ONCE_ROWS = 50
"""A statement for more rows than these goes aside, however quick it is for one."""
HELD_S = 0.008
"""What reads, and was quick, is broken off after so long and run aside: once for a large chat."""
KNOWN = 5_000
"""So many statements are kept in mind."""
_BUSY_WAITS_S = (0.001, 0.002, 0.005, 0.01, 0.02)
_ASK_AGAIN_S = 0.05
_STEPS = 4_000  # Of SQLite's virtual machine, from one look at the clock to the next: 0.2 ms.
_PRIMARY = 0xFF  # The rest of an error's code says why: SQLITE_BUSY_RECOVERY after a crash, say.


class Paces:
    """How long each statement took lately: shared by the connections to one file."""

    def __init__(self) -> None:
        self._slow: dict[str, int] = {}

    def is_quick(self, statement: str) -> bool:
        """Tell whether it may run at once; one that was never run may not."""
        return self._slow.get(statement, 1) == 0

    def took(self, statement: str, seconds: float) -> None:
        """Learn from a run."""
        if seconds >= QUICK_S:
            self._slow[statement] = CALM_RUNS
        elif left := self._slow.get(statement, 1):
            if len(self._slow) >= KNOWN:
                self._slow.clear()
            if ASIDE not in statement[: 2 * len(ASIDE)]:
                self._slow[statement] = left - 1


class Cursor(aiosqlite.Cursor):
    """Executes and fetches in one go; its rows are in memory then, and nothing is left open."""

    _conn: "SqliteConnection"
    _rows: Sequence[Any] = ()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "Cursor":
        """Execute the statement and keep its rows."""
        self._rows = await self._conn.do(sql, partial(self._whole, sql, parameters or ()))
        return self

    async def executemany(self, sql: str, parameters: Any) -> "Cursor":
        """Execute the statement for each of the values."""
        call = partial(self._cursor.executemany, sql, parameters)
        if len(parameters) > AT_ONCE_ROWS:
            await self._conn.aside(call)
        else:
            await self._conn.do(sql, call)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """Return the rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: a statement whose rows were fetched holds nothing."""

    def _whole(self, sql: str, parameters: Any) -> list[Any]:
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall() if self._cursor.description else []


class SqliteConnection(aiosqlite.Connection):
    """A connection whose task may be cancelled at any moment, and how often one likes.

    What has begun on the thread is interrupted then and waited for, so that nobody finds a
    transaction, or the thread, in the middle of something.
    """

    def __init__(self, path: Path, patience_s: float, paces: Paces, *, writing: bool) -> None:
        # Used here and on the thread in turn, never at once: everything waits for its end.
        connect = partial(
            sqlite3.connect,
            path,
            timeout=patience_s,
            isolation_level=None,
            check_same_thread=False,
            factory=_File,
        )
        super().__init__(connect, iter_chunk_size=64)
        self._thread.daemon = True
        self._patience_s = patience_s
        self._paces = paces
        self._writing = writing
        self._paused_at = 0.0
        self._stopped: asyncio.Future[Any] | None = None

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor."""
        return Cursor(self, self._conn.cursor())

    async def do(self, statement: str, call: Callable[[], Any]) -> Any:
        """Run a statement: at once if it was quick before, aside otherwise."""
        if statement == BEGIN_WRITING:
            return await self._begin(call)
        if self._paces.is_quick(statement):
            if perf_counter() - self._paused_at > IN_ONE_GO_S:
                await asyncio.sleep(0)
                self._paused_at = perf_counter()
            try:
                return self._at_once(statement, call)
            except sqlite3.OperationalError as error:
                if self._writing or error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
        result, seconds = await self._execute(partial(_timed, call))
        self._paces.took(statement, seconds)
        return result

    def _at_once(self, statement: str, call: Callable[[], Any]) -> Any:
        """Run it here; what only reads is broken off where it is slow this time."""
        began = perf_counter()
        if not self._writing:
            self._conn.set_progress_handler(lambda: perf_counter() - began > HELD_S, _STEPS)
        try:
            return call()
        finally:
            if not self._writing:
                self._conn.set_progress_handler(None, _STEPS)
            self._paces.took(statement, perf_counter() - began)

    async def aside(self, call: Callable[[], Any]) -> None:
        """Run what is known to be long on the thread."""
        await self._execute(call)

    async def commit(self) -> None:
        """Commit; what was written aside: now and then it is much, and waits for the disk."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Roll back what is open."""
        await self._end(self._conn.rollback)

    async def close(self) -> None:
        """Close it, after what runs on the thread; whoever else closes it at the same time."""
        stopped = self.stop()
        assert stopped is not None  # noqa: S101 - it has a future wherever a loop runs
        await asyncio.shield(stopped)

    def stop(self) -> "asyncio.Future[Any] | None":
        """Stop the thread, once: a second time would wait for a thread that is no more."""
        if self._stopped is None:
            self._stopped = super().stop()
        return self._stopped

    async def _begin(self, call: Callable[[], Any]) -> Any:
        """Begin to write; while another program does, ask again and again."""
        ends_at = perf_counter() + self._patience_s
        waits = iter(_BUSY_WAITS_S)
        while True:
            try:
                return call()
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY
                if not busy or perf_counter() > ends_at:
                    raise
            await asyncio.sleep(next(waits, _BUSY_WAITS_S[-1]))

    async def _end(self, call: Callable[[], None]) -> None:
        if not self._writing:
            call()
        elif self._conn.in_transaction:
            await self._execute(call)

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")  # SQLAlchemy knows it by these words.
        # No task: nobody could end that before the thread is through, as asyncio.run would.
        running = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((running, partial(fn, *args, **kwargs)))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                with suppress(ValueError, sqlite3.ProgrammingError):  # Closed in this very moment.
                    self._conn.interrupt()
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running], timeout=_ASK_AGAIN_S)
            running.exception()
            raise


class _File(sqlite3.Connection):
    """Gives the lock back when it is closed, even while a cursor is kept by a traceback.

    SQLite leaves a connection with statements open as it is until the last of them is gone.
    """

    def close(self) -> None:
        with suppress(sqlite3.Error):
            if self.in_transaction:
                self.rollback()
        super().close()


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    # The thread's own time: others who hold Python's lock are not this statement's fault.
    began = thread_time()
    result = call()
    return result, thread_time() - began
