"""What the database says of the bot's health, for whoever watches it."""

import asyncio
from dataclasses import dataclass

from bot.clock import Clock
from storage.errors import StoreError
from storage.records import Source
from storage.store import Store

FRESH_S = 1.0
"""So long an answer is given again, so that many who ask cost what one costs."""
FEEDS_FRESH_S = 10.0
"""The same of what is long: thousands of sources."""
PATIENCE_S = 5.0
"""A database that is silent for so long is not there."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A moment of the database."""

    waiting: int
    """Messages that are not yet sent, those in hand with them."""
    sources: int
    failing: int
    """Sources whose last poll failed."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How delivery is doing in this process."""

    paused: bool
    """The database takes no endings, so that nothing is sent."""
    well: bool
    """Telegram takes messages, as far as is known."""


class Patience:
    """Measures how long messages wait while Telegram takes none; looked at now and then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._well_at = clock.monotonic()

    def waited_s(self, sending: Sending | None, stored: Stored | None) -> float | None:
        """Return the seconds that passed without a sign that all is well; None: nobody sends."""
        if sending is None:
            return None
        now = self._clock.monotonic()
        if sending.well or (stored is not None and not stored.waiting):
            self._well_at = now
        return now - self._well_at


class Vitals:
    """Asks the database, at most once a second."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._asking = asyncio.Lock()
        self._found: Stored | None = None
        self._fresh_until = float("-inf")
        self._feeds: tuple[Source, ...] = ()
        self._feeds_fresh_until = float("-inf")

    async def feeds(self) -> tuple[Source, ...]:
        """Return each source with an address of its own; none where no database answers."""
        async with self._asking:
            if self._clock.monotonic() >= self._feeds_fresh_until:
                try:
                    async with asyncio.timeout(PATIENCE_S), self._store.read() as tx:
                        self._feeds = tuple(await tx.sources.feeds())
                except (StoreError, TimeoutError):
                    self._feeds = ()
                self._feeds_fresh_until = self._clock.monotonic() + FEEDS_FRESH_S
            return self._feeds

    async def look(self) -> Stored | None:
        """Return what is stored; None where the database does not answer."""
        async with self._asking:
            if self._clock.monotonic() >= self._fresh_until:
                self._found = await self._ask()
                self._fresh_until = self._clock.monotonic() + FRESH_S
            return self._found

    async def _ask(self) -> Stored | None:
        try:
            async with asyncio.timeout(PATIENCE_S), self._store.read() as tx:
                waiting = await tx.outbox.unsent()
                sources, failing = await tx.sources.tally()
        except (StoreError, TimeoutError):
            return None
        return Stored(waiting, sources, failing)
