"""What may be asked of stories, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, func, literal, select, update

from storage.database import Work, newest, quarters
from storage.records import ArticleId, ChatId, Hit, Place, QueryId, Story, StoryId, TopicId
from storage.rows import chunks, stories_by_id, tags_at
from storage.schema import articles, queries, sources, stories, story_queries, subscriptions


class Stories:
    """Stories, and which queries each of them answers."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get_many(self, ids: Iterable[StoryId]) -> dict[StoryId, Story]:
        """Return stories with their articles; unknown ids are left out."""
        return await stories_by_id(self._work, ids)

    async def get_at(self, place: Place, ids: Iterable[StoryId]) -> list[Story]:
        """Return stories with the tags that each carries at a place; unknown ids are left out."""
        whole = await stories_by_id(self._work, ids)
        tags = await tags_at(self._work, [(one, place) for one in whole])
        return [replace(story, tags=tags.get((one, place), ())) for one, story in whole.items()]

    async def tag(self, story_id: StoryId, query_ids: Iterable[QueryId]) -> None:
        """Note which queries the story answers; a tag is the query of its key."""
        ids = list(dict.fromkeys(query_ids))
        if not ids:
            return
        at = await self._work.scalar(select(stories.c.last_at).where(stories.c.id == story_id))
        rows = [{"story_id": story_id, "query_id": query_id, "at": at} for query_id in ids]
        await self._work.run(self._work.insert(story_queries).on_conflict_do_nothing(), rows)

    async def tag_all(self, found: Sequence[tuple[StoryId, QueryId, datetime]]) -> None:
        """Note many answers at once: story, query, and the story's newest moment."""
        rows = [{"story_id": story, "query_id": query, "at": at} for story, query, at in found]
        if rows:
            await self._work.run(self._work.insert(story_queries).on_conflict_do_nothing(), rows)

    async def touch(self, story_ids: Iterable[StoryId], at: datetime) -> None:
        """Let stories reach to this moment; none shrinks."""
        moment = literal(at, stories.c.last_at.type)
        for part in chunks(sorted(set(story_ids))):
            await self._work.run(
                update(stories)
                .where(stories.c.id.in_(part))
                .values(
                    last_at=case((stories.c.last_at < moment, moment), else_=stories.c.last_at),
                    first_at=case((stories.c.first_at > moment, moment), else_=stories.c.first_at),
                )
            )
            await self._work.run(
                update(story_queries)
                .where(story_queries.c.story_id.in_(part), story_queries.c.at < moment)
                .values(at=moment)
            )

    async def latest(
        self,
        texts: Iterable[str] | None = None,
        place: Place | None = None,
        limit: int = 5,
        offset: int = 0,
        before: StoryId | None = None,
    ) -> list[Story]:
        """Return stories, newest first: of these queries, of a place's subscriptions, or of all.

        `texts` are canonical texts of queries (of a tag: its key). With a place, `Story.tags` says
        which of its tags each story carries. `before` goes on after a story of the last page.
        """
        page = newest.Page(limit, offset, *await self._from(before))
        ids = [hit.id for hit in await self._newest(texts, place, page)]
        whole = await stories_by_id(self._work, ids)
        if place is None:
            return [whole[one] for one in ids]
        tags = await tags_at(self._work, [(one, place) for one in ids])
        return [replace(whole[one], tags=tags.get((one, place), ())) for one in ids]

    async def latest_of_chat(self, chat_id: ChatId, limit: int = 5, offset: int = 0) -> list[Story]:
        """Return the newest stories of a chat and of all its topics, with all tags of theirs."""
        asked = select(subscriptions.c.query_id, subscriptions.c.topic_id)
        kept = await self._work.rows(asked.where(subscriptions.c.chat_id == chat_id))
        queries_asked = list(dict.fromkeys(QueryId(row.query_id) for row in kept))
        if not queries_asked:
            return []
        found = await newest.of_queries(self._work, queries_asked, newest.Page(limit, offset))
        whole = await stories_by_id(self._work, [hit.id for hit in found])
        places = [
            Place(chat_id, TopicId(topic)) for topic in sorted({row.topic_id for row in kept})
        ]
        tags = await tags_at(self._work, [(hit.id, place) for hit in found for place in places])
        carried: dict[StoryId, dict[str, str]] = {hit.id: {} for hit in found}
        for (story, _), shown in sorted(tags.items(), key=lambda item: item[0][1].topic_id):
            for tag in shown:
                carried[story].setdefault(tag.casefold(), tag)
        return [replace(whole[one], tags=tuple(each.values())) for one, each in carried.items()]

    async def hits(self, texts: Iterable[str] | None, limit: int) -> list[Hit]:
        """Return the same stories unread: of these queries, or of all."""
        return await self._newest(texts, None, newest.Page(limit))

    async def tellers(self, ids: Iterable[StoryId]) -> dict[StoryId, tuple[str, ...]]:
        """Return by which names each story is told, each once, the earliest first."""
        told: dict[StoryId, dict[str, None]] = {}
        for part in chunks(list(ids)):
            asked = select(articles.c.story_id, articles.c.publisher, articles.c.source_title)
            asked = asked.where(articles.c.story_id.in_(part)).order_by(articles.c.id)
            for row in await self._work.rows(asked):
                by = row.publisher or row.source_title
                told.setdefault(StoryId(row.story_id), {})[by] = None
        return {story: tuple(names) for story, names in told.items()}

    async def names(self, limit: int) -> set[str]:
        """Return the names of all sources, and by which the newest articles are told."""
        newest_told = select(articles.c.publisher, articles.c.source_title)
        told = await self._work.rows(newest_told.order_by(articles.c.id.desc()).limit(limit))
        titles = await self._work.rows(select(sources.c.title))
        found = {row.publisher or row.source_title for row in told} | {row.title for row in titles}
        return found - {""}

    async def categories(self, ids: Iterable[StoryId]) -> list[tuple[ArticleId, tuple[str, ...]]]:
        """Return what the papers wrote over each article of the stories."""
        found: list[tuple[ArticleId, tuple[str, ...]]] = []
        for part in chunks(list(ids)):
            asked = select(articles.c.id, articles.c.categories)
            rows = await self._work.rows(asked.where(articles.c.story_id.in_(part)))
            found += [(ArticleId(row.id), tuple(row.categories)) for row in rows]
        return found

    async def count(self, text: str, since: datetime) -> int:
        """Return how many stories of a query (of a tag: its key) reach to that moment or later."""
        return int(
            await self._work.scalar(
                select(func.count())
                .select_from(story_queries)
                .join(queries, queries.c.id == story_queries.c.query_id)
                .where(queries.c.text == text, story_queries.c.at >= since)
            )
        )

    async def per_quarter(
        self, ids: Sequence[QueryId], since: datetime
    ) -> dict[QueryId, dict[datetime, int]]:
        """Return how many stories of each query reach to which quarter of an hour since then."""
        return await quarters.count(self._work, ids, since)

    async def _newest(
        self, texts: Iterable[str] | None, place: Place | None, page: newest.Page
    ) -> list[Hit]:
        if texts is None and place is None:
            return await newest.of_all(self._work, page)
        asked = await self._asked(texts, place)
        return await newest.of_queries(self._work, asked, page) if asked else []

    async def _from(self, before: StoryId | None) -> tuple[datetime | None, StoryId | None]:
        if before is None:
            return None, None
        asked = select(stories.c.last_at).where(stories.c.id == before)
        return await self._work.scalar(asked), before

    async def _asked(self, texts: Iterable[str] | None, place: Place | None) -> list[QueryId]:
        asked = select(queries.c.id)
        if texts is not None:
            asked = asked.where(queries.c.text.in_(list(texts)))
        if place is not None:
            asked = asked.where(
                queries.c.id.in_(
                    select(subscriptions.c.query_id).where(
                        subscriptions.c.chat_id == place.chat_id,
                        subscriptions.c.topic_id == place.topic_id,
                    )
                )
            )
        return [QueryId(row.id) for row in await self._work.rows(asked)]
