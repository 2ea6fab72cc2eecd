"""Waiting for whichever comes first: news, or a moment."""

import asyncio

from bot.clock import Clock


class Bell:
    """Wakes the one who waits. A ring while nobody waits is kept, several count once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the one who waits, or the next who does."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return after a ring, or after so many seconds of the clock."""
        if not self._rung.is_set() and seconds > 0:
            tasks = [
                asyncio.ensure_future(self._rung.wait()),
                asyncio.ensure_future(self._clock.sleep(seconds)),
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        else:
            await asyncio.sleep(0)
        self._rung.clear()
