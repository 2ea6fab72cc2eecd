"""What this process counts of itself, for `/stats`."""

import logging
from collections.abc import Callable, Collection

from bot.app.workshop import Workshop
from bot.core.hours import Hour
from bot.services.deliver import Deliverer
from bot.services.hours import Hours
from bot.services.poll import Poller
from bot.services.stats import Live
from bot.telegram.pacing import Pace
from storage.errors import StoreError

log = logging.getLogger(__name__)


class Tallies:
    """Reads the counters of the parts, and keeps what they counted hour by hour."""

    def __init__(
        self,
        shop: Workshop,
        pace: Pace,
        poller: Poller,
        deliverer: Deliverer | None,
        failing: Callable[[], Collection[str]],
    ) -> None:
        self._clock = shop.clock
        self._since = shop.clock.now()
        self._pace = pace
        self._poller = poller
        self._sent = deliverer.counts if deliverer is not None else None
        self._failing = failing
        self.hours = Hours(shop.store, shop.clock, self.counted)

    def live(self) -> Live:
        """Tell what happens now."""
        return Live(
            since=self._since,
            sent=self._sent.sent if self._sent is not None else None,
            floods=self._pace.floods,
            rate=self._pace.rate(self._clock.monotonic()),
            jobs_failing=tuple(sorted(self._failing())),
            unkept=self.hours.unkept(),
        )

    def counted(self) -> Hour:
        """Tell what happened since the start."""
        sent, dropped = 0, 0
        if self._sent is not None:
            sent, dropped = self._sent.sent, self._sent.dropped + self._sent.given_up
        return Hour(sent, dropped, self._poller.polls, self._poller.failed, self._pace.floods)

    async def close(self) -> None:
        """Keep what was counted since the last minute, if the database is there."""
        try:
            await self.hours.note()
        except StoreError as error:
            log.warning("what happened in the last minute was not kept: %s", error)
