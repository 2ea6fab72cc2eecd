"""What strangers on the web may read: the newest stories of tags that are nobody's own affair."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.query import parse_query
from bot.core.rubrics import good_tags
from bot.core.tags import Tag, parse_tag
from bot.errors import TagError
from bot.services.latest import find
from bot.services.suggestions import FOLLOWED_BY, LOOKED_AT, RECENT
from storage.records import Story
from storage.store import Store

STORIES = 30
FRESH_S = 120.0
"""How long a page is the same, however many ask for it."""
OPEN_S = 300.0
_MOST = 100
"""Tags that have a page: so many that chats follow, and so many that papers write."""
_RECENTLY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TagPage:
    """A tag with its newest stories, newest first."""

    tag: Tag
    stories: tuple[Story, ...]
    at: datetime
    """When it was read."""


class TagPages:
    """Reads the pages, each at most once in two minutes.

    A tag has one that at least 5 chats follow (what fewer follow is their own affair), or that the
    papers themselves write over many of the last days' articles. Any other is as if it were none,
    so that nobody learns by asking what somebody follows.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = asyncio.Lock()
        self._open: dict[str, Tag] = {}
        self._open_until = float("-inf")
        self._pages: dict[str, tuple[float, TagPage]] = {}

    async def tags(self) -> Mapping[str, Tag]:
        """Return the tags that have a page, by their keys; those most followed first."""
        async with self._lock:
            if self._clock.monotonic() >= self._open_until:
                self._open = await self._found()
                self._open_until = self._clock.monotonic() + OPEN_S
                self._pages = {key: kept for key, kept in self._pages.items() if key in self._open}
            return self._open

    async def page(self, name: str) -> TagPage | None:
        """Return the page of a tag, however it is written; None where it has none."""
        try:
            key = parse_tag(name).key
        except TagError:
            return None
        tag = (await self.tags()).get(key)
        if tag is None:
            return None
        async with self._lock:
            until, page = self._pages.get(key, (float("-inf"), None))
            if page is None or self._clock.monotonic() >= until:
                page = await self._read(tag)
                self._pages[key] = self._clock.monotonic() + FRESH_S, page
            return page

    async def _found(self) -> dict[str, Tag]:
        since = self._clock.now() - RECENT
        async with self._store.read() as tx:
            popular = await tx.subscriptions.popular(_MOST, at_least=FOLLOWED_BY)
            written = good_tags(await tx.articles.categories(since, LOOKED_AT, None))
        found: dict[str, Tag] = {}
        for tag in (*(Tag(one.key, one.shown) for one, _ in popular), *written[:_MOST]):
            found.setdefault(tag.key, tag)
        return found

    async def _read(self, tag: Tag) -> TagPage:
        now = self._clock.now()
        typed = f'"{tag.shown}"' if " " in tag.shown else f"#{tag.shown}"
        async with self._store.read() as tx:
            stories = await find(tx, parse_query(typed), STORIES, now - _RECENTLY)
        return TagPage(tag, tuple(stories), now)
