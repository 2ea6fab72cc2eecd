"""Tags to start with, for somebody who has none yet, and such as may be meant by another."""

from collections.abc import Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.core.query import Query, parse_query
from bot.core.related import candidates, unconditioned
from bot.core.rubrics import good_tags
from bot.core.tags import Tag, parse_tag, search_words
from bot.services.latest import hits
from storage.records import ChatId, Hit
from storage.records import Tag as KeptTag
from storage.store import Store, Transaction

FOLLOWED_BY = 5
"""Chats that follow a tag before strangers are shown it: no one of them can be told from it."""
RECENT = timedelta(days=3)
LOOKED_AT = 1_000
"""Articles whose categories are counted, newest first."""
RELATED = timedelta(days=7)
_ENOUGH = 100
"""Articles beyond a query's own count in which another tag is looked for."""
_MOST_KNOWN = 1_000
"""Tags whose counts are kept for a while."""
KNOWN_S = 300.0
"""How long what the papers write over their articles is taken to be the same."""
_TRIED = 8
"""Of tags that may be meant, so many are counted."""


_COUNTED = 330
"""More than a place may subscribe to, so that some are left to propose."""
_BELIEVED = 500
"""Counting costs at most one part in so many of the time: 0.3 s are believed for minutes."""


class Suggestions:
    """Proposes tags that a chat does not have.

    First those that at least 5 chats of its language follow (k-anonymity: what fewer follow is
    their own affair), then what the papers themselves write over many of the last days' articles,
    then tags that are always good, so that a bot that has just started has some too.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._followed: dict[str, tuple[float, list[KeptTag]]] = {}
        self._rubrics: dict[str, tuple[float, list[Tag]]] = {}
        self._counts: dict[str, tuple[float, int]] = {}

    async def tags(
        self, chat_id: ChatId, language: str, always: Sequence[str], most: int
    ) -> list[str]:
        """Return up to `most` tags or phrases, as one types them."""
        async with self._store.read() as tx:
            kept = await tx.subscriptions.of_chat(chat_id)
            taken = {key for one in kept for key, _ in parse_query(one.query).tags}
            popular = await self._popular(tx, language, most + len(taken))
            rubrics = await self._written(tx, language)
        found: dict[str, str] = {tag.key: tag.shown for tag in popular}
        for tag in (*rubrics, *map(parse_tag, always)):
            found.setdefault(tag.key, tag.shown)
        new = [shown for key, shown in found.items() if key not in taken]
        return [_typed(shown) for shown in new[:most]]

    async def counts(self, typed: Sequence[str]) -> list[int]:
        """Return how many stories of the last days carry each of these tags, up to a hundred."""
        if len(self._counts) > _MOST_KNOWN:
            self._counts.clear()
        now = self._clock.monotonic()
        async with self._store.read() as tx:
            for one in typed:
                kept = self._counts.get(one)
                if kept is None or now - kept[0] >= KNOWN_S:
                    self._counts[one] = now, await self._count(tx, one)
        return [self._counts[one][1] for one in typed]

    async def _count(self, tx: Transaction, typed: str) -> int:
        since = self._clock.now() - RELATED
        words = search_words(typed.strip('"'))
        if not await tx.articles.counted(words, since, 1):
            return 0  # The index says so at once; what it finds is matched exactly.
        return len(await hits(tx, parse_query(typed), _ENOUGH, since))

    async def related(
        self, query: Query, has: Sequence[Hit], language: str, always: Sequence[str], most: int
    ) -> list[str]:
        """Return up to `most` tags that may be meant, or wanted too, as one types them.

        Each was in more of the last days' stories than the query, which `has` these. They come
        from the query itself, from what the papers write over their articles and from `always`,
        never from what others subscribed to. A query that brings nothing may ask for too much:
        then its tags alone come first.
        """
        since = self._clock.now() - RELATED
        few = sum(story.last_at >= since for story in has)
        async with self._store.read() as tx:
            carried = good_tags(await tx.stories.categories([hit.id for hit in has]))
            known = [*map(parse_tag, always), *await self._written(tx, language)]
            alone = [] if has else unconditioned(query)
            tried = [*alone, *candidates(query, known, carried)][:_TRIED]
            counts = {
                tag: await tx.articles.counted(search_words(tag.shown), since, few + _ENOUGH)
                for tag in tried
            }
        more = [tag for tag in tried if counts[tag] > few]
        return [_typed(tag.shown) for tag in more[:most]]

    async def _popular(self, tx: Transaction, language: str, most: int) -> list[KeptTag]:
        """Return what many follow; counted among a great many chats, it is believed for a while."""
        began = self._clock.monotonic()
        known = self._followed.get(language)
        if known is None or began >= known[0]:
            most_wanted = await tx.subscriptions.popular(_COUNTED, language, at_least=FOLLOWED_BY)
            now = self._clock.monotonic()
            known = (now + _BELIEVED * (now - began), [tag for tag, _ in most_wanted])
            self._followed[language] = known
        return known[1][:most]

    async def _written(self, tx: Transaction, language: str) -> list[Tag]:
        """Return what the papers write over many of the last days' articles."""
        kept = self._rubrics.get(language)
        if kept is not None and self._clock.monotonic() - kept[0] < KNOWN_S:
            return kept[1]
        since = self._clock.now() - RECENT
        spoken = language.partition("-")[0]  # Articles know no more of their language.
        tags = good_tags(await tx.articles.categories(since, LOOKED_AT, spoken))
        self._rubrics[language] = self._clock.monotonic(), tags
        return tags


def _typed(shown: str) -> str:
    return f'"{shown}"' if " " in shown else f"#{shown}"
