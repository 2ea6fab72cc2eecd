"""Lists of sources: the one to start with, and those that people bring and take along."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.core.entries import Failed, ReadResult
from bot.core.urls import is_template, source_key
from bot.services.sources import asked_once
from storage.records import NewSource, Source, SourceKind, SourceToFetch, Tag
from storage.store import Store

log = logging.getLogger(__name__)

_LOADED = "sources.loaded"
_STEP = 200
_AT_ONCE = 50
_FOLLOW_S = 60.0

Fill = Callable[[Source, Tag], str]
"""Makes a template's address for one tag."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    added: int
    known: int
    refused: tuple[tuple[str, str], ...] = ()
    """(address, why) of those that may not be read."""
    repeated: tuple[tuple[str, str], ...] = ()
    """(address, the one that it is) of those that are a source under another address."""
    new: tuple[str, ...] = ()
    """Addresses of those that were added."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of reading a source once."""

    url: str
    fault: str = ""
    """Why it cannot be read, to follow its address; empty: it can."""


class Reading(Protocol):
    """The web, as far as this room needs it."""

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Read one source."""
        ...


class SourceLists:
    """Loads lists of sources, and keeps tag sources in step with the subscriptions."""

    def __init__(self, store: Store, clock: Clock, check: Callable[[str], str]) -> None:
        """`check` returns why an address may not be read, or nothing."""
        self._store = store
        self._clock = clock
        self._check = check
        self._followed: tuple[int, tuple[int, int]] | None = None
        self._follow_at = 0.0

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

    def refusal(self, url: str) -> str:
        """Return why an address may not be read, or nothing."""
        return self._check(url)

    async def load(
        self, sources: Sequence[NewSource], progress: Callable[[int], None] = lambda _: None
    ) -> Imported:
        """Add every source of a list that may be read; `progress` hears how many are done.

        One that is a source already but for its scheme, `www.` or a slash is not added again.
        """
        async with self._store.read() as tx:
            known = {source_key(one.url): one.url for one in await tx.sources.all()}
        there = 0
        new, refused, repeated = [], [], []
        for start in range(0, len(sources), _STEP):
            async with self._store.write() as tx:
                for source in sources[start : start + _STEP]:
                    why = self._check(source.url)
                    if why:
                        refused.append((source.url, why))
                        continue
                    same = known.setdefault(source_key(source.url), source.url)
                    if same != source.url:
                        repeated.append((source.url, same))
                    elif (await tx.sources.add(source, self._clock.now()))[1]:
                        new.append(source.url)
                    else:
                        there += 1
            progress(min(start + _STEP, len(sources)))
            await asyncio.sleep(0)
        return Imported(len(new), there, tuple(refused), tuple(repeated), tuple(new))

    async def tried(self, urls: Sequence[str], web: Reading) -> AsyncIterator[Tried]:
        """Read sources once, many at a time; what is read is not kept, templates are not tried."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(url: str) -> Tried:
            if is_template(url):
                return Tried(url)
            async with free:
                result = await web.read(asked_once(url))
            return Tried(url, result.words if isinstance(result, Failed) else "")

        for done in asyncio.as_completed([one(url) for url in urls]):
            yield await done

    async def listed(self) -> list[Source]:
        """Return the sources to take along: all but those that templates made for tags."""
        async with self._store.read() as tx:
            every = await tx.sources.all()
        return [source for source in every if source.kind is not SourceKind.TAG]

    async def follow_tags(self, fill: Fill) -> tuple[int, int]:
        """Give each subscribed tag its search at each template; returns how many came and went.

        Looks again when the tags or the templates changed, and each minute: chats fall asleep.
        """
        async with self._store.read() as tx:
            known = (await tx.subscriptions.version(), await tx.sources.templates())
        now = self._clock.monotonic()
        if known == self._followed and now < self._follow_at:
            return 0, 0
        self._followed, self._follow_at = known, now + _FOLLOW_S
        async with self._store.write() as tx:
            came, went = await tx.sources.follow_tags(fill, self._clock.now())
        if came or went:
            log.info("tag sources: %d came, %d went", came, went)
        return came, went
