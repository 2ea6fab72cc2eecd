"""The poller as the house has it: a night without a line costs no source its turn."""

from datetime import timedelta

from bot.app.polling import make_poller
from bot.app.workshop import open_workshop
from bot.settings import Settings
from storage.records import NewSource
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer
from tests.journeys.scene import Item, rss


async def test_after_a_night_without_a_line_all_are_read_within_an_interval(
    sqlite_url: str,
) -> None:
    clock = FakeClock()
    said = {"database_url_given": sqlite_url, "sources": "none", "fetch_articles": False}
    settings = Settings.model_validate(said | {"allowed_networks": ("127.0.0.0/8",)})
    papers = [FeedServer() for _ in range(3)]
    async with open_workshop(settings, clock) as shop:
        for paper in papers:
            await paper.start()
        await shop.lists.load([NewSource(paper.puts("/feed", rss(Item("A")))) for paper in papers])
        poller = make_poller(shop, "me", lambda: None, interval_s=300, gather_edits_s=1)
        await poller.tick()
        await poller.idle()
        assert all(paper.asked["/feed"] for paper in papers)
        for paper in papers:
            await paper.stop()
        for _ in range(8 * 12):
            clock.move(300)
            await poller.tick()
            await poller.idle()
        async with shop.store.read() as tx:
            sources = await tx.sources.all()
        await poller.stop(1)
    assert [one.failures for one in sources] == [1, 1, 1]
    soon = clock.now() + timedelta(seconds=360)
    assert all(one.next_poll_at is not None and one.next_poll_at <= soon for one in sources)
