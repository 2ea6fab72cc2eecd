"""Deep links that carry a subscription to somebody else, or into a group."""

from bot.core.payloads import Kept, payload, payload_of_kept, proves, read_payload
from bot.core.query import Query, parse_query
from storage.records import QueryId
from storage.store import Store


class Links:
    """Makes what a link carries, and reads it again.

    A short query travels in the link. A long one is called by its number, for as long as anybody
    is subscribed to it; the link proves that its maker knew the text, so numbers tell nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def make(self, query: Query) -> str:
        """Return what a link to the query carries; empty: it is long, and nobody subscribed."""
        carried = payload(query)
        if carried:
            return carried
        async with self._store.read() as tx:
            kept = await tx.subscriptions.query(text=query.canonical())
        return payload_of_kept(kept.id, kept.text) if kept is not None else ""

    async def read(self, carried: str) -> Query | None:
        """Return the query that a link leads to; None where it leads nowhere, or no more."""
        found = read_payload(carried)
        if not isinstance(found, Kept):
            return found
        async with self._store.read() as tx:
            kept = await tx.subscriptions.query(QueryId(found.number))
        if kept is None or not proves(found.proof, kept.text):
            return None
        return parse_query(kept.shown)
