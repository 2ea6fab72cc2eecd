"""Statements end, whoever is cancelled; slow ones hold nobody up; quick ones are quick."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from storage.database import driver, sqlite
from storage.database.address import read_address
from storage.database.driver import (
    AT_ONCE_ROWS,
    BEGIN_WRITING,
    CALM_RUNS,
    QUICK_S,
    Paces,
    SqliteConnection,
)
from storage.database.lines import FAN_OUT
from storage.database.sqlite import sqlite_engine
from storage.errors import BusyError
from storage.store import Store

LONG_SQLITE = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000000) "
    "SELECT count(*) FROM n"
)
LONG_POSTGRESQL = text("SELECT pg_sleep(100)")


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Return an engine that writes to a file of its own."""
    url = read_address(f"sqlite:///{tmp_path / 'own.db'}")
    engine = sqlite_engine(url, Paces(), pool_size=1, writing=True)
    yield engine
    await engine.dispose()


async def turns(number: int) -> None:
    """Let the others have so many turns, a few milliseconds beyond the first twenty."""
    for at in range(number):
        await asyncio.sleep(0.001 if at > 20 else 0)


@pytest.mark.parametrize("again", [0, 1, 2, 5, 50])
@pytest.mark.parametrize("first", [0, 3, 10, 60])
async def test_who_is_cancelled_twice_leaves_the_database_to_the_next(
    store: Store, first: int, again: int
) -> None:
    async def work() -> None:
        async with store.write() as tx:
            await tx.state.put("half", b"done")
            work = tx.state._work
            await work.run(LONG_SQLITE if work.on_sqlite else LONG_POSTGRESQL)

    before = asyncio.all_tasks()
    task = asyncio.create_task(work())
    await turns(first)
    task.cancel()
    await turns(again)
    task.cancel()
    async with asyncio.timeout(8):
        with suppress(asyncio.CancelledError):
            await task
        async with store.write() as tx:
            assert await tx.state.get("half") is None
            await tx.state.put("next", b"here")
        if others := asyncio.all_tasks() - before:
            await asyncio.wait(others)


async def test_a_slow_statement_holds_nobody_up(writer: AsyncEngine) -> None:
    async with writer.connect() as conn:
        task = asyncio.create_task(conn.scalar(LONG_SQLITE))
        await turns(60)
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_others_have_their_turn_between_quick_statements(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "IN_ONE_GO_S", 0)
    counted = 0

    async def count() -> None:
        nonlocal counted
        while True:
            counted += 1
            await asyncio.sleep(0)

    async with writer.begin() as conn:
        await conn.execute(text("SELECT 1"))
        other = asyncio.create_task(count())
        for _ in range(50):
            await conn.execute(text("SELECT 1"))
        other.cancel()
    assert counted >= 49


async def test_a_quick_statement_is_run_at_once_the_next_time(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "IN_ONE_GO_S", 1000)
    async with writer.begin() as conn:
        await conn.execute(text("SELECT 1"))
        turned = False

        def turn() -> None:
            nonlocal turned
            turned = True

        await conn.execute(text("SELECT 1"))
        asyncio.get_running_loop().call_soon(turn)
        await conn.execute(text("SELECT 1"))
        assert not turned, "nobody else had a turn"
        await conn.execute(text("SELECT 2"))
        assert turned, "one that was never run goes aside"


async def test_a_quick_statement_for_many_rows_holds_nobody_up(
    writer: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "IN_ONE_GO_S", 1000)
    async with writer.begin() as conn:
        await conn.execute(text("CREATE TABLE t (n INTEGER)"))

        async def put(rows: int) -> bool:
            """Put so many rows; tell whether others had a turn meanwhile."""
            turned = asyncio.Event()
            turn = asyncio.get_running_loop().call_soon(turned.set)
            await conn.execute(text("INSERT INTO t VALUES (:n)"), [{"n": 0}] * rows)
            turn.cancel()
            return turned.is_set()

        assert await put(2), "it was never run"
        await put(2)
        assert not await put(2)
        assert await put(AT_ONCE_ROWS + 1)
        assert not await put(2), "many rows say nothing of few"


