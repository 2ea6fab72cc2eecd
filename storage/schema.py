"""The tables; every time is UTC, every id of Telegram has 64 bits."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from storage.columns import Id, UtcDateTime, count, no, some, words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("shown", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    *map(words, ("host", "title", "language", "country", "topic")),
    Column("kind", String(16), nullable=False),
    Column("parent_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), index=True),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), index=True),
    Column("state", String(16), nullable=False),
    Column("added_by", BigInteger),
    Column("added_at", UtcDateTime, nullable=False),
    Column("last_polled_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_new_at", UtcDateTime),
    Column("next_poll_at", UtcDateTime, index=True),
    count("good_polls"),
    count("failures"),
    words("error"),
    Column("interval_s", Float, nullable=False, server_default=text("0")),
    *map(words, ("etag", "last_modified")),
    Column("body_hash", LargeBinary, nullable=False),
    Column("pieces", LargeBinary, nullable=False),
    words("scheduling"),
    Column("lease_until", UtcDateTime),
    words("owner"),
)

seen_keys = Table(
    "seen_keys",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("article_id", Id),
    Column("seen_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("source_id", "key"),
    sqlite_with_rowid=False,
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index("ix_stories_last_at_id", "last_at", "id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="SET NULL"), index=True),
    words("source_title"),
    Column(
        "story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    words("url"),
    Column("url_key", BigInteger, index=True),
    words("title"),
    words("summary"),
    words("body"),
    words("publisher"),
    words("language"),
    Column("categories", JSON, nullable=False),
    Column("published_at", UtcDateTime),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
)

queries = Table(
    "queries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
    Column("shown", Text, nullable=False),
)

query_tags = Table(
    "query_tags",
    metadata,
    Column("query_id", Id, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), nullable=False, index=True),
    # Finds the tag alone, with all that counts as the tag in this query.
    Column("own_id", Id, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("query_id", "tag_id"),
    sqlite_with_rowid=False,
)

story_queries = Table(
    "story_queries",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("query_id", Id, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("story_id", "query_id"),
    Index("ix_story_queries_query_id_at_story_id", "query_id", "at", "story_id"),
    sqlite_with_rowid=False,
)

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

# A story may go to millions of chats at once, so no foreign keys here: chats.forget, chats.move
# and prune keep it clean. Indexes hold only what is looked for.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("story_id", Id, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    count("attempts"),
    count("uncertain"),
    Column("lease_until", UtcDateTime),
    words("owner"),
    Column("message_id", BigInteger),
    words("reason"),
    no("plain"),
    no("maybe_duplicate"),
    no("silent"),
    no("grown"),
    Column("together", String(32), nullable=False, server_default=text("''")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("story_id", "chat_id", "topic_id"),
    some("ix_deliveries_waiting", "state = 'waiting'", "chat_id", "id"),
    some("ix_deliveries_edits", "state = 'edit_waiting'", "due_at", "id"),
    some("ix_deliveries_in_flight", "state IN ('sending', 'editing')", "chat_id"),
    some("ix_deliveries_held", "state = 'held'", "chat_id", "topic_id"),
    some("ix_deliveries_held_stories", "state = 'held'", "story_id"),
    some("ix_deliveries_resting", "state = 'held' AND reason = 'enough'", "due_at"),
    some("ix_deliveries_of_chat", "state <> 'waiting'", "chat_id", "sent_at"),
)

# A source that goes leaves its row behind, so that its hub can be told.
pushes = Table(
    "pushes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id", ondelete="SET NULL"), unique=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
    count("attempts"),
    Column("lease_until", UtcDateTime),
    Column("pushed_at", UtcDateTime),
    words("error"),
)

state = Table(
    "state",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
