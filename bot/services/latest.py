"""The newest stories of a tag, of all of a place's tags, or with certain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.match import TagIndex, text_of
from bot.core.query import Query
from bot.core.query_nodes import terms
from bot.core.tags import search_words
from storage.records import Place, QueryId, Story
from storage.store import Store, Transaction

PAGE = 5
MOST = 25
"""The most stories on one page."""
LOOKED_AT = 300
"""How many candidates of the full-text index are matched exactly, newest first."""
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

    async def search(self, words: str, start: int = 0, size: int = PAGE) -> Page:
        """Return the stories with these words in them, from the `start`-th on."""
        async with self._store.read() as tx:
            return _cut(await tx.articles.search(words, start + size + 1), start, size)


async def find(
    tx: Transaction, query: Query, most: int, since: datetime | None = None
) -> list[Story]:
    """Return up to `most` stories that a query matches, newest first.

    Those known to answer it come from the database's own record, kept for every query that somebody
    subscribed to; the full-text index adds the others, each of which is matched exactly.
    """
    known = await tx.stories.latest([query.canonical()], limit=most)
    every = {story.id: story for story in known}
    if len(known) < most:
        every |= {story.id: story for story in await _search(tx, query)}
    newest = sorted(every.values(), key=lambda story: (story.last_at, story.id), reverse=True)
    return [story for story in newest if since is None or story.last_at >= since][:most]


async def _search(tx: Transaction, query: Query) -> list[Story]:
    """Match what the full-text index proposes, or else the newest stories, exactly.

    The index knows whole words; a tag written as one word (`#southkorea`) may be several there.
    """
    index = TagIndex()
    index.add(_ONLY, query)
    found = {}
    asked = {term.key: term.shown for term in terms(query.node, excluded=False)}
    for shown in asked.values():
        for story in await tx.articles.search(search_words(shown), LOOKED_AT // len(asked) + 1):
            found[story.id] = story
    proposed = found.values() or await tx.stories.latest(limit=LOOKED_AT)
    return [
        story
        for story in proposed
        if any(index.match(text_of(article)) for article in story.articles)
    ]


def _cut(stories: Sequence[Story], start: int, size: int) -> Page:
    return Page(tuple(stories[start : start + size]), len(stories) > start + size)
