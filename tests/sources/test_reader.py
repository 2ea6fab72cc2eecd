"""A source is read: what is new is parsed, what is not never reaches the parser."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.entries import Document, Failed, Unchanged
from bot.sources.reader import ITEMS_READ, Reader
from storage.records import Validators
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import LOOPBACK, item, longest_stall, rss, to_fetch


async def test_a_document_comes_with_its_entries_and_validators(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/feed", rss(item(1), item(2)), kind="validated")
    result = await reader.read(to_fetch(url))
    assert isinstance(result, Document)
    assert result.title == "Harbour News"
    assert [entry.title for entry in result.entries] == ["Ferry number 1", "Ferry number 2"]
    assert [entry.guid for entry in result.entries] == ["h-1", "h-2"]
    assert result.validators.etag
    assert result.total == 2
    assert server.headers["/feed"][0]["User-Agent"].startswith("Tagwire/")


async def test_a_304_is_unchanged(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/feed", rss(item(1)), kind="validated")
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    second = await reader.read(to_fetch(url, first.validators))
    assert second == Unchanged(first.validators, fresh=False)
    assert first.took_s > 0 < second.took_s


async def test_the_same_bytes_are_unchanged(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/feed", rss(item(1)))
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    second = await reader.read(to_fetch(url, first.validators))
    assert second == Unchanged(first.validators, fresh=True)


async def test_the_same_items_in_another_order_and_head_are_unchanged(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/feed", rss(item(1), item(2)))
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    head = "<title>Harbour News</title><lastBuildDate>Mon, 23 Nov 2026 11:00:00 GMT</lastBuildDate>"
    server.puts("/feed", rss(item(2), item(1), head=head))
    assert isinstance(await reader.read(to_fetch(url, first.validators)), Unchanged)


async def test_only_the_unseen_item_is_parsed(server: FeedServer, reader: Reader) -> None:
    url = server.puts("/feed", rss(*map(item, range(20))))
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    server.puts("/feed", rss(item(20), *map(item, range(19))))
    second = await reader.read(to_fetch(url, first.validators))
    assert isinstance(second, Document)
    assert [entry.guid for entry in second.entries] == ["h-20"]
    assert second.total == 20


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "answers with an error (500)"),
        (404, "has nothing at this address (404)"),
        (410, "is gone for good (410)"),
        (429, "asks us to come less often (429)"),
    ],
)
async def test_an_error_is_told_in_words(
    server: FeedServer, reader: Reader, status: int, words: str
) -> None:
    url = server.puts("/feed", "no", status=status, headers={"Retry-After": "120"})
    result = await reader.read(to_fetch(url))
    assert result == Failed(words, status, 120.0, gone=status == 410, url=url)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answers with nothing"),
        (b"  \n", "answers with nothing"),
        (b"/etc/hostname", "is no feed"),
        (b"file:///etc/hostname", "is no feed"),
        (b'{"version": "x"}', "is no feed"),
        (b"<!doctype html><html><body>Log in</body></html>", "is a web page, not a feed"),
        (rss(item(1), item(2))[:-60], "breaks off in the middle of its answer"),
    ],
)
async def test_what_is_no_feed_fails_in_words(
    server: FeedServer, reader: Reader, body: bytes, words: str
) -> None:
    url = server.puts("/feed", body)
    result = await reader.read(to_fetch(url))
    assert isinstance(result, Failed)
    assert result.words == words


async def test_the_day_after_a_whole_answer_is_asked_for(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/feed", rss(item(1)), kind="validated")
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    source = to_fetch(url, first.validators)
    old = replace(source, state='{"whole_at": 1000000000}')
    await reader.read(source)
    await reader.read(old)
    asked = [headers.get("If-None-Match") for headers in server.headers["/feed"]]
    assert asked == [None, first.validators.etag, None]


async def test_what_was_cut_off_is_complete_after_the_repair(
    server: FeedServer, reader: Reader
) -> None:
    whole = rss(item(1), item(2))
    url = server.puts("/feed", rss(item(1)))
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    server.puts("/feed", whole[: whole.rindex(b"<guid>")], kind="chunked")
    assert isinstance(await reader.read(to_fetch(url, first.validators)), Failed)
    server.puts("/feed", whole)
    repaired = await reader.read(to_fetch(url, first.validators))
    assert isinstance(repaired, Document)
    assert [entry.guid for entry in repaired.entries] == ["h-2"]


async def test_an_etag_that_is_new_each_time_changes_nothing(
    server: FeedServer, reader: Reader
) -> None:
    url = server.puts("/feed", rss(item(1)), headers={"ETag": '"1"'})
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    server.puts("/feed", rss(item(1)), headers={"ETag": '"2"'})
    second = await reader.read(to_fetch(url, first.validators))
    assert isinstance(second, Unchanged)
    assert second.validators.etag == '"2"'


@pytest.mark.parametrize("etag", ["x" * 600, "\xe9"])
async def test_a_validator_that_could_not_be_sent_back_is_not_kept(
    server: FeedServer, reader: Reader, etag: str
) -> None:
    url = server.puts("/feed", rss(item(1)), headers={"ETag": etag})
    result = await reader.read(to_fetch(url))
    assert isinstance(result, Document)
    assert result.validators.etag == ""


async def test_a_guid_that_all_items_share_is_judged_with_the_whole_document(
    server: FeedServer, reader: Reader
) -> None:
    same = "<title>S {n}</title><guid>same</guid><link>https://h.example/{n}</link>"
    url = server.puts("/feed", rss(*(same.format(n=n) for n in range(5))))
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    server.puts("/feed", rss(*(same.format(n=n) for n in range(6))))
    second = await reader.read(to_fetch(url, first.validators))
    assert isinstance(second, Document)
    assert len(second.entries) == 6


async def test_a_document_whose_pieces_cannot_be_read_alone_is_read_whole(
    server: FeedServer, reader: Reader
) -> None:
    odd = rss(item(1), item(2)).replace(b"</item>\n<item>", b"</item><item><!-- x -->")
    url = server.puts("/feed", odd.replace(b"<item><!--", b"<item\n><!--"))
    result = await reader.read(to_fetch(url))
    assert isinstance(result, Document)
    assert len(result.entries) == 2


async def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_sources(
    server: FeedServer, reader: Reader
) -> None:
    busy = server.puts("/busy", status=429, headers={"Retry-After": "600"})
    other = server.puts("/other", rss(item(1)))
    assert isinstance(await reader.read(to_fetch(busy)), Failed)
    held = await reader.read(to_fetch(other))
    assert isinstance(held, Failed)
    assert held.status == 429
    assert held.retry_after_s is not None
    assert 590 < held.retry_after_s <= 600
    assert not server.asked["/other"]


async def test_a_permanent_move_is_told_with_a_304_too(server: FeedServer, reader: Reader) -> None:
    target = server.puts("/new", rss(item(1)), kind="validated")
    url = server.redirects("/old", "/new", status=301)
    first = await reader.read(to_fetch(url))
    assert isinstance(first, Document)
    assert first.moved_to == target
    second = await reader.read(to_fetch(url, first.validators))
    assert isinstance(second, Unchanged)
    assert second.moved_to == target


async def test_what_cost_a_parser_is_not_given_to_another_for_an_hour(
    server: FeedServer,
) -> None:
    clock = FakeClock()
    reader = Reader(clock, LOOPBACK, parsers=1)
    reader._pool._wall_s = 1.0
    hostile = rss(item(1) + "<author>" + "a" * 48_000 + "</author>")
    url = server.puts("/hostile", hostile)
    failed = Failed("takes too long to read", 200)
    assert await reader.read(to_fetch(url)) == failed
    killed = reader.killed
    assert killed > 0
    assert await reader.read(to_fetch(url)) == failed
    assert reader.killed == killed
    server.puts("/hostile", rss(item(1)))
    assert isinstance(await reader.read(to_fetch(url)), Document)
    server.puts("/hostile", hostile)
    clock.move(3_601)
    assert await reader.read(to_fetch(url)) == failed
    assert reader.killed > killed
    await reader.close()


async def test_an_address_that_may_not_be_read_is_told_without_detail(reader: Reader) -> None:
    result = await reader.read(to_fetch("http://10.0.0.1:6379/"))
    assert result == Failed("has, or leads to, an address that may not be read")


@pytest.mark.slow
async def test_large_documents_are_refused_without_a_stall(
    server: FeedServer, reader: Reader
) -> None:
    many = rss(*(f"<title>{n}</title><guid>{n}</guid>" for n in range(100_000)))
    small = b"".join(b"<item><title>a</title></item>" for _ in range(150_000))
    bodies = [
        many,
        many + b" " * 50_000_000,
        many[:4_900_000],
        b"<rss><channel>" + small + b"</channel></rss>",
    ]
    urls = [server.puts(f"/{at}", body) for at, body in enumerate(bodies)]
    urls += [server.gzips(f"/gzip/{at}", body) for at, body in enumerate(bodies)]
    done = asyncio.Event()
    watch = asyncio.create_task(longest_stall(done))
    for url in urls:
        assert isinstance(await reader.read(to_fetch(url)), Failed)
    done.set()
    assert await watch < 0.2


async def test_a_document_of_too_many_items_reaches_no_parser(
    server: FeedServer, reader: Reader
) -> None:
    items = b"<item><title>a</title></item>" * (ITEMS_READ + 1)
    url = server.puts("/many", b"<rss><channel>" + items + b"</channel></rss>")
    assert await reader.read(to_fetch(url)) == Failed("takes too long to read", status=200)


async def test_what_a_hub_brought_is_understood_and_changes_no_validators(reader: Reader) -> None:
    old = Validators(etag='"x"', body_hash=b"x")
    state = '{"hub":"https://hub.example/","ttl_s":600}'
    source = to_fetch("https://harbour.example/feed", old, state)
    found = await reader.understand(source, rss(item(1)), "text/xml")
    assert isinstance(found, Document)
    assert (found.url, found.validators, found.total) == (source.url, old, 1)
    assert (found.hints.hub, found.hints.ttl_s) == ("https://hub.example/", 600)
    assert await reader.understand(source, b"{}", "") == Failed("is no feed")


async def test_a_hub_is_asked_and_its_answer_told_in_words(
    server: FeedServer, reader: Reader
) -> None:
    form = {"hub.mode": "subscribe"}
    assert await reader.ask_hub(server.puts("/hub", status=202), form) == ""
    assert "error (500)" in await reader.ask_hub(server.puts("/bad", status=500), form)
    assert await reader.ask_hub("http://10.0.0.1/", form) == "has an address that may not be asked"
    assert await reader.ask_hub(server.puts("/x", kind="nothing"), form) == "does not answer"


async def test_a_hub_is_found_in_headers_first_and_resolved(
    server: FeedServer, reader: Reader
) -> None:
    head = (
        '<title>H</title><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="/h"/>'
    )
    found = await reader.read(to_fetch(server.puts("/feed", rss(item(1), head=head))))
    assert isinstance(found, Document)
    assert found.hints.hub == server.url("/h")
    link = {"Link": '<https://hub.example/>; rel="hub", <http://[>; rel="self"'}
    url = server.puts("/other", rss(item(1), head=head), headers=link)
    found = await reader.read(to_fetch(url))
    assert isinstance(found, Document)
    assert (found.hints.hub, found.hints.self_url) == ("https://hub.example/", "")


async def test_silence_is_told_from_an_answer_that_is_no_good(
    server: FeedServer, reader: Reader
) -> None:
    async with FeedServer() as closed:
        nobody = closed.url("/feed")
    for url, silent in (
        (nobody, True),
        ("http://127.0.0.1:1/", True),
        (server.puts("/bad", status=500), False),
        (server.puts("/large", b" " * 5_000_001), False),
        (server.puts("/odd", b"\x16\x03\x01 hello", kind="raw"), False),
        ("http://10.0.0.1/", False),
    ):
        read = await reader.read(to_fetch(url))
        assert isinstance(read, Failed)
        assert (url, read.silent) == (url, silent)
