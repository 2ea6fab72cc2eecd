"""The jobs of a house, by its parts."""

from collections.abc import Awaitable, Callable

from bot.app.polling import Pushing
from bot.app.workshop import Workshop
from bot.jobs import Job
from bot.services.ailing import Ailing
from bot.services.digests import Digests
from bot.services.housekeeping import Housekeeping
from bot.services.poll import Poller
from bot.services.watch import SourceWatch
from bot.telegram.telling import Teller


def of_polling(shop: Workshop, poller: Poller, tick_s: float) -> list[Job]:
    """Return the jobs of a process that polls sources."""
    prune = Housekeeping(shop.store, shop.clock).prune
    return [
        Job("poll", poller.tick, every_s=tick_s, limit_s=30, overlaps=True),
        Job("follow tags", shop.follow_tags, every_s=tick_s * 2, limit_s=60),
        Job("prune", prune, every_s=3_600, limit_s=600),
    ]


def of_pushing(pushing: Pushing, tick_s: float) -> list[Job]:
    """Return the jobs of a process that hubs reach."""
    return [Job("hubs", pushing.hubs.tick, every_s=tick_s * 10, limit_s=60, overlaps=True)]


def of_delivering(
    shop: Workshop, wake: Callable[[], Awaitable[None]], digest_tick_s: float
) -> list[Job]:
    """Return the jobs of a process that delivers alerts."""
    digests = Digests(shop.store, shop.clock)
    return [
        Job("deliver", wake, every_s=5, limit_s=5),
        Job("digests", digests.tick, every_s=digest_tick_s, limit_s=600, overlaps=True),
    ]


def of_chatting(shop: Workshop, teller: Teller) -> list[Job]:
    """Return the jobs of the one process that answers chats."""
    watch = SourceWatch(shop.store, shop.clock, teller.source_changed, shop.settings.admins)
    ailing = Ailing(shop.store, shop.clock, shop.settings.admins, teller)
    return [
        Job("watch sources", watch.tick, every_s=3_600, limit_s=600),
        Job("ailing sources", ailing.look, every_s=600, limit_s=120),
        Job("rest the painter", shop.painter.rest, every_s=600, limit_s=30),
    ]
