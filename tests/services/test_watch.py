"""Those who read a source hear once that it is in trouble, and once that it is back."""

from collections.abc import Sequence
from datetime import timedelta

from bot.services.watch import SourceNotice, SourceWatch
from storage.records import (
    ChatId,
    ChatState,
    NewSource,
    Place,
    SourceId,
    SourcePolled,
    SourceState,
    TopicId,
)
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.storage.makers import subscribe

URL = "https://harbour.example/feed"


class Told(list[tuple[str, str, list[Place]]]):
    async def tell(self, notice: SourceNotice, places: Sequence[Place]) -> None:
        self.append((notice.source.title, notice.trouble, list(places)))


async def polled(store: Store, clock: FakeClock, number: SourceId, *, gone: bool = False) -> None:
    now = clock.now()
    state = SourceState.GONE if gone else SourceState.ACTIVE
    result = SourcePolled(number, now, now + timedelta(days=1), 86_400, new_state=state)
    async with store.write() as tx:
        await tx.sources.record(result)


async def test_who_added_a_source_and_who_asks_for_it_hear_of_it_once(
    store: Store,
) -> None:
    clock, told = FakeClock(), Told()
    watch = SourceWatch(store, clock, told.tell, operators={900})
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource(URL, "Harbour News", added_by=5), clock.now())
        other = NewSource("https://other.example/feed", "The Other")
        await tx.sources.add(other, clock.now())
        asking = "korea + source:harbour"
        await subscribe(tx, 1, asking, topic=7, tags=("korea",), shown="#Korea source:Harbour")
        await subscribe(tx, 2, "korea")
        without = "-source:harbour + korea"
        await subscribe(tx, 3, without, tags=("korea",), shown="#Korea -source:Harbour")
        await subscribe(tx, 4, asking, tags=("korea",), shown="#Korea source:Harbour")
        await tx.chats.set_state(ChatId(4), ChatState.ASLEEP, "blocked", clock.now())
    assert await watch.tick() == 0
    await polled(store, clock, source.id, gone=True)
    assert await watch.tick() == 1
    assert await watch.tick() == 0
    readers = [Place(ChatId(5)), Place(ChatId(1), TopicId(7))]
    assert told == [("Harbour News", "gone", readers)]
    async with store.write() as tx:
        await tx.sources.remove(source.id)
    assert await watch.tick() == 0
    async with store.read() as tx:
        assert await tx.state.all("source.told.") == {}


async def test_the_end_of_a_trouble_is_told_too(store: Store) -> None:
    clock, told = FakeClock(), Told()
    watch = SourceWatch(store, clock, told.tell, operators={900})
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource(URL, added_by=900), clock.now())
    await polled(store, clock, source.id, gone=True)
    await watch.tick()
    await polled(store, clock, source.id)
    again = SourceWatch(store, clock, told.tell, operators={900})
    assert (await again.tick(), await again.tick()) == (1, 0)
    assert told == [("", "gone", []), ("", "", [])], "operators hear otherwise"


async def test_a_query_of_another_version_asks_for_nothing(store: Store) -> None:
    clock, told = FakeClock(), Told()
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource(URL, "Harbour News"), clock.now())
        await subscribe(tx, 1, "source:harbour", tags=("korea",), shown="source: + (")
    await polled(store, clock, source.id, gone=True)
    await SourceWatch(store, clock, told.tell).tick()
    assert told == [("Harbour News", "gone", [])]
