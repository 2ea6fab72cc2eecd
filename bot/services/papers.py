"""Whether anybody answers to the name of a source that a query asks for."""

from collections.abc import Sequence

from bot.core.papers import Unheard, unheard
from bot.core.query import Query
from bot.core.query_nodes import sources_of
from storage.store import Store

LOOKED_AT = 1_000
"""Articles whose papers are known, newest first: one source may carry many."""


class Papers:
    """Knows the sources' names, and those of the papers that they carried lately."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def unheard(self, queries: Sequence[Query]) -> list[Unheard]:
        """Return the sources that these ask for and that nobody answers to, each once."""
        asked = [query for query in queries if any(sources_of(query.node))]
        if not asked:
            return []
        async with self._store.read() as tx:
            names = await tx.stories.names(LOOKED_AT)
        found = [one for query in asked for one in unheard(query, names)]
        return list({one.shown: one for one in found}.values())
