"""A hundred chats that want news of Japan, and what reached them against what the bot knows."""

import asyncio
from asyncio.subprocess import Process
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from storage.records import DeliveryState
from storage.schema import articles, deliveries
from storage.store import Store
from tests.journeys.scene import Item, Scene
from tests.services.delivering import House

CHATS = range(1001, 1101)
OLD = Item("Japan opens a museum", "Ships.")
NEWS = Item("Japan plans an exercise", "Three navies meet.")
Told = tuple[int, str]
"""A chat, and a story's headline."""


@dataclass
class Tally:
    """What Telegram took, against what the database knows of it, from kill to kill."""

    scene: Scene
    store: Store
    house: House
    in_flight: list[int] = field(default_factory=list)
    """For each kill, how many messages Telegram had taken that the bot did not know of yet."""
    _before: Counter[Told] = field(default_factory=Counter)

    def taken(self) -> Counter[Told]:
        """Return how often Telegram took each alert for each chat."""
        return Counter(
            (chat, message.text.splitlines()[0])
            for chat in CHATS
            for message in self.scene.api.messages(chat)
        )

    async def note(self) -> None:
        """Count what was in flight at a kill."""
        async with self.store.read() as tx:
            rows = await tx._work.rows(
                select(deliveries.c.chat_id, articles.c.title)
                .join(articles, articles.c.story_id == deliveries.c.story_id)
                .where(deliveries.c.state != "sent")
            )
        open_ = {(row.chat_id, row.title) for row in rows}
        now = self.taken()
        self.in_flight.append(sum(now[one] > self._before[one] for one in open_))
        self._before = now

    def doubles(self) -> int:
        return sum(times - 1 for times in self.taken().values())

    def headlines(self, chat: int) -> list[str]:
        """Return what a chat was told, in order, doubles left out."""
        texts = [message.text for message in self.scene.api.messages(chat)]
        return list(dict.fromkeys(text.splitlines()[0] for text in texts))


async def polled(tally: Tally) -> None:
    """Wait until what the source said at first is kept."""
    async with asyncio.timeout(60):
        while True:
            async with tally.store.read() as tx:
                if all(source.last_success_at for source in await tx.sources.all()):
                    return
            await asyncio.sleep(0.05)


async def quiet(tally: Tally) -> None:
    """Wait until the database knows of everything that Telegram took."""
    async with asyncio.timeout(60):
        while True:
            async with tally.store.read() as tx:
                counts = await tx.outbox.counts()
            if not counts.keys() - {DeliveryState.SENT}:
                return
            await asyncio.sleep(0.05)


async def kill(process: Process) -> None:
    process.kill()
    await process.communicate()


async def listen(process: Process, into: list[str]) -> None:
    """Keep what a process says, so that it never waits for a reader."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        into.append(line.decode())


async def heard(lines: list[str], words: str) -> None:
    """Wait until a process says something."""
    async with asyncio.timeout(60):
        while not any(words in line for line in lines):  # noqa: ASYNC110 - a pipe brings it
            await asyncio.sleep(0.05)
