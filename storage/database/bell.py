"""Wakes who waits for work: at once in this process, by NOTIFY in others on PostgreSQL."""

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database.work import CHANNEL


class Bell:
    """Rings when deliveries were put; a ring is kept until somebody waits for it."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        self._engine = engine
        self._rung = asyncio.Event()
        self._ear: AsyncConnection | None = None
        self._lost = False

    def ring(self, *_heard: Any) -> None:
        """Wake who waits, or who waits next."""
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, or so long; tell whether it rang. Listens to other processes too."""
        if self._engine is not None and (self._ear is None or self._lost):
            await self._listen(self._engine)
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            await self._check()
            return False
        self._rung.clear()
        return True

    async def _check(self) -> None:
        """Ask whether the ear still hears; a line that went dead does not say so itself."""
        if self._ear is None:
            return
        try:
            driver: Any = (await self._ear.get_raw_connection()).driver_connection
            await driver.fetchval("SELECT 1")
        except BaseException:
            self._lost = True
            raise

    async def _listen(self, engine: AsyncEngine) -> None:
        """Open an ear; what rang before it was open may be missed, so ring once."""
        await self.close()
        ear = await engine.connect()
        try:
            raw = await ear.get_raw_connection()
            driver: Any = raw.driver_connection
            driver.add_termination_listener(self._hung_up)
            await driver.add_listener(CHANNEL, self.ring)
        except BaseException:
            await ear.invalidate()
            await ear.close()
            raise
        self._ear, self._lost = ear, False
        self.ring()

    def _hung_up(self, *_connection: Any) -> None:
        self._lost = True
        self.ring()

    async def close(self) -> None:
        """Stop listening."""
        ear, self._ear = self._ear, None
        if ear is not None:
            # The pool must not lend it on: it still listens.
            await ear.invalidate()
            await ear.close()
