"""A private chat manages a channel or a group."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHOSEN = sa.text("manages IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("chats") as batch:
        batch.add_column(sa.Column("manages", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_chats_manages_chats"),
            "chats",
            ["manages"],
            ["id"],
            ondelete="SET NULL",
            onupdate="CASCADE",
        )
        batch.create_index(
            "ix_chats_manages", ["manages"], sqlite_where=CHOSEN, postgresql_where=CHOSEN
        )


def downgrade() -> None:
    with op.batch_alter_table("chats") as batch:
        batch.drop_index("ix_chats_manages")
        batch.drop_constraint(op.f("fk_chats_manages_chats"), type_="foreignkey")
        batch.drop_column("manages")
