"""What polls leave behind that brought nothing new: those of the same moment share a commit."""

import asyncio

from storage.records import SourcePolled
from storage.store import Store


class Notes:
    """Writes down how polls went, as many at once as came while the last commit was on its way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[SourcePolled] = []
        self._next: asyncio.Task[None] | None = None
        """The commit that takes what waits; it has not begun."""
        self._last: asyncio.Task[None] | None = None

    async def record(self, polled: SourcePolled) -> None:
        """Return when it is kept; raises what went wrong with its commit."""
        self._waiting.append(polled)
        if self._next is None:
            self._next = self._last = asyncio.create_task(self._commit(self._last))
        await asyncio.shield(self._next)  # One who gives up ends it for nobody else.

    async def written(self, within_s: float) -> None:
        """Wait until nothing is left to write; give up what a silent database does not take."""
        if self._last is not None:
            _, late = await asyncio.wait({self._last}, timeout=within_s)
            for task in late:
                task.cancel()

    async def _commit(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        polls, self._waiting, self._next = self._waiting, [], None
        async with self._store.write() as tx:
            await tx.sources.record_all(polls)
