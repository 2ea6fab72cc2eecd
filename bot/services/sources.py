"""Sources as people add, see and remove them, from a chat or the command line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bot.clock import Clock
from bot.core.entries import Document, Failed, ReadResult
from bot.core.normalise import to_articles
from bot.core.urls import address_shown, is_template, source_key
from bot.errors import FetchError
from bot.services.guests import Guests, room_for
from storage.records import (
    NewArticle,
    NewSource,
    Source,
    SourceId,
    SourceKind,
    SourceState,
    SourceToFetch,
    Validators,
)
from storage.store import Store

NEWEST = 3
OTHERS = 5
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Candidate(Protocol):
    """A source that a page leads to."""

    @property
    def url(self) -> str:
        """Its address."""
        ...

    @property
    def title(self) -> str:
        """Its title; may be empty."""
        ...


class Discovery(Protocol):
    """The web, as far as this room needs it."""

    async def discover(self, url: str) -> Sequence[Candidate]:
        """Find the sources that an address leads to; raises SourceError."""
        ...

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Read one source."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source that could be added, with what it says now."""

    source: NewSource
    newest: tuple[NewArticle, ...]
    total: int
    known: Source | None
    """The same source, where it is there already."""
    others: tuple[Candidate, ...] = ()
    """Further sources that the same page leads to."""


class Sources:
    """Finds, adds, lists and removes sources."""

    def __init__(self, store: Store, clock: Clock, web: Discovery) -> None:
        self._store = store
        self._clock = clock
        self._web = web
        self._guests = Guests(clock)

    async def propose(
        self, url: str, *, by: int | None = None, guest: int | None = None
    ) -> Proposal:
        """Look at an address without adding anything; raises SourceError with one line.

        Guests may not look as often as they like, nor add without end.
        """
        if guest is not None:
            await self.room(by)
            self._guests.looks(guest)
        found = await self._web.discover(url)
        first, others = found[0], tuple(found[1 : 1 + OTHERS])
        new = NewSource(first.url, title=first.title, added_by=by)
        known = await self._known(first.url)
        if is_template(first.url):
            return Proposal(replace(new, kind=SourceKind.TEMPLATE), (), 0, known)
        return await self._read(Proposal(new, (), 0, known, others))

    async def tried(self, url: str) -> Proposal:
        """Read this very address, as a poll would; raises SourceError with one line."""
        return await self._read(Proposal(NewSource(url), (), 0, None))

    async def add(self, source: NewSource) -> tuple[Source, bool]:
        """Add a source; False with the old one where its address is known."""
        async with self._store.write() as tx:
            return await tx.sources.add(source, self._clock.now())

    async def room(self, guest: int | None) -> int:
        """Return how many more sources a guest may add; raises SourceError where none."""
        if guest is None:
            return room_for(0)
        async with self._store.read() as tx:
            return room_for(await tx.sources.added_by(guest))

    async def listed(self) -> list[Source]:
        """Return every source but those that a template made for a tag, by title."""
        async with self._store.read() as tx:
            every = await tx.sources.all()
        kept = [one for one in every if one.kind is not SourceKind.TAG]
        return sorted(kept, key=lambda one: (one.title or one.url).casefold())

    async def remove(self, url: str) -> Source | None:
        """Remove a source; its articles stay. None where there is none."""
        async with self._store.write() as tx:
            source = await tx.sources.by_url(url)
            if source is not None:
                await tx.sources.remove(source.id)
        return source

    async def _read(self, proposal: Proposal) -> Proposal:
        new = proposal.source
        read = await self._web.read(asked_once(new.url))
        if isinstance(read, Failed):
            where = address_shown(new.url)
            raise FetchError(f"{where} {read.words}. Check the address, or try again later.")
        if not isinstance(read, Document):
            return proposal
        found = to_articles(read.entries, read.url, read.language, self._clock.now())
        return replace(
            proposal,
            source=replace(new, title=new.title or read.title, language=read.language),
            newest=_newest(found),
            total=read.total or len(found),
        )

    async def _known(self, url: str) -> Source | None:
        """Return the source of this address, or one that is read at another spelling of it."""
        key = source_key(url)
        async with self._store.read() as tx:
            same = await tx.sources.by_url(url)
            feeds = [] if same else await tx.sources.feeds()
        read = (one for one in feeds if one.state is SourceState.ACTIVE)
        return same or next((one for one in read if source_key(one.url) == key), None)


def _newest(articles: Sequence[NewArticle]) -> tuple[NewArticle, ...]:
    """Return the newest; those without a date come last, in the feed's order."""
    dated = sorted(articles, key=lambda one: one.published_at or _LONG_AGO, reverse=True)
    return tuple(dated[:NEWEST])


def asked_once(url: str) -> SourceToFetch:
    """Make the request of somebody who has never read this source."""
    return SourceToFetch(
        id=SourceId(0),
        url=url,
        title="",
        language="",
        kind=SourceKind.FEED,
        tag_id=None,
        validators=Validators(),
        good_polls=0,
        failures=0,
        interval_s=0,
        last_success_at=None,
        last_new_at=None,
    )
