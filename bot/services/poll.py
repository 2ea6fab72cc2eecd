"""Due sources -> entries -> new articles -> stories -> matches -> outbox."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.core.entries import Document, Failed, ReadResult
from bot.core.identity import Verdict, alertable, unseen
from bot.core.normalise import to_articles
from bot.core.schedule import next_poll
from bot.services.breaking import let_break
from bot.services.loading import Loading
from bot.services.news import News, Prepared, remember
from bot.services.notes import Notes
from bot.services.pages import Pages, thin
from bot.services.rounds import Rounds
from storage.records import PlacedArticle, SourcePolled, SourceToFetch
from storage.store import Store, Transaction

log = logging.getLogger(__name__)


class Reading(Protocol):
    """The web, as far as this room needs it."""

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Return what a source says now; never raises for what a source does."""
        ...


@dataclass(frozen=True, slots=True)
class PollRules:
    """How a poller works; times in seconds."""

    owner: str
    interval_s: float = 300.0
    max_alert_age_s: float = 86_400.0
    lease_s: float = 120.0
    limit_s: float = 90.0
    """A poll that takes longer is ended and counts as failed."""
    concurrency: int = 50
    per_host: int = 4
    """Polls of one host at a time: a slow one, or one with hundreds, keeps nobody waiting."""
    gather_edits_s: float = 10.0
    """How long a grown story waits for more sources before its messages are edited."""
    only_allowed: bool = False
    """True: alerts go only to chats that an operator let in."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought."""

    entries: int = 0
    articles: int = 0
    deliveries: int = 0
    error: str = ""


