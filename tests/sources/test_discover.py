"""A page leads to its feeds, or to a line that says why there is none."""

import pytest
from yarl import URL

from bot.errors import AddressError, DocumentError, FetchError, SourceError
from bot.sources.discover import feed_anchors, feed_links, with_scheme
from bot.sources.platforms import COMMON_PATHS, feeds_in, feeds_of, page_of
from bot.sources.reader import Reader
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import item, rss

PAGE = """<!doctype html><html><head><title>Harbour</title>
<link rel="alternate" type="application/rss+xml" title="All" href="/all.xml">
<link rel="ALTERNATE stylesheet" type="application/atom+xml; charset=utf-8" href="sea.xml">
<link rel="alternate" type="application/rss+xml" href="/broken.xml">
<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/x.css">
<link rel="alternate" type="application/rss+xml" href="http://[bad">
</head><body>News</body></html>"""


async def test_a_feed_is_its_own_candidate(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/feed", rss(item(1)))
    (found,) = await reader.discover(url)
    assert (found.url, found.title, found.entries) == (url, "Harbour News", 1)


async def test_a_page_offers_the_feeds_it_names(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/news/page", PAGE)
    server.puts("/all.xml", rss(item(1)))
    server.puts("/news/sea.xml", rss(item(2), head="<title>Sea</title>"))
    found = await reader.discover(url)
    assert [(one.url, one.title) for one in found] == [
        (server.url("/all.xml"), "Harbour News"),
        (server.url("/news/sea.xml"), "Sea"),
    ]


async def test_where_a_page_names_none_the_usual_places_are_tried(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/", "<html><body>Hello</body></html>")
    server.puts("/atom.xml", rss(item(1)))
    assert [one.url for one in await reader.discover(url)] == [server.url("/atom.xml")]


async def test_a_page_without_any_feed_is_told_in_one_line(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/about", "<html><body>Hello</body></html>")
    with pytest.raises(DocumentError, match=r"^127\.0\.0\.1 offers no feed\. .*\.$"):
        await reader.discover(url)
    assert len(server.asked) == len(COMMON_PATHS) + 2


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (rss(item(1))[:150], "breaks off in the middle of its answer"),
        (f"<rss><channel><item><author>{'a' * 48_000}</author></item></channel></rss>", "too long"),
        ('<!DOCTYPE r [<!ENTITY a "&b;">]><rss></rss>', "is written in a way that cannot be read"),
        (" ", "answers with nothing"),
        ("", "answers with nothing"),
    ],
    ids=["cut off", "slow to read", "entities", "blank", "empty"],
)
async def test_a_feed_that_cannot_be_read_is_not_called_none(
    server: FeedServer, reader: Reader, document: str, line: str
) -> None:
    url = server.puts("/feed.xml", document)
    with pytest.raises(DocumentError, match=rf"^127\.0\.0\.1 .*{line}.*\. Check the address"):
        await reader.discover(url)


async def test_a_feed_that_moved_for_good_is_added_where_it_is(
    server: FeedServer, reader: Reader
) -> None:
    server.puts("/new", rss(item(1)))
    assert [
        one.url for one in await reader.discover(server.redirects("/a", "/new", status=301))
    ] == [server.url("/new")]


@pytest.mark.parametrize(
    ("address", "error", "line"),
    [
        ("file:///etc/passwd", AddressError, "https:// or http://"),
        ("http://169.254.169.254/", AddressError, "not a public one"),
        ("http://no-such-host.invalid/", FetchError, "^no-such-host.invalid "),
        ("https://t.me/s/durov", DocumentError, "Telegram"),
        ("https://n.example/{user}/{tag}", AddressError, "{user}"),
        ("https://{tag}.example/", AddressError, "host"),
        ("", AddressError, "https://"),
    ],
)
async def test_what_cannot_be_added_is_told_in_one_line(
    reader: Reader, address: str, error: type[SourceError], line: str
) -> None:
    with pytest.raises(error, match=line) as caught:
        await reader.discover(address)
    assert "\n" not in str(caught.value)


async def test_an_answer_that_is_an_error_is_told(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/gone", "x", status=500)
    with pytest.raises(
        FetchError, match=r"^127\.0\.0\.1 answers with an error \(500\)\. Check .*\.$"
    ):
        await reader.discover(url)


async def test_a_template_is_taken_as_it_stands(reader: Reader) -> None:
    template = "https://news.example/search?q={query}"
    assert [one.url for one in await reader.discover(template)] == [template]


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        (
            "https://www.youtube.com/channel/UCabc/videos",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc",
        ),
        (
            "https://youtube.com/playlist?list=PL1",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
        ),
        ("https://old.reddit.com/r/worldnews/", "https://www.reddit.com/r/worldnews/.rss"),
        ("https://github.com/python/cpython", "https://github.com/python/cpython/releases.atom"),
        ("https://github.com/python", "https://github.com/python.atom"),
        ("https://github.com/a/b.git", "https://github.com/a/b/releases.atom"),
        ("https://github.com/a/b/issues", "https://github.com/a/b/releases.atom"),
        ("https://github.com/a/b/tags", "https://github.com/a/b/tags.atom"),
        ("https://github.com/a/b/commits/", "https://github.com/a/b/commits.atom"),
        ("https://github.com/a/b/tree/x/y", "https://github.com/a/b/commits/x/y.atom"),
        ("https://www.reddit.com", "https://www.reddit.com/.rss"),
        ("https://www.reddit.com/r/a+b/new", "https://www.reddit.com/r/a+b/.rss"),
        ("https://www.reddit.com/r/sea/comments/1abc/hi/", "https://www.reddit.com/r/sea/.rss"),
        ("https://news.ycombinator.com/newest", "https://news.ycombinator.com/rss"),
        ("https://bsky.app/profile/a.example/post/1", "https://bsky.app/profile/a.example/rss"),
        ("https://medium.com/tag/sea/latest", "https://medium.com/feed/tag/sea"),
        ("https://medium.com/harbour/a-post-123", "https://medium.com/feed/harbour"),
        ("https://substack.com/@letters/posts", "https://letters.substack.com/feed"),
        ("https://social.example/@a/1234567", "https://social.example/@a.rss"),
        ("https://social.example/@a@far.example", "https://far.example/@a.rss"),
        ("https://medium.com/@someone", "https://medium.com/feed/@someone"),
        ("https://letters.substack.com/", "https://letters.substack.com/feed"),
        ("https://letters.substack.com/p/one", "https://letters.substack.com/feed"),
        ("https://social.example/@someone", "https://social.example/@someone.rss"),
        ("https://social.example/tags/sea", "https://social.example/tags/sea.rss"),
    ],
)
def test_known_platforms_feeds_are_known(page: str, feed: str) -> None:
    assert feeds_of(URL(page))[0] == feed


@pytest.mark.parametrize(
    "page",
    [
        "https://harbour.example/news",
        "https://www.youtube.com/watch?v=1",
        "https://youtube.com/playlist",
        "https://www.youtube.com/@someone",
        "https://github.com/",
    ],
)
def test_other_pages_are_looked_at(page: str) -> None:
    assert feeds_of(URL(page)) == []


def test_a_channel_is_found_deep_in_a_page_of_youtube() -> None:
    channel = "UC" + "x" * 22
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
    page = b"<html>" + b"x" * 900_000 + f'{{"externalId":"{channel}"}}'.encode()
    assert feeds_in(URL("https://www.youtube.com/@someone"), page) == [feed]
    assert feeds_in(URL("https://www.youtube.com/@someone"), b"<html>") == []
    assert feeds_in(URL("https://harbour.example/"), page) == []


def test_an_account_may_be_written_as_people_write_it() -> None:
    assert page_of("@me@social.example") == "https://social.example/@me"
    assert page_of("me@social.example") == "me@social.example"
    assert page_of("https://social.example/@me") == "https://social.example/@me"


async def test_links_that_look_like_feeds_are_tried_where_no_element_names_one(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts(
        "/",
        '<a href="/feedback">no</a><a href="/news.rss">RSS</a><a href="/x?format=feed">F</a>'
        '<a href="/rss/all">All</a><a href="mailto:rss@x.example">no</a><a>no</a>',
    )
    server.puts("/rss/all", rss(item(1)))
    assert [one.url for one in await reader.discover(url)] == [server.url("/rss/all")]
    assert server.asked["/news.rss"] == 1
    assert server.asked["/feedback"] == 0


async def test_a_page_that_moved_is_known_by_where_it_is(
    server: FeedServer, reader: Reader
) -> None:
    server.puts("/tags/sea", "<html></html>")
    server.puts("/tags/sea.rss", rss(item(1)))
    found = await reader.discover(server.redirects("/old", "/tags/sea"))
    assert [one.url for one in found] == [server.url("/tags/sea.rss")]


async def test_without_a_scheme_http_is_tried_too(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/feed", rss(item(1)))
    assert [one.url for one in await reader.discover(url.removeprefix("http://"))] == [url]
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 "):
        await reader.discover(url.removeprefix("http://") + "/none")


def test_feeds_of_comments_and_json_come_last() -> None:
    page = (
        b"<link rel=alternate type=application/json href=/j><link rel=feed href=/a>"
        b"<link rel=alternate type=application/rss+xml href=/comments/feed>"
        b"<link rel=alternate type=application/rss+xml href=/feed>"
    )
    assert feed_links(page, "https://a.example/") == [
        f"https://a.example{path}" for path in ("/a", "/feed", "/j", "/comments/feed")
    ]


def test_a_base_element_is_respected_and_rubbish_is_no_page() -> None:
    page = b'<base href="https://b.example/x/"><link rel=alternate type=text/xml href=f.xml>'
    assert feed_links(page, "https://a.example/") == ["https://b.example/x/f.xml"]
    assert feed_links(b"", "https://a.example/") == []
    assert feed_anchors(b"<!-- -->", "https://a.example/") == []
    assert feed_links(b"\x00\xff" * 10, "https://a.example/") == []


def test_a_missing_scheme_is_https() -> None:
    assert with_scheme(" harbour.example/feed ") == "https://harbour.example/feed"
    assert with_scheme("http://harbour.example") == "http://harbour.example"


async def test_who_asks_does_not_wait_for_ever(server: FeedServer, reader: Reader) -> None:
    reader._discoverer._patience_s = 0.2
    url = server.puts("/", kind="hang")
    with pytest.raises(FetchError, match=r"^http://127.*/ does not answer in time\. Check"):
        await reader.discover(url)
