"""Forgetting in time: what nobody will ask for again leaves the database."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.services.privacy import KEPT_DAYS
from storage.store import Store

log = logging.getLogger(__name__)

KEEP_ARTICLES = timedelta(days=90)
KEEP_DELIVERIES = KEEP_BUTTONS = timedelta(days=KEPT_DAYS)
KEEP_KEYS = 5_000
"""Keys of each source that are kept whatever their age; a document has at most 500 entries."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows left."""

    articles: int
    deliveries: int
    keys: int
    buttons: int = 0


class Housekeeping:
    """Prunes old articles, their keys, settled deliveries and the texts behind old buttons.

    What waits for its story to break waits for a day and no longer.

    A key outlives its article, as the entry may still stand in its source's document: all are kept
    for 90 days, and each source's newest 5,000 for good.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def prune(self) -> Pruned:
        """Delete what is older than its time; returns how much that was."""
        now = self._clock.now()
        async with self._store.write() as tx:
            await tx.shelf.give_up_breaking(now)
            await tx.mutes.prune(now)
            deliveries = await tx.outbox.prune(now - KEEP_DELIVERIES)
            articles = await tx.articles.prune(now - KEEP_ARTICLES)
            keys = await tx.articles.prune_keys(now - KEEP_ARTICLES, KEEP_KEYS)
            buttons = await tx.buttons.prune(now - KEEP_BUTTONS)
        pruned = Pruned(articles, deliveries, keys, buttons)
        if pruned != Pruned(0, 0, 0):
            log.info(
                "pruned %d articles, %d deliveries, %d keys and %d buttons",
                articles, deliveries, keys, buttons,
            )  # fmt: skip
        return pruned
