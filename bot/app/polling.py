"""The part that reads the web, put together."""

from collections.abc import Callable

from bot.app.workshop import Workshop
from bot.services.pages import Pages
from bot.services.poll import Poller, PollRules


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
    return Poller(shop.store, shop.web, shop.clock, rules, news_came, pages=pages)
