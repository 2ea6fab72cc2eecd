"""The chat side of the bot, put together: polling or webhook, order, dispatch, menus, faults."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler

from bot.clock import Clock
from bot.core.spoken import FALLBACK
from bot.errors import TagwireError, TokenRejectedError
from bot.services.inbox import Taken
from bot.settings import Settings
from bot.telegram.access import offered
from bot.telegram.commands.every import make_table
from bot.telegram.commands.menu import describe, set_menus
from bot.telegram.commands.table import Command
from bot.telegram.dispatch import Dispatcher
from bot.telegram.hello import connect, make_bot
from bot.telegram.languages import Languages
from bot.telegram.manual import Manual
from bot.telegram.order import ChatOrder
from bot.telegram.pacing import Pace
from bot.telegram.patience import wait_s
from bot.telegram.polling import ListeningBot, Poller
from bot.telegram.trouble import Trouble
from bot.telegram.turn import Services
from bot.telegram.webhook import Webhook
from storage.errors import StoreError

logger = logging.getLogger(__name__)

STOP_S = 6.5
"""How long handlers may take to finish; containers kill after ten seconds."""
HANDLE_S = 300.0
"""How long one update may take: a flood wait of a minute, a slow source, and some more."""


class ChatSide:
    """Answers chats from `start` to `stop`; `failed` ends when it no longer can.

    However updates come, they are recorded (Inbox), brought into each chat's order (ChatOrder),
    answered (Dispatcher), and done. What is recorded and not done is handled after a restart.
    """

    def __init__(
        self,
        bot: ListeningBot,
        services: Services,
        clock: Clock,
        pace: Pace,
        *,
        poll_s: float,
        webhook_url: str = "",
        languages: Languages | None = None,
    ) -> None:
        self._bot = bot
        self._services = services
        self._clock = clock
        self._languages = languages or Languages()
        self._table = make_table()
        self._dispatcher = Dispatcher(
            bot, services, self._table, self._languages, clock=clock, pace=pace
        )
        self._trouble = Trouble(bot, services.chats, self._languages)
        self._poller = Poller(bot, services.inbox, clock, poll_s=poll_s)
        self._webhook = Webhook(bot, services.memory, clock, webhook_url) if webhook_url else None
        self._order = ChatOrder(self._handled)
        self._application = (
            ApplicationBuilder()
            .bot(bot)
            .updater(None)
            .job_queue(None)
            .concurrent_updates(self._order)
            .build()
        )
        self._application.add_handler(TypeHandler(Update, self._handle))
        self._application.add_error_handler(self._failed)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Holds TokenRejectedError, TagwireError or StoreError when the bot went deaf."""

    @property
    def silent_s(self) -> float:
        """Seconds since Telegram last answered a poll, or delivered something."""
        return self._clock.monotonic() - (self._webhook or self._poller).heard_at

    @property
    def secret(self) -> str:
        """What Telegram proves with that a delivery is its own; empty: none is awaited now."""
        return self._webhook.secret if self._webhook is not None and not self._stopping else ""

    @property
    def dropped(self) -> int:
        """How many updates of chats that flood the bot were left unanswered."""
        return self._order.dropped

    async def receive(self, update: Mapping[str, Any]) -> bool:
        """Take an update that was delivered; False: not now, it shall come again.

        When it returns True, the update is safe. Raises StoreError.
        """
        if self._webhook is None or self._stopping or not self._services.inbox.has_room:
            return False
        await self._services.inbox.record([update])
        self._webhook.heard()
        return True

    async def start(self) -> None:
        """Come on line; waits while Telegram is down. Raises TokenRejectedError."""
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self._bot.shutdown)
            await connect(self._bot, self._clock)
            undo.pop_all()
        await self._application.initialize()
        await self._application.start()
        listening = asyncio.create_task(self._listen(), name="telegram.listen")
        listening.add_done_callback(self._deaf)
        menus = asyncio.create_task(self._set_menus(), name="telegram.menus")
        self._tasks = [listening, menus]

    async def stop(self) -> None:
        """Finish what is being answered, within 6.5 s, and go off line."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self.failed.done():
            self.failed.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                if self._application.running:
                    await self._application.stop()
                with suppress(TelegramError):
                    await self._poller.confirm()
        await self._order.break_off()  # Before what it answers with is closed.
        await self._services.inbox.close()
        await self._application.shutdown()

    # --- updates --------------------------------------------------------------------------------

    async def _listen(self) -> None:
        await self._services.inbox.begin(self._take)
        await (self._webhook or self._poller).run()

    def _deaf(self, listening: asyncio.Task[None]) -> None:
        """Let `failed` tell that nothing more is heard, whatever the reason."""
        if self._stopping or self.failed.done():
            return
        error = None if listening.cancelled() else listening.exception()
        if not isinstance(error, TagwireError | StoreError):
            logger.critical("hearing Telegram broke off", exc_info=error)
            error = TagwireError("The bot no longer hears Telegram; the log says why.")
        self.failed.set_exception(error)

    def _take(self, taken: Taken) -> None:
        """Put a recorded update into the line; one that cannot be read goes through as it is."""
        if self._stopping:
            return  # It is handed out after the restart.
        update: object = taken
        try:
            update = Update.de_json(dict(taken.update), self._bot)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            logger.warning("update %d cannot be read", taken.number, exc_info=error)
        self._application.update_queue.put_nowait(update)

    async def _handle(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._services.inbox.begun(update.update_id)
        with self._services.inbox.handling(update.update_id) as taken:
            if taken is not None and taken.changed:
                await self._trouble.interrupted(update)
                return
            async with asyncio.timeout(HANDLE_S):
                await self._dispatcher.handle(update)

    async def _handled(self, update: object) -> None:
        if isinstance(update, Update):
            await self._services.inbox.done(update.update_id)
        elif isinstance(update, Taken):
            await self._services.inbox.done(update.number)

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        try:
            await self._trouble.failed(update, context.error)
        except TokenRejectedError as error:
            if not self.failed.done():
                self.failed.set_exception(error)

    # --- menus ----------------------------------------------------------------------------------

    async def _set_menus(self) -> None:
        """Set command menus and descriptions where they differ from what was set last."""
        chats = self._services.chats
        people = [one for one in self._table.commands if offered(chats, one.who)]
        for code in self._languages.codes:
            if len(code) > 2:
                continue  # Telegram knows languages by two letters only.
            texts = self._languages.of(code)
            lines = [(one.name, one.menu(texts), one.who.name) for one in people]
            said = (self._bot.id, lines, texts.description(), texts.short_description())
            wanted = hashlib.sha256(repr(said).encode()).digest()
            if await self._services.memory.get(f"telegram.menu.{code}") == wanted:
                continue
            if not await self._introduce(people, texts, "" if code == FALLBACK else code):
                return
            await self._services.memory.put(f"telegram.menu.{code}", wanted)

    async def _introduce(self, people: Sequence[Command], texts: Manual, language: str) -> bool:
        """Set menus and descriptions in one language, however often Telegram asks to wait."""
        while True:
            try:
                await set_menus(self._bot, people, texts, language)
                await describe(self._bot, texts, language)
            except RetryAfter as error:
                await self._clock.sleep(wait_s(error))
            except TelegramError as error:
                logger.warning("the command menu could not be set: %s", error)
                return False
            else:
                return True


def build(
    services: Services,
    settings: Settings,
    clock: Clock,
    *,
    bot: ListeningBot | None = None,
    pace: Pace | None = None,
    poll_s: float = 30,
    languages: Languages | None = None,
) -> ChatSide:
    """Put the chat side together; call it in the running event loop.

    Give it the sender's `pace`, so that answers go ahead of alerts and are counted with them.
    """
    return ChatSide(
        bot or make_bot(settings),
        services,
        clock,
        pace or Pace(settings.messages_per_second),
        poll_s=poll_s,
        webhook_url=settings.webhook_url,
        languages=languages,
    )
