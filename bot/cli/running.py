"""`tagwire run`, `demo` and `check`: the bot itself."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.app import PARTS, demonstrate, run_house, try_everything
from bot.cli.console import complain, out, table, wait_for
from bot.errors import ConfigurationError
from bot.logs import configure, redact
from bot.settings import Settings, load_settings, names_of_nothing

log = logging.getLogger(__name__)

LAST_S = 9.7
"""So long after the signal to stop the process ends, whatever still hangs."""


def add_to(tagwire: typer.Typer) -> None:
    """Add the commands."""
    tagwire.command()(run)
    tagwire.command()(demo)
    tagwire.command()(check)


def run(
    only: Annotated[
        str | None,
        typer.Option(help="Parts for this process: chat, poll, deliver (commas between)."),
    ] = None,
) -> int:
    """Run the bot: answer chats, poll sources, deliver alerts. Ctrl-C or SIGTERM stops it."""
    settings = load_settings()
    parts = _parts(only)
    if parts & {"chat", "deliver"}:
        settings.required_token()
    if "chat" in parts:
        settings.check_webhook()
    configure(settings.log_level, settings.log_format)
    for line in names_of_nothing():
        log.warning(line)
    wait_for(_run(settings, parts))
    return 0


def demo(
    feeds: Annotated[
        Path | None, typer.Option(help="A folder of feed files to replay instead.")
    ] = None,
    pace: Annotated[float, typer.Option(min=0.1, max=20, help="2: news twice as fast.")] = 1.2,
) -> int:
    """Try the bot in this terminal: no token, no network, nothing kept."""
    if feeds is not None and not feeds.is_dir():
        raise ConfigurationError(f"{feeds} is no folder. Name one with feed files in it.")
    configure("ERROR")
    return wait_for(demonstrate(feeds, pace))


def check() -> int:
    """Try configuration, token, database and every source."""
    settings = load_settings()
    configure("ERROR")
    return wait_for(_check(settings))


async def _run(settings: Settings, parts: frozenset[str]) -> None:
    stop = asyncio.Event()
    with _signals(stop):
        await run_house(settings, parts, stop)


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Let the first SIGTERM or Ctrl-C stop in order, and a second one at once."""
    loop = asyncio.get_running_loop()

    def at_last() -> None:
        complain("Something did not let go in time. What was left is done after a restart.")
        os._exit(0)

    def again_or_first() -> None:
        if stop.is_set():
            complain("Stopped at once. What was in flight may be sent again.")
            os._exit(1)
        stop.set()
        loop.call_later(LAST_S, at_last)  # Whatever hangs: containers kill after ten seconds.

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, again_or_first)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _check(settings: Settings) -> int:
    shown = table("setting", "value")
    for name, value in _in_force(settings):
        shown.add_row(name, escape(value))
    out().print(shown)
    for line in names_of_nothing():
        complain(line)
    out().print()
    failed = 0
    console = out()
    async for checked in try_everything(settings):
        failed += not checked.fine
        mark = "ok  " if checked.fine else "FAIL"
        console.print(f"{mark} {checked.what}: {checked.words}", markup=False, soft_wrap=True)
    if failed:
        complain(f"{failed} of the things above {'needs' if failed == 1 else 'need'} a look.")
    return 1 if failed else 0


def _parts(only: str | None) -> frozenset[str]:
    if only is None:
        return PARTS
    parts = frozenset(part.strip() for part in only.split(",") if part.strip())
    if unknown := parts - PARTS:
        raise ConfigurationError(
            f"--only knows chat, poll and deliver, not {', '.join(sorted(unknown))}."
        )
    if not parts:
        raise ConfigurationError("--only names no part. Name some of chat, poll and deliver.")
    return parts


def _in_force(settings: Settings) -> list[tuple[str, str]]:
    """Return every setting's name and value as it is in force; secrets are masked."""
    shown = {}
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, tuple | frozenset):
            value = ",".join(sorted(map(str, value)))
        shown[str(field.alias)] = redact(str(value)) if value not in (None, "") else "not set"
    shown["TAGWIRE_SOURCES"] = settings.sources or "the catalogue"
    shown["TAGWIRE_DATABASE_URL"] = redact(settings.database_url)
    shown["TAGWIRE_PROXY"] = _where(settings.proxy)
    shown["TAGWIRE_TELEGRAM_PROXY"] = _where(settings.telegram_proxy)
    return list(shown.items())


def _where(proxy: str) -> str:
    """Return where a proxy is, without whom it lets in."""
    scheme, _, rest = proxy.partition("://")
    _, at, host = rest.rpartition("@")
    return f"{scheme}://{'***@' if at else ''}{host}" if proxy else "not set"
