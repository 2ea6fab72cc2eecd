"""`tagwire sources`: add, list, test, remove, import, export."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from bot.app import SAMPLE, open_workshop
from bot.cli.console import complain, out, say_json, table, wait_for
from bot.errors import SourceError, TagwireError, UserInputError
from bot.services.sources import Proposal, is_template
from bot.settings import load_settings
from storage.records import Source, SourceKind

Url = Annotated[str, typer.Argument(help="The address of a source.")]


def program() -> typer.Typer:
    """Put the commands together."""
    sources = typer.Typer(no_args_is_help=True)
    sources.command()(add)
    sources.command("list")(list_)
    sources.command()(test)
    sources.command()(remove)
    sources.command("import")(import_)
    sources.command()(export)
    return sources


def add(
    urls: Annotated[list[str], typer.Argument(help="Feeds, pages, or templates with {tag}.")],
) -> int:
    """Add sources; of a page, the feed that it offers."""
    return wait_for(_add(urls))


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the sources and how they are doing."""
    sources = wait_for(_listed())
    if as_json:
        say_json([_as_json(source) for source in sources])
        return
    shown = table("source", "address", "last good poll", "next poll", "state")
    for source in sources:
        shown.add_row(
            escape(source.title or "…"),
            escape(source.url),
            _when(source.last_success_at),
            _when(source.next_poll_at),
            escape(source.error) or source.state.value,
        )
    out().print(shown if sources else "No sources yet. Try: tagwire sources add URL")


def test(url: Url) -> None:
    """Read a source once without adding it, and show its newest entries."""
    proposal = wait_for(_proposed(url))
    if is_template(url):
        out().print(f"Tried with the tag #{SAMPLE}; each subscribed tag has its own address.")
    out().print(f"{escape(proposal.source.title or url)}: {proposal.total} entries")
    out().print(proposal.source.url, soft_wrap=True, markup=False)
    for article in proposal.newest:
        out().print(f"  {article.title}\n    {article.url}", markup=False, soft_wrap=True)


def remove(url: Url) -> None:
    """Stop polling a source; its articles stay."""
    wait_for(_remove(url))


def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file of any reader.")],
) -> None:
    """Add all sources of an OPML file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserInputError(
            f"{file} cannot be read: {error.strerror}. Name an OPML file."
        ) from error
    wait_for(_import(content))


def export() -> None:
    """Write all sources as OPML to standard output."""
    typer.echo(wait_for(_exported()))


async def _add(urls: list[str]) -> int:
    failed = 0
    async with open_workshop(load_settings()) as shop:
        for url in urls:
            try:
                proposal = await shop.sources.propose(url)
            except TagwireError as error:
                failed += 1
                complain(f"{url}: {error}")
                continue
            source, added = await shop.sources.add(proposal.source)
            word = "Added" if added else "Known already:"
            out().print(f"{word} {source.title or source.url}", markup=False)
    return 1 if failed else 0


async def _listed() -> list[Source]:
    async with open_workshop(load_settings()) as shop:
        return await shop.sources.listed()


async def _proposed(url: str) -> Proposal:
    async with open_workshop(load_settings()) as shop:
        proposal = await shop.sources.propose(url)
        if proposal.source.kind is SourceKind.TEMPLATE:
            return await shop.sources.tried(shop.fill_sample(proposal.source.url))
        return proposal


async def _remove(url: str) -> None:
    async with open_workshop(load_settings()) as shop:
        source = await shop.sources.remove(url)
    if source is None:
        raise UserInputError(f"No source has the address {url}. See: tagwire sources list")
    out().print(f"Removed {source.title or source.url}", markup=False)


async def _import(content: bytes) -> None:
    async with open_workshop(load_settings()) as shop:
        try:
            found = shop.read_opml(content)
        except SourceError as error:
            raise UserInputError(f"{error} Name an OPML file.") from error
        with Progress(transient=True) as progress:
            task = progress.add_task("Adding sources", total=len(found))
            done = await shop.lists.load(found, lambda n: progress.update(task, completed=n))
    out().print(f"{done.added} added, {done.known} known already, {len(done.refused)} refused.")
    for url, why in done.refused:
        out().print(f"  {url}: {why}", markup=False, soft_wrap=True)


async def _exported() -> str:
    async with open_workshop(load_settings()) as shop:
        return shop.write_opml(await shop.lists.listed())


def _as_json(source: Source) -> dict[str, object]:
    return {
        "url": source.url,
        "title": source.title,
        "language": source.language,
        "kind": source.kind.value,
        "state": source.state.value,
        "last_success": _iso(source.last_success_at),
        "last_new": _iso(source.last_new_at),
        "next_poll": _iso(source.next_poll_at),
        "failures": source.failures,
        "error": source.error,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _when(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "not yet"
