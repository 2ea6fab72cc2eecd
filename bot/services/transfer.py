"""What people take along and bring back: subscriptions as JSON, sources as OPML."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.clock import Clock
from bot.core.bundles import Wish, read, write
from bot.core.naming import bare
from bot.core.query import Query
from bot.core.urls import source_key
from bot.errors import FileError
from bot.services.digests import Digests
from bot.services.source_lists import SourceLists
from bot.services.subscriptions import MOST_IN_A_PLACE, Subscriptions
from bot.services.wishes import called
from storage.records import Chat, NewSource, Place, Source, Subscription
from storage.store import Store

MOST_BYTES = 5_000_000
"""Of a list of sources; thousands find room in it."""
MOST_SOURCES = 5_000
"""Of one list; longer ones are for the command line."""
_STEP = 20
"""Subscriptions in one transaction: each is looked for in what is stored."""
_SOURCES_STEP = 200


@dataclass(frozen=True, slots=True)
class ListOfSubscriptions:
    """A file with subscriptions, looked at."""

    new: tuple[Wish, ...]
    known: int
    bad: tuple[str, ...]
    """The beginning of each entry that could not be understood."""
    no_room: int
    """How many are too many for the place."""


@dataclass(frozen=True, slots=True)
class ListOfSources:
    """A file with sources, looked at."""

    new: tuple[NewSource, ...]
    known: int
    refused: tuple[tuple[str, str], ...]
    """(address, why) of those that may not be read."""

    def of(self, guest: int | None) -> "ListOfSources":
        """Return the same, with who adds them."""
        return replace(self, new=tuple(replace(one, added_by=guest) for one in self.new))


Brought = ListOfSubscriptions | ListOfSources
Homes = Callable[[Sequence[Query]], Awaitable[Mapping[Place, Sequence[Query]]]]
"""Finds the place of each of these: a forum may have a topic for each tag."""


class Transfer:
    """Writes and reads the files. Taking one in twice changes nothing the second time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        lists: SourceLists,
        *,
        read_opml: Callable[[bytes], Sequence[NewSource]],
        write_opml: Callable[[Iterable[Source]], str],
    ) -> None:
        self._subscriptions = Subscriptions(store, clock)
        self._digests = Digests(store, clock)
        self._lists = lists
        self._read_opml = read_opml
        self._write_opml = write_opml

    async def subscriptions(self, place: Place, *, topics: bool = False) -> tuple[str, int]:
        """Return a file of a place's subscriptions, with those of its topics; tell how many."""
        kept = await self._kept(place, topics=topics)
        return write(kept), len(kept)

    async def sources(self, *, whole: bool) -> tuple[str, int, int]:
        """Return a file of sources, how many there are, and how many were left out.

        Unless it is to be `whole`, addresses with a question mark are left out: one may hold
        somebody's key.
        """
        every = await self._lists.listed()
        told = [one for one in every if whole or _is_public(one)]
        return self._write_opml(told), len(told), len(every) - len(told)

    async def look(self, place: Place, content: bytes, *, topics: bool = False) -> Brought:
        """Look at a file without taking anything in; raises FileError or DocumentError.

        With `topics`, what one of the chat's topics has is there already.
        """
        if content.lstrip()[:1] in {b"{", b"["}:
            return await self._look_at_wishes(content, await self._kept(place, topics=topics))
        if len(content) > MOST_BYTES:
            raise FileError("too-large", MOST_BYTES // 1_000_000)
        listed = await asyncio.to_thread(self._read_opml, content)
        if len(listed) > MOST_SOURCES:
            raise FileError("too-many", MOST_SOURCES)
        return await self._look_at_sources(listed)

    async def take(
        self, chat: Chat, homes: Homes, brought: Brought, by: int | None
    ) -> AsyncIterator[int]:
        """Take in what is new, step by step; gives how many are done."""
        done = 0
        if isinstance(brought, ListOfSources):
            for start in range(0, len(brought.new), _SOURCES_STEP):
                some = brought.new[start : start + _SOURCES_STEP]
                await self._lists.load(some)
                done += len(some)
                yield done
            return
        for start in range(0, len(brought.new), _STEP):
            wishes = brought.new[start : start + _STEP]
            await self._subscribe(chat, homes, wishes, by)
            done += len(wishes)
            yield done

    async def _subscribe(
        self, chat: Chat, homes: Homes, wishes: Sequence[Wish], by: int | None
    ) -> None:
        placed = await homes([one.query for one in wishes])
        named = {one.query.canonical(): one for one in wishes}
        in_order = [named[query.canonical()] for some in placed.values() for query in some]
        made = await self._subscriptions.subscribe_each(placed, by)
        for wish, one in zip(in_order, made, strict=True):
            kept, place = one.subscription, one.subscription.place
            if wish.mode is not kept.mode:
                await self._digests.set_mode(chat, place, kept.id, wish.mode)
            if wish.rhythm is not None:
                await self._digests.set_rhythm(chat, place, [kept.id], wish.rhythm)
            if wish.summary:
                await self._subscriptions.set_summary(place, kept.id, wish.summary)

    async def _kept(self, place: Place, *, topics: bool) -> list[Subscription]:
        """Return what a place has; with `topics`, and what the chat has elsewhere, each once."""
        if not topics:
            return await self._subscriptions.of(place)
        every = await self._subscriptions.of_chat(place.chat_id)
        return list({called(one): one for one in every}.values())

    async def _look_at_wishes(
        self, content: bytes, kept: Sequence[Subscription]
    ) -> ListOfSubscriptions:
        bundle = await asyncio.to_thread(read, content)
        names = {called(one) for one in kept}
        new = [one for one in bundle.wishes if bare(one.query).canonical() not in names]
        room = max(0, MOST_IN_A_PLACE - len(kept))
        return ListOfSubscriptions(
            tuple(new[:room]), len(bundle.wishes) - len(new), bundle.bad, max(0, len(new) - room)
        )

    async def _look_at_sources(self, listed: Sequence[NewSource]) -> ListOfSources:
        kept = {source_key(one.url) for one in await self._lists.listed()}
        refused = {one.url: why for one in listed if (why := self._lists.refusal(one.url))}
        may = {source_key(one.url): one for one in listed if one.url not in refused}
        new = tuple(one for key, one in may.items() if key not in kept)
        return ListOfSources(new, len(may) - len(new), tuple(refused.items()))


def _is_public(source: Source) -> bool:
    parts = urlsplit(source.url)
    return not parts.query and "@" not in parts.netloc
