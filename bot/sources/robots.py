"""The robots.txt of sites whose articles we read; each is fetched seldom."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from yarl import URL

from bot.clock import Clock
from bot.core import robots
from bot.core.robots import ALL, LOOKED_AT, NOTHING, Robots
from bot.errors import AddressError, FetchError
from bot.sources.fetch import Answer, Fetcher

NAME = "tagwire"
"""By what a robots.txt may name us."""
_GOOD = timedelta(days=1)
"""How long an answer holds (RFC 9309, 2.4)."""
_TROUBLE = timedelta(minutes=10)
"""How long nothing is read of a site that cannot say what may be read."""
_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class _Kept:
    rules: Robots
    until: datetime


class RobotsFiles:
    """Knows what a site's robots.txt says, from memory where it was asked lately."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def of(self, url: URL) -> Robots:
        """Return the rules of an address' site; what goes wrong means that nothing may be read."""
        origin = str(url.origin())
        kept = self._kept.get(origin)
        if kept is None or kept.until <= self._clock.now():
            kept = await self._ask(origin)
            self._kept[origin] = kept
        self._kept.move_to_end(origin)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept.rules

    async def _ask(self, origin: str) -> _Kept:
        try:
            answer = await self._fetcher.fetch(f"{origin}/robots.txt", {"Accept": "text/plain"})
        except (AddressError, FetchError):
            return _Kept(NOTHING, self._clock.now() + _TROUBLE)
        if answer.status == 429 or answer.status >= 500:
            return _Kept(NOTHING, self._clock.now() + _TROUBLE)
        # In a thread: half a megabyte of rules would hold up everybody else.
        rules = await asyncio.to_thread(_rules, answer) if answer.status == 200 else ALL
        return _Kept(rules, self._clock.now() + _GOOD)


def _rules(answer: Answer) -> Robots:
    text = answer.body[:LOOKED_AT].decode("utf-8", "replace").removeprefix("\ufeff")
    return robots.read(text, NAME)
