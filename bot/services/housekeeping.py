"""Forgetting in time: what nobody will ask for again leaves the database."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from storage.store import Store

log = logging.getLogger(__name__)

KEEP_ARTICLES = timedelta(days=90)
KEEP_DELIVERIES = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows left."""

    articles: int
    deliveries: int


class Housekeeping:
    """Prunes old articles, their keys and settled deliveries.

    A key outlives its article as long as the entry is still in its source's document; the
    sources' keys are kept for 90 days at least (an entry that comes back later is news again).
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prune(self) -> Pruned:
        """Delete what is older than its time; returns how much that was."""
        now = self._clock.now()
        async with self._store.write() as tx:
            deliveries = await tx.outbox.prune(now - KEEP_DELIVERIES)
            articles = await tx.articles.prune(now - KEEP_ARTICLES)
        if articles or deliveries:
            log.info("pruned %d articles and %d deliveries", articles, deliveries)
        return Pruned(articles, deliveries)
