"""A chat, stories and a deliverer for tests of delivery; the database is a real one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.pool import QueuePool

from bot.clock import Clock
from bot.core.messages import Message
from bot.core.outcomes import Outcome, Sent
from bot.services.deliver import Deliverer
from bot.services.dispatch import Sends
from bot.telegram.pacing import Pace
from storage.records import (
    NO_TOPIC,
    ChatId,
    ChatKind,
    ChatSettings,
    DeliveryDue,
    DeliveryState,
    Key,
    NewArticle,
    NewSource,
    NewSubscription,
    Place,
    Query,
    StoryId,
    TopicId,
)
from storage.store import Store
from tests.fakes.clock import FakeClock

TAG = ("japan", "Japan")


@dataclass
class Ledger:
    """Telegram's side: what was asked of it, and when; answers as told, else takes everything."""

    clock: Clock
    sent: list[tuple[float, DeliveryDue, Message]] = field(default_factory=list)
    answers: dict[ChatId, list[Outcome]] = field(default_factory=dict)
    """The next answers for a chat; the last one stays."""
    on_send: Callable[[DeliveryDue], None] = lambda _due: None
    hold: asyncio.Event | None = None
    """While it is not set, no answer comes."""
    _last_id: int = 0

    async def send(self, due: DeliveryDue, message: Message) -> Outcome:
        self.sent.append((self.clock.monotonic(), due, message))
        self.on_send(due)
        if self.hold is not None:
            await self.hold.wait()
        planned = self.answers.get(due.place.chat_id)
        if planned:
            return planned.pop(0) if len(planned) > 1 else planned[0]
        self._last_id += 1
        return Sent(due.message_id or self._last_id)

    def times(self, chat_id: int) -> list[float]:
        return [at for at, due, _ in self.sent if due.place.chat_id == chat_id]

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [
            message.plain
            for _, due, message in self.sent
            if chat_id is None or due.place.chat_id == chat_id
        ]


def article(number: int, at: datetime, **fields: str) -> NewArticle:
    return NewArticle(
        keys=(Key(number),),
        url=f"https://example.com/{number}",
        url_key=Key(number),
        title=fields.get("title", f"Story {number}"),
        summary="What happened, in a sentence.",
        body="",
        publisher=fields.get("publisher", "The Paper"),
        language="en",
        categories=(),
        published_at=at,
        seen_at=at,
    )


@dataclass
class House:
    """A store with people in it, and news for them."""

    store: Store
    clock: Clock
    numbers: int = 0
    feed: str = "https://example.com/feed"
    """The source that says it all."""

    def __post_init__(self) -> None:
        if isinstance(self.clock, FakeClock):
            self.clock.busy = self.transacting

    def transacting(self) -> bool:
        """Tell whether a transaction is open."""
        database = self.store._database
        return any(
            pool.checkedout() > 0
            for pool in (database._writer.pool, database._reader.pool)
            if isinstance(pool, QueuePool)
        )

    async def chat(
        self,
        chat_id: int,
        kind: ChatKind = ChatKind.PRIVATE,
        topics: Sequence[int] = (NO_TOPIC,),
        settings: ChatSettings | None = None,
    ) -> None:
        async with self.store.write() as tx:
            now = self.clock.now() - timedelta(days=1)
            await tx.chats.put(ChatId(chat_id), kind, "", now)
            if settings is not None:
                await tx.chats.save_settings(ChatId(chat_id), settings)
            for topic in topics:
                place = Place(ChatId(chat_id), TopicId(topic))
                new = NewSubscription(place, TAG[0], TAG[1], (TAG,))
                await tx.subscriptions.add(new, now)

    async def publish(self, count: int = 1, *, max_age_s: float = 86_400) -> list[StoryId]:
        """Put so many new stories into the outbox, for all who subscribed."""
        stories = []
        now = self.clock.now()
        async with self.store.write() as tx:
            source, _ = await tx.sources.add(NewSource(self.feed), now)
            queries: list[Query] = await tx.subscriptions.queries()
            asked = [query.id for query in queries]
            for _ in range(count):
                self.numbers += 1
                added = await tx.articles.add(source.id, None, article(self.numbers, now))
                kept = await tx.articles.get(added)
                assert kept is not None
                expires = now + timedelta(seconds=max_age_s)
                await tx.stories.tag(kept.story_id, asked)
                await tx.outbox.put(kept.story_id, asked, now, now, expires)
                stories.append(kept.story_id)
        return stories

    async def grow(self, story_id: StoryId, publisher: str, after_s: float = 5.0) -> None:
        """Let another paper carry the story."""
        now = self.clock.now()
        self.numbers += 1
        async with self.store.write() as tx:
            source, _ = await tx.sources.add(NewSource(f"https://{publisher}.example"), now)
            new = article(self.numbers, now, publisher=publisher)
            await tx.articles.add(source.id, story_id, new)
            await tx.outbox.grow([story_id], now + timedelta(seconds=after_s))

    async def counts(self) -> dict[DeliveryState, int]:
        async with self.store.read() as tx:
            found = await tx.outbox.counts()
        return {state: number for state, number in found.items() if number}


@asynccontextmanager
async def delivering(
    house: House, ledger: Sends, pace: Pace | None = None, **options: object
) -> AsyncIterator[Deliverer]:
    """Run a deliverer on the house's clock; at the end it is stopped and has given back all."""
    deliverer = Deliverer(
        house.store,
        ledger,
        pace or Pace(30),
        house.clock,
        owner="test",
        jitter=lambda: 0.0,
        **options,  # type: ignore[arg-type]
    )
    task = asyncio.create_task(deliverer.run())
    try:
        yield deliverer
    finally:
        deliverer.stop()
        clock = house.clock
        await asyncio.wait([task], timeout=1)  # It has no reason to wait for the clock.
        if isinstance(clock, FakeClock):
            await clock.run_until(task.done, within=30)
        await asyncio.wait([task])
    task.result()


def flat(parts: Iterable[Iterable[str]]) -> list[str]:
    return [one for part in parts for one in part]
