"""Turns rows into records, for every room that reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal_column, select

from storage.database import Work
from storage.records import (
    SUMMARIES,
    Article,
    ArticleId,
    Chat,
    ChatId,
    ChatKind,
    ChatSettings,
    ChatState,
    DeliveryId,
    DeliveryState,
    Key,
    Place,
    SourceId,
    Story,
    StoryId,
    TopicId,
)
from storage.schema import (
    articles,
    deliveries,
    query_tags,
    stories,
    story_queries,
    subscriptions,
    tags,
)

GONE = SourceId(0)
"""The source of an article whose source was removed."""
_AT_ONCE = 500


def article_columns() -> tuple[Any, ...]:
    """Return the columns of an article, to select."""
    return tuple(articles.c)


def article_of(row: Row[Any]) -> Article:
    """Return the article of a row."""
    return Article(
        id=ArticleId(row.id),
        source_id=GONE if row.source_id is None else SourceId(row.source_id),
        source_title=row.source_title,
        story_id=StoryId(row.story_id),
        url=row.url,
        url_key=None if row.url_key is None else Key(row.url_key),
        title=row.title,
        summary=row.summary,
        body=row.body,
        publisher=row.publisher,
        language=row.language,
        categories=tuple(row.categories),
        published_at=row.published_at,
        seen_at=row.seen_at,
    )


async def stories_by_id(
    work: Work, ids: Iterable[StoryId], *, found: Mapping[StoryId, ArticleId] | None = None
) -> dict[StoryId, Story]:
    """Return stories with their articles, oldest first; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    whole: dict[StoryId, Story] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        heads = await work.rows(select(stories).where(stories.c.id.in_(part)))
        told: dict[int, list[Article]] = {}
        asked = select(articles).where(articles.c.story_id.in_(part)).order_by(articles.c.id)
        for row in await work.rows(asked):
            told.setdefault(row.story_id, []).append(article_of(row))
        for head in heads:
            story_id = StoryId(head.id)
            whole[story_id] = Story(
                id=story_id,
                first_at=head.first_at,
                last_at=head.last_at,
                articles=tuple(told.get(head.id, ())),
                found=(found or {}).get(story_id),
            )
    return whole


Carried = dict[tuple[StoryId, Place], tuple[str, ...]]
"""The tags, as shown there, that a story carries at a place."""
Lengths = dict[tuple[StoryId, Place], set[str]]
"""How long the summaries of a story at a place shall be; empty: as the chat has it."""


async def tags_at(work: Work, pairs: Sequence[tuple[StoryId, Place]]) -> Carried:
    """Return, for stories at places, the tags (as shown there) that the story carries.

    A tag counts when a query of the place that asks for it found the story, and so did the tag's
    own query, which knows what counts as the tag there.
    """
    rows: list[Row[Any]] = []
    asked = _tags_carried()
    for part in chunks(sorted({(story, place.chat_id) for story, place in pairs})):
        rows += await work.rows(
            asked.where(
                story_queries.c.story_id.in_({story for story, _ in part}),
                subscriptions.c.chat_id.in_({chat for _, chat in part}),
            )
        )
    carried = _carried(rows)
    return {pair: carried[pair] for pair in pairs if pair in carried}


async def tags_of(work: Work, ids: Sequence[DeliveryId]) -> tuple[Carried, Lengths]:
    """Return the same for deliveries, with the lengths of summaries that their subscriptions want.

    Many stories to many chats cost no more than few.
    """
    rows: list[Row[Any]] = []
    asked = (
        _tags_carried()
        .add_columns(subscriptions.c.summary)
        .join(
            deliveries,
            (deliveries.c.story_id == story_queries.c.story_id)
            & (deliveries.c.chat_id == subscriptions.c.chat_id)
            & (deliveries.c.topic_id == subscriptions.c.topic_id),
        )
    )
    for part in chunks(ids):
        rows += await work.rows(asked.where(deliveries.c.id.in_(part)))
    lengths: Lengths = {}
    for row in rows:
        lengths.setdefault(_pair(row), set()).add(row.summary)
    return _carried(rows), lengths


def _tags_carried() -> Select[Any]:
    found = story_queries.alias("found")
    return (
        select(
            story_queries.c.story_id, subscriptions.c.chat_id, subscriptions.c.topic_id,
            tags.c.key, tags.c.shown, subscriptions.c.shown.label("as_subscribed"),
            (query_tags.c.own_id == query_tags.c.query_id).label("is_tag"),
        )
        .join(subscriptions, subscriptions.c.query_id == story_queries.c.query_id)
        .join(query_tags, query_tags.c.query_id == story_queries.c.query_id)
        .join(tags, tags.c.id == query_tags.c.tag_id)
        .join(
            found,
            (found.c.query_id == query_tags.c.own_id)
            & (found.c.story_id == story_queries.c.story_id),
        )
        .where(subscriptions.c.active)
        .order_by(subscriptions.c.id)
    )  # fmt: skip


def _carried(rows: Iterable[Row[Any]]) -> Carried:
    told: dict[tuple[StoryId, Place], dict[str, str]] = {}
    for row in rows:
        shown = told.setdefault(_pair(row), {})
        shown.setdefault(row.key, row.shown)
        if row.is_tag:
            shown[row.key] = row.as_subscribed
    return {pair: tuple(shown.values()) for pair, shown in told.items()}


def _pair(row: Row[Any]) -> tuple[StoryId, Place]:
    return StoryId(row.story_id), Place(ChatId(row.chat_id), TopicId(row.topic_id))


def settings_of(kept: Mapping[str, Any]) -> ChatSettings:
    """Return a chat's settings; names of other versions are left out."""
    known = {field.name for field in fields(ChatSettings)}
    return ChatSettings(**{name: value for name, value in kept.items() if name in known})


def settings_for(kept: Mapping[str, Any], lengths: Iterable[str]) -> ChatSettings:
    """Return a chat's settings for a story whose subscriptions want summaries of these lengths."""
    settings = settings_of(kept)
    wanted = {length or settings.summary for length in lengths}
    longest = [length for length in SUMMARIES if length in wanted][-1:]
    return replace(settings, summary=longest[0]) if longest else settings


def settings_kept(settings: ChatSettings) -> dict[str, Any]:
    """Return the settings as they are kept."""
    return asdict(settings)


def chat_of(row: Row[Any]) -> Chat:
    """Return the chat of a row."""
    return Chat(
        id=ChatId(row.id),
        kind=ChatKind(row.kind),
        title=row.title,
        state=ChatState(row.state),
        state_reason=row.state_reason,
        allowed=row.allowed,
        settings=settings_of(row.settings),
        created_at=row.created_at,
        manages=None if row.manages is None else ChatId(row.manages),
    )


def in_state(state: DeliveryState) -> ColumnElement[bool]:
    """Return the condition that a delivery is in this state.

    It stands in the statement itself: SQLite finds no partial index by a value that is bound.
    """
    return deliveries.c.state == literal_column(f"'{state.value}'")


def folded(name: str) -> str:
    """Return a source's name as mutes know it, whatever its letters' case."""
    return " ".join(name.casefold().split())


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Cut what goes into an `IN (…)` into pieces that every database takes."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
