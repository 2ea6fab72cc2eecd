"""Ids, and the place where messages go."""

from dataclasses import dataclass
from typing import NewType

SourceId = NewType("SourceId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TagId = NewType("TagId", int)
QueryId = NewType("QueryId", int)
SubscriptionId = NewType("SubscriptionId", int)
MuteId = NewType("MuteId", int)
DeliveryId = NewType("DeliveryId", int)
PushId = NewType("PushId", int)
ChatId = NewType("ChatId", int)
"""Telegram's own id of a chat (up to 52 bits, negative for groups and channels)."""
TopicId = NewType("TopicId", int)
"""Telegram's `message_thread_id` of a forum topic."""
NO_TOPIC = TopicId(0)
"""The chat itself, or the General topic of a forum."""
Key = NewType("Key", int)
"""A 64-bit signed hash by which an article is known again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages go: a chat, or one topic of it."""

    chat_id: ChatId
    topic_id: TopicId = NO_TOPIC
