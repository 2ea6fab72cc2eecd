"""Store and web, put together for the use cases that need no Telegram."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock, SystemClock
from bot.core.urls import is_template
from bot.errors import ConfigurationError, SourceError
from bot.pictures.painter import Painter
from bot.services.source_lists import SourceLists
from bot.services.sources import Sources
from bot.settings import Settings
from bot.sources import catalogue, opml, templates
from bot.sources.reader import Reader
from storage.records import NewSource, Source, Tag
from storage.store import Store

SAMPLE = "News"
"""The tag that templates are tried with."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Store and web, with the use cases that need no Telegram."""

    settings: Settings
    clock: Clock
    store: Store
    web: Reader
    painter: Painter
    sources: Sources
    lists: SourceLists

    def read_opml(self, content: bytes) -> opml.Listed:
        """Read a list of sources; raises DocumentError."""
        return opml.look_through(content)

    def write_opml(self, sources: Iterable[Source]) -> str:
        """Write a list of sources."""
        return opml.write(sources)

    async def first_start(self) -> int:
        """Load the sources that the settings name, once in a database's life."""
        return await self.lists.first_start(_sources_to_start_with(self.settings.sources))

    def fill_sample(self, template: str) -> str:
        """Return the address that a template has for the sample tag."""
        return templates.fill(template, SAMPLE, SAMPLE.lower())

    async def follow_tags(self) -> None:
        """Keep tag sources in step with the subscriptions."""
        await self.lists.follow_tags(_fill)


@asynccontextmanager
async def open_workshop(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Workshop]:
    """Open the database and the way to the web; close both at the end."""
    time = clock or SystemClock()
    store = await Store.open(settings.database_url)
    painter = Painter()
    web = Reader(time, settings.allowed_networks, proxy=settings.proxy)

    def check(url: str) -> str:
        try:
            address = templates.fill(url, SAMPLE, SAMPLE.lower()) if is_template(url) else url
            web.fetcher.guard.check(address)
        except SourceError as error:
            return str(error)
        return ""

    try:
        yield Workshop(
            settings,
            time,
            store,
            web,
            painter,
            Sources(store, time, web),
            SourceLists(store, time, check),
        )
    finally:
        await painter.close()
        await web.close()
        await store.close()


def _sources_to_start_with(named: str) -> list[NewSource]:
    if named == "none":
        return []
    if not named:
        return catalogue.sources()
    try:
        return opml.read(Path(named).read_bytes())
    except (OSError, SourceError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        raise ConfigurationError(
            f"TAGWIRE_SOURCES: {named} cannot be read ({words}). Name an OPML file, or none."
        ) from error


def _fill(template: Source, tag: Tag) -> str:
    return templates.fill(
        template.url,
        tag.shown,
        tag.key,
        language=template.language or "en",
        country=template.country or "US",
    )
