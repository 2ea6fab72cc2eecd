"""Pages of thin articles: what is late or broken costs itself, nothing else."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.entries import Failed, PageText
from bot.services.pages import MOST, Pages, thin
from storage.records import Key, NewArticle
from tests.core.test_pages import TEXT, TITLE, article

FEED = "https://paper.example/feed"


class Web:
    """Answers with what stands in its table; what does not stand there never answers."""

    def __init__(self, **pages: PageText | Failed) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.ended = 0

    async def page(self, url: str, home: str) -> PageText | Failed:
        assert home == FEED
        name = url.rpartition("/")[2]
        self.asked.append(name)
        if name not in self.pages:
            try:
                await asyncio.Event().wait()
            finally:
                self.ended += 1
        return self.pages[name]


def numbered(name: str, number: int = 1) -> NewArticle:
    return replace(article(url=f"https://paper.example/{name}"), keys=(Key(number),))


async def test_pages_that_come_are_kept_and_others_cost_nothing() -> None:
    web = Web(good=PageText(TEXT), bad=Failed("is gone"), other=PageText("Sign in to read on."))
    pages = Pages(web, patience_s=0.05)
    names = ("good", "bad", "other", "late")
    filled = await pages.fill([numbered(name, at) for at, name in enumerate(names)], FEED, "en")
    assert [(keys, one.body, one.title) for keys, one in filled.items()] == [
        ((Key(0),), TEXT, TITLE)
    ]
    assert (pages.read, pages.vain, web.ended) == (1, 3, 1)


async def test_only_the_newest_of_many_are_asked_for() -> None:
    web = Web(**{f"n{number}": PageText(TEXT) for number in range(MOST + 5)})
    filled = await Pages(web).fill([numbered(f"n{at}", at) for at in range(MOST + 5)], FEED, "en")
    assert set(web.asked) == {f"n{number}" for number in range(5, MOST + 5)}
    assert len(filled) == MOST


async def test_nothing_to_read_takes_no_time() -> None:
    assert await Pages(Web()).fill([], FEED, "en") == {}


async def test_who_stops_waiting_leaves_no_reading_behind() -> None:
    web = Web()
    waiting = asyncio.create_task(Pages(web).fill([numbered("late")], FEED, "en"))
    while not web.asked:  # noqa: ASYNC110 - one turn of the loop
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert web.ended == 1


def test_thin_articles_are_those_whose_feed_says_too_little() -> None:
    one, told = article(), article(summary=TEXT)
    assert thin([one, told]) == [one]
