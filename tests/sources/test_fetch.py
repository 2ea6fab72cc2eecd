"""Fetching keeps its limits, whatever a server does."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from bot.errors import AddressError, FetchError
from bot.sources.fetch import Fetcher, Limits, _is_for_good
from bot.sources.inflate import Inflater
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import LOOPBACK


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(LOOPBACK, Limits(deadline_s=0.5, body=2_000_000))
    yield made
    await made.close()


@pytest.mark.parametrize("kind", ["drip", "hang"])
async def test_a_slow_server_is_left_at_the_deadline(
    server: FeedServer, fetcher: Fetcher, kind: str
) -> None:
    url = server.puts("/slow", b"<rss>" * 100, kind=kind)
    before = time.monotonic()
    with pytest.raises(FetchError, match="does not answer in time"):
        await fetcher.fetch(url)
    assert time.monotonic() - before < 2


async def test_an_endless_body_is_left_at_the_limit(server: FeedServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="larger than 2 MB"):
        await fetcher.fetch(server.puts("/endless", kind="endless"))


async def test_a_large_body_that_says_so_is_not_even_begun(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.puts("/large", b" " * 2_000_001)
    with pytest.raises(FetchError, match="larger than 2 MB"):
        await fetcher.fetch(url)


async def test_a_bomb_is_left_at_the_limit(server: FeedServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="larger than 2 MB"):
        await fetcher.fetch(server.bombs("/bomb", 50))


async def test_gzip_and_deflate_are_undone(server: FeedServer, fetcher: Fetcher) -> None:
    body = b"<rss>" * 1_000
    bare = zlib.compressobj(wbits=-15)
    for url in (
        server.gzips("/gzip", body),
        server.puts("/zlib", zlib.compress(body), headers={"Content-Encoding": "deflate"}),
        server.puts(
            "/bare", bare.compress(body) + bare.flush(), headers={"Content-Encoding": "deflate"}
        ),
    ):
        assert (await fetcher.fetch(url)).body == body
    assert server.headers["/gzip"][0]["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("cut", [1, 8, 20])
async def test_a_truncated_gzip_stream_is_a_failed_fetch(
    server: FeedServer, fetcher: Fetcher, cut: int
) -> None:
    with pytest.raises(FetchError, match="breaks off"):
        await fetcher.fetch(server.gzips("/cut", b"<rss>" * 1_000, cut=cut))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, br", "compress"])
async def test_encodings_not_asked_for_and_stacked_ones_are_refused(
    server: FeedServer, fetcher: Fetcher, encoding: str
) -> None:
    url = server.puts("/odd", b"abc", headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError, match="encoding that was not asked for"):
        await fetcher.fetch(url)


async def test_a_body_that_is_not_what_its_encoding_says_fails(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.puts("/lie", b"<rss>", headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="broken compressed body"):
        await fetcher.fetch(url)


async def test_a_body_shorter_than_announced_fails(server: FeedServer, fetcher: Fetcher) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>"
    with pytest.raises(FetchError, match="breaks off"):
        await fetcher.fetch(server.puts("/short", raw, kind="raw"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "does not answer"),
        (b"\x16\x03\x01 hello", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "not HTTP"),
    ],
)
async def test_what_is_not_http_fails_in_words(
    server: FeedServer, fetcher: Fetcher, raw: bytes, words: str
) -> None:
    with pytest.raises(FetchError, match=words):
        await fetcher.fetch(server.puts("/raw", raw, kind="raw"))


async def test_nobody_there_is_told_in_words(fetcher: Fetcher) -> None:
    async with FeedServer() as closed:
        url = closed.url("/feed")
    with pytest.raises(FetchError, match=r"^does not answer$"):
        await fetcher.fetch(url)


async def test_a_name_that_does_not_exist_is_told_in_words(fetcher: Fetcher) -> None:
    words = (
        r"^(cannot be found: there is no such address, or this machine is offline|does not answer)"
    )
    with pytest.raises(FetchError, match=words):
        await fetcher.fetch("https://no-such-name.invalid/feed")


async def test_redirects_are_followed_and_permanent_ones_told(
    server: FeedServer, fetcher: Fetcher
) -> None:
    target = server.puts("/new", b"<rss>")
    for status, path in ((301, "/a"), (308, "/b")):
        server.redirects(path, "/new", status=status)
        assert (await fetcher.fetch(server.url(path))).moved_to == target
    for status in (302, 303, 307):
        url = server.redirects("/c", "/new", status=status)
        assert (await fetcher.fetch(url)).moved_to == ""
    mixed = server.redirects("/d", "/c", status=301)
    answer = await fetcher.fetch(mixed)
    assert (answer.url, answer.moved_to) == (target, "")


@pytest.mark.parametrize(
    ("status", "here", "there", "good"),
    [
        (301, "http", "https", True),
        (308, "https", "https", True),
        (301, "http", "http", True),
        (301, "https", "http", False),
        (302, "http", "https", False),
    ],
)
def test_nobody_moves_from_https_to_http_for_good(
    status: int, here: str, there: str, good: bool
) -> None:
    old, new = URL(f"{here}://a.example/"), URL(f"{there}://b.example/")
    assert _is_for_good(status, old, new) is good


async def test_circles_end_after_five(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.redirects("/circle", "/circle", status=301)
    with pytest.raises(FetchError, match=r"redirects more than 5 times"):
        await fetcher.fetch(url)
    assert server.asked["/circle"] == 6


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://[x", "http://u:p@127.0.0.1/"])
async def test_a_redirect_to_what_is_no_address_is_refused(
    server: FeedServer, fetcher: Fetcher, target: str
) -> None:
    with pytest.raises(AddressError):
        await fetcher.fetch(server.redirects("/odd", target))


async def test_a_form_is_sent_again_where_its_server_leads(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.redirects("/old", server.url("/new"), status=308)
    server.puts("/new", status=202)
    assert await fetcher.post(server.url("/old"), {"a": "b"}) == 202
    assert (server.asked["/old"], server.asked["/new"]) == (1, 1)
    server.redirects("/other", server.url("/new"), status=302)
    assert await fetcher.post(server.url("/other"), {"a": "b"}) == 302
    server.redirects("/circle", server.url("/circle"), status=307)
    with pytest.raises(FetchError, match="redirects more than"):
        await fetcher.post(server.url("/circle"), {})
    server.redirects("/inward", "http://10.0.0.1/", status=307)
    with pytest.raises(AddressError):
        await fetcher.post(server.url("/inward"), {})
    with pytest.raises(FetchError):
        await fetcher.post(server.puts("/nothing", kind="nothing"), {})


async def test_no_cookie_is_carried_on(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.puts("/cookie", b"x", headers={"Set-Cookie": "a=b; Path=/"})
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    assert "Cookie" not in server.headers["/cookie"][1]


async def test_one_host_is_asked_for_two_things_at_once_at_most(server: FeedServer) -> None:
    fetcher = Fetcher(LOOPBACK, Limits(deadline_s=5))
    url = server.puts("/feed", b"x")
    server.holds("/feed")
    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(fetcher.fetch(url))
        await server.arrived(2)
        server.releases("/feed")
    assert server.asked["/feed"] == 12
    assert server.most_at_once == 2
    await fetcher.close()


def test_a_stored_gzip_file_is_undone_although_nothing_says_so() -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"<rss>") + packer.flush()
    inflater = Inflater("", 1_000)
    inflater.feed(packed[:9])
    inflater.feed(packed[9:])
    assert inflater.finish() == b"<rss>"


def test_streams_after_one_another_are_joined_and_rubbish_behind_them_dropped() -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"<rss>") + packer.flush()
    inflater = Inflater("gzip", 1_000)
    inflater.feed(packed + packed + b"\0\0")
    inflater.feed(b"rubbish")
    assert inflater.finish() == b"<rss><rss>"


def test_too_many_streams_are_an_attack() -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"") + packer.flush()
    with pytest.raises(FetchError, match="broken"):
        Inflater("gzip", 1_000).feed(packed * 20)
