"""A whole house on loopback: sources, the Bot API, and the bot between them."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from xml.sax.saxutils import escape

from bot.app import House, open_workshop
from bot.demo.botapi import BotApiServer
from bot.demo.chats import Chat, SentMessage
from bot.settings import Settings
from storage.records import NewSource
from tests.fakes.clock import HurriedClock
from tests.fakes.feedserver import FeedServer

Found = TypeVar("Found")
ADMIN = 7001
PUBLIC = "https://news.example"
"""The bot's address in the world; the Bot API server knows where the proxy behind it leads."""
HOOK = f"{PUBLIC}/bot/updates"


@dataclass(frozen=True)
class Item:
    """An entry of a feed to publish."""

    title: str
    text: str = ""
    guid: str = ""
    minutes_old: float = 1.0


def rss(
    *items: Item,
    title: str = "The Paper",
    site: str = "https://paper.example",
    now: datetime | None = None,
) -> str:
    """Return a feed, newest item first."""
    now = now or datetime.now(UTC)
    entries = []
    for item in items:
        guid = item.guid or item.title.replace(" ", "-").lower()
        at = now - timedelta(minutes=item.minutes_old)
        entries.append(
            f"<item><title>{escape(item.title)}</title><guid>{escape(guid)}</guid>"
            f"<link>{site}/{escape(guid)}</link><description>{escape(item.text)}</description>"
            f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>{site}</link><description>News</description>{''.join(entries)}</channel></rss>"
    )


@dataclass
class Scene:
    """What a journey plays with; `bot` starts and stops as often as it likes."""

    api: BotApiServer
    web: FeedServer
    database_url: str
    clock: HurriedClock
    access: str = "public"
    add_source: str = "admins"
    fetch_articles: bool = False
    """False: the links of feeds lead beyond loopback."""
    listen: str = ""
    webhook_url: str = ""
    public_url: str = ""
    poll_interval_s: float = 0.0
    """0: as often as journeys need it."""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    house: House | None = None

    @property
    def settings(self) -> Settings:
        """The bot's settings: this database, this Bot API, loopback allowed."""
        return Settings.model_validate(
            {
                "token": self.api.token,
                "api_url": self.api.url,
                "database_url_given": self.database_url,
                "sources": "none",
                "allowed_networks": ("127.0.0.0/8",),
                "admins": frozenset({ADMIN}),
                "access": self.access,
                "add_source": self.add_source,
                "fetch_articles": self.fetch_articles,
                "http_listen": self.listen,
                "webhook_url": self.webhook_url,
                "public_url": self.public_url,
            }
        )

    async def start(self, *urls: str) -> None:
        """Start the bot, with these sources added."""
        shop = await self._stack.enter_async_context(open_workshop(self.settings, self.clock))
        await shop.lists.load([NewSource(url) for url in urls])
        tenth = 0.1 * self.clock.times
        interval_s = self.poll_interval_s or tenth
        self.house = House(shop, poll_interval_s=interval_s, poll_tick_s=0.05, gather_edits_s=tenth)
        await self.house.start()
        self.api.world.proxies[PUBLIC] = self.house.front.url

    async def stop(self) -> None:
        """Stop the bot in order."""
        house, self.house = self.house, None
        if house is not None:
            await house.stop()
        await self._stack.aclose()

    async def polled(self, path: str, times: int = 1) -> None:
        """Wait until a source was polled so many times more, and what it said is stored."""
        await self.web.arrived_at(path, self.web.asked[path] + times + 1)
        if self.house is not None:
            await self.house.idle()

    def person(self, user_id: int = 1001) -> Chat:
        """Open a private chat."""
        return self.api.private(user_id, f"Person {user_id}")

    async def says(self, chat: Chat, text: str, *, topic: int = 0, user: int = 0) -> SentMessage:
        """Let somebody write to the bot; return its answer."""
        before = len(self.api.messages(chat))
        self.api.user_says(chat, text, topic=topic, user=user or None)
        return await self.arrives(lambda: self.api.messages(chat)[before:])

    async def arrives(self, looked_for: Callable[[], list[SentMessage]]) -> SentMessage:
        """Wait for a message; return the first of those looked for."""
        return (await self.api.wait_for(looked_for, timeout=15))[0]

    def alerts(self, chat: Chat, words: str, topic: int | None = None) -> list[SentMessage]:
        """Return the alerts that a chat got whose headline has these words: linked, no answer."""
        return [
            message
            for message in self.api.messages(chat, topic)
            if any(words in headline for headline in message.linked("text_link")[:1])
            and message.text.startswith(message.linked("text_link")[0])
        ]

    async def alert(self, chat: Chat, words: str, topic: int | None = None) -> SentMessage:
        """Wait for an alert."""
        return await self.arrives(lambda: self.alerts(chat, words, topic))
