"""The part that reads the web, put together."""

from collections.abc import Callable

from bot.app.memory import rest_what_is_there
from bot.app.workshop import Workshop
from bot.services.hubs import Hubs
from bot.services.pages import Pages
from bot.services.poll import Poller, PollRules
from bot.services.pushed import PushTaker, poll_soon
from bot.services.reach import Reach
from bot.web.websub import PATH
from storage.records import SourceId


def make_poller(
    shop: Workshop,
    owner: str,
    news_came: Callable[[], None],
    *,
    interval_s: float | None,
    gather_edits_s: float,
) -> Poller:
    """Make the poller that the settings want; `owner` is this process's name."""
    settings = shop.settings
    rules = PollRules(
        owner=owner,
        interval_s=interval_s or settings.poll_interval,
        max_alert_age_s=settings.max_alert_age,
        gather_edits_s=gather_edits_s,
        only_allowed=settings.access == "private",
    )
    pages = Pages(shop.web) if settings.fetch_articles else None
    return Poller(
        shop.store,
        Reach(shop.web),
        shop.clock,
        rules,
        news_came,
        pages=pages,
        loaded=rest_what_is_there,
    )


class Pushing:
    """What hubs push, where the world can reach us; a process that doesn't poll only notes it."""

    def __init__(self, shop: Workshop, owner: str, poller: Poller | None) -> None:
        callback = shop.settings.public_origin + PATH
        self.taker = None
        if poller is not None:
            self.taker = PushTaker(shop.store, shop.clock, shop.web, poller, owner)
        take = self.taker.take if self.taker is not None else self._poll_soon
        self._shop = shop
        self.hubs = Hubs(shop.store, shop.clock, shop.web, callback, take)

    async def stop(self) -> None:
        """End what is in hand."""
        if self.taker is not None:
            await self.taker.stop()

    async def _poll_soon(self, source_id: SourceId, _body: bytes, _content_type: str) -> None:
        await poll_soon(self._shop.store, self._shop.clock, source_id)


def make_pushing(shop: Workshop, owner: str, poller: Poller | None) -> Pushing | None:
    """Make what hubs push to; None where nobody outside reaches us."""
    settings = shop.settings
    reachable = settings.listen is not None and settings.public_origin
    return Pushing(shop, owner, poller) if reachable else None


async def stop_reading(poller: Poller, pushing: Pushing | None, within_s: float) -> None:
    """Let polls end within so many seconds; what hubs pushed is polled after the restart."""
    if pushing is not None:
        await pushing.stop()
    await poller.stop(within_s)
