"""What goes to whom, and what the bot itself remembers."""

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.columns import Id, UtcDateTime, count, no, some, words
from storage.schema.metadata import metadata

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
    some("ix_deliveries_dropped", "state = 'dropped'", "id"),
    some("ix_deliveries_resting", "state = 'held' AND reason = 'enough'", "due_at"),
    some("ix_deliveries_of_chat", "state <> 'waiting'", "chat_id", "sent_at"),
)

state = Table(
    "state",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
