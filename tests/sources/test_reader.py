"""A source is read: what is new is parsed, what is not never reaches the parser."""

from dataclasses import replace

import pytest

from bot.core.entries import Document, Failed, Unchanged
from bot.sources.reader import Reader
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import item, rss, to_fetch


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
    assert result == Failed(words, status, 120.0, gone=status == 410)


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
