"""Trying out everything that must work: token, database, sources."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.entries import Document, Failed, ReadResult, Unchanged
from bot.core.health import health, span
from bot.errors import ConfigurationError, TagwireError
from bot.services.sources import asked_once
from bot.settings import Settings
from storage.errors import StoreError
from storage.records import Source, SourceKind, SourceToFetch
from storage.store import Store

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was tried."""

    what: str
    fine: bool
    words: str


class Reading(Protocol):
    """The web, as far as this room needs it."""

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Read one source."""
        ...


def check_web(settings: Settings) -> Checked:
    """Tell how updates come and where the web side listens, and whether that fits together."""
    try:
        settings.check_webhook()
    except ConfigurationError as error:
        return Checked("web side", fine=False, words=str(error))
    words = [f"listens on {settings.http_listen}" if settings.listen is not None else "off"]
    if settings.webhook_url:
        words.append(f"{settings.webhook_url} must lead to {settings.webhook_path} there")
    else:
        words.append("updates by long polling")
    if settings.public_origin:
        words.append(f"for stories that hubs push, {settings.public_origin}/websub/ too")
    return Checked("web side", fine=True, words="; ".join(words))


async def check_token(ask: Callable[[], Awaitable[str]]) -> Checked:
    """Ask Telegram who the bot is."""
    try:
        name = await ask()
    except TagwireError as error:
        return Checked("Telegram", fine=False, words=str(error))
    return Checked("Telegram", fine=True, words=f"the bot is @{name}")


async def check_database(
    open_store: Callable[[], Awaitable[Store]],
) -> tuple[Checked, Store | None]:
    """Open the database, as `run` would; hands it on, open."""
    try:
        store = await open_store()
        rows = await store.stats()
    except StoreError as error:
        return Checked("database", fine=False, words=str(error)), None
    counts = ", ".join(f"{rows[name]} {name}" for name in ("sources", "articles", "chats"))
    return Checked("database", fine=True, words=f"{store.dialect}: {counts}"), store


async def check_sources(store: Store, web: Reading, now: datetime) -> AsyncIterator[Checked]:
    """Read every source once, several at a time; what is read is not kept."""
    async with store.read() as tx:
        every = [one for one in await tx.sources.all() if one.kind is not SourceKind.TEMPLATE]
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(source: Source) -> Checked:
        async with free:
            result = await web.read(asked_once(source.url))
        fine, words = _words(result)
        return Checked(source.title or source.url, fine, "; ".join((words, *past(source, now))))

    for done in asyncio.as_completed([one(source) for source in every]):
        yield await done


def past(source: Source, now: datetime) -> list[str]:
    """Return what is known of how the source did until now; nothing of one that is new."""
    found = health(source, now)
    said = []
    if found.news_s is not None:
        said.append(f"last story {span(found.news_s)} ago")
    if found.rhythm_s is not None:
        said.append(f"one every {span(found.rhythm_s)}")
    if found.doing == "gone":
        said.append("not asked any more")
    elif found.failing_days >= 1:
        said.append(f"failing for {span(found.failing_days * 86_400)}")
    if found.next_s is not None and found.read_s is not None:
        said.append(f"next poll in {span(found.next_s)}")
    return said


def _words(result: ReadResult) -> tuple[bool, str]:
    match result:
        case Document():
            return True, f"{result.total or len(result.entries)} entries"
        case Unchanged():
            return True, "nothing new"
        case Failed():
            return False, result.words
