"""Tags go by other names, and a subscription has its own length of summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WITHOUT_ROWID = {"sqlite_with_rowid": False}


def upgrade() -> None:
    words = sa.Column("spelt", sa.Text(), server_default="", nullable=False)
    length = sa.Column("summary", sa.String(length=16), server_default="", nullable=False)
    op.add_column("subscriptions", words)
    op.add_column("subscriptions", length)
    op.add_column("query_tags", sa.Column("own_id", ID, nullable=True))
    op.execute(
        "UPDATE query_tags SET own_id = coalesce((SELECT q.id FROM queries AS q "
        "JOIN tags AS t ON t.key = q.text WHERE t.id = query_tags.tag_id), query_id)"
    )
    # Until now the query of a phrase was kept without its quotation marks, as single words.
    op.execute(
        "UPDATE queries SET shown = '\"' || shown || '\"' "
        "WHERE shown LIKE '% %' AND shown NOT LIKE '%\"%' AND text IN (SELECT key FROM tags)"
    )
    with op.batch_alter_table("query_tags", table_kwargs=WITHOUT_ROWID) as batch:
        batch.alter_column("own_id", existing_type=ID, nullable=False)
        batch.create_foreign_key(
            op.f("fk_query_tags_own_id_queries"),
            "queries",
            ["own_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_index(op.f("ix_query_tags_own_id"), ["own_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("query_tags", table_kwargs=WITHOUT_ROWID) as batch:
        batch.drop_index(op.f("ix_query_tags_own_id"))
        batch.drop_constraint(op.f("fk_query_tags_own_id_queries"), type_="foreignkey")
        batch.drop_column("own_id")
    with op.batch_alter_table("subscriptions") as batch:
        batch.drop_column("summary")
        batch.drop_column("spelt")
