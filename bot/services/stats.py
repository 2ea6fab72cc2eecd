"""How the bot is doing, in figures, for its operators."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest

from bot.clock import Clock
from bot.core import hours
from bot.core.hours import NOTHING, Hour
from bot.core.source_state import took_s
from bot.services.hours import NAME
from storage.records import DeliveryState, Source, SourceState
from storage.store import Store

FRESH_S = 5
"""Counting a million rows takes a while; so long the figures are good."""
PULSE_FRESH_S = 60
"""So long what is drawn stays as it is, and one picture does for all who ask."""
SLOWEST = 5
NOTICED_S = 0.1
"""Who answers sooner is not slow."""


@dataclass(frozen=True, slots=True)
class Live:
    """What this process counts itself, since its start."""

    since: datetime
    sent: int | None
    """Messages that Telegram took; None: another process sends them."""
    floods: int
    """Flood waits that Telegram asked for."""
    rate: float
    """The overall rate in force, in messages a second."""
    jobs_failing: tuple[str, ...] = ()
    """Jobs whose last run failed."""
    unkept: Hour = NOTHING
    """What the hours that are kept do not have yet."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last two days, and who keeps us waiting."""

    at: datetime
    hours: tuple[Hour, ...]
    """In their order; that of `at` is the last."""
    slowest: tuple[tuple[Source, float], ...]
    """Sources, and how many seconds each usually takes to answer; slowest first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A moment of the bot's life."""

    rows: Mapping[str, int]
    """How many of each thing are stored, by its name."""
    deliveries: Mapping[DeliveryState, int]
    waiting: int
    oldest_wait_s: float | None
    """How long the delivery that waits longest has been due; None or negative: nothing late."""
    sources: int
    failing: tuple[Source, ...]
    """Sources whose last poll failed, worst first."""
    pulse: Pulse
    live: Live | None = None
    """None: nobody counts."""


class Stats:
    """Collects the figures; who asks again within seconds gets those that were read."""

    def __init__(self, store: Store, clock: Clock, live: Callable[[], Live] | None = None) -> None:
        self._store = store
        self._clock = clock
        self._live = live
        self._one_reads = asyncio.Lock()
        self._read: tuple[float, Figures] | None = None
        self._pulse: tuple[float, Pulse] | None = None

    async def figures(self) -> Figures:
        """Return the figures as they were at most `FRESH_S` ago; what this process counts, now."""
        async with self._one_reads:
            if self._read is None or self._clock.monotonic() - self._read[0] >= FRESH_S:
                figures = await self._figures()
                self._read = self._clock.monotonic(), figures
            figures = self._read[1]
        return replace(figures, live=self._live()) if self._live is not None else figures

    async def _figures(self) -> Figures:
        """Read everything in one snapshot, but the counts of rows."""
        rows = await self._store.stats()
        async with self._store.read() as tx:
            counts = await tx.outbox.counts()
            due = await tx.outbox.oldest()
            sources = await tx.sources.all()
            kept = await tx.state.get(NAME)
        failing = sorted(
            (one for one in sources if one.failures and one.state is SourceState.ACTIVE),
            key=lambda one: -one.failures,
        )
        waiting = counts.get(DeliveryState.WAITING, 0)
        late = (self._clock.now() - due).total_seconds() if due is not None else None
        pulse = self._pulse_of(kept, sources, waiting)
        return Figures(rows, counts, waiting, late, len(sources), tuple(failing), pulse)

    def _pulse_of(self, kept: bytes | None, sources: Iterable[Source], waiting: int) -> Pulse:
        moment = self._clock.monotonic()
        if self._pulse is None or moment - self._pulse[0] >= PULSE_FRESH_S:
            now = self._clock.now()
            own = self._live().unkept if self._live is not None else NOTHING
            known = hours.noted(hours.load(kept), own.plus(Hour(waiting=waiting)), now)
            self._pulse = moment, Pulse(now, hours.until(known, now), _slowest(sources))
        return self._pulse[1]


def _slowest(sources: Iterable[Source]) -> tuple[tuple[Source, float], ...]:
    timed = ((one, took_s(one.scheduling)) for one in sources if one.state is SourceState.ACTIVE)
    slow = nlargest(SLOWEST, timed, key=lambda pair: pair[1])
    return tuple((one, seconds) for one, seconds in slow if seconds >= NOTICED_S)
