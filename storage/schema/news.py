"""What sources carry, and which queries find it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from storage.columns import Id, UtcDateTime, count, words
from storage.schema.metadata import metadata

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
