"""The store opens, keeps and gives back, on both databases."""

import asyncio
import fcntl
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import engine
from storage.database.driver import SqliteConnection
from storage.database.sole import _Session
from storage.errors import BusyError, StoreError, TakenError, UnreadableError
from storage.store import Store, Transaction
from tests.fakes.databases import PostgresServer
from tests.storage.makers import add_story, put, subscribe


async def test_what_was_put_is_there(store: Store) -> None:
    async with store.write() as tx:
        await tx.state.put("offset", b"41")
        await tx.state.put("offset", b"42")
    async with store.read() as tx:
        assert await tx.state.get("offset") == b"42"
        assert await tx.state.get("nothing") is None
    async with store.write() as tx:
        await tx.state.remove("offset")
        assert await tx.state.get("offset") is None


async def test_values_are_found_by_how_their_names_begin(store: Store) -> None:
    async with store.write() as tx:
        for name in ("rate.one", "rate.two", "rate_three", "other"):
            await tx.state.put(name, name.encode())
    async with store.read() as tx:
        assert await tx.state.all("rate.") == {"rate.one": b"rate.one", "rate.two": b"rate.two"}
        assert list(await tx.state.all("rate_")) == ["rate_three"]


async def test_an_exception_takes_everything_back(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as tx:
            await tx.state.put("offset", b"1")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with store.read() as tx:
        assert await tx.state.get("offset") is None


async def test_a_note_is_kept_with_what_is_written_or_not_at_all(store: Store) -> None:
    async def note(tx: Transaction) -> None:
        await tx.state.put("note", b"written")

    async def fail() -> None:
        async with noting.write() as tx:
            await tx.state.put("offset", b"1")
            raise KeyError

    noting = store.noting(note)
    with pytest.raises(KeyError):
        await fail()
    async with noting.read() as tx:
        assert await tx.state.get("note") is None
    async with store.write() as tx:
        await tx.state.put("offset", b"2")
        assert await tx.state.get("note") is None, "the store itself notes nothing"
    async with noting.write() as tx:
        await tx.state.put("offset", b"3")
        assert await tx.state.get("note") is None, "at the end"
    async with store.read() as tx:
        assert (await tx.state.get("offset"), await tx.state.get("note")) == (b"3", b"written")


async def test_a_note_that_cannot_be_written_takes_everything_back(store: Store) -> None:
    async def note(_: Transaction) -> None:
        raise KeyError

    async def write() -> None:
        async with store.noting(note).write() as tx:
            await tx.state.put("offset", b"1")

    with pytest.raises(KeyError):
        await write()
    async with store.read() as tx:
        assert await tx.state.get("offset") is None


async def test_reading_refuses_to_write(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.read() as tx:
            await tx.state.put("offset", b"1")


async def test_a_reader_sees_one_moment(store: Store) -> None:
    async with store.write() as tx:
        await tx.state.put("offset", b"old")
    async with store.read() as reader:
        assert await reader.state.get("offset") == b"old"
        async with store.write() as writer:
            await writer.state.put("offset", b"new")
        assert await reader.state.get("offset") == b"old"


async def test_two_tasks_that_read_then_write_lose_nothing(store: Store) -> None:
    async def count(times: int) -> None:
        for _ in range(times):
            async with store.write() as tx:
                number = int(await tx.state.get("counter") or b"0")
                await asyncio.sleep(0)
                await tx.state.put("counter", str(number + 1).encode())

    await asyncio.gather(count(60), count(60))
    async with store.read() as tx:
        assert await tx.state.get("counter") == b"120"


async def test_a_lock_lets_one_at_a_time_through(store: Store) -> None:
    inside: list[int] = []

    async def enter(number: int) -> None:
        async with store.write() as tx:
            await tx.lock("door")
            inside.append(number)
            await asyncio.sleep(0.01)
            inside.append(number)

    await asyncio.gather(*(enter(number) for number in range(4)))
    assert inside[::2] == inside[1::2]


async def test_only_one_process_has_a_name(store: Store, database_url: str) -> None:
    other = await Store.open(database_url)
    try:
        async with store.only_one("chat") as sole:
            assert await sole.still()
            with pytest.raises(TakenError, match="chat"):
                async with other.only_one("chat"):
                    pass
            async with other.only_one("poll"):
                pass
        async with other.only_one("chat"):
            pass
    finally:
        await other.close()


async def test_everybody_sees_whether_a_name_is_held(store: Store, database_url: str) -> None:
    other = await Store.open(database_url)
    try:
        assert not await other.is_held("chat")
        async with store.only_one("chat"):
            assert await other.is_held("chat")
            assert await store.is_held("chat")
            assert not await other.is_held("poll")
        assert not await other.is_held("chat")
    finally:
        await other.close()


async def test_what_a_dead_process_left_of_its_name_is_cleared_away(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    async with store.only_one("chat"):
        [lock] = folder.glob("*.lock")
    assert not lock.exists()
    lock.touch()
    assert not await store.is_held("chat")
    assert not lock.exists()
    await store.close()


async def test_a_name_whose_file_is_taken_away_meanwhile_is_still_one(sqlite_url: str) -> None:
    store, other = await Store.open(sqlite_url), await Store.open(sqlite_url)
    for first, second in ((store, other), (other, store)):
        async with first.only_one("chat"):
            with pytest.raises(TakenError):
                await second.only_one("chat").__aenter__()
    await store.close()
    await other.close()


async def test_a_file_that_vanishes_while_it_is_locked_is_made_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(sqlite_url)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent

    def lock_too_late(file: int, how: int) -> None:
        monkeypatch.undo()
        for path in folder.glob("*.lock"):
            path.unlink()
        fcntl.flock(file, how)

    monkeypatch.setattr(fcntl, "flock", lock_too_late)
    async with store.only_one("chat"):
        assert len(list(folder.glob("*.lock"))) == 1
        assert await store.is_held("chat")
    await store.close()


async def test_who_waits_for_work_is_woken_by_it(store: Store) -> None:
    while await store.wait_for_work(0.01):
        pass
    waiting = asyncio.create_task(store.wait_for_work(20))
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
    assert await waiting


async def test_work_put_before_the_wait_is_not_missed(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
    assert await store.wait_for_work(20)


async def test_waiting_in_vain_ends(store: Store) -> None:
    while await store.wait_for_work(0.01):
        pass
    assert not await store.wait_for_work(0.01)


async def test_another_process_wakes_us_through_postgresql(postgresql_url: str) -> None:
    store, other = await Store.open(postgresql_url), await Store.open(postgresql_url)
    try:
        while await store.wait_for_work(0.05):
            pass
        waiting = asyncio.create_task(store.wait_for_work(20))
        async with other.write() as tx:
            await subscribe(tx, 1)
            await put(tx, await add_story(tx))
        assert await waiting
    finally:
        await store.close()
        await other.close()


async def test_a_database_that_went_away_is_told_in_one_line(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the connection had rested.
    monkeypatch.setattr("storage.database.postgresql.IDLE_S", 0)
    address = await postgres.create()
    store = await Store.open(address)
    await postgres.drop(address)
    with pytest.raises(StoreError, match="no such database"):
        await store.is_held("chat")
    with pytest.raises(StoreError, match="no such database"):
        await store.wait_for_work(1)
    await store.close()


async def test_what_the_server_closed_costs_no_transaction(
    postgres: PostgresServer, postgresql_url: str
) -> None:
    store = await Store.open(postgresql_url)
    closed = asyncio.Event()
    async with store.write() as tx:
        await tx.state.put("offset", b"42")
        driver: Any = (await tx._work.conn.get_raw_connection()).driver_connection
        driver.add_termination_listener(lambda _: closed.set())
    await postgres.hang_up(postgresql_url)
    await closed.wait()
    async with store.read() as tx:
        assert await tx.state.get("offset") == b"42"
    await store.close()


async def test_what_breaks_off_when_it_is_pinged_costs_no_transaction(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(postgresql_url)
    dialect = store._database._writer.sync_engine.dialect
    pinged = 0

    def break_off(_connection: object) -> None:
        nonlocal pinged
        pinged += 1
        raise dialect.loaded_dbapi.InterfaceError("broke off")

    monkeypatch.setattr("storage.database.postgresql.IDLE_S", 0)
    monkeypatch.setattr(dialect, "do_ping", break_off)
    async with store.read() as tx:
        assert await tx.state.get("offset") is None
    assert pinged == 1
    await store.close()


async def test_an_ear_that_cannot_listen_is_closed_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(postgresql_url)
    monkeypatch.setattr("storage.database.bell.CHANNEL", "")
    with pytest.raises(StoreError):
        await store.wait_for_work(1)
    monkeypatch.undo()
    assert await store.wait_for_work(5)
    await store.close()


async def test_only_a_server_forgets_names(store: Store) -> None:
    assert store.forgets_names is (store.dialect == "postgresql")


async def test_a_name_whose_lock_was_freed_is_taken_again(postgresql_url: str) -> None:
    store = await Store.open(postgresql_url)
    async with store.only_one("chat") as sole:
        assert isinstance(sole, _Session)
        assert sole._conn is not None
        await sole._conn.execute(text("SELECT pg_advisory_unlock_all()"))
        assert not await store.is_held("chat")
        assert await sole.still()
        assert await store.is_held("chat")
    await store.close()


async def test_a_name_is_ours_while_the_server_is_away(postgres: PostgresServer) -> None:
    address = await postgres.create()
    store = await Store.open(address)
    async with store.only_one("chat") as sole:
        await postgres.drop(address)
        assert await sole.still()
    await store.close()


async def test_a_copy_that_cannot_be_written_is_told_in_one_line(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    with pytest.raises(StoreError, match=r"^The file /proc/copy\.db cannot be opened\."):
        await store.backup(Path("/proc/copy.db"))
    await store.close()


async def test_a_copy_that_broke_off_is_not_left_behind(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_off(_connection: object, _statement: str, _values: object) -> None:
        raise sqlite3.OperationalError("no room")

    store = await Store.open(sqlite_url)
    copy = tmp_path / "copy.db"
    with monkeypatch.context() as patched:
        patched.setattr(SqliteConnection, "execute", break_off)
        with pytest.raises(StoreError, match="no room"):
            await store.backup(copy)
    assert not copy.exists()
    await store.backup(copy)
    await store.close()


async def test_a_file_that_is_taken_away_while_it_is_used_is_a_fault_and_no_silent_loss(
    sqlite_url: str,
) -> None:
    store = await Store.open(sqlite_url)
    path = Path(sqlite_url.removeprefix("sqlite:///"))

    async def works() -> None:
        async with store.write() as tx:
            await tx.state.put("offset", b"42")
        async with store.read() as tx:
            assert await tx.state.get("offset") == b"42"

    await works()
    away = path.with_suffix(".away")
    shutil.move(path, away)
    for changed in ("removed", "replaced"):
        if changed == "replaced":
            shutil.copyfile(away, path)
        with pytest.raises(UnreadableError, match="was moved, removed or replaced"):
            async with store.write():
                pass
        with pytest.raises(UnreadableError, match="was moved, removed or replaced"):
            async with store.read():
                pass
    shutil.move(away, path)
    await works()
    await store.close()


async def test_a_backup_is_a_whole_database(tmp_path: Path, sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    async with store.write() as tx:
        await tx.state.put("offset", b"42")
    with pytest.raises(StoreError, match="is no folder"):
        await store.backup(tmp_path / "deep" / "copy.db")
    assert not (tmp_path / "deep").exists()
    copy = tmp_path / "copy.db"
    await store.backup(copy)
    with pytest.raises(StoreError, match="is there already"):
        await store.backup(copy)
    await store.close()
    restored = await Store.open(f"sqlite:///{copy}")
    async with restored.read() as tx:
        assert await tx.state.get("offset") == b"42"
    await restored.close()


async def test_postgresql_is_backed_up_by_its_own_tool(postgresql_url: str) -> None:
    store = await Store.open(postgresql_url)
    with pytest.raises(StoreError, match="pg_dump"):
        await store.backup(Path("nowhere"))
    await store.close()


async def test_stats_count_what_is_kept(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
    stats = await store.stats()
    assert stats["articles"] == stats["stories"] == stats["deliveries"] == stats["chats"] == 1


async def test_broken_connections_are_replaced(
    postgres: PostgresServer, postgresql_url: str
) -> None:
    store = await Store.open(postgresql_url)

    async def fail() -> None:
        async with store.write() as tx:
            await tx.state.put("offset", b"lost")
            await postgres.hang_up(postgresql_url)
            await tx.state.put("offset", b"lost")

    try:
        assert await store.wait_for_work(5)
        async with store.only_one("chat") as sole:
            with pytest.raises(BusyError):
                await fail()
            async with store.write() as tx:
                assert await tx.state.get("offset") is None
                await tx.state.put("offset", b"kept")
            assert await sole.still()
            assert await store.wait_for_work(5)
        async with store.read() as tx:
            assert await tx.state.get("offset") == b"kept"
    finally:
        await store.close()


async def test_the_clocks_of_one_machine_agree(store: Store) -> None:
    assert store.clock_ahead == timedelta()


async def test_a_clock_that_was_put_right_is_found_out(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MEASURE_S", 0)
    store = await Store.open(postgresql_url)
    store._database.ahead = timedelta(hours=1)
    async with store.write() as tx:
        assert tx._work.ahead == timedelta()
    assert store.clock_ahead == timedelta()
    await store.close()


async def test_postgresql_plans_each_statement_for_its_values(postgresql_url: str) -> None:
    store = await Store.open(postgresql_url)
    async with store.read() as tx:
        assert await tx.state._work.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
    await store.close()
