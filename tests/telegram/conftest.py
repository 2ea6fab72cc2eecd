"""The chat side over real HTTP: a Bot API server on loopback, a real database, a stopped clock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from bot.core.charts import Chart
from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.chats import Chat, SentMessage
from bot.demo.flood import Limits
from bot.services.chats import Chats, Memory
from bot.services.digests import Digests
from bot.services.hushes import Hushes
from bot.services.inbox import Inbox
from bot.services.latest import Latest
from bot.services.lesses import Lesses
from bot.services.links import Links
from bot.services.papers import Papers
from bot.services.preferences import Preferences
from bot.services.privacy import Privacy
from bot.services.source_lists import SourceLists
from bot.services.sources import Sources
from bot.services.stats import Stats
from bot.services.subscriptions import Subscriptions
from bot.services.suggestions import Suggestions
from bot.services.tag_topics import TagTopics
from bot.services.tokens import Tokens
from bot.services.transfer import Transfer
from bot.services.trends import TrendCounts
from bot.services.whys import Whys
from bot.settings import Settings
from bot.sources import opml
from bot.sources.reader import Reader
from bot.telegram.application import ChatSide, build
from bot.telegram.languages import Languages
from bot.telegram.turn import Services
from storage.records import ChatId, Key, NewArticle, NewSource, Place, SourceId, TopicId
from storage.store import Store

OPERATOR = 900


class StoppedClock:
    """Time that passes only when somebody sleeps, or a test says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Sketcher:
    """Draws at once what tells one chart from another; what people see is tested with pictures."""

    def __init__(self) -> None:
        self.broken = False

    async def draw(self, chart: Chart) -> bytes:
        return b"" if self.broken else b"\x89PNG\r\n\x1a\n" + repr(chart).encode()


@dataclass
class House:
    """Everything that a test of the chat needs at hand."""

    server: BotApiServer
    store: Store
    clock: StoppedClock
    services: Services
    side: ChatSide
    keys: int = 0
    _sources: dict[str, SourceId] = field(default_factory=dict)

    async def ask(
        self, chat: Chat | int, text: str, *, user: int | None = None, topic: int = 0,
        anonymous: bool = False, answers: int = 1,
    ) -> SentMessage:  # fmt: skip
        """Say something and return the last of the answers."""
        before = len(self.server.messages(chat))
        self.server.user_says(chat, text, user=user, topic=topic, anonymous=anonymous)
        await self.server.wait_for(lambda: len(self.server.messages(chat)) >= before + answers)
        return self.server.last(chat)

    async def press(
        self, message: SentMessage, button: str | int, *, user: int | None = None
    ) -> SentMessage:
        """Press a button, by its text or row, and return the message that it changes."""
        edits = message.edited
        self.server.press(message, button, user=user)
        await self.server.wait_for(lambda: message.edited > edits)
        return message

    async def say_by_press(
        self, message: SentMessage, button: str | int, *, user: int | None = None
    ) -> SentMessage:
        """Press a button, and return the new message that answers it."""
        before = len(self.server.messages(message.chat_id))
        self.server.press(message, button, user=user)
        await self.server.wait_for(lambda: len(self.server.messages(message.chat_id)) > before)
        return self.server.last(message.chat_id)

    async def settled(self) -> None:
        """Wait until everything said so far was handled."""
        await self.ask(self.server.private(4_040_404), "/privacy")
        await self.side._application.update_queue.join()

    async def silent(self, chat: Chat | int, text: str, **how: object) -> None:
        """Say something that must get no answer."""
        before = len(self.server.messages(chat))
        self.server.user_says(chat, text, **how)  # type: ignore[arg-type]
        await self.settled()
        assert len(self.server.messages(chat)) == before

    async def publish(
        self,
        title: str,
        *,
        summary: str = "",
        source: str = "Herald",
        ago: timedelta = timedelta(hours=1),
        categories: Sequence[str] = (),
        language: str = "en",
    ) -> None:
        """Put a story into the database, as if a poll had brought it."""
        self.keys += 1
        at = self.clock.now() - ago
        async with self.store.write() as tx:
            if source not in self._sources:
                url = f"https://{source.lower()}.example/feed"
                kept, _ = await tx.sources.add(NewSource(url, title=source), at)
                self._sources[source] = kept.id
            article = NewArticle(
                keys=(Key(self.keys),),
                url=f"https://{source.lower()}.example/{self.keys}",
                url_key=Key(self.keys),
                title=title,
                summary=summary,
                body="",
                publisher="",
                language=language,
                categories=tuple(categories),
                published_at=at,
                seen_at=at,
            )
            await tx.articles.add(self._sources[source], None, article)


def place(chat: Chat | int, topic: int = 0) -> Place:
    """Return where a chat's subscriptions are kept."""
    return Place(ChatId(int(chat)), TopicId(topic))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    opened = BotApiServer(limits=Limits.none())
    await opened.start()
    yield opened
    await opened.stop()


@asynccontextmanager
async def opened(
    server: BotApiServer,
    store: Store,
    clock: StoppedClock,
    *,
    private: bool = False,
    everybody_adds_sources: bool = True,
    webhook_url: str = "",
    languages: Sequence[str] = ("en",),
) -> AsyncIterator[House]:
    """Start a chat side."""
    painter = Sketcher()
    reader = Reader(clock, [ip_network("127.0.0.0/8")])
    inbox = Inbox(store, clock, TOKEN.partition(":")[0])
    noting = store.noting(inbox.note)
    services = Services(
        chats=Chats(
            store,
            clock,
            operators=frozenset({OPERATOR}),
            private=private,
            everybody_adds_sources=everybody_adds_sources,
        ),
        subscriptions=Subscriptions(noting, clock),
        tag_topics=TagTopics(store),
        suggestions=Suggestions(store, clock),
        papers=Papers(store),
        preferences=Preferences(noting, clock),
        digests=Digests(noting, clock),
        hushes=Hushes(noting, clock),
        lesses=Lesses(store, clock, Subscriptions(noting, clock)),
        latest=Latest(store),
        links=Links(store),
        whys=Whys(store),
        sources=Sources(store, clock, reader),
        stats=Stats(store, clock),
        privacy=Privacy(noting),
        transfer=Transfer(
            store,
            clock,
            SourceLists(store, clock, lambda url: "" if url.startswith("http") else "no address"),
            read_opml=opml.read,
            write_opml=opml.write,
        ),
        trends=TrendCounts(store, clock),
        painter=painter,
        tokens=Tokens(store, clock),
        memory=Memory(store),
        inbox=inbox,
    )
    settings = Settings(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TAGWIRE_TELEGRAM_API_URL=server.url,
        TAGWIRE_WEBHOOK_URL=webhook_url,
    )
    side = build(services, settings, clock, languages=Languages(languages))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(reader.close)
        await side.start()
        stack.push_async_callback(side.stop)
        yield House(server, store, clock, services, side)


@pytest.fixture
async def house(server: BotApiServer, store: Store, clock: StoppedClock) -> AsyncIterator[House]:
    async with opened(server, store, clock) as made:
        yield made
