"""Whose request goes out now: few at once for each host, with a pause between, and in all."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock

_REMEMBERED = 2_000
"""Hosts whose last request is known before those that may be asked again are forgotten."""


class Turns:
    """Lets requests go out politely."""

    def __init__(self, clock: Clock, *, per_host: int, overall: int, apart_s: float) -> None:
        self._clock = clock
        self._per_host = per_host
        self._apart_s = apart_s
        self._overall = asyncio.Semaphore(overall)
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._users: defaultdict[str, int] = defaultdict(int)
        self._next: dict[str, float] = {}
        """When a host may be asked again."""

    @asynccontextmanager
    async def of(self, host: str, *, paced: bool = True) -> AsyncIterator[None]:
        """Wait until this host, then the whole, has room for one more; hold it meanwhile.

        Where it is paced, two requests to a host begin `apart_s` from one another at least.
        """
        gate = self._gates.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] += 1
        try:
            async with gate:
                if paced:
                    await self._pause(host)
                async with self._overall:
                    yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._gates[host]

    async def _pause(self, host: str) -> None:
        now = self._clock.monotonic()
        at = max(now, self._next.get(host, now))
        if len(self._next) >= _REMEMBERED:
            self._next = {name: moment for name, moment in self._next.items() if moment > now}
        self._next[host] = at + self._apart_s
        if at > now:
            await self._clock.sleep(at - now)
