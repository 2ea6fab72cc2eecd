"""Sources have hosts, which may ask for a pause."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("host", sa.Text(), server_default="", nullable=False))
    table = sa.table("sources", sa.column("id"), sa.column("url"), sa.column("host"))
    bind = op.get_bind()
    for row in bind.execute(sa.select(table.c.id, table.c.url)).all():
        put = sa.update(table).where(table.c.id == row.id).values(host=_host(row.url))
        bind.execute(put)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def downgrade() -> None:
    op.drop_column("sources", "host")
