"""`tagwire db`: upgrade, backup, stats."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import out, table, wait_for
from bot.settings import load_settings
from storage.store import Store


def program() -> typer.Typer:
    """Put the commands together."""
    db = typer.Typer(no_args_is_help=True)
    db.command()(upgrade)
    db.command()(backup)
    db.command()(stats)
    return db


def upgrade() -> None:
    """Bring the database to the newest schema; `run` does it too."""
    wait_for(_upgrade())


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist.")],
) -> None:
    """Write a copy of a SQLite database, also while the bot runs."""
    wait_for(_backup(file))
    out().print(f"Wrote {file} ({file.stat().st_size:,} bytes).")


def stats() -> None:
    """Show how much is stored."""
    wait_for(_stats())


async def _upgrade() -> None:
    store = await Store.open(load_settings().database_url)
    out().print(f"The {store.dialect} database is at the newest schema.")
    await store.close()


async def _backup(file: Path) -> None:
    store = await Store.open(load_settings().database_url)
    try:
        await store.backup(file)
    finally:
        await store.close()


async def _stats() -> None:
    store = await Store.open(load_settings().database_url)
    try:
        rows = await store.stats()
    finally:
        await store.close()
    shown = table("what", "rows")
    for name, count in rows.items():
        shown.add_row(name, f"{count:,}")
    out().print(shown)
