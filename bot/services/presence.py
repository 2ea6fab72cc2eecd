"""Which processes share the database: the living share Telegram's rate, the dead are inherited."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from storage.errors import StoreError
from storage.store import Sole, Store, Transaction

log = logging.getLogger(__name__)

BEAT_S = 2.0
SILENT = timedelta(seconds=10)
"""A process whose name nobody holds, and that wrote nothing for so long, is dead."""
FIRST_SHARE = 0.02
"""What a newcomer takes of the rate until the others had a beat's time to make room."""
GOODBYE_S = 0.5
"""So long leaving in order may take; the others find out by themselves."""
_PREFIX = "process."


@dataclass(frozen=True, slots=True)
class Process:
    """A process as the others see it."""

    owner: str
    weight: float
    """Its part of the rate, against the weights of the others."""
    at: datetime
    """When it last gave a sign, by the database's clock."""


class Presence:
    """One process among those of a database.

    A process that dies leaves claimed deliveries and sources behind. Their leases would run out
    in time, but others, or the same after a restart, need not wait for that: while a process
    lives it holds its name (a locked file, a session of PostgreSQL), and what somebody without a
    name has claimed comes back at once.

    The bot's rate is one for all processes. Each takes its share by weight; one that grows waits
    a beat, so that the others have shrunk by then.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        owner: str,
        *,
        weight: float = 1.0,
        share: Callable[[float], None] = lambda _part: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._weight = weight
        self._share = share
        self._sole: Sole | None = None
        self._part = 0.0
        self._wanted: float | None = None

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Hold the process's name; at the end the others know that it left in order."""
        async with self._store.only_one(self._owner) as self._sole:
            await self.beat()
            try:
                yield
            finally:
                await self._leave()

    async def beat(self) -> None:
        """Give a sign of life, inherit from the dead, and take a share of the rate."""
        if self._sole is not None and not await self._sole.still():
            log.error("another process has the name %s", self._owner)
        async with self._store.read() as tx:
            others = [one for one in await _processes(tx) if one.owner != self._owner]
        now = self._clock.now() + self._store.clock_ahead
        dead = [one for one in others if await self._is_dead(one, now)]
        async with self._store.write() as tx:
            sign = {"weight": self._weight, "at": now.isoformat()}
            await tx.state.put(_PREFIX + self._owner, json.dumps(sign).encode())
            for one in dead:
                await self._inherit(tx, one)
        living = [one.weight for one in others if one not in dead]
        total = self._weight + sum(living)
        self._take(self._weight / total if total else 0.0)

    async def _is_dead(self, one: Process, now: datetime) -> bool:
        # A server that restarts forgets who holds a name; a file's lock ends with the process only.
        if self._store.forgets_names and now - one.at < SILENT:
            return False
        return not await self._store.is_held(one.owner)

    async def _inherit(self, tx: Transaction, one: Process) -> None:
        """Give back what a dead process had claimed; what was in flight may have arrived."""
        deliveries = await tx.outbox.release(one.owner, self._clock.now(), uncertain=True)
        sources = await tx.sources.release(one.owner)
        await tx.state.remove(_PREFIX + one.owner)
        log.warning(
            "process %s died; %d deliveries and %d sources come back",
            one.owner,
            deliveries,
            sources,
        )

    def _take(self, part: float) -> None:
        if part > self._part and part < 1.0 and part != self._wanted:
            # The others may not know yet that they have to make room.
            self._wanted = part
            part = self._part or FIRST_SHARE
        self._part = part
        self._share(part)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(GOODBYE_S), self._store.write() as tx:
                await tx.state.remove(_PREFIX + self._owner)
        except (StoreError, TimeoutError) as error:
            log.warning("leaving without a word: %s", str(error) or "the database is silent")


async def _processes(tx: Transaction) -> list[Process]:
    found = []
    for name, value in (await tx.state.all(_PREFIX)).items():
        sign = json.loads(value)
        at = datetime.fromisoformat(sign["at"])
        found.append(Process(name.removeprefix(_PREFIX), float(sign["weight"]), at))
    return found


def weight_of(parts: frozenset[str]) -> float:
    """Return a process's part of Telegram's rate against the others': answers are few."""
    if "deliver" in parts:
        return 1.0
    return 0.1 if "chat" in parts else 0.0
