"""The pages of articles whose feed says too little: read before the alert, within seconds."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from bot.core.entries import Failed, PageText
from bot.core.pages import wants_page, with_page
from bot.core.urls import address_shown
from storage.records import Key, NewArticle

log = logging.getLogger(__name__)

PATIENCE_S = 8.0
"""How long the alerts of one poll wait for their pages; what is late goes out without."""
MOST = 20
"""Pages that are read for one poll, the newest first."""


class ReadsPages(Protocol):
    """The web, as far as this room needs it."""

    async def page(self, url: str, home: str) -> PageText | Failed:
        """Return what an article's page says; never raises for what a page does.

        `home` is the address of the source that names it.
        """
        ...


class Pages:
    """Reads pages for one poller.

    Nothing is kept before its page is here or late, so a crash meanwhile leaves the source as it
    was: its next poll finds the same articles new again.
    """

    def __init__(self, web: ReadsPages, *, patience_s: float = PATIENCE_S) -> None:
        self._web = web
        self._patience_s = patience_s
        self._waiting: set[asyncio.Task[Any]] = set()
        self.read = 0
        """Pages that said something of their article."""
        self.vain = 0
        """Pages that did not come, in time or at all, or said nothing."""

    async def fill(
        self, articles: Sequence[NewArticle], home: str, source_language: str
    ) -> dict[tuple[Key, ...], NewArticle]:
        """Return those articles of which more is known now, by their keys."""
        newest = articles[-MOST:]
        tasks = {asyncio.create_task(self._web.page(one.url, home)): one for one in newest}
        if not tasks:
            return {}
        here = asyncio.current_task()
        assert here is not None  # noqa: S101 - we are awaited
        self._waiting.add(here)
        try:
            done, late = await asyncio.wait(tasks, timeout=self._patience_s)
        except BaseException:
            await _end(tasks)
            raise
        finally:
            self._waiting.discard(here)
        await _end(late)
        filled = {}
        for task in done:
            await asyncio.sleep(0)  # A page takes some milliseconds.
            article = tasks[task]
            fuller = _fuller(article, task.result(), source_language)
            if fuller is not article:
                filled[article.keys] = fuller
        self.read += len(filled)
        self.vain += len(tasks) - len(filled)
        return filled

    def stop(self) -> None:
        """End at once what waits for pages: its sources are polled again after the restart."""
        for task in self._waiting:
            task.cancel()


def thin(articles: Sequence[NewArticle]) -> list[NewArticle]:
    """Return the articles whose page is worth a visit."""
    return [article for article in articles if wants_page(article)]


def _fuller(article: NewArticle, page: PageText | Failed, source_language: str) -> NewArticle:
    if isinstance(page, Failed):
        log.debug("the page %s %s", address_shown(article.url), page.words)
        return article
    return with_page(article, page, source_language)


async def _end(tasks: Collection[asyncio.Task[PageText | Failed]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
