"""A place that had enough for now rests, and its chat's other places go on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RESTING = sa.text("state = 'held' AND reason = 'enough'")


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_resting",
        "deliveries",
        ["due_at"],
        sqlite_where=RESTING,
        postgresql_where=RESTING,
    )


def downgrade() -> None:
    held = sa.table("deliveries", sa.column("state"), sa.column("reason"))
    rests = (held.c.state == "held") & (held.c.reason == "enough")
    op.execute(sa.update(held).where(rests).values(state="waiting", reason=""))
    op.drop_index("ix_deliveries_resting", table_name="deliveries")
