"""What a poller keeps in mind: the queries to match, and the stories of the last days."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.match import Match, MatchText, TagIndex
from bot.core.query import parse_query
from bot.core.stories import Features, Grouper
from bot.errors import UserInputError
from storage.records import (
    ArticleId,
    Key,
    NewArticle,
    PlacedArticle,
    Query,
    QueryId,
    SourceId,
    StoryId,
)
from storage.store import Transaction

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=72)
"""How long an article is compared with new ones."""
_FREQUENCIES = "news.frequencies"
_STEP = 1_000
_CPU_STEP = 5
"""Articles or queries that are taken in, some milliseconds, before others get their turn."""
_TURNS = 10
"""Steps that others may take then: an answer to somebody takes some dozens, news thousands."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new article with everything about it that needs no database."""

    article: NewArticle
    features: Features
    matches: tuple[Match, ...]


@dataclass(slots=True)
class _Memory:
    grouper: Grouper = field(default_factory=Grouper)
    index: TagIndex = field(default_factory=TagIndex)
    queries: set[QueryId] = field(default_factory=set)
    version: int | None = None
    last: ArticleId | None = None
    """The newest article that the grouper knows, 0 for none; None: nothing is loaded yet."""
    saved: int = 0
    """The version of the term frequencies that the database has."""


async def remember(
    tx: Transaction,
    source_id: SourceId,
    articles: Sequence[NewArticle],
    known: set[Key],
    now: datetime,
) -> None:
    """Know a seen article by its new keys too: a changed guid is no news."""
    keys = [
        key for article in articles if not known.isdisjoint(article.keys) for key in article.keys
    ]
    if keys:
        await tx.articles.remember_keys(source_id, None, keys, now)


class News:
    """The index of queries and the groups of articles, both kept in step with the database.

    Both are only a memory: all they hold can be loaded again, and is, after a transaction that
    failed. What other processes wrote is taken in at the start of each transaction.
    """

    def __init__(self) -> None:
        self._memory = _Memory()
        self._loading = asyncio.Lock()

    @property
    def knows_stories(self) -> bool:
        """Tell whether the groups are loaded."""
        return self._memory.last is not None

    def forget_stories(self) -> None:
        """Drop the groups, after a transaction that failed; the next one loads them again."""
        self._memory.grouper = Grouper()
        self._memory.last = None

    def prepare(self, article: NewArticle, source: str) -> Prepared:
        """Do what can be done before the transaction: features, and which queries match."""
        text = MatchText(
            title=article.title,
            summary=article.summary,
            body=article.body,
            categories=article.categories,
            language=article.language,
            source=article.publisher or source,
        )
        return Prepared(
            article,
            self._memory.grouper.prepare(article),
            tuple(self._memory.index.match(text)),
        )

    async def prepare_all(self, articles: Sequence[NewArticle], source: str) -> list[Prepared]:
        """Prepare many, with pauses in which others of the house get a turn."""
        prepared = []
        for number, article in enumerate(articles, 1):
            prepared.append(self.prepare(article, source))
            await _others_first(number)
        return prepared

    async def refresh_queries(self, tx: Transaction) -> None:
        """Match what is subscribed to now."""
        async with self._loading:
            memory = self._memory
            version = await tx.subscriptions.version()
            if version == memory.version:
                return
            ids = await tx.subscriptions.query_ids()
            new = await tx.subscriptions.queries(ids - memory.queries)
            for gone in sorted(memory.queries - ids):
                memory.index.remove(gone)
                memory.queries.discard(gone)
            for number, query in enumerate(new, 1):
                _add(memory.index, query)
                memory.queries.add(query.id)
                await _others_first(number)
            memory.version = version

    async def load_stories(self, tx: Transaction, now: datetime) -> None:
        """Load the groups where they are not: up to some minutes, so not while writing."""
        memory = self._memory
        if memory.last is not None:
            return
        memory.grouper = Grouper()  # The last try may have been given up midway.
        frequencies = await tx.state.get(_FREQUENCIES)
        if frequencies is not None:
            memory.grouper.restore(frequencies)
        number, last = 0, ArticleId(0)
        async for article in tx.articles.window(now - WINDOW):
            memory.grouper.load([article])
            number, last = number + 1, article.id
            await _others_first(number)
        memory.saved = memory.grouper.version
        memory.last = last

    async def refresh_stories(self, tx: Transaction, now: datetime) -> None:
        """Take in what was stored since the last time; forget what is too old to compare."""
        await self.load_stories(tx, now)
        memory = self._memory
        while memory.last is not None and (articles := await tx.articles.after(memory.last, _STEP)):
            memory.grouper.load(articles)
            memory.last = articles[-1].id
        memory.grouper.forget(now - WINDOW)

    async def place(
        self,
        prepared: Sequence[Prepared],
        source_id: SourceId,
        ids: tuple[Sequence[ArticleId], Sequence[StoryId]],
    ) -> list[PlacedArticle]:
        """Give each article its story: one that it tells too, or one of its own."""
        placed: list[PlacedArticle] = []
        for one, article_id, story_id in zip(prepared, *ids, strict=True):
            await _others_first(len(placed))
            decision = self._memory.grouper.decide(one.features, source_id)
            opens = decision.story_id is None
            story = story_id if decision.story_id is None else decision.story_id
            placed.append(PlacedArticle(article_id, story, opens, one.article))
            self._memory.grouper.added(article_id, story, source_id, one.features)
            self._memory.last = article_id
        return placed

    async def save(self, tx: Transaction) -> None:
        """Keep the term frequencies where they changed: a restart decides with them as before."""
        version = self._memory.grouper.version
        if version != self._memory.saved:
            await tx.state.put(_FREQUENCIES, self._memory.grouper.dump())
            self._memory.saved = version


async def _others_first(number: int) -> None:
    """Let everybody else of the house go on, after some of a long work's many pieces."""
    if number % _CPU_STEP == 0:
        for _ in range(_TURNS):
            await asyncio.sleep(0)


def _add(index: TagIndex, query: Query) -> None:
    try:
        index.add(query.id, parse_query(query.shown))
    except UserInputError as error:
        # Written by another version of Tagwire; the others are matched all the same.
        log.warning("query %d cannot be read: %s", query.id, error)
