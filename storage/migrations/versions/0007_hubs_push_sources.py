"""Hubs push sources: what was agreed with them, with the secrets that their deliveries prove."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "pushes",
        sa.Column("id", big, nullable=False),
        sa.Column("source_id", big, nullable=True),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("source_id", name=op.f("uq_pushes_source_id")),
        sa.UniqueConstraint("token", name=op.f("uq_pushes_token")),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["sources.id"],
            name=op.f("fk_pushes_source_id_sources"),
            ondelete="SET NULL",
        ),
    )
    op.create_index(op.f("ix_pushes_due_at"), "pushes", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("pushes")
