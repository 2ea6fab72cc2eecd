"""Who waits for a source's news is counted now and then."""

from dataclasses import replace

from bot.services.demand import FRESH_S, Demand
from bot.services.sources import asked_once
from storage.records import SourceKind, TagId
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.storage.makers import TEMPLATE, fill, subscribe


async def test_a_feed_serves_all_chats_and_a_tags_source_those_of_the_tag(store: Store) -> None:
    clock = FakeClock()
    demand = Demand(clock)
    feed = asked_once("https://paper.example/feed")
    assert demand.of(feed) is None
    async with store.write() as tx:
        await tx.sources.add(TEMPLATE, clock.now())
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 2, "korea")
        await subscribe(tx, 3, "japan")
        await tx.sources.follow_tags(fill, clock.now())
        (korea,) = [one for one in await tx.sources.all() if one.url.endswith("korea")]
    await demand.refresh(store)
    of_korea = replace(feed, kind=SourceKind.TAG, tag_id=korea.tag_id)
    assert (demand.of(feed), demand.of(of_korea)) == (3, 2)
    assert demand.of(replace(of_korea, tag_id=TagId(99))) == 0
    async with store.write() as tx:
        await subscribe(tx, 4, "korea")
    await demand.refresh(store)
    assert demand.of(of_korea) == 2, "counting takes long, so it is done now and then"
    clock.move(FRESH_S)
    await demand.refresh(store)
    assert (demand.of(feed), demand.of(of_korea)) == (4, 3)
