"""Runs the history on the connection that it is given; see storage.database.upgrade."""

from typing import Any

from alembic import context

from storage.schema import metadata


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the full-text index out of comparisons: each database has its own kind."""
    return kind != "table" or not str(name).startswith("article_search")


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=_is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
