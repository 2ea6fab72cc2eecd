"""The first pipe alone, on a clock that only a test moves: what a source says, and what is owed."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from xml.sax.saxutils import escape

import psutil
from sqlalchemy import text

from bot.core.query import parse_query
from bot.services.poll import Polled, Poller, PollRules
from bot.services.subscriptions import Subscriptions
from bot.sources.reader import Reader
from storage.records import ChatId, ChatKind, NewSource, Place, Source, SourceId
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer

CHAT = ChatId(1)
MIB = 2**20


@dataclass(frozen=True)
class News:
    """An entry to publish; its words are its own, so that no two tell the same story."""

    number: int
    hours_old: float | None = 0.1
    guid: str | None = None
    link: str | None = None
    title: str | None = None

    @property
    def headline(self) -> str:
        own = " ".join(f"{word}{self.number * 7919 % 9973:x}" for word in ("ka", "lo", "mi", "nu"))
        return f"Korea {own}" if self.title is None else self.title


@dataclass
class Desk:
    """One chat that wants news of Korea, and the sources that tell some."""

    store: Store
    web: FeedServer
    clock: FakeClock
    reader: Reader
    poller: Poller
    sources: dict[str, SourceId] = field(default_factory=dict)

    async def polls(self, *paths: str, after_s: float = 300.0) -> Polled:
        """Let time pass, then poll these sources as if they were due; return the last's outcome."""
        self.clock.move(after_s)
        polled = Polled()
        for path in paths:
            async with self.store.write() as tx:
                if path not in self.sources:
                    source, _ = await tx.sources.add(
                        NewSource(self.web.url(path)), self.clock.now()
                    )
                    self.sources[path] = source.id
                await tx.sources.poll_now(self.sources[path], self.clock.now())
                due = await tx.sources.claim_due(self.clock.now(), 99, 1e-6, "test")
            (claimed,) = [one for one in due if one.id == self.sources[path]]
            polled = await self.poller.poll(claimed)
        return polled

    async def source(self, path: str) -> Source:
        async with self.store.read() as tx:
            found = await tx.sources.get(self.sources[path])
        assert found is not None
        return found

    async def stored(self) -> list[str]:
        """Return the titles of all articles, as they came."""
        async with self.store.read() as tx:
            rows = await tx._work.rows(text("SELECT title FROM articles ORDER BY id"))
        return [row.title for row in rows]

    async def alerted(self) -> int:
        """Return how many stories the chat was, or will be, told."""
        async with self.store.read() as tx:
            return int(await tx._work.scalar(text("SELECT count(*) FROM deliveries")))

    def publish(self, path: str, news: Sequence[News], **said: str) -> None:
        """Let a source say this, newest first."""
        self.web.puts(path, self.rss(news), headers=said)

    def rss(self, news: Sequence[News]) -> bytes:
        items = "\n".join(map(self._item, news))
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>P</title>'
        return f"{head}{items}</channel></rss>".encode()

    def _item(self, one: News) -> str:
        guid = f"urn:{one.number}" if one.guid is None else one.guid
        link = f"https://paper.example/{one.number}" if one.link is None else one.link
        parts = [f"<title>{escape(one.headline)}</title>"]
        parts += [f"<guid>{escape(guid)}</guid>"] if guid else []
        parts += [f"<link>{escape(link)}</link>"] if link else []
        if one.hours_old is not None:
            at = self.clock.now() - timedelta(hours=one.hours_old)
            parts.append(f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>")
        return f"<item>{''.join(parts)}</item>"


@asynccontextmanager
async def open_desk(database_url: str, reader: Reader, clock: FakeClock) -> AsyncIterator[Desk]:
    """Open a desk whose chat has subscribed before any source was read."""
    store = await Store.open(database_url)
    async with FeedServer() as web:
        async with store.write() as tx:
            await tx.chats.put(CHAT, ChatKind.PRIVATE, "", clock.now())
        subscriptions = Subscriptions(store, clock)
        await subscriptions.subscribe(Place(CHAT), [parse_query("#Korea")], None)
        clock.move(60)
        rules = PollRules(owner="test", only_allowed=False)
        yield Desk(store, web, clock, reader, Poller(store, reader, clock, rules))
    await reader.close()
    await store.close()


@dataclass
class Watch:
    """What something cost: the longest that the loop was at work, and memory."""

    stall_s: float = 0.0
    grown: int = 0
    """Bytes that this process and its children had more, at the most, than at the beginning."""
    passed_s: float = 0.0


@asynccontextmanager
async def watching() -> AsyncIterator[Watch]:
    """Measure what happens meanwhile; stalls in this process's own time."""
    watch, began, before = Watch(), time.monotonic(), _memory()

    async def look() -> None:
        while True:
            at = time.process_time()
            await asyncio.sleep(0.005)
            watch.stall_s = max(watch.stall_s, time.process_time() - at)
            watch.grown = max(watch.grown, _memory() - before)

    looking = asyncio.create_task(look())
    try:
        yield watch
    finally:
        watch.passed_s = time.monotonic() - began
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def _memory() -> int:
    total = 0
    own = psutil.Process()
    for process in (own, *own.children()):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total
