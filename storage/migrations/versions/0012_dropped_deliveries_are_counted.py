"""How many deliveries were dropped is known without reading all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DROPPED = sa.text("state = 'dropped'")


def upgrade() -> None:
    op.create_index(
        op.f("ix_deliveries_dropped"),
        "deliveries",
        ["id"],
        sqlite_where=DROPPED,
        postgresql_where=DROPPED,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_deliveries_dropped"), table_name="deliveries")
