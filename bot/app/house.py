"""The running bot: its parts, started and stopped in order."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Coroutine
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

from bot.app.front import Front, Rooms
from bot.app.polling import make_poller, make_pushing, stop_reading
from bot.app.table import of_chatting, of_delivering, of_polling, of_pushing
from bot.app.tallies import Tallies
from bot.app.tasks import end, ended, outcome
from bot.app.usecases import make_services
from bot.app.workshop import Workshop
from bot.jobs import Job, Jobs
from bot.services.chats import Chats
from bot.services.compose import Composer
from bot.services.deliver import Deliverer, concurrency_for
from bot.services.hours import NOTED_EVERY_S
from bot.services.presence import BEAT_S, Presence, weight_of
from bot.services.stats import Stats
from bot.services.vitals import Sending
from bot.telegram.application import ChatSide, build
from bot.telegram.hello import connect, make_bot
from bot.telegram.keyboards import under_alert, under_digest
from bot.telegram.languages import Languages
from bot.telegram.pacing import Pace
from bot.telegram.polling import ListeningBot
from bot.telegram.sender import Sender
from bot.telegram.telling import Teller
from storage.errors import StoreError, TakenError
from storage.records import DeliveryState
from storage.store import Sole

log = logging.getLogger(__name__)

PARTS = frozenset({"chat", "poll", "deliver"})
_OWED = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.EDIT_WAITING,
    DeliveryState.EDITING,
)
ALONE = (
    "Another process with this database answers chats already. Start this one with "
    "--only poll,deliver, or stop the other."
)
STOP_S = 8.5
"""How long stopping may take; the database closes after it, and containers kill after ten."""
LET_GO_S = 0.2
"""How long what is late may take to break off."""


class House:
    """The running bot: those of its parts that this process has."""

    def __init__(
        self,
        shop: Workshop,
        parts: frozenset[str] = PARTS,
        *,
        poll_interval_s: float | None = None,
        poll_tick_s: float = 1.0,
        gather_edits_s: float = 10.0,
        digest_tick_s: float = 5.0,
    ) -> None:
        settings = shop.settings
        owner = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
        self._shop = shop
        self._parts = parts
        self._bot = make_bot(settings) if parts & {"chat", "deliver"} else None
        self._pace = Pace(settings.messages_per_second)
        self._presence = Presence(
            shop.store, shop.clock, owner, weight=weight_of(parts), share=self._pace.share
        )
        self._chats = Chats(
            shop.store,
            shop.clock,
            operators=settings.admins,
            private=settings.access == "private",
            everybody_adds_sources=settings.add_source == "everybody",
        )
        self._deliverer = self._make_deliverer(owner) if "deliver" in parts else None
        self._poller = make_poller(
            shop,
            owner,
            self._deliverer.wake if self._deliverer else lambda: None,
            interval_s=poll_interval_s,
            gather_edits_s=gather_edits_s,
        )
        self._pushing = make_pushing(shop, owner, self._poller if "poll" in parts else None)
        self._tallies = Tallies(
            shop, self._pace, self._poller, self._deliverer, lambda: self.jobs.failing
        )
        self._services = make_services(shop, self._chats, self._tallies.live)
        self._chat = self._make_chat_side() if "chat" in parts else None
        self._speaking: asyncio.Task[None] | None = None
        self._delivering: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held = AsyncExitStack()
        self.jobs = Jobs(self._table(poll_tick_s, digest_tick_s))
        self.front = Front(shop, self._rooms())

    async def start(self) -> None:
        """Come to life; waits for nobody outside. What goes wrong later is raised by `wait`."""
        await self._held.enter_async_context(self._presence.alive())
        if "chat" in self._parts:
            await self._answer_alone()
        await self.front.start()
        await self._shop.first_start()
        if self._bot is not None:
            self._speaking = self._spawn(self._speak(self._bot), "telegram")
        self.jobs.start()

    async def wait(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set; raises what ended a part before."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stopping.done():
                done, _ = await asyncio.wait(
                    {stopping, *self._tasks}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done & self._tasks:
                    self._tasks.discard(task)
                    task.result()
        finally:
            stopping.cancel()

    async def stop(self) -> None:
        """Finish what is in flight, in 8.5 s; what was not finished is done after a restart."""
        stopping = asyncio.create_task(self._stop_in_order())
        done, late = await asyncio.wait({stopping}, timeout=STOP_S)
        for task in done:
            task.result()
        for task in late:
            log.warning("stopped before all was in order; what is left is done after a restart")
            task.cancel()
            await asyncio.wait({task}, timeout=LET_GO_S)
            await self._held.aclose()  # Else the event loop does it at its end, in disorder.

    async def _stop_in_order(self) -> None:
        endings: list[Awaitable[None]] = [asyncio.ensure_future(self.jobs.stop())]
        if self._speaking is not None:
            await end({self._speaking})  # Nothing may start any more.
        endings += [stop_reading(self._poller, self._pushing, STOP_S / 2), self.front.stop()]
        if self._chat is not None:
            endings.append(self._chat.stop())
        if self._deliverer is not None:
            self._deliverer.stop()
            endings.append(ended(self._delivering, STOP_S))
        endings.append(self._tallies.close())
        for result in await asyncio.gather(*endings, return_exceptions=True):
            if isinstance(result, BaseException):
                log.error("a part did not stop in order", exc_info=result)
        await end(self._tasks)
        if self._bot is not None:
            await self._bot.shutdown()
        await self._held.aclose()

    async def tell(self) -> list[str]:
        """Return in a few lines what was read, and what could not be and why."""
        figures = await Stats(self._shop.store, self._shop.clock).figures()
        well = figures.sources - len(figures.failing)
        articles, stories = figures.rows["articles"], figures.rows["stories"]
        first = (
            f"The bot read {well} of {figures.sources} sources: "
            f"{articles:,} articles that tell {stories:,} {'story' if stories == 1 else 'stories'}."
        )
        return [
            first,
            *(f"Not read: {one.title or one.url} {one.error}" for one in figures.failing),
        ]

    async def idle(self) -> None:
        """Return when everything polled so far is matched and nothing waits to be sent."""
        await self._poller.idle()
        while await self._owes():
            await self._shop.clock.sleep(0.2)

    async def subscribed(self) -> None:
        """Return when some chat has a subscription."""
        while not (await self._shop.store.stats())["subscriptions"]:
            await self._shop.clock.sleep(0.2)

    async def _owes(self) -> bool:
        async with self._shop.store.read() as tx:
            counts = await tx.outbox.counts()
        return any(counts.get(state, 0) for state in _OWED)

    async def _speak(self, bot: ListeningBot) -> None:
        """Say hello to Telegram, however long it takes; then deliver and answer."""
        await connect(bot, self._shop.clock)
        if self._deliverer is not None:
            self._delivering = self._spawn(self._deliverer.run(STOP_S - 1), "deliver")
            self._spawn(self._hear(self._deliverer), "bell")
        if self._chat is not None:
            await self._chat.start()
            self._spawn(outcome(self._chat.failed), "chat")

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        return task

    def _make_deliverer(self, owner: str) -> Deliverer:
        rate = self._shop.settings.messages_per_second
        assert self._bot is not None  # noqa: S101 - made above wherever this is called
        return Deliverer(
            self._shop.store,
            Sender(self._bot),
            self._pace,
            self._shop.clock,
            owner=owner,
            composer=Composer(Languages().wording, under_alert, under_digest),
            topic_notice=self._make_teller().topic_sleeps,
            concurrency=concurrency_for(rate),
        )

    def _make_chat_side(self) -> ChatSide:
        return build(
            self._services, self._shop.settings, self._shop.clock, bot=self._bot, pace=self._pace
        )

    def _sending(self) -> Sending | None:
        if self._deliverer is None:
            return None
        well = self._delivering is not None and self._pace.well
        return Sending(self._deliverer.paused, well)

    def _rooms(self) -> Rooms:
        return Rooms(
            parts=self._parts,
            jobs=self.jobs,
            pace=self._pace,
            poller=self._poller,
            sent=self._deliverer.counts if self._deliverer is not None else None,
            chat=self._chat,
            inbox=self._services.inbox,
            sending=self._sending,
            hubs=self._pushing.hubs if self._pushing is not None else None,
        )

    def _table(self, poll_tick_s: float, digest_tick_s: float) -> list[Job]:
        table = [
            Job("presence", self._presence.beat, every_s=BEAT_S, limit_s=30),
            Job("note the hour", self._tallies.hours.note, every_s=NOTED_EVERY_S, limit_s=30),
        ]
        if "poll" in self._parts:
            table += of_polling(self._shop, self._poller, poll_tick_s)
        if self._pushing is not None:
            table += of_pushing(self._pushing, poll_tick_s)
        if self._deliverer is not None:
            table += of_delivering(self._shop, self._wake, digest_tick_s)
        if "chat" in self._parts:
            table += of_chatting(self._shop, self._make_teller())
        return table

    def _make_teller(self) -> Teller:
        assert self._bot is not None  # noqa: S101 - made above wherever this is called
        return Teller(self._bot, self._chats, Languages(), self._shop.clock)

    async def _answer_alone(self) -> None:
        """Be the only process that answers chats: Telegram gives each update to one of them."""
        try:
            sole = await self._held.enter_async_context(self._shop.store.only_one("chat"))
        except TakenError:
            raise TakenError(ALONE) from None
        self._spawn(self._stay_alone(sole), "alone")

    async def _stay_alone(self, sole: Sole) -> None:
        """Raise TakenError when another process answers chats in our place."""
        while await sole.still():
            await self._shop.clock.sleep(BEAT_S)
        raise TakenError(ALONE)

    async def _hear(self, deliverer: Deliverer) -> None:
        """Wake the deliverer when somebody, in this process or another, put work for it."""
        while True:
            try:
                await self._shop.store.wait_for_work(60)
            except StoreError as error:
                log.warning("deaf to the database, asking it now and then: %s", error)
                await self._shop.clock.sleep(5)
            deliverer.wake()

    async def _wake(self) -> None:
        if self._deliverer is not None:
            self._deliverer.wake()
