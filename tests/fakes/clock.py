"""A clock that moves only when a test moves it, and one that hurries by itself."""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)


STEPS_OF_THE_LOOP = 30
"""More than a request and its answer need when both ends of the socket share the event loop."""


class FakeClock:
    """Satisfies bot.clock.Clock; sleepers wake in the order of their times.

    `busy` tells whether threads or other processes work for the test; no time passes meanwhile.
    """

    def __init__(self, start: datetime = START) -> None:
        self.busy: Callable[[], bool] = lambda: False
        self._start = start
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = count()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._number), woken))
        await woken

    def move(self, seconds: float) -> None:
        """Let time pass, and wake who slept until then."""
        self._passed += seconds
        while self._sleepers and self._sleepers[0][0] <= self._passed:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def put_forward(self, by: timedelta) -> None:
        """Let the time of day jump, as when a machine learns it late; nobody gets older."""
        self._start += by

    async def run_until(self, predicate: Callable[[], bool], within: float = 120.0) -> None:
        """Let time pass from one sleeper to the next until something is true.

        It passes only when all that was to be done at a moment is done, however slow the machine.
        """
        end = self._passed + within
        while not predicate():
            await self._settle()
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)
            if predicate():
                return
            assert self._passed < end, "it did not become true in time"
            if self._sleepers:
                self.move(max(0.0, min(self._sleepers[0][0], end) - self._passed))

    async def _settle(self) -> None:
        """Return when the event loop has run out of work, and nobody else works for it."""
        quiet = 0
        while quiet < STEPS_OF_THE_LOOP:
            if self.busy():
                quiet = 0
                await asyncio.sleep(0.0005)
            else:
                quiet += 1
                await asyncio.sleep(0)

    async def stand_until(self, predicate: Callable[[], bool]) -> None:
        """Let something become true while no time passes at all."""
        async with asyncio.timeout(30):
            while not predicate():  # noqa: ASYNC110 - whatever it is, threads and sockets bring it
                await asyncio.sleep(0.001)


class HurriedClock:
    """Satisfies bot.clock.Clock; goes so many times as fast as the machine's own clock."""

    def __init__(self, times: float) -> None:
        self.times = times
        self._start, self._began = datetime.now(UTC), time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self.times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.times)

    def put_to(self, moment: datetime) -> None:
        """Let the time of day jump, as on a machine that slept; nobody gets older."""
        self._start += moment - self.now()