async def test_what_was_quick_and_is_slow_this_time_holds_nobody_up(tmp_path: Path) -> None:
    url = read_address(f"sqlite:///{tmp_path / 'own.db'}")
    reader = sqlite_engine(url, Paces(), pool_size=1, writing=False)
    count = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
        "SELECT count(*) FROM n"
    )
    async with reader.connect() as conn:
        for _ in range(3):
            assert await conn.scalar(count, {"most": 1}) == 1
        turned = asyncio.Event()
        asyncio.get_running_loop().call_soon(turned.set)
        assert await conn.scalar(count, {"most": 500_000}) == 500_000
        assert turned.is_set()
    await reader.dispose()


async def test_a_fault_of_a_quick_statement_is_raised(writer: AsyncEngine) -> None:
    count = text("SELECT count(*) FROM t")
    async with writer.begin() as conn:
        await conn.execute(text("CREATE TABLE t (n INTEGER)"))
        for _ in range(3):
            assert await conn.scalar(count) == 0
        await conn.execute(text("DROP TABLE t"))
        with pytest.raises(OperationalError, match="no such table"):
            await conn.scalar(count)


async def test_what_runs_is_waited_for_even_where_every_task_is_cancelled(
    writer: AsyncEngine,
) -> None:
    release, began, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        release.wait(8)
        ended.set()

    async with writer.connect() as conn:
        own = (await conn.get_raw_connection()).driver_connection
        assert isinstance(own, SqliteConnection)
        before = asyncio.all_tasks()
        task = asyncio.create_task(own.aside(work))
        await asyncio.to_thread(began.wait, 8)
        for one in asyncio.all_tasks() - before:  # As asyncio.run does at its end.
            one.cancel()
        await turns(30)
        assert not task.done()
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()


async def test_a_connection_that_was_stopped_is_closed_as_often_as_one_likes(
    writer: AsyncEngine,
) -> None:
    async with writer.connect() as conn:
        own = (await conn.get_raw_connection()).driver_connection
        assert isinstance(own, SqliteConnection)
        own.stop()
        with pytest.raises(ValueError, match="Connection closed"):
            await own.aside(list)
        await asyncio.gather(own.close(), own.close())
        await own.close()


def test_what_was_slow_must_be_quick_for_long_before_it_is_trusted() -> None:
    paces = Paces()
    assert not paces.is_quick("SELECT 1")
    paces.took("SELECT 1", 0.0001)
    assert paces.is_quick("SELECT 1")
    paces.took("SELECT 1", QUICK_S)
    for _ in range(CALM_RUNS):
        assert not paces.is_quick("SELECT 1")
        paces.took("SELECT 1", 0.0001)
    assert paces.is_quick("SELECT 1")


def test_what_is_marked_as_long_is_never_trusted() -> None:
    paces, statement = Paces(), str(FAN_OUT)
    for _ in range(5):
        paces.took(statement, 0.0001)
    assert not paces.is_quick(statement)


def test_statements_without_end_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "KNOWN", 10)
    paces = Paces()
    for number in range(100):
        paces.took(f"SELECT {number}", 0.0001)
    assert len(paces._slow) <= 10
    assert paces.is_quick("SELECT 99")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_waits_too_long_for_the_writer_before_him_may_try_again(store: Store) -> None:
    pool = store._database._writer.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.05
    async with store.write() as tx:
        await tx.state.put("first", b"")
        with pytest.raises(BusyError, match="too much to do"):
            async with store.write():
                pass


async def test_who_finds_the_file_being_recovered_waits_for_it(writer: AsyncEngine) -> None:
    error = sqlite3.OperationalError("locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
    errors = [error, error]

    def begin() -> str:
        if errors:
            raise errors.pop()
        return "begun"

    async with writer.connect() as conn:
        own = (await conn.get_raw_connection()).driver_connection
        assert isinstance(own, SqliteConnection)
        assert await own.do(BEGIN_WRITING, begin) == "begun"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_waits_for_another_programs_lock_holds_nobody_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.3)
    store = await Store.open(database_url)
    path = database_url.removeprefix("sqlite:///")

    async def write(name: str) -> None:
        async with store.write() as tx:
            await tx.state.put(name, b"")

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(write("early"))
        await turns(60)
        assert not task.done()
        async with store.read() as tx:
            assert await tx.state.get("early") is None
        with pytest.raises(BusyError):
            await task
        task = asyncio.create_task(write("late"))
        await turns(40)
        other.execute("COMMIT")
        await task
    await store.close()
