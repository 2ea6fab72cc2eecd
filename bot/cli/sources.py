"""`tagwire sources`: add, list, test, remove, import, export."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.app import SAMPLE, open_workshop
from bot.cli.console import complain, out, say_json, table, wait_for
from bot.core.health import Doing, Health, health, span
from bot.core.source_state import pushed_at
from bot.core.urls import is_template
from bot.errors import SourceError, TagwireError, UserInputError
from bot.services.sources import Proposal
from bot.settings import load_settings
from storage.records import Source, SourceKind

_STATES: Mapping[Doing, str] = {
    "read": "well",
    "unread": "new",
    "failing": "failing",
    "gone": "not asked any more",
    "paused": "paused",
    "asked": "asked for each tag",
}

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
    urls: Annotated[
        list[str],
        typer.Argument(help="Feeds, pages, or templates with {query}, {slug}, {hashtag} or {tag}."),
    ],
) -> int:
    """Add sources; of a page, the feed that it offers."""
    return wait_for(_add(urls))


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the sources and how they are doing."""
    sources = wait_for(_listed())
    now = datetime.now(UTC)
    if as_json:
        say_json([_as_json(source, now) for source in sources])
        return
    shown = table("source", "address", "read", "last story", "rhythm", "next", "state")
    for source in sources:
        found = health(source, now)
        shown.add_row(
            escape(source.title or "…"),
            escape(source.url),
            "" if found.doing == "asked" else _ago(found.read_s),
            "" if found.doing == "asked" else _ago(found.news_s),
            f"every {span(found.rhythm_s)}" if found.rhythm_s is not None else "",
            _next(found),
            escape(_state(found)),
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
    _others(proposal)


def remove(url: Url) -> None:
    """Stop polling a source; its articles stay."""
    wait_for(_remove(url))


def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file of any reader.")],
    check: Annotated[bool, typer.Option(help="Read each new source once.")] = True,
) -> None:
    """Add all sources of an OPML file, and tell which are there twice or cannot be read."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserInputError(
            f"{file} cannot be read: {error.strerror}. Name an OPML file."
        ) from error
    wait_for(_import(content, check=check))


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
            known = proposal.known
            source = known or (await shop.sources.add(proposal.source))[0]
            elsewhere = source.url != proposal.source.url
            name = source.url if elsewhere else source.title or source.url
            out().print(f"{'Known already:' if known else 'Added'} {name}", markup=False)
            _others(proposal)
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


async def _import(content: bytes, *, check: bool) -> None:
    async with open_workshop(load_settings()) as shop:
        try:
            found = shop.read_opml(content)
        except SourceError as error:
            raise UserInputError(f"{error} Name an OPML file.") from error
        with Progress(console=Console(stderr=True), transient=True) as progress:
            adding = progress.add_task("Adding sources", total=len(found.sources))
            done = await shop.lists.load(
                found.sources, lambda n: progress.update(adding, completed=n)
            )
            dead: list[str] = []
            if check:
                reading = progress.add_task("Reading the new ones", total=len(done.new))
                async for tried in shop.lists.tried(done.new, shop.web):
                    progress.advance(reading)
                    dead += [f"{tried.url} {tried.fault}"] if tried.fault else []
    out().print(f"{done.added} added, {done.known} known already, {len(done.refused)} refused.")
    _lines("Refused:", [f"{url}: {why}" for url, why in done.refused])
    twice = [(url, url) for url in found.repeated] + list(done.repeated)
    _lines("Left out, as they are there already:", [_twice(*pair) for pair in twice])
    _lines("Cannot be read now, and are tried again:", dead)


def _others(proposal: Proposal) -> None:
    others = [f"{one.url}  {one.title}".rstrip() for one in proposal.others]
    _lines("The page also offers, to add one by one:", others)


def _lines(title: str, lines: list[str]) -> None:
    if lines:
        out().print(
            "\n".join((title, *(f"  {line}" for line in lines))), markup=False, soft_wrap=True
        )


def _twice(url: str, same: str) -> str:
    return f"{url} is in the list twice" if url == same else f"{url} is {same}"


async def _exported() -> str:
    async with open_workshop(load_settings()) as shop:
        return shop.write_opml(await shop.lists.listed())


def _as_json(source: Source, now: datetime) -> dict[str, object]:
    found = health(source, now)
    return {
        "url": source.url,
        "title": source.title,
        "language": source.language,
        "topic": source.topic,
        "kind": source.kind.value,
        "state": source.state.value,
        "doing": found.doing,
        "last_poll": _iso(source.last_polled_at),
        "last_success": _iso(source.last_success_at),
        "last_new": _iso(source.last_new_at),
        "last_push": _iso(pushed_at(source.scheduling)),
        "next_poll": _iso(source.next_poll_at),
        "rhythm_seconds": _rounded(found.rhythm_s),
        "interval_seconds": _rounded(source.interval_s or None),
        "failures": source.failures,
        "failing_days": round(found.failing_days, 1),
        "error": source.error,
    }


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _ago(seconds: float | None) -> str:
    return "not yet" if seconds is None else f"{span(seconds)} ago"


def _next(found: Health) -> str:
    if found.next_s is None:
        return ""
    return f"in {span(found.next_s)}" if found.next_s >= 1 else "now"


def _state(found: Health) -> str:
    if found.doing == "failing" and found.failing_days >= 1:
        return f"{found.error}, for {span(found.failing_days * 86_400)}"
    if found.error:
        return f"{found.error}; not asked any more" if found.doing == "gone" else found.error
    pushed = "; its hub pushes" if found.pushed_s is not None else ""
    return _STATES[found.doing] + pushed
