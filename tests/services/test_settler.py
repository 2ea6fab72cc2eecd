"""Who waits for an ending to be written down never waits for nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.services.counts import Counts
from bot.services.settler import ChatSlept, Ending, Settler, TopicSlept
from storage.records import ChatId, ChatKind, DeliveryId, DeliveryState, Done, Place, TopicId
from storage.store import Store, Transaction
from tests.fakes.clock import FakeClock
from tests.services.delivering import House


@pytest.mark.parametrize("times", [1, 9], ids=["once", "for good"])
async def test_a_fault_of_our_own_holds_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    clock, left = FakeClock(), times
    house = House(store, clock)
    await house.chat(1001)
    await house.publish()
    async with store.write() as tx:
        (due,) = await tx.outbox.claim(clock.now(), 9, 90, "one")
    whole = Store.write

    @asynccontextmanager
    async def broken(self: Store) -> AsyncIterator[Transaction]:
        nonlocal left
        left -= 1
        if left >= 0:
            raise ZeroDivisionError
        async with whole(self) as tx:
            yield tx

    monkeypatch.setattr(Store, "write", broken)
    settler = Settler(store, clock, "one", lambda _topic: None)
    first = asyncio.ensure_future(settler.settle([Ending(Done(due.id, 7))]))
    second = asyncio.ensure_future(settler.settle([]))
    await clock.run_until(lambda: first.done() and second.done(), within=120)
    await asyncio.gather(first, second)
    assert not settler.paused
    states = [state.value for state in await house.counts()]
    assert states == (["sent"] if times == 1 else ["sending"]), "in flight until a restart"
    assert ChatId(1001) == due.place.chat_id
    await settler.close()


async def test_what_waits_for_a_chat_that_goes_to_sleep_is_counted(store: Store) -> None:
    house = House(store, FakeClock())
    for chat in (1001, 1002):
        await house.chat(chat)
    await house.chat(-1, ChatKind.SUPERGROUP, topics=(5, 6))
    await house.publish(3)
    counts = Counts()
    settler = Settler(store, house.clock, "one", lambda _topic: None, counts)
    ended = Ending(Done(DeliveryId(0), 7), ChatSlept(ChatId(1001), "blocked", forever=False))
    closed = Ending(Done(DeliveryId(0), 7), TopicSlept(Place(ChatId(-1), TopicId(5)), "closed"))
    await settler.settle([ended, ended])
    await settler.settle([closed])
    assert counts.dropped == 6
    assert await house.counts() == {DeliveryState.WAITING: 6, DeliveryState.DROPPED: 6}
