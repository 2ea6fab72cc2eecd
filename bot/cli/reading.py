"""`tagwire latest` and `tagwire explain`: reading without Telegram."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.console import complain, out, say_json, wait_for
from bot.core import breadth
from bot.core.query import parse_query
from bot.core.why import Reason, Verdict
from bot.errors import UserInputError
from bot.services.explain import Explanation
from bot.services.explain import explain as explain_tag
from bot.services.latest import MOST, Latest
from bot.settings import load_settings
from storage.records import Story
from storage.store import Store


def add_to(tagwire: typer.Typer) -> None:
    """Add the commands."""
    tagwire.command()(latest)
    tagwire.command()(explain)


def latest(
    tag: Annotated[str, typer.Argument(help="A tag such as #SouthKorea-US-Japan.")],
    number: Annotated[int, typer.Option("-n", min=1, max=MOST, help="How many stories.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the newest stored stories of a tag, newest first."""
    stories = wait_for(_latest(tag, number))
    if as_json:
        say_json([_as_json(story) for story in stories])
    elif stories:
        for story in stories:
            _show(story)
    else:
        out().print(f"No stored story carries {escape(tag)}.")


def explain(
    tag: Annotated[str, typer.Argument(help="A tag or query.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="The text, its title in the first line; else: standard input."),
    ] = None,
) -> int:
    """Show which words of a text a tag matches, and why; exit 1 when it does not match."""
    parse_query(tag)  # Nobody shall type a text first, and then hear that the tag is wrong.
    explanation = explain_tag(tag, _text(file))
    console = out()
    for hit in explanation.hits:
        doubt = " (a headline all in capitals proves nothing)" if hit.doubtful else ""
        console.print(
            f"{hit.field}, characters {hit.start}-{hit.end}: «{hit.words}»{doubt}", markup=False
        )
    console.print(_verdict(explanation), markup=False)
    return 0 if explanation.matches else 1


def _verdict(explanation: Explanation) -> str:
    if explanation.matches:
        return f"{explanation.shown} matches."
    if len(explanation.reasons) > 1:
        said = map(_said, explanation.reasons)
        return "\n  ".join((f"{explanation.shown} does not match:", *said))
    verdict = explanation.reasons[0].verdict
    absent = verdict is Verdict.ABSENT
    why = "it stands nowhere in the text" if absent else f"it is {verdict}"
    return f"{explanation.shown} does not match: {why}."


def _said(reason: Reason) -> str:
    wanted = ", as it should be" if reason.good and reason.verdict is not Verdict.FOUND else ""
    return f"{reason.shown}: {reason.verdict}{wanted}"


def _text(file: Path | None) -> str:
    if file is None:
        if sys.stdin.isatty():
            complain("Type or paste the text, its title first; end with Ctrl-D.")
        return sys.stdin.buffer.read().decode(errors="replace")
    try:
        return file.read_bytes().decode(errors="replace")
    except OSError as error:
        raise UserInputError(
            f"{file} cannot be read: {error.strerror}. Name a text file."
        ) from error


async def _latest(tag: str, number: int) -> tuple[Story, ...]:
    query = parse_query(tag)
    store = await Store.open(load_settings().database_url)
    try:
        return (await Latest(store).of_tag(query, 0, number)).stories
    finally:
        await store.close()


def _as_json(story: Story) -> dict[str, object]:
    told = breadth.best_headline(story.articles)
    return {
        "story": story.id,
        "title": told.title,
        "url": told.url,
        "published": (told.published_at or told.seen_at).isoformat(),
        "first": breadth.first(story.articles).seen_at.isoformat(),
        "latest": breadth.latest(story.articles).seen_at.isoformat(),
        "sources": breadth.tellers(story.articles),
        "breaking": breadth.is_breaking(story.articles),
        "articles": [
            {
                "title": article.title,
                "url": article.url,
                "source": article.by,
                "published": (article.published_at or article.seen_at).isoformat(),
                "language": article.language,
            }
            for article in story.articles
        ],
    }


def _show(story: Story) -> None:
    told = breadth.best_headline(story.articles)
    when = (told.published_at or told.seen_at).astimezone()
    sources = ", ".join(breadth.tellers(story.articles))
    console = out()
    console.print(f"[bold]{escape(told.title)}[/bold]")
    console.print(f"  {when:%Y-%m-%d %H:%M} · {escape(sources)}")
    console.print(f"  {told.url}", soft_wrap=True, markup=False)
