"""Operators hear once of a source that ended, or that could not be read for days."""

import json
import logging
from collections.abc import Collection, Sequence
from typing import Protocol

from bot.clock import Clock
from bot.core.health import trouble
from storage.records import Source
from storage.store import Store

log = logging.getLogger(__name__)

_TOLD = "sources.told"


class Telling(Protocol):
    """The way to people, as far as this room needs it."""

    async def sources_ail(self, user: int, sources: Sequence[Source]) -> bool:
        """Tell somebody; False where that must be tried again."""
        ...


class Ailing:
    """Looks now and then for sources that ail; each is told once, until it was well again."""

    def __init__(
        self, store: Store, clock: Clock, operators: Collection[int], telling: Telling
    ) -> None:
        self._store = store
        self._clock = clock
        self._operators = sorted(operators)
        self._telling = telling

    async def look(self) -> int:
        """Tell the operators of what ails and was not told; returns how many sources that is."""
        now = self._clock.now()
        async with self._store.read() as tx:
            feeds = await tx.sources.feeds()
            told = set(json.loads(await tx.state.get(_TOLD) or b"[]"))
        ill = [one for one in feeds if trouble(one, now) in {"gone", "failing"}]
        new = [one for one in ill if one.id not in told]
        for one in new:
            log.warning("source %d ails: %s", one.id, one.error)
        heard = [await self._telling.sources_ail(user, new) for user in self._operators if new]
        kept = {one.id for one in ill if one.id in told or all(heard)}
        if kept != told:
            async with self._store.write() as tx:
                await tx.state.put(_TOLD, json.dumps(sorted(kept)).encode())
        return len(new)
