"""Who waits for an ending to be written down never waits for nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.services.settler import Ending, Settler
from storage.records import ChatId, Done
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
