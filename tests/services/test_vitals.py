"""What the database says of its health, asked seldom."""

import asyncio

import pytest

from bot.services import vitals
from bot.services.vitals import Patience, Sending, Stored, Vitals
from storage.errors import StoreError
from storage.records import NewSource, SourceKind
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.databases import PostgresServer
from tests.storage.makers import NOW, add_source, add_story, put, subscribe


async def test_what_waits_and_what_fails_is_counted_once_a_second(store: Store) -> None:
    clock = FakeClock()
    health = Vitals(store, clock)
    assert await health.look() == Stored(0, 0, 0)
    async with store.write() as tx:
        await add_source(tx)
    assert await health.look() == Stored(0, 0, 0), "a second has not passed"
    clock.move(vitals.FRESH_S)
    assert await health.look() == Stored(0, 1, 0)
    async with store.write() as tx:
        for chat in (1, 2):
            await subscribe(tx, chat)
        await put(tx, await add_story(tx))
    clock.move(vitals.FRESH_S)
    assert await health.look() == Stored(2, 1, 0)


async def test_each_source_is_told_now_and_then_and_none_where_nobody_answers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    health = Vitals(store, clock)
    assert await health.feeds() == ()
    async with store.write() as tx:
        await add_source(tx)
        search = NewSource("https://s.example/?q={tag}", kind=SourceKind.TEMPLATE)
        await tx.sources.add(search, NOW)
    assert await health.feeds() == (), "some seconds have not passed"
    clock.move(vitals.FEEDS_FRESH_S)
    assert [one.title for one in await health.feeds()] == ["paper"]

    def away(_: Store) -> None:
        raise StoreError("The database is away.")

    monkeypatch.setattr(Store, "read", away)
    clock.move(vitals.FEEDS_FRESH_S)
    assert await health.feeds() == ()


async def test_many_who_ask_at_once_cost_one_question(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    health, asked = Vitals(store, FakeClock()), 0
    whole = health._ask

    async def counting() -> Stored | None:
        nonlocal asked
        asked += 1
        return await whole()

    monkeypatch.setattr(health, "_ask", counting)
    found = await asyncio.gather(*(health.look() for _ in range(50)))
    assert set(found) == {Stored(0, 0, 0)}
    assert asked == 1


async def test_a_database_that_hangs_up_is_not_there_and_comes_back(
    postgres: PostgresServer, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, clock = await Store.open(postgresql_url), FakeClock()
    health = Vitals(opened, clock)
    monkeypatch.setattr(vitals, "PATIENCE_S", 0.0)
    assert await health.look() is None, "it does not answer in no time"
    monkeypatch.undo()
    assert await health.look() is None, "a second has not passed"
    clock.move(vitals.FRESH_S)
    assert await health.look() == Stored(0, 0, 0)
    await postgres.hang_up(postgresql_url)
    clock.move(vitals.FRESH_S)
    await health.look()
    clock.move(vitals.FRESH_S)
    assert await health.look() == Stored(0, 0, 0)
    await opened.close()


async def test_messages_in_hand_are_not_yet_sent(store: Store) -> None:
    clock = FakeClock()
    async with store.write() as tx:
        for chat in (1, 2):
            await subscribe(tx, chat)
        await put(tx, await add_story(tx))
        assert len(await tx.outbox.claim(NOW, 1, 90, "one")) == 1
    assert await Vitals(store, clock).look() == Stored(2, 1, 0)


def test_messages_that_wait_in_vain_are_told_of_by_their_time() -> None:
    clock = FakeClock()
    patience, ill, some = Patience(clock), Sending(paused=False, well=False), Stored(1, 0, 0)
    assert patience.waited_s(None, some) is None
    assert patience.waited_s(ill, some) == 0
    clock.move(90)
    assert patience.waited_s(ill, some) == 90
    assert patience.waited_s(ill, None) == 90, "a database that is away is no sign"
    assert patience.waited_s(ill, Stored(0, 0, 0)) == 0, "nothing waits"
    clock.move(90)
    assert patience.waited_s(Sending(paused=False, well=True), some) == 0
