"""Pages of tags: only of those that have one, and nothing of a story acts in a browser."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import feedparser
import pytest
from lxml import etree, html

from bot.core.tags import Tag
from bot.services.tag_pages import TagPage
from bot.web.tags import TagSide
from storage.errors import BusyError
from storage.records import Article, ArticleId, SourceId, Story, StoryId
from tests.web.conftest import Listen

NOW = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
HOSTILE = '</a><script>alert("1")</script> & <b>'
TOLD = Article(
    id=ArticleId(1),
    source_id=SourceId(1),
    source_title=f"The Paper {HOSTILE}",
    story_id=StoryId(7),
    url='https://paper.example/1?a="b',
    url_key=None,
    title=f"Ships meet off Busan {HOSTILE}",
    summary=f"Eleven ships of three navies meet for a week. {HOSTILE}",
    body="",
    publisher="",
    language="en",
    categories=(),
    published_at=NOW,
    seen_at=NOW,
)
STORY = Story(StoryId(7), NOW, NOW, (TOLD,))
KOREA = Tag("southkorea", 'South "Korea"/x')


def parsed(page: str) -> Any:
    """Return a page's tree, as a browser has it."""
    return html.document_fromstring(page)


class Reads:
    """Has one tag."""

    def __init__(self) -> None:
        self.stories: tuple[Story, ...] = (STORY,)
        self.error: Exception | None = None
        self.asked: list[str] = []

    async def tags(self) -> Mapping[str, Tag]:
        return {KOREA.key: KOREA} if self.stories else {}

    async def page(self, name: str) -> TagPage | None:
        if self.error is not None:
            raise self.error
        self.asked.append(name)
        return TagPage(KOREA, self.stories, NOW) if name == "korea" else None


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
async def url(listen: Listen, reads: Reads) -> str:
    return await listen(*TagSide(reads, "https://news.example").routes())


async def test_a_page_shows_its_stories_and_nothing_of_them_acts(
    url: str, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{url}/tags/korea") as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        page = parsed(await answer.text())
    assert list(page.iter("script")) == []
    assert list(page.iter("b")) == []
    [link] = page.xpath("//article//a")
    assert link.text == TOLD.title
    assert link.get("href") == TOLD.url
    assert link.get("rel") == "noopener noreferrer nofollow"
    assert page.xpath("string(//article//small)") == f"{TOLD.by} · 2026-11-27 12:30 UTC"
    assert "Eleven ships of three navies" in page.xpath("string(//article/p[2])")
    [feed] = page.xpath("//link/@href")
    assert feed == "/tags/South-%22Korea%22-x.xml"


async def test_a_feed_is_read_by_readers(url: str, client: aiohttp.ClientSession) -> None:
    async with client.get(f"{url}/tags/korea.xml") as answer:
        assert answer.content_type == "application/atom+xml"
        body = await answer.read()
    etree.fromstring(body)
    found = feedparser.parse(body, sanitize_html=False)
    assert not found.bozo
    assert found.feed.title == f"“{KOREA.shown}”"
    assert found.feed.links[0].href == "https://news.example/tags/South-%22Korea%22-x.xml"
    [entry] = found.entries
    assert (entry.title, entry.link, entry.author) == (TOLD.title, TOLD.url, TOLD.by)
    assert entry.id.startswith("urn:uuid:")
    assert entry.updated == "2026-11-27T12:30:00Z"


async def test_whoever_has_it_already_is_not_sent_it_again(
    url: str, reads: Reads, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{url}/tags/korea.xml") as answer:
        mark = answer.headers["ETag"]
    async with client.get(f"{url}/tags/korea.xml", headers={"If-None-Match": mark}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    reads.stories = ()
    async with client.get(f"{url}/tags/korea.xml", headers={"If-None-Match": mark}) as answer:
        assert answer.status == 200


async def test_other_tags_are_as_if_they_were_none(
    url: str, reads: Reads, client: aiohttp.ClientSession
) -> None:
    for name in ("japan", "japan.xml", "x" * 201, "%00"):
        async with client.get(f"{url}/tags/{name}") as answer:
            assert (answer.status, await answer.text()) == (404, "Not Found\n")
    assert "x" * 201 not in reads.asked


async def test_all_tags_with_a_page_are_listed(
    url: str, reads: Reads, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{url}/tags/") as answer:
        page = parsed(await answer.text())
    assert [(one.text, one.get("href")) for one in page.xpath("//li/a")] == [
        (f"“{KOREA.shown}”", "/tags/South-%22Korea%22-x")
    ]
    reads.stories = ()
    async with client.get(f"{url}/tags/") as answer:
        assert "No tags yet." in await answer.text()
    async with client.get(f"{url}/tags/korea") as answer:
        assert "No stories in the last days." in await answer.text()


async def test_a_story_without_a_link_or_a_paper_is_shown_too(
    url: str, reads: Reads, client: aiohttp.ClientSession
) -> None:
    bare = replace(TOLD, url="", source_title="", summary="")
    reads.stories = (replace(STORY, articles=(bare,)),)
    async with client.get(f"{url}/tags/korea") as answer:
        assert parsed(await answer.text()).xpath("//article//a") == []
    async with client.get(f"{url}/tags/korea.xml") as answer:
        [entry] = feedparser.parse(await answer.read()).entries
    assert (entry.get("links", []), entry.author) == ([], "Tagwire")


async def test_a_database_that_is_away_is_told(
    url: str, reads: Reads, client: aiohttp.ClientSession
) -> None:
    reads.error = BusyError("The database is busy.")
    async with client.get(f"{url}/tags/korea") as answer:
        assert answer.status == 503
