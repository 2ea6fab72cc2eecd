"""Processes of one database: the living share the rate, the dead are inherited from."""

from collections.abc import AsyncIterator

import pytest

from bot.services.presence import Presence
from storage.records import DeliveryState, NewSource
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House

ADA, BEN = 1001, 1002


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Store]:
    """The store of another process."""
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


async def test_alone_it_has_the_whole_rate(store: Store, clock: FakeClock) -> None:
    parts: list[float] = []
    async with Presence(store, clock, "one", share=parts.append).alive():
        pass
    assert parts == [1.0]


async def test_who_sends_nothing_takes_nothing(store: Store, clock: FakeClock) -> None:
    parts: list[float] = []
    async with Presence(store, clock, "one", weight=0.0, share=parts.append).alive():
        pass
    assert parts == [0.0]


async def test_two_share_by_weight_and_one_grows_only_when_the_other_shrank(
    store: Store, other: Store, clock: FakeClock
) -> None:
    first: list[float] = []
    second: list[float] = []
    one = Presence(store, clock, "one", weight=3, share=first.append)
    two = Presence(other, clock, "two", share=second.append)
    async with one.alive():
        async with two.alive():
            assert first[-1] + second[-1] <= 1.03
            await one.beat()
            assert first[-1] == 0.75
            await two.beat()
            assert second[-1] == 0.25
        await one.beat()
        assert first[-1] == 1.0


async def test_what_a_dead_process_had_claimed_comes_back_at_once(
    store: Store, other: Store, clock: FakeClock
) -> None:
    house = House(store, clock)
    for chat in (ADA, BEN):
        await house.chat(chat)
    await house.publish()
    async with other.write() as tx:
        await tx.sources.add(NewSource("https://example.com/other"), clock.now())
        assert len(await tx.outbox.claim(clock.now(), 1, 90, "dead")) == 1
        assert await tx.sources.claim_due(clock.now(), 9, 120, "dead")
        # It died without a word: nobody holds its name, but its sign of life is there.
        await tx.state.put("process.dead", sign(clock))
    clock.move(11)
    async with Presence(store, clock, "heir").alive():
        assert await house.counts() == {DeliveryState.WAITING: 2}
        async with store.write() as tx:
            claimed = await tx.outbox.claim(clock.now(), 9, 90, "heir")
            assert sorted(due.maybe_duplicate for due in claimed) == [False, True]
            assert {due.uncertain for due in claimed} == {0}, "no answer was lost"
            assert await tx.sources.claim_due(clock.now(), 9, 120, "heir")


async def test_nothing_is_taken_from_the_living(
    store: Store, other: Store, clock: FakeClock
) -> None:
    house = House(store, clock)
    await house.chat(ADA)
    await house.publish()
    async with Presence(other, clock, "living").alive():
        async with other.write() as tx:
            assert len(await tx.outbox.claim(clock.now(), 1, 90, "living")) == 1
        clock.move(60)
        async with Presence(store, clock, "one").alive():
            assert await house.counts() == {DeliveryState.SENDING: 1}


async def test_a_server_that_forgot_a_name_is_given_time(
    postgresql_url: str, clock: FakeClock
) -> None:
    store = await Store.open(postgresql_url)
    house = House(store, clock)
    await house.chat(ADA)
    await house.publish()
    async with store.write() as tx:
        await tx.outbox.claim(clock.now(), 1, 90, "nameless")
        await tx.state.put("process.nameless", sign(clock))
    async with Presence(store, clock, "one").alive():
        assert await house.counts() == {DeliveryState.SENDING: 1}
        clock.move(11)
    async with Presence(store, clock, "two").alive():
        assert await house.counts() == {DeliveryState.WAITING: 1}
    await store.close()


def sign(clock: FakeClock) -> bytes:
    at = clock.now().isoformat()
    return f'{{"weight": 1.0, "at": "{at}"}}'.encode()


async def test_who_leaves_in_order_leaves_no_sign(store: Store, clock: FakeClock) -> None:
    async with Presence(store, clock, "one").alive(), store.read() as tx:
        assert list(await tx.state.all("process.")) == ["process.one"]
    async with store.read() as tx:
        assert await tx.state.all("process.") == {}
