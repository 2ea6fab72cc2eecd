"""The tables; every time is UTC, every id of Telegram has 64 bits."""

from storage.schema.deliveries import deliveries, state
from storage.schema.metadata import metadata
from storage.schema.news import (
    articles,
    pushes,
    queries,
    query_tags,
    seen_keys,
    sources,
    stories,
    story_queries,
    tags,
)
from storage.schema.readers import (
    buttons,
    chats,
    mutes,
    subscriptions,
    tag_topics,
    timetables,
    topics,
)

__all__ = [
    "articles",
    "buttons",
    "chats",
    "deliveries",
    "metadata",
    "mutes",
    "pushes",
    "queries",
    "query_tags",
    "seen_keys",
    "sources",
    "state",
    "stories",
    "story_queries",
    "subscriptions",
    "tag_topics",
    "tags",
    "timetables",
    "topics",
]
