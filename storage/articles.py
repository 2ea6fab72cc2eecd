"""What may be asked of articles, in one transaction."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select

from storage.database import Work, search
from storage.records import (
    Article,
    ArticleId,
    Hit,
    Key,
    NewArticle,
    PlacedArticle,
    SourceId,
    Story,
    StoryId,
)
from storage.rows import article_columns, article_of, chunks, stories_by_id
from storage.schema import articles, deliveries, seen_keys, sources, stories, story_queries

_REMEMBERED_AGAIN = timedelta(days=1)
_AT_ONCE = 500


def moment(article: NewArticle) -> datetime:
    """Return the moment by which an article is sorted: never later than it was seen."""
    if article.published_at is None:
        return article.seen_at
    return min(article.published_at, article.seen_at)


class Articles:
    """Articles, what they are known again by, and the full-text index."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def known_keys(self, source_id: SourceId, keys: Iterable[Key]) -> set[Key]:
        """Return those of the keys that the source has carried before."""
        asked = list(keys)
        found: set[Key] = set()
        for start in range(0, len(asked), _AT_ONCE):
            rows = await self._work.rows(
                select(seen_keys.c.key).where(
                    seen_keys.c.source_id == source_id,
                    seen_keys.c.key.in_(asked[start : start + _AT_ONCE]),
                )
            )
            found.update(row.key for row in rows)
        return found

    async def remember_keys(
        self, source_id: SourceId, article_id: ArticleId | None, keys: Iterable[Key], now: datetime
    ) -> None:
        """Know these keys again in this source; those known already stay fresh (to the day)."""
        rows = [
            {"source_id": source_id, "key": key, "article_id": article_id, "seen_at": now}
            for key in dict.fromkeys(keys)
        ]
        await self._remember(rows, now)

    async def _remember(self, rows: Sequence[dict[str, Any]], now: datetime) -> None:
        if not rows:
            return
        new = self._work.insert(seen_keys)
        again = new.on_conflict_do_update(
            index_elements=["source_id", "key"],
            set_={"seen_at": new.excluded.seen_at},
            where=seen_keys.c.seen_at < literal(now - _REMEMBERED_AGAIN, seen_keys.c.seen_at.type),
        )
        await self._work.run(again, rows)

    async def add(
        self, source_id: SourceId, story_id: StoryId | None, article: NewArticle
    ) -> ArticleId:
        """Keep an article in a story; None opens a new one. Its keys are remembered with it."""
        (article_id,), (new_story,) = await self.reserve(1)
        placed = PlacedArticle(
            id=article_id, story_id=story_id or new_story, opens=story_id is None, article=article
        )
        await self.add_all(source_id, [placed])
        return article_id

    async def reserve(self, count: int) -> tuple[list[ArticleId], list[StoryId]]:
        """Set aside that many ids of articles and of stories, for `add_all` in this transaction.

        Who knows the ids beforehand can group many articles and write them all at once.
        """
        of_articles = await self._work.reserve(articles, count)
        of_stories = await self._work.reserve(stories, count)
        return [ArticleId(id_) for id_ in of_articles], [StoryId(id_) for id_ in of_stories]

    async def add_all(self, source_id: SourceId, placed: Sequence[PlacedArticle]) -> None:
        """Keep articles whose ids were reserved in this transaction, in a few statements."""
        if not placed:
            return
        opening = [
            {"id": one.story_id, "first_at": moment(one.article), "last_at": moment(one.article)}
            for one in placed
            if one.opens
        ]
        if opening:
            await self._work.run(insert(stories), opening)
        title = await self._work.scalar(select(sources.c.title).where(sources.c.id == source_id))
        await self._work.run(insert(articles), [_row(source_id, title or "", p) for p in placed])
        await search.index(self._work, [(one.id, _searched(one.article)) for one in placed])
        await self._remember(
            [
                {"source_id": source_id, "key": key, "article_id": one.id,
                 "seen_at": one.article.seen_at}
                for one in placed
                for key in dict.fromkeys(one.article.keys)
            ],
            placed[0].article.seen_at,
        )  # fmt: skip

    async def get(self, article_id: ArticleId) -> Article | None:
        """Return one article."""
        row = await self._work.first(_all().where(articles.c.id == article_id))
        return article_of(row) if row else None

    async def after(self, article_id: ArticleId, limit: int) -> list[Article]:
        """Return the articles that were added after this one, oldest first."""
        asked = _all().where(articles.c.id > article_id).order_by(articles.c.id).limit(limit)
        return [article_of(row) for row in await self._work.rows(asked)]

    async def window(self, since: datetime) -> AsyncIterator[Article]:
        """Give, in the order they were added, all articles seen since then; in small steps."""
        last = ArticleId(0)
        while True:
            asked = (
                _all()
                .where(articles.c.seen_at >= since, articles.c.id > last)
                .order_by(articles.c.id)
                .limit(_AT_ONCE)
            )
            rows = await self._work.rows(asked)
            for row in rows:
                yield article_of(row)
            if len(rows) < _AT_ONCE:
                return
            last = ArticleId(rows[-1].id)

    async def categories(
        self, since: datetime, limit: int, language: str | None
    ) -> list[tuple[SourceId, tuple[str, ...]]]:
        """Return source and categories of the newest articles seen since then.

        With a language, of those in it.
        """
        asked = (
            select(articles.c.source_id, articles.c.categories)
            .where(articles.c.seen_at >= since, articles.c.source_id.is_not(None))
            .order_by(articles.c.seen_at.desc(), articles.c.id.desc())
            .limit(limit)
        )
        if language is not None:
            asked = asked.where(articles.c.language.in_(["", language]))
        return [
            (SourceId(row.source_id), tuple(row.categories)) for row in await self._work.rows(asked)
        ]

    async def counted(self, words: str, since: datetime, most: int) -> int:
        """Return in how many stories, of up to `most` articles seen since then, these words stand.

        Counted in the index alone: what a tag matches exactly may be fewer.
        """
        asked = (
            select(articles.c.id).where(articles.c.seen_at >= since).order_by(articles.c.seen_at)
        )
        first = await self._work.scalar(asked.limit(1))
        if first is None:
            return 0
        return await search.count(self._work, words, first=ArticleId(first), most=most)

    async def search(self, words: str, limit: int, before: ArticleId | None = None) -> list[Story]:
        """Return stories that have an article with all of these words, newest first.

        The next page begins `before` the smallest id of an article of this one that was found
        (`Story.found`). No words raise: such as have no letter find nothing.
        """
        wanted = await self._found(words, limit, before)
        whole = await stories_by_id(self._work, wanted, found=wanted)
        return [whole[story_id] for story_id in wanted]

    async def hits(self, words: str, limit: int) -> list[Hit]:
        """Return the same stories unread, in no order."""
        hits: list[Hit] = []
        for part in chunks(list(await self._found(words, limit, None))):
            asked = select(stories.c.id, stories.c.last_at).where(stories.c.id.in_(part))
            hits += [Hit(StoryId(row.id), row.last_at) for row in await self._work.rows(asked)]
        return hits

    async def prune(self, before: datetime) -> int:
        """Forget stories with nothing newer than that; return how many articles they had."""
        old = select(stories.c.id).where(stories.c.last_at < before).limit(_AT_ONCE)
        total = 0
        while ids := [row.id for row in await self._work.rows(old)]:
            gone = await self._work.rows(select(articles.c.id).where(articles.c.story_id.in_(ids)))
            await search.unindex(self._work, [ArticleId(row.id) for row in gone])
            for table, column in (
                (articles, articles.c.story_id),
                (story_queries, story_queries.c.story_id),
                (deliveries, deliveries.c.story_id),
                (stories, stories.c.id),
            ):
                await self._work.run(delete(table).where(column.in_(ids)))
            total += len(gone)
        return total

    async def _found(
        self, words: str, limit: int, before: ArticleId | None
    ) -> dict[StoryId, ArticleId]:
        found: dict[StoryId, ArticleId] = {}
        while len(found) < limit:
            ids = await search.find(self._work, words, limit=limit * 2, before=before)
            rows = await self._work.rows(
                select(articles.c.id, articles.c.story_id)
                .where(articles.c.id.in_(ids))
                .order_by(articles.c.id.desc())
            )
            for row in rows:
                found.setdefault(StoryId(row.story_id), ArticleId(row.id))
            if len(ids) < limit * 2:
                break
            before = ids[-1]
        return dict(list(found.items())[:limit])

    async def prune_keys(self, before: datetime, keep: int) -> int:
        """Forget keys not met since then, beyond each source's `keep` newest; return how many.

        What still stands in a source's document must stay known, or it comes as new: a document
        gives far fewer entries than are kept.
        """
        many = (
            select(seen_keys.c.source_id)
            .group_by(seen_keys.c.source_id)
            .having(func.count() > keep)
        )
        total = 0
        for row in await self._work.rows(many):
            of_source = seen_keys.c.source_id == row.source_id
            last_kept: datetime = await self._work.scalar(
                select(seen_keys.c.seen_at)
                .where(of_source)
                .order_by(seen_keys.c.seen_at.desc())
                .offset(keep - 1)
                .limit(1)
            )
            old = seen_keys.c.seen_at < min(before, last_kept)
            total += (await self._work.run(delete(seen_keys).where(of_source, old))).rowcount
        return total


def _all() -> Select[Any]:
    return select(*article_columns())


def _searched(article: NewArticle) -> tuple[str, ...]:
    return (
        article.title, article.publisher, " ".join(article.categories),
        article.summary, article.body,
    )  # fmt: skip


def _row(source_id: SourceId, source_title: str, placed: PlacedArticle) -> dict[str, Any]:
    article = placed.article
    return {
        "id": placed.id,
        "source_id": source_id,
        "source_title": source_title,
        "story_id": placed.story_id,
        "url": article.url,
        "url_key": article.url_key,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "publisher": article.publisher,
        "language": article.language,
        "categories": list(article.categories),
        "published_at": article.published_at,
        "seen_at": article.seen_at,
    }
