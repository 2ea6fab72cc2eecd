"""The texts behind buttons belong to a chat and have an age."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buttons",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "token", name=op.f("pk_buttons")),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_buttons_chat_id_chats"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )
    op.create_index(op.f("ix_buttons_made_at"), "buttons", ["made_at"], unique=False)
    # Nobody knows any more whose these were; their buttons say that they are too old.
    op.execute("DELETE FROM state WHERE name LIKE 'button.%'")


def downgrade() -> None:
    op.drop_table("buttons")
