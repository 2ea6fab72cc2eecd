"""A PostgreSQL server that says nothing any more is a fault like others, and gone round."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.database import postgresql
from storage.errors import StoreError, TakenError, UnreachableError
from storage.store import Store
from tests.fakes.databases import PostgresServer
from tests.fakes.line import Line, line_to

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def line(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(postgresql, "CONNECT_S", 2)
    monkeypatch.setattr(postgresql, "ANSWER_S", 0.5)
    monkeypatch.setattr(postgresql, "IDLE_S", 0)
    async with line_to(postgres) as laid:
        yield laid


@pytest.fixture
async def store(line: Line, postgresql_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(line.address(postgresql_url))
    yield opened
    await opened.close()


async def put(store: Store, name: str, dies: Line | None = None) -> None:
    async with store.write() as tx:
        await tx.state.put(name, b"1")
        if dies is not None:
            assert dies.die()
        if name == "both":
            await tx.state.put(name, b"2")


@pytest.mark.parametrize("name", ["both", "commit"], ids=["a statement", "the commit"])
async def test_what_gets_no_answer_is_a_fault_and_the_next_is_answered(
    store: Store, line: Line, name: str
) -> None:
    with pytest.raises(StoreError):
        await put(store, name, line)
    async with store.read() as tx:
        assert await tx.state.get(name) is None
    await put(store, name)


async def test_idle_connections_that_died_cost_a_fault_each_at_most(
    store: Store, line: Line
) -> None:
    both = asyncio.Barrier(2)

    async def read() -> None:
        async with store.read() as tx:
            await tx.state.get("one")
            await both.wait()

    await asyncio.gather(read(), read())
    assert line.die() >= 2
    faults = 0
    while faults < 5:
        try:
            await put(store, "one")
        except StoreError:
            faults += 1
        else:
            break
    assert faults <= 2


async def test_a_host_that_accepts_and_says_nothing_cannot_be_reached(
    store: Store, line: Line
) -> None:
    line.deaf = True
    line.die()
    for _ in range(2):
        with pytest.raises(StoreError):
            await put(store, "one")
    with pytest.raises(UnreachableError):
        async with store.only_one("chat"):
            pass


async def test_our_own_dead_session_is_no_other_process(store: Store, line: Line) -> None:
    async with store.only_one("chat") as sole:
        assert await sole.still()
        line.die()
        assert await sole.still(), "the server takes the dead session for living"
        assert await sole.still()
        with pytest.raises(TakenError):
            async with store.only_one("chat"):
                pass


async def test_an_ear_that_went_deaf_is_opened_anew(store: Store, line: Line) -> None:
    await store.wait_for_work(0.0)
    line.die()
    assert await store.wait_for_work(0.01), "it rang when it was opened"
    with pytest.raises(StoreError):
        await store.wait_for_work(0.01)
    assert await store.wait_for_work(5), "what rang meanwhile may be missed"


async def test_closing_does_not_wait_for_the_silent(line: Line, postgresql_url: str) -> None:
    opened = await Store.open(line.address(postgresql_url))
    await opened.wait_for_work(0.01)
    line.die()
    line.deaf = True
    async with asyncio.timeout(5):
        await opened.close()
