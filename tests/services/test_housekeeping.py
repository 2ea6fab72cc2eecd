"""What is old leaves the database; what is still needed stays."""

from datetime import timedelta

from bot.services.housekeeping import Housekeeping, Pruned
from storage.records import ChatId, Key
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House


async def test_old_articles_and_deliveries_leave_and_new_ones_stay(store: Store) -> None:
    clock = FakeClock()
    house, keeping = House(store, clock), Housekeeping(store, clock)
    await house.chat(1001)
    await house.publish(2)
    async with store.write() as tx:
        await tx.buttons.put(ChatId(1001), "token", "words", clock.now(), 9)
    assert await keeping.prune() == Pruned(0, 0, 0)
    clock.move(timedelta(days=31).total_seconds())
    assert await keeping.prune() == Pruned(0, 2, 0, 1)
    clock.move(timedelta(days=60).total_seconds())
    await house.publish()
    assert await keeping.prune() == Pruned(2, 0, 0)
    async with store.read() as tx:
        [source] = await tx.sources.all()
        assert await tx.articles.known_keys(source.id, [Key(1), Key(2)]) == {Key(1), Key(2)}
        assert len(await tx.stories.latest()) == 1
