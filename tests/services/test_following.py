"""Tags get their searches soon, and without looking all the time."""

from bot.services.source_lists import SourceLists
from storage.records import ChatId, ChatState
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.storage.makers import TEMPLATE, fill, subscribe


async def test_new_tags_and_templates_are_followed_at_once_and_sleeping_chats_within_a_minute(
    store: Store,
) -> None:
    clock = FakeClock()
    lists = SourceLists(store, clock, lambda _: "")
    async with store.write() as tx:
        await subscribe(tx, 1, "korea")
    assert await lists.follow_tags(fill) == (0, 0)
    async with store.write() as tx:
        await tx.sources.add(TEMPLATE, clock.now())
    assert await lists.follow_tags(fill) == (1, 0)
    async with store.write() as tx:
        await subscribe(tx, 1, "japan")
    assert await lists.follow_tags(fill) == (1, 0)
    async with store.write() as tx:
        await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", clock.now())
    assert await lists.follow_tags(fill) == (0, 0)
    clock.move(60)
    assert await lists.follow_tags(fill) == (0, 2)
