"""What may be asked of subscriptions, in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, select, update

from storage.database import Work
from storage.queries import add_query, drop_orphans, version_of
from storage.records import (
    ChatId,
    ChatState,
    Mode,
    NewSubscription,
    Place,
    Query,
    QueryId,
    Rhythm,
    StoryId,
    Subscription,
    SubscriptionId,
    Tag,
    TagId,
    TopicId,
)
from storage.rows import chunks
from storage.schema import (
    chats,
    queries,
    query_tags,
    sources,
    story_queries,
    subscriptions,
    tags,
)


class Subscriptions:
    """Who wants what, and the distinct queries behind it."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, new: NewSubscription, now: datetime) -> tuple[Subscription, bool]:
        """Subscribe a place (its chat has to be known); return it, and whether it is new.

        One that was there already keeps its age and mode, and takes the new words.
        """
        query_id = await add_query(self._work, new)
        place = new.place
        wanted = self._work.insert(subscriptions).values(
            chat_id=place.chat_id,
            topic_id=place.topic_id,
            query_id=query_id,
            shown=new.shown,
            spelt=new.spelt,
            mode=new.mode.value,
            active=True,
            created_at=now,
            created_by=new.created_by,
        )
        done = await self._work.run(wanted.on_conflict_do_nothing())
        added = done.rowcount == 1
        if not added:
            await self._work.run(
                update(subscriptions)
                .where(_at(place), subscriptions.c.query_id == query_id)
                .values(shown=new.shown, spelt=new.spelt, active=True)
            )
        row = (await self._work.rows(_all().where(_at(place), queries.c.id == query_id)))[0]
        return _subscription_of(row), added

    async def change(self, old: Subscription, new: NewSubscription) -> Subscription:
        """Let a subscription want something else; it keeps its age, mode and settings.

        Another one of its place that wants the same already ends.
        """
        query_id = await add_query(self._work, new)
        same = subscriptions.c.query_id == query_id
        twin = delete(subscriptions).where(_at(old.place), same, subscriptions.c.id != old.id)
        await self._work.run(twin)
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.id == old.id)
            .values(query_id=query_id, shown=new.shown, spelt=new.spelt)
        )
        await drop_orphans(self._work, [old.query_id])
        row = (await self._work.rows(_all().where(subscriptions.c.id == old.id)))[0]
        return _subscription_of(row)

    async def set_summary(self, subscription_id: SubscriptionId, length: str) -> None:
        """Choose how long the subscription's summaries are; empty: as the chat has it."""
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.id == subscription_id)
            .values(summary=length)
        )

    async def remove(self, place: Place, texts: Iterable[str]) -> int:
        """End the place's subscriptions to these queries (canonical texts); return how many."""
        asked = select(queries.c.id).where(queries.c.text.in_(list(texts)))
        return await self._end(_at(place) & subscriptions.c.query_id.in_(asked))

    async def remove_all(self, place: Place) -> int:
        """End all subscriptions of the place; return how many."""
        return await self._end(_at(place))

    async def _end(self, which: ColumnElement[bool]) -> int:
        ended = await self._work.rows(
            delete(subscriptions).where(which).returning(subscriptions.c.query_id)
        )
        await drop_orphans(self._work, [QueryId(row.query_id) for row in ended])
        return len(ended)

    async def set_mode(self, subscription_id: SubscriptionId, mode: Mode) -> None:
        """Choose how the subscription's stories reach its place."""
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.id == subscription_id)
            .values(mode=mode.value)
        )

    async def of(self, place: Place, story_id: StoryId | None = None) -> list[Subscription]:
        """Return the place's subscriptions, in the order they were made.

        With a story, those whose query found it.
        """
        asked = _all().where(_at(place)).order_by(subscriptions.c.id)
        if story_id is not None:
            found = story_queries.c.story_id == story_id
            asked = asked.join(story_queries, (story_queries.c.query_id == queries.c.id) & found)
        return [_subscription_of(row) for row in await self._work.rows(asked)]

    async def tags_of(self, place: Place, story_id: StoryId | None = None) -> list[Tag]:
        """Return the tags that a place asks for; with a story, those that it carries."""
        asked = (
            select(tags.c.id, tags.c.key, tags.c.shown)
            .join(query_tags, query_tags.c.tag_id == tags.c.id)
            .join(subscriptions, subscriptions.c.query_id == query_tags.c.query_id)
            .where(_at(place))
            .group_by(tags.c.id, tags.c.key, tags.c.shown)
            .order_by(func.min(subscriptions.c.id), tags.c.id)
        )
        if story_id is not None:
            found = story_queries.c.story_id == story_id
            asked = asked.join(
                story_queries, (story_queries.c.query_id == query_tags.c.own_id) & found
            )
        return [_tag_of(row) for row in await self._work.rows(asked)]

    async def of_chat(self, chat_id: ChatId) -> list[Subscription]:
        """Return the subscriptions of a chat and of all its topics."""
        rows = await self._work.rows(
            _all().where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.id)
        )
        return [_subscription_of(row) for row in rows]

    async def places_of(self, query_ids: Iterable[QueryId], limit: int) -> list[Place]:
        """Return awake places that subscribed to any of these, the first ones first."""
        first = func.min(subscriptions.c.id)
        rows = await self._work.rows(
            select(subscriptions.c.chat_id, subscriptions.c.topic_id)
            .join(chats, chats.c.id == subscriptions.c.chat_id)
            .where(subscriptions.c.query_id.in_(list(query_ids)), subscriptions.c.active)
            .where(chats.c.state == ChatState.ACTIVE.value)
            .group_by(subscriptions.c.chat_id, subscriptions.c.topic_id)
            .order_by(first)
            .limit(limit)
        )
        return [Place(ChatId(row.chat_id), TopicId(row.topic_id)) for row in rows]

    async def keepers(self, place: Place) -> list[int]:
        """Return the users who subscribed the place, those with most subscriptions first."""
        by, number = subscriptions.c.created_by, func.count().label("n")
        rows = await self._work.rows(
            select(by, number)
            .where(_at(place), by.is_not(None))
            .group_by(by)
            .order_by(number.desc(), by)
        )
        return [row.created_by for row in rows]

    async def queries(self, ids: Iterable[QueryId] | None = None) -> list[Query]:
        """Return the distinct queries to match, and with them a query for each of their tags.

        With ids, those of them.
        """
        asked = select(queries).order_by(queries.c.id)
        if ids is None:
            return [_query_of(row) for row in await self._work.rows(asked)]
        found: list[Query] = []
        for part in chunks(sorted(ids)):
            rows = await self._work.rows(asked.where(queries.c.id.in_(part)))
            found += map(_query_of, rows)
        return found

    async def query_ids(self) -> set[QueryId]:
        """Return the numbers of the same."""
        return {QueryId(row[0]) for row in await self._work.rows(select(queries.c.id))}

    async def query(self, number: QueryId | None = None, *, text: str = "") -> Query | None:
        """Return the query of that number, or of that canonical text, while anybody has it."""
        which = queries.c.text == text if number is None else queries.c.id == number
        row = await self._work.first(select(queries).where(which))
        return _query_of(row) if row else None

    async def version(self) -> int:
        """Return a number that grows whenever the set of distinct queries changes."""
        return await version_of(self._work)

    async def count_by_tag(self) -> dict[Tag, int]:
        """Return each tag's number of chats."""
        rows = await self._work.rows(_tags_by_chats())
        return {_tag_of(row): row.chats for row in rows}

    async def popular(
        self, limit: int, language: str = "", *, at_least: int = 1
    ) -> list[tuple[Tag, int]]:
        """Return the tags with most chats, `at_least` so many; with a language, of its chats.

        What is shown to strangers needs `at_least`, or it tells what one of the few follows.
        """
        number = func.count(subscriptions.c.chat_id.distinct())
        asked = _tags_by_chats().having(number >= at_least).limit(limit)
        if language:
            asked = asked.join(chats, chats.c.id == subscriptions.c.chat_id).where(
                chats.c.settings["language"].as_string() == language
            )
        return [(_tag_of(row), row.chats) for row in await self._work.rows(asked)]

    async def demand(self) -> tuple[int, dict[TagId, int]]:
        """Return how many chats subscribe to anything, and to each tag with sources of its own."""
        everybody = select(func.count(subscriptions.c.chat_id.distinct()))
        fed = select(sources.c.tag_id).where(sources.c.tag_id.is_not(None))
        rows = await self._work.rows(_tags_by_chats().where(tags.c.id.in_(fed)))
        by_tag = {TagId(row.id): int(row.chats) for row in rows}
        return int(await self._work.scalar(everybody)), by_tag

    async def count(self) -> int:
        """Return the number of subscriptions."""
        return int(await self._work.scalar(select(func.count()).select_from(subscriptions)))


