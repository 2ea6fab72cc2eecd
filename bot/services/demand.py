"""How many chats wait for what a source brings; counted now and then, as counting takes long."""

from bot.clock import Clock
from storage.records import SourceKind, SourceToFetch, TagId
from storage.store import Store

FRESH_S = 60.0
"""So long the last count is believed."""


class Demand:
    """The demand for sources, as the scheduler asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats = 0
        self._by_tag: dict[TagId, int] = {}
        self._fresh_until = float("-inf")

    async def refresh(self, store: Store) -> bool:
        """Count again, if the last count is old; tell whether somebody waits where nobody did."""
        if self._clock.monotonic() < self._fresh_until:
            return False
        nobody = self._fresh_until != float("-inf") and not self._chats
        async with store.read() as tx:
            self._chats, self._by_tag = await tx.subscriptions.demand()
        self._fresh_until = self._clock.monotonic() + FRESH_S
        return nobody and self._chats > 0

    def of(self, source: SourceToFetch) -> int | None:
        """Return how many chats may want what the source brings; None: nobody counted yet."""
        if self._fresh_until == float("-inf"):
            return None
        if source.kind is SourceKind.TAG and source.tag_id is not None:
            return self._by_tag.get(source.tag_id, 0)
        return self._chats
