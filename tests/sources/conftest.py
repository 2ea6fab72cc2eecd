"""A feed server, a reader that may read it, and documents to serve."""

import asyncio
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from bot.clock import SystemClock
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import SourceId, SourceKind, SourceToFetch, Validators
from tests.fakes.feedserver import FeedServer

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    made = Reader(SystemClock(), LOOPBACK, limits=Limits(deadline_s=5.0), parsers=1)
    yield made
    await made.close()


def to_fetch(url: str, validators: Validators | None = None, state: str = "") -> SourceToFetch:
    return SourceToFetch(
        id=SourceId(1),
        url=url,
        title="",
        language="",
        kind=SourceKind.FEED,
        tag_id=None,
        validators=validators or Validators(),
        good_polls=1,
        failures=0,
        interval_s=300.0,
        last_success_at=None,
        last_new_at=None,
        state=state,
    )


def rss(*items: str, head: str = "<title>Harbour News</title>") -> bytes:
    text = "".join(f"<item>{item}</item>\n" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{text}</channel></rss>'.encode()


def item(number: int, title: str = "Ferry number") -> str:
    return (
        f"<title>{title} {number}</title><link>https://harbour.example/{number}</link>"
        f"<guid>h-{number}</guid><pubDate>Mon, 23 Nov 2026 10:{number % 60:02d}:00 GMT</pubDate>"
    )


async def longest_stall(until: asyncio.Event) -> float:
    """Return the longest that the loop was at work between two turns.

    In seconds of this process: how busy the machine is with others makes no difference.
    """
    longest = 0.0
    while not until.is_set():
        before = time.process_time()
        await asyncio.sleep(0.005)
        longest = max(longest, time.process_time() - before)
    return longest
