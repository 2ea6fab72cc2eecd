"""The newest stories of a tag, of all of a place's tags, or with certain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.match import TagIndex, text_of
from bot.core.query import Query
from bot.core.query_nodes import terms
from bot.core.tags import search_words
from storage.records import ChatId, Hit, Place, QueryId, Story, StoryId
from storage.store import Store, Transaction

PAGE = 5
MOST = 25
"""The most stories on one page."""
LOOKED_AT = 300
"""How many candidates of the full-text index are matched exactly, newest first."""
_AT_ONCE = 25
_ONLY = QueryId(1)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of stories, newest first."""

    stories: tuple[Story, ...]
    more: bool
    """Whether another page follows."""


class Latest:
    """Reads what is stored; asks no source."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_tag(self, query: Query, start: int = 0, size: int = PAGE) -> Page:
        """Return what a query matches, from the `start`-th on, subscribed to or not."""
        async with self._store.read() as tx:
            return _cut(await find(tx, query, start + size + 1), start, size)

    async def of_place(self, place: Place, start: int = 0, size: int = PAGE) -> Page:
        """Return the stories that carry any tag of a place, from the `start`-th on."""
        async with self._store.read() as tx:
            stories = await tx.stories.latest(None, place, size + 1, start)
        return Page(tuple(stories[:size]), len(stories) > size)

    async def of_chat(self, chat_id: ChatId, start: int = 0, size: int = PAGE) -> Page:
        """Return the stories that carry any tag of a chat or of its topics, from there on."""
        async with self._store.read() as tx:
            stories = await tx.stories.latest_of_chat(chat_id, size + 1, start)
        return Page(tuple(stories[:size]), len(stories) > size)

    async def search(self, words: str, start: int = 0, size: int = PAGE) -> Page:
        """Return the stories with these words in them, from the `start`-th on."""
        async with self._store.read() as tx:
            return _cut(await tx.articles.search(words, start + size + 1), start, size)


async def find(
    tx: Transaction, query: Query, most: int, since: datetime | None = None
) -> list[Story]:
    """Return up to `most` stories that a query matches, newest first."""
    found = [hit.id for hit in await hits(tx, query, most, since)]
    whole = await tx.stories.get_many(found)
    return [whole[one] for one in found]


async def hits(
    tx: Transaction, query: Query, most: int, since: datetime | None = None
) -> list[Hit]:
    """Return the same, without reading more of the stories than it must.

    Those known to answer it come from the database's own record, kept for every query that somebody
    subscribed to; the full-text index adds the others, each of which is matched exactly.
    """
    known = {hit.id: hit for hit in await tx.stories.hits([query.canonical()], most)}
    if len(known) < most:
        known |= await _search(tx, query, most, known)
    newest = sorted(known.values(), key=_age, reverse=True)
    return [hit for hit in newest if since is None or hit.last_at >= since][:most]


async def _search(
    tx: Transaction, query: Query, most: int, known: Mapping[StoryId, Hit]
) -> dict[StoryId, Hit]:
    """Match what the full-text index proposes, or else the newest stories, exactly.

    The newest first, and no more than it takes: as a rule the first few are what was asked for.
    The index knows whole words; a tag written as one word (`#southkorea`) may be several there.
    """
    index = TagIndex()
    index.add(_ONLY, query)
    asked = {term.key: term.shown for term in terms(query.node, excluded=False)}
    proposed: dict[StoryId, Hit] = {}
    for shown in asked.values():
        each = LOOKED_AT // len(asked) + 1
        proposed |= {hit.id: hit for hit in await tx.articles.hits(search_words(shown), each)}
    if not proposed:
        proposed = {hit.id: hit for hit in await tx.stories.hits(None, LOOKED_AT)}
    newest = sorted((proposed | dict(known)).values(), key=_age, reverse=True)
    matched: dict[StoryId, Hit] = {}
    passed = 0
    for start in range(0, len(newest), _AT_ONCE):
        part = newest[start : start + _AT_ONCE]
        whole = await tx.stories.get_many(hit.id for hit in part if hit.id not in known)
        found = {
            one
            for one, story in whole.items()
            if any(index.match(text_of(article)) for article in story.articles)
        }
        matched |= {hit.id: hit for hit in part if hit.id in found}
        passed += sum(hit.id in found or hit.id in known for hit in part)
        if passed >= most:
            break
    return matched


def _age(hit: Hit) -> tuple[datetime, StoryId]:
    return hit.last_at, hit.id


def _cut(stories: Sequence[Story], start: int, size: int) -> Page:
    return Page(tuple(stories[start : start + size]), len(stories) > start + size)
