"""Whose turn it is: due sources are taken, a poll runs for each, and more are taken as it ends."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta

from bot.clock import Clock
from bot.services.demand import Demand
from storage.errors import StoreError
from storage.records import SourceToFetch
from storage.store import Store

log = logging.getLogger(__name__)


class Rounds:
    """Keeps so many polls running as may be, while there are sources due."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        poll: Callable[[SourceToFetch], Coroutine[None, None, object]],
        *,
        owner: str,
        concurrency: int,
        per_host: int,
        lease_s: float,
        interval_s: float,
    ) -> None:
        self._store = store
        self._clock = clock
        self._poll = poll
        self._owner = owner
        self._concurrency = concurrency
        self._per_host = per_host
        self._lease_s = lease_s
        self._interval = timedelta(seconds=interval_s)
        self.demand = Demand(clock)
        self.broken = 0
        """Polls whose outcome could not be kept."""
        self._running: set[asyncio.Task[object]] = set()
        self._more = False
        """The last claim took all that fitted: there may be more due."""
        self._topping: asyncio.Task[None] | None = None

    async def tick(self) -> int:
        """Start polling what is due and fits; returns how many sources that is.

        While more is due than fits, the next are taken without waiting for the next tick.
        """
        free = self._concurrency - len(self._running)
        if free <= 0:
            return 0
        first_comes = await self.demand.refresh(self._store)
        async with self._store.write() as tx:
            if first_comes:  # Until now all were asked seldom.
                await tx.sources.hasten(self._clock.now() + self._interval)
            due = await tx.sources.claim_due(
                self._clock.now(), free, self._lease_s, self._owner, per_host=self._per_host
            )
        self._more = len(due) == free
        for source in due:
            task = asyncio.create_task(self._poll(source), name=f"poll {source.id}")
            self._running.add(task)
            task.add_done_callback(self._ended)
        return len(due)

    async def idle(self) -> None:
        """Wait until no poll is running, and none is about to."""
        while busy := {*self._running, *self._about_to()}:
            await asyncio.wait(busy)

    def _about_to(self) -> set[asyncio.Task[None]]:
        topping = self._topping
        return {topping} if topping is not None and not topping.done() else set()

    async def stop(self, within_s: float) -> None:
        """Let running polls end within so many seconds, end the others, give all leases back."""
        self._more = False
        if self._topping is not None:
            self._topping.cancel()
            await asyncio.gather(self._topping, return_exceptions=True)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with self._store.write() as tx:
            await tx.sources.release(self._owner)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self.broken += 1
            expected = isinstance(error, StoreError)
            trace = None if expected else error
            log.error("%s was not kept: %s", task.get_name(), error, exc_info=trace)
        elif self._more and len(self._running) * 2 <= self._concurrency:
            self._more = False
            self._topping = asyncio.create_task(self._top_up())

    async def _top_up(self) -> None:
        try:
            await self.tick()
        except StoreError as error:
            log.warning("no more sources were taken: %s", error)  # The next tick tries again.
