"""How much waits for each place, and how much it was told lately."""

from datetime import datetime, timedelta

from storage.records import ChatId, Done, Place, Pressure, TopicId
from storage.store import Store
from tests.storage.makers import NOW, SECOND, Deliverer, add_story, put, subscribe

LONG_AGO = NOW - timedelta(days=1)


async def test_each_place_has_its_own(store: Store) -> None:
    one, topic, other = Place(ChatId(1)), Place(ChatId(1), TopicId(5)), Place(ChatId(2))
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 1, topic=5)
        for number in range(3):
            await put(tx, await add_story(tx, number))
    told: dict[Place, list[datetime]] = {one: [], topic: [], other: []}
    for second in range(4):
        now = NOW + second * SECOND
        (due,) = await Deliverer(store).claim(now)
        told[due.place].append(now)
        async with store.write() as tx:
            await tx.outbox.settle_many([Done(due.id, 7)], now)
    assert told[one]
    assert told[topic]
    async with store.read() as tx:
        found = await tx.outbox.pressure(list(told), LONG_AGO)
        lately = await tx.outbox.pressure(list(told), NOW + 2 * SECOND)
        assert await tx.outbox.pressure([], LONG_AGO) == {}
    for place, moments in told.items():
        first, waiting = min(moments, default=None), 3 - len(moments) if place != other else 0
        assert found[place] == Pressure(waiting, len(moments), first)
        assert lately[place].told == sum(moment >= NOW + 2 * SECOND for moment in moments)


async def test_what_is_claimed_does_not_wait(store: Store) -> None:
    place = Place(ChatId(1))
    async with store.write() as tx:
        await subscribe(tx, 1)
        for number in range(3):
            await put(tx, await add_story(tx, number))
    await Deliverer(store).claim()
    async with store.read() as tx:
        assert await tx.outbox.pressure([place], LONG_AGO) == {place: Pressure(2, 0, None)}
