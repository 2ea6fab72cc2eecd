"""Which tags strangers may read of: many chats', and the papers' own; nobody's own affair."""

import pytest

from bot.services.suggestions import FOLLOWED_BY
from bot.services.tag_pages import FRESH_S, OPEN_S, STORIES, TagPages
from storage.records import ChatId, Place
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.test_suggestions import follow, put


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pages(store: Store, clock: FakeClock) -> TagPages:
    return TagPages(store, clock)


async def titles(pages: TagPages, name: str) -> list[str] | None:
    page = await pages.page(name)
    return None if page is None else [story.articles[0].title for story in page.stories]


async def test_a_tag_that_few_follow_has_no_page(
    store: Store, clock: FakeClock, pages: TagPages
) -> None:
    await put(store, clock, "Okapi is born", "Giraffe is born")
    await follow(store, clock, "okapi -zoo", FOLLOWED_BY, "ko")
    await follow(store, clock, "giraffe", FOLLOWED_BY - 1, "ko")
    assert list(await pages.tags()) == ["okapi"]
    assert await titles(pages, "Okapi") == ["Okapi is born"]
    assert await titles(pages, "giraffe") is None
    assert await titles(pages, "nobody") is None
    assert await titles(pages, "!?") is None


async def test_what_papers_write_over_many_articles_has_a_page(
    store: Store, clock: FakeClock, pages: TagPages
) -> None:
    await put(store, clock, "A flood", "Another flood", rubrics=("Sea Levels",))
    await put(store, clock, "Sea levels rise", rubrics=("Once",))
    assert list(await pages.tags()) == ["sealevels"]
    assert await titles(pages, "sea-levels") == ["Sea levels rise", "Another flood", "A flood"]
    assert await titles(pages, "once") is None


async def test_a_page_is_read_seldom_however_many_ask(
    store: Store, clock: FakeClock, pages: TagPages
) -> None:
    await follow(store, clock, "okapi", FOLLOWED_BY, "en")
    await put(store, clock, "Okapi is born")
    assert await titles(pages, "okapi") == ["Okapi is born"]
    await put(store, clock, "Okapi has a name")
    assert await titles(pages, "okapi") == ["Okapi is born"]
    clock.move(FRESH_S)
    assert await titles(pages, "okapi") == ["Okapi has a name", "Okapi is born"]
    await put(store, clock, *(f"Okapi number {number}" for number in range(STORIES)))
    clock.move(FRESH_S)
    page = await pages.page("okapi")
    assert page is not None
    assert len(page.stories) == STORIES


async def test_a_tag_that_few_follow_any_more_loses_its_page(
    store: Store, clock: FakeClock, pages: TagPages
) -> None:
    await follow(store, clock, "okapi", FOLLOWED_BY, "en")
    assert await titles(pages, "okapi") == []
    async with store.write() as tx:
        await tx.subscriptions.remove_all(Place(ChatId(1)))
    clock.move(OPEN_S)
    assert await titles(pages, "okapi") is None