def _at(place: Place) -> ColumnElement[bool]:
    return (subscriptions.c.chat_id == place.chat_id) & (subscriptions.c.topic_id == place.topic_id)


def _all() -> Select[Any]:
    return select(subscriptions, queries.c.text.label("query")).join(
        queries, queries.c.id == subscriptions.c.query_id
    )


def _subscription_of(row: Row[Any]) -> Subscription:
    return Subscription(
        id=SubscriptionId(row.id),
        place=Place(ChatId(row.chat_id), TopicId(row.topic_id)),
        query_id=QueryId(row.query_id),
        query=row.query,
        shown=row.shown,
        mode=Mode(row.mode),
        active=row.active,
        created_at=row.created_at,
        spelt=row.spelt or row.shown,
        summary=row.summary,
        rhythm=None if row.minute is None else Rhythm(row.minute, row.weekday),
        digest_at=row.digest_at,
        digested_at=row.digested_at,
    )


def _tags_by_chats() -> Select[Any]:
    number = func.count(subscriptions.c.chat_id.distinct()).label("chats")
    return (
        select(tags.c.id, tags.c.key, tags.c.shown, number)
        .select_from(
            tags.join(query_tags, query_tags.c.tag_id == tags.c.id).join(
                subscriptions, subscriptions.c.query_id == query_tags.c.query_id
            )
        )
        .group_by(tags.c.id, tags.c.key, tags.c.shown)
        .order_by(number.desc(), tags.c.key)
    )


def _tag_of(row: Row[Any]) -> Tag:
    return Tag(id=TagId(row.id), key=row.key, shown=row.shown)


def _query_of(row: Row[Any]) -> Query:
    return Query(id=QueryId(row.id), text=row.text, shown=row.shown)
