"""Why a place was sent a story: which words of which part matched which of its tags."""

import asyncio
from dataclasses import dataclass

from bot.core.match import MatchText, TagIndex, text_of
from bot.core.query import Query, parse_query
from bot.core.why import Verdict, why
from storage.records import Place, QueryId, Story, StoryId
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Because:
    """One tag, and where the story carries it."""

    tag: str
    words: tuple[tuple[str, str], ...]
    """(field, words) of each mention, each once, headline first."""


class Whys:
    """Looks it up anew in what is stored, so it needs no memory of the alert.

    Each subscription is explained by the first of the story's articles that it matches.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, place: Place, story_id: StoryId) -> list[Because] | None:
        """Return each tag of the place that the story carries; None: it is no longer kept."""
        async with self._store.read() as tx:
            story = (await tx.stories.get_many([story_id])).get(story_id)
            subscriptions = await tx.subscriptions.of(place)
        if story is None:
            return None
        queries = {one.query_id: parse_query(one.spelt) for one in subscriptions}
        return await asyncio.to_thread(_because, story, queries)


def _because(story: Story, queries: dict[QueryId, Query]) -> list[Because]:
    index = TagIndex()
    for number, query in queries.items():
        index.add(number, query)
    found: dict[str, dict[tuple[str, str], None]] = {}
    explained: set[QueryId] = set()
    for article in story.articles:
        text = text_of(article)
        matched = {match.query_id for match in index.match(text)}
        for number in sorted(matched - explained):
            for tag, words in _found(queries[number], text):
                found.setdefault(tag, {}).update(dict.fromkeys(words))
        explained |= matched
    return [Because(tag, tuple(words)) for tag, words in found.items()]


def _found(query: Query, text: MatchText) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (reason.shown, [(hit.field, hit.words) for hit in reason.hits])
        for reason in why(query, text)
        if reason.verdict is Verdict.FOUND and reason.hits
    ]
