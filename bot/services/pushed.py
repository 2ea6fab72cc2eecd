"""What a hub pushed of a source goes the same way as what is polled."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from bot.clock import Clock
from bot.core.entries import Document, Failed
from bot.services.poll import Poller
from storage.errors import StoreError
from storage.records import SourceId, SourceToFetch
from storage.store import Store

log = logging.getLogger(__name__)

LEASE_S = 120.0
_IN_LINE = 5
"""Deliveries of one source that are kept in mind."""
_SIZE = 40_000_000
"""Bytes of all of them."""
_AGAIN_S = 1.0
_TRIES = 60
"""So often a source that is being polled is tried; by then its poll is over."""


class Understands(Protocol):
    """The web, as far as this room needs it."""

    async def understand(
        self, source: SourceToFetch, body: bytes, content_type: str
    ) -> Document | Failed:
        """Return what a document of a source says that somebody brought."""
        ...


async def poll_soon(store: Store, clock: Clock, source_id: SourceId) -> None:
    """Let a source that was pushed be polled at once: for who cannot take what was pushed."""
    async with store.write() as tx:
        await tx.sources.poll_soon(source_id, clock.now())


@dataclass(frozen=True, slots=True)
class _Brought:
    body: bytes = field(repr=False)
    content_type: str


class PushTaker:
    """Takes deliveries while its poller lives, those of one source one after the other.

    A source in hand is claimed like for a poll, and due: should we die over it, it is polled. So
    it is, too, where more comes than we keep in mind, and so nobody who floods us gets more.
    """

    def __init__(
        self, store: Store, clock: Clock, web: Understands, poller: Poller, owner: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._web = web
        self._poller = poller
        self._owner = owner
        self._waiting: dict[SourceId, deque[_Brought]] = {}
        self._size = 0
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, source_id: SourceId, body: bytes, content_type: str) -> None:
        """Take a delivery; when this returns, what it says is not lost any more."""
        line = self._waiting.get(source_id, ())
        if len(line) >= _IN_LINE or self._size + len(body) > _SIZE:
            await poll_soon(self._store, self._clock, source_id)
            return
        self._size += len(body)
        if source_id in self._waiting:
            self._waiting[source_id].append(_Brought(body, content_type))
            return
        self._waiting[source_id] = deque([_Brought(body, content_type)])
        try:
            source = await self._claim(source_id)
        except BaseException:
            self._forget(source_id)
            raise
        task = asyncio.create_task(self._work(source_id, source), name=f"push {source_id}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self) -> None:
        """End what is in hand; its sources are polled after the restart."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _claim(self, source_id: SourceId) -> SourceToFetch | None:
        async with self._store.write() as tx:
            return await tx.sources.claim(source_id, self._clock.now(), LEASE_S, self._owner)

    async def _work(self, source_id: SourceId, source: SourceToFetch | None) -> None:
        line = self._waiting[source_id]
        try:
            while line:
                for _ in range(_TRIES):
                    if source is not None:
                        break
                    await self._clock.sleep(_AGAIN_S)  # It is being polled.
                    source = await self._claim(source_id)
                if source is None:
                    return
                brought = line.popleft()
                self._size -= len(brought.body)
                await self._keep(source, brought)
                source = None
        finally:
            self._forget(source_id)

    async def _keep(self, source: SourceToFetch, brought: _Brought) -> None:
        found = await self._web.understand(source, brought.body, brought.content_type)
        if isinstance(found, Document):
            await self._poller.keep(source, found, self._clock.now(), pushed=True)
            return
        log.info("source %d: what its hub pushed %s", source.id, found.words)
        async with self._store.write() as tx:  # It is due still: the poll will tell.
            await tx.sources.let_go(source.id, self._owner)

    def _forget(self, source_id: SourceId) -> None:
        for brought in self._waiting.pop(source_id, ()):
            self._size -= len(brought.body)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            trace = None if isinstance(error, StoreError) else error
            log.error("%s was not kept: %s", task.get_name(), error, exc_info=trace)
