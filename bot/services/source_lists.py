"""Lists of sources: the one to start with, and those that people bring and take along."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from storage.records import NewSource, Source, SourceKind, Tag
from storage.store import Store

log = logging.getLogger(__name__)

_LOADED = "sources.loaded"
_STEP = 200

Fill = Callable[[Source, Tag], str]
"""Makes a template's address for one tag."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    added: int
    known: int
    refused: tuple[tuple[str, str], ...] = ()
    """(address, why) of those that may not be read."""


class SourceLists:
    """Loads lists of sources, and keeps tag sources in step with the subscriptions."""

    def __init__(self, store: Store, clock: Clock, check: Callable[[str], str]) -> None:
        """`check` returns why an address may not be read, or nothing."""
        self._store = store
        self._clock = clock
        self._check = check

    async def first_start(self, sources: Sequence[NewSource]) -> int:
        """Load the sources to start with, once in a database's life; returns how many."""
        async with self._store.read() as tx:
            if await tx.state.get(_LOADED) is not None:
                return 0
        imported = await self.load(sources)
        async with self._store.write() as tx:
            await tx.state.put(_LOADED, b"1")
        log.info("loaded %d sources to start with", imported.added)
        return imported.added

    async def load(
        self, sources: Sequence[NewSource], progress: Callable[[int], None] = lambda _: None
    ) -> Imported:
        """Add every source of a list that may be read; `progress` hears how many are done."""
        added = known = 0
        refused = []
        for start in range(0, len(sources), _STEP):
            async with self._store.write() as tx:
                for source in sources[start : start + _STEP]:
                    why = self._check(source.url)
                    if why:
                        refused.append((source.url, why))
                        continue
                    _, new = await tx.sources.add(source, self._clock.now())
                    added += new
                    known += not new
            progress(min(start + _STEP, len(sources)))
            await asyncio.sleep(0)
        return Imported(added, known, tuple(refused))

    async def listed(self) -> list[Source]:
        """Return the sources to take along: all but those that templates made for tags."""
        async with self._store.read() as tx:
            every = await tx.sources.all()
        return [source for source in every if source.kind is not SourceKind.TAG]

    async def follow_tags(self, fill: Fill) -> tuple[int, int]:
        """Give each subscribed tag its search at each template; returns how many came and went."""
        async with self._store.write() as tx:
            came, went = await tx.sources.follow_tags(fill, self._clock.now())
        if came or went:
            log.info("tag sources: %d came, %d went", came, went)
        return came, went
