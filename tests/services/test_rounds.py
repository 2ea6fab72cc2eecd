"""As many polls run as may, while sources are due."""

import asyncio
from datetime import timedelta

import pytest

from bot.services.demand import FRESH_S
from bot.services.rounds import Rounds
from storage.errors import StoreError
from storage.records import NewSource, SourcePolled, SourceToFetch
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.storage.makers import DAY, subscribe


class Desk:
    """Polls that end when a test says so."""

    def __init__(self, store: Store, clock: FakeClock, **rules: int) -> None:
        self.store, self.clock = store, clock
        self.polled: list[str] = []
        self.open = asyncio.Event()
        self.begun = asyncio.Condition()
        limits = {"concurrency": 4, "per_host": 9} | rules
        self.rounds = Rounds(
            store, clock, self.poll, owner="me", lease_s=60, interval_s=300, **limits
        )

    async def poll(self, source: SourceToFetch) -> None:
        async with self.begun:
            self.polled.append(source.url)
            self.begun.notify_all()
        await self.open.wait()
        now = self.clock.now()
        async with self.store.write() as tx:
            await tx.sources.record(SourcePolled(source.id, now, now + DAY, 60))

    async def came(self, count: int) -> None:
        async with self.begun, asyncio.timeout(20):
            await self.begun.wait_for(lambda: len(self.polled) >= count)


async def add(store: Store, clock: FakeClock, *urls: str) -> None:
    async with store.write() as tx:
        for url in urls:
            await tx.sources.add(NewSource(url), clock.now())


async def test_more_are_taken_as_soon_as_half_of_those_in_hand_are_done(store: Store) -> None:
    clock = FakeClock()
    desk = Desk(store, clock)
    await add(store, clock, *(f"https://h{at}.example/" for at in range(11)))
    assert await desk.rounds.tick() == 4
    assert await desk.rounds.tick() == 0, "all hands are full"
    desk.open.set()
    await desk.came(11)
    await desk.rounds.idle()
    assert len(set(desk.polled)) == 11
    assert await desk.rounds.tick() == 0
    await desk.rounds.stop(1)


async def test_a_host_with_many_sources_leaves_room_for_the_others(store: Store) -> None:
    clock = FakeClock()
    desk = Desk(store, clock, per_host=2)
    await add(store, clock, *(f"https://slow.example/{at}" for at in range(9)))
    await add(store, clock, "https://other.example/")
    assert await desk.rounds.tick() == 3
    await desk.came(3)
    assert "https://other.example/" in desk.polled
    await desk.rounds.stop(0)


async def test_after_the_stop_nothing_more_is_taken(store: Store) -> None:
    clock = FakeClock()
    desk = Desk(store, clock)
    await add(store, clock, *(f"https://h{at}.example/" for at in range(9)))
    await desk.rounds.tick()
    await desk.came(4)
    await desk.rounds.stop(0)
    assert len(desk.polled) == 4
    async with store.write() as tx:
        assert len(await tx.sources.claim_due(clock.now(), 99, 60, "you")) == 9


async def test_a_database_that_goes_away_meanwhile_is_asked_at_the_next_tick(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    desk = Desk(store, clock, concurrency=1)
    await add(store, clock, "https://a.example/", "https://b.example/")
    await desk.rounds.tick()
    await desk.came(1)
    whole, asked = Store.write, 0

    def away(opened: Store) -> object:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise StoreError("The database is away.")
        return whole(opened)

    monkeypatch.setattr(Store, "write", away)
    desk.open.set()
    await desk.rounds.idle()
    await desk.rounds.stop(1)
    assert "no more sources were taken: The database is away." in caplog.text
    assert await desk.rounds.tick() == 1
    await desk.rounds.idle()


async def test_when_somebody_waits_for_the_first_time_nobody_sleeps_on(store: Store) -> None:
    clock = FakeClock()
    desk = Desk(store, clock)
    await add(store, clock, "https://a.example/", "https://b.example/")
    async with store.write() as tx:
        a, b = [one.id for one in await tx.sources.feeds()]
        later = clock.now() + DAY
        await tx.sources.record(SourcePolled(a, clock.now(), later, 60))
        await tx.sources.record(SourcePolled(b, clock.now(), later, 60, error="is ill"))
    assert await desk.rounds.tick() == 0
    async with store.write() as tx:
        await subscribe(tx, 1)
    clock.move(FRESH_S)
    assert await desk.rounds.tick() == 0
    async with store.read() as tx:
        due = {one.id: one.next_poll_at for one in await tx.sources.feeds()}
    assert due == {a: clock.now() + timedelta(seconds=300), b: later}
    again = Rounds(
        store, clock, desk.poll, owner="me", concurrency=1, per_host=1, lease_s=60, interval_s=1
    )
    await again.tick()
    async with store.read() as tx:
        kept = await tx.sources.get(a)
    assert kept is not None
    assert kept.next_poll_at == due[a], "a restart hastens nobody"
