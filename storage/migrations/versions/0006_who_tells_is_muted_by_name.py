"""Who tells stories is muted by the name that people see."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("name", "shown"):
        op.add_column("mutes", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    # Without its name nobody knows what such a mute was for.
    op.execute("DELETE FROM mutes WHERE name <> ''")
    for name in ("name", "shown"):
        op.drop_column("mutes", name)
