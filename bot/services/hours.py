"""Keeps what this process counts, hour by hour, beside what others count."""

import asyncio
from collections.abc import Callable

from bot.clock import Clock
from bot.core.hours import NOTHING, Hour, dump, load, noted
from storage.store import Store

NAME = "hours"
NOTED_EVERY_S = 60.0
"""A process that dies takes what it counted since then with it; nothing hangs on these figures."""


class Hours:
    """Adds now and then what happened since the last time to the running hour."""

    def __init__(self, store: Store, clock: Clock, counted: Callable[[], Hour]) -> None:
        self._store = store
        self._clock = clock
        self._counted = counted
        self._kept = counted()
        self._noting = asyncio.Lock()

    def unkept(self) -> Hour:
        """Return what happened in this process since it was last noted."""
        return self._counted().since(self._kept)

    async def note(self) -> None:
        """Keep what happened, and how many messages wait; nothing is written for nothing."""
        async with self._noting:
            counted = self._counted()
            async with self._store.read() as tx:
                waits = Hour(waiting=await tx.outbox.waiting())
            new = counted.since(self._kept).plus(waits)
            if new == NOTHING:
                return
            async with self._store.write() as tx:
                hours = noted(load(await tx.state.get(NAME)), new, self._clock.now())
                await tx.state.put(NAME, dump(hours))
            self._kept = counted
