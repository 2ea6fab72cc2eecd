"""Chats, and what they want."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from storage.columns import Id, UtcDateTime, no, some, words
from storage.schema.metadata import metadata

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    words("title"),
    Column("state", String(16), nullable=False),
    words("state_reason"),
    Column("state_at", UtcDateTime, nullable=False),
    no("allowed"),
    Column("settings", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("held_until", UtcDateTime),
    # The channel or group that somebody manages from their private chat.
    Column("manages", BigInteger, ForeignKey("chats.id", ondelete="SET NULL", onupdate="CASCADE")),
    some("ix_chats_manages", "manages IS NOT NULL", "manages"),
)

topics = Table(
    "topics",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("topic_id", BigInteger, primary_key=True),
    Column("state", String(16), nullable=False),
    words("reason"),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False),
    Column("query_id", Id, ForeignKey("queries.id"), nullable=False),
    Column("shown", Text, nullable=False),
    words("spelt"),
    Column("mode", String(16), nullable=False),
    Column("summary", String(16), nullable=False, server_default=text("''")),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", UtcDateTime, nullable=False),
    *(Column(name, Integer) for name in ("minute", "weekday")),
    Column("digest_at", UtcDateTime, index=True),
    Column("digested_at", UtcDateTime),
    Column("created_by", BigInteger),
    UniqueConstraint("chat_id", "topic_id", "query_id"),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
    Index("ix_subscriptions_query_id_chat_id", "query_id", "chat_id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), index=True),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), index=True),
    *map(words, ("name", "shown")),
    Column("until", UtcDateTime),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
    Index("ix_mutes_chat_id_topic_id", "chat_id", "topic_id"),
)

# When a place's digest, and what quiet hours or a pause held back, is due; a place without a row
# has neither.
timetables = Table(
    "timetables",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("topic_id", BigInteger, primary_key=True),
    *(Column(name, Integer) for name in ("minute", "weekday")),
    no("whole"),
    Column("digest_at", UtcDateTime),
    Column("digested_at", UtcDateTime),
    Column("roundup_at", UtcDateTime),
    Column("paused_until", UtcDateTime),
    Column("wake_at", UtcDateTime, index=True),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
)

tag_topics = Table(
    "tag_topics",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("topic_id", BigInteger, nullable=False),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
)

buttons = Table(
    "buttons",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("token", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    ForeignKeyConstraint(["chat_id"], ["chats.id"], ondelete="CASCADE", onupdate="CASCADE"),
)
