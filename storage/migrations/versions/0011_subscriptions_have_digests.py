"""A subscription may have a digest of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBERS = ("minute", "weekday")
MOMENTS = ("digest_at", "digested_at")


def upgrade() -> None:
    for name in NUMBERS:
        op.add_column("subscriptions", sa.Column(name, sa.Integer(), nullable=True))
    for name in MOMENTS:
        moment = sa.DateTime(timezone=True)
        op.add_column("subscriptions", sa.Column(name, moment, nullable=True))
    op.create_index(op.f("ix_subscriptions_digest_at"), "subscriptions", ["digest_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_subscriptions_digest_at"), table_name="subscriptions")
    for name in (*MOMENTS, *NUMBERS):
        op.drop_column("subscriptions", name)
