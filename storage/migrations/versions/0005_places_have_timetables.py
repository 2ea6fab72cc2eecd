"""Places have timetables: digests, quiet hours and pauses; what goes together says so."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")
HELD_INDEXES = {
    "ix_deliveries_held": ["chat_id", "topic_id"],
    "ix_deliveries_held_stories": ["story_id"],
}


def upgrade() -> None:
    op.create_table(
        "timetables",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roundup_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "topic_id", name=op.f("pk_timetables")),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_timetables_chat_id_chats"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )
    op.create_index(op.f("ix_timetables_wake_at"), "timetables", ["wake_at"], unique=False)
    together = sa.Column("together", sa.String(length=32), server_default="", nullable=False)
    op.add_column("deliveries", together)
    for name, columns in HELD_INDEXES.items():
        op.create_index(name, "deliveries", columns, sqlite_where=HELD, postgresql_where=HELD)


def downgrade() -> None:
    for name in HELD_INDEXES:
        op.drop_index(name, table_name="deliveries")
    op.drop_column("deliveries", "together")
    op.drop_table("timetables")