class Poller:
    """source → fetch → parse → normalise → dedupe → group → match → outbox.

    Before grouping, articles that somebody waits for and whose feed says too little get the text
    of their own page, if it comes within seconds (`Pages`); other sources do not wait for it.

    One transaction per source: its new articles, their stories, what they owe to chats, and what
    the source is known by are kept together or not at all. Sending comes after, from the outbox.
    """

    def __init__(
        self,
        store: Store,
        web: Reading,
        clock: Clock,
        rules: PollRules,
        news_came: Callable[[], None] = lambda: None,
        *,
        pages: Pages | None = None,
        loaded: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._web = web
        self._clock = clock
        self._rules = rules
        self._news_came = news_came
        self._loaded = loaded
        self._news = News()
        # Threads side by side would only share one interpreter, and load the language model each.
        self._normalising = asyncio.Lock()
        self._grouping = asyncio.Lock()
        self._loading = Loading(self._load, "load the last days' stories")
        self._notes = Notes(store)
        self._rounds = Rounds(
            store,
            clock,
            self.poll,
            owner=rules.owner,
            concurrency=rules.concurrency,
            per_host=rules.per_host,
            lease_s=rules.lease_s,
            interval_s=rules.interval_s,
        )
        self.pages = pages
        self.polls = 0
        self._failed = 0

    async def tick(self) -> int:
        """Start polling what is due and fits; returns how many sources that is."""
        if not (self._news.knows_stories or await self._loading.is_over()):
            return 0  # A large archive takes some minutes.
        return await self._rounds.tick()

    async def _load(self) -> None:
        async with self._grouping, self._store.read() as tx:
            await self._news.load_stories(tx, self._clock.now())
        self._loaded()

    async def idle(self) -> None:
        """Wait until no poll is running."""
        await self._rounds.idle()

    async def stop(self, within_s: float) -> None:
        """Let running polls end within so many seconds, end the others, give all leases back."""
        await self._loading.stop()
        if self.pages is not None:
            self.pages.stop()
        await self._rounds.stop(within_s)
        await self._notes.written(1.0)

    @property
    def failed(self) -> int:
        """Polls that did not read their source, or whose outcome could not be kept."""
        return self._failed + self._rounds.broken

    async def poll(self, source: SourceToFetch) -> Polled:
        """Poll one claimed source; only the database's own faults are raised."""
        self.polls += 1
        try:
            async with asyncio.timeout(self._rules.limit_s):
                result = await self._web.read(source)
        except TimeoutError:
            result = Failed("does not answer in time")
        now = self._clock.now()
        if isinstance(result, Document):
            return await self.keep(source, result, now)
        polled = self._next(source, result, now)
        await self._notes.record(polled)
        if polled.new_url:
            async with self._store.write() as tx:
                await self._move(tx, polled)
        if isinstance(result, Failed):
            self._failed += 1
            log.info("source %d %s", source.id, result.words)
            return Polled(error=result.words)
        return Polled()

    async def keep(
        self, source: SourceToFetch, document: Document, now: datetime, *, pushed: bool = False
    ) -> Polled:
        """Keep what a claimed source says, and what it owes; `pushed`: its hub brought it."""
        language = document.language or source.language
        async with self._normalising:
            articles = await asyncio.to_thread(
                to_articles, document.entries, document.url, language, now
            )
        async with self._store.read() as tx:
            await self._news.refresh_queries(tx)
            keys = [key for article in articles for key in article.keys]
            known = await tx.articles.known_keys(source.id, keys)
        new = unseen(articles, known)
        new.reverse()  # Feeds have the newest first; stories are told oldest first.
        verdict = alertable(new, source, document.total, now, self._rules.max_alert_age_s)
        if verdict.republished:
            log.info("source %d gave %d old entries out as new", source.id, len(verdict.held))
        prepared = await self._news.prepare_all(new, document.title or source.title)
        if self.pages is not None:
            prepared = await self._fill(self.pages, prepared, verdict, source, document)
        polled = self._next(source, document, now, len(new), pushed=pushed)
        async with self._grouping:
            try:
                if prepared and not self._news.knows_stories:
                    async with self._store.read() as tx:
                        await self._news.load_stories(tx, now)
                async with self._store.write() as tx:
                    # First, for articles are kept under the name that the source has now.
                    await tx.sources.record(polled)
                    deliveries = await self._write(tx, source, prepared, verdict, now)
                    await remember(tx, source.id, articles, known, now)
                    await self._move(tx, polled)
            except BaseException:
                self._news.forget_stories()
                raise
        if deliveries:
            self._news_came()
        return Polled(len(document.entries), len(new), deliveries)

    async def _fill(
        self,
        pages: Pages,
        prepared: list[Prepared],
        verdict: Verdict,
        source: SourceToFetch,
        document: Document,
    ) -> list[Prepared]:
        """Read the pages of thin articles that somebody waits for, and match what they say too."""
        may_alert = {article.keys for article in verdict.alerts}
        awaited = [one.article for one in prepared if one.matches and one.article.keys in may_alert]
        wanted = thin(awaited)
        if not wanted:
            return prepared
        language = document.language or source.language
        filled = await pages.fill(wanted, source.url, language)
        async with self._store.read() as tx:  # Some seconds have passed.
            await self._news.refresh_queries(tx)
        articles = [filled.get(one.article.keys, one.article) for one in prepared]
        return await self._news.prepare_all(articles, document.title or source.title)

    async def _write(
        self,
        tx: Transaction,
        source: SourceToFetch,
        prepared: Sequence[Prepared],
        verdict: Verdict,
        now: datetime,
    ) -> int:
        """Keep new articles with their stories, and put what they owe into the outbox."""
        if not prepared:
            return 0
        await tx.lock("grouping")
        await self._news.refresh_stories(tx, now)
        ids = await tx.articles.reserve(len(prepared))
        placed = await self._news.place(prepared, source.id, ids)
        await tx.articles.add_all(source.id, placed)
        grown = {one.story_id for one in placed if not one.opens}
        await tx.stories.touch(grown, now)
        await tx.outbox.grow(grown, now + timedelta(seconds=self._rules.gather_edits_s))
        await self._news.save(tx)
        deliveries = await self._owe(tx, prepared, placed, verdict, now)
        return deliveries + await let_break(tx, {one.story_id for one in placed}, now)

    async def _owe(
        self,
        tx: Transaction,
        prepared: Sequence[Prepared],
        placed: Sequence[PlacedArticle],
        verdict: Verdict,
        now: datetime,
    ) -> int:
        may_alert = {article.keys for article in verdict.alerts}
        deliveries = 0
        for one, where in zip(prepared, placed, strict=True):
            queries = [match.query_id for match in one.matches]
            if not queries:
                continue
            await tx.stories.tag(where.story_id, queries)
            if one.article.keys in may_alert:
                published = one.article.published_at or now
                deliveries += await tx.outbox.put(
                    where.story_id,
                    queries,
                    one.article.seen_at,
                    now,
                    published + timedelta(seconds=self._rules.max_alert_age_s),
                    only_allowed=self._rules.only_allowed,
                )
        return deliveries

    async def _move(self, tx: Transaction, polled: SourcePolled) -> None:
        if polled.new_url and await tx.sources.move(polled.id, polled.new_url):
            log.info("source %d moved onto another, and became one with it", polled.id)

    def _next(
        self,
        source: SourceToFetch,
        result: ReadResult,
        now: datetime,
        new_articles: int = 0,
        *,
        pushed: bool = False,
    ) -> SourcePolled:
        return next_poll(
            source,
            result,
            now,
            interval_s=self._rules.interval_s,
            new_articles=new_articles,
            demand=self._rounds.demand.of(source),
            pushed=pushed,
        )
