"""The chat side of the bot, put together: polling, order, dispatch, menus, faults."""

import asyncio
import hashlib
import logging
from contextlib import AsyncExitStack, suppress

from telegram import Update
from telegram.error import (
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot, TypeHandler

from bot.clock import Clock
from bot.errors import TagwireError, TokenRejectedError
from bot.settings import Settings
from bot.telegram.commands.every import make_table
from bot.telegram.dispatch import Dispatcher
from bot.telegram.languages import Languages
from bot.telegram.menu import set_menus
from bot.telegram.order import ChatOrder
from bot.telegram.pacing import Pace
from bot.telegram.polling import ListeningBot, Poller, wait_s
from bot.telegram.request import AiohttpRequest
from bot.telegram.turn import Services
from storage.records import ChatId

logger = logging.getLogger(__name__)

STOP_S = 8.0
"""How long handlers may take to finish; containers kill after ten seconds."""
REJECTED = (
    "Telegram does not accept the bot's token. Check TELEGRAM_BOT_TOKEN (from @BotFather) and "
    "TAGWIRE_TELEGRAM_API_URL."
)


def make_bot(settings: Settings) -> ListeningBot:
    """Make the bot that both the chat side and the sender use; nothing is sent yet.

    Raises ConfigurationError where there is no token.
    """
    base = settings.base_url
    return ListeningBot(
        settings.required_token(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )


class ChatSide:
    """Answers chats from `start` to `stop`; `failed` ends when it no longer can."""

    def __init__(
        self, bot: ListeningBot, services: Services, clock: Clock, pace: Pace, *, poll_s: float
    ) -> None:
        self._bot = bot
        self._services = services
        self._clock = clock
        self._languages = Languages()
        self._table = make_table()
        self._dispatcher = Dispatcher(
            bot, services, self._table, self._languages, clock=clock, pace=pace
        )
        self._poller = Poller(bot, services.memory, clock, poll_s=poll_s)
        self._application = (
            ApplicationBuilder()
            .bot(bot)
            .updater(None)
            .job_queue(None)
            .concurrent_updates(ChatOrder())
            .build()
        )
        self._application.add_handler(TypeHandler(Update, self._handle))
        self._application.add_error_handler(self._trouble)
        self._tasks: list[asyncio.Task[None]] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Holds TokenRejectedError or TagwireError when the bot went deaf; else never ends."""

    @property
    def silent_s(self) -> float:
        """Seconds since Telegram last answered a poll."""
        return self._clock.monotonic() - self._poller.heard_at

    async def start(self) -> None:
        """Come on line; waits while Telegram is down. Raises TokenRejectedError."""
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self._bot.shutdown)
            await connect(self._bot, self._clock)
            undo.pop_all()
        await self._application.initialize()
        await self._application.start()
        self._tasks = [
            asyncio.create_task(self._listen(), name="telegram.poll"),
            asyncio.create_task(self._set_menus(), name="telegram.menus"),
        ]

    async def stop(self) -> None:
        """Finish what is being answered, within 8 s, and go off line."""
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
        await self._application.shutdown()

    async def _listen(self) -> None:
        queue = self._application.update_queue
        try:
            await self._bot_speaks()
            await self._poller.run(queue.put, queue.join)
        except TagwireError as error:
            logger.critical("%s", error)
            if not self.failed.done():
                self.failed.set_exception(error)

    async def _bot_speaks(self) -> None:
        """Make sure that no webhook of an earlier life takes the updates."""
        with suppress(TelegramError):
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def _set_menus(self) -> None:
        """Set the command menus where they differ from what was set last."""
        for code in self._languages.codes:
            texts = self._languages.of(code)
            lines = [(one.name, one.menu(texts), one.who.name) for one in self._table.commands]
            wanted = hashlib.sha256(repr((self._bot.id, lines)).encode()).digest()
            if await self._services.memory.get(f"telegram.menu.{code}") == wanted:
                continue
            try:
                await set_menus(
                    self._bot, self._table, texts, "" if code == self._languages.codes[0] else code
                )
            except TelegramError as error:
                logger.warning("the command menu could not be set: %s", error)
                return
            await self._services.memory.put(f"telegram.menu.{code}", wanted)

    async def _handle(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._dispatcher.handle(update)

    async def _trouble(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take in what went wrong while an update was handled."""
        chat = update.effective_chat if isinstance(update, Update) else None
        error = context.error
        if chat is not None and isinstance(error, Forbidden):
            await self._services.chats.asleep(ChatId(chat.id), error.message)
        elif chat is not None and isinstance(error, ChatMigrated):
            await self._services.chats.moved(ChatId(chat.id), ChatId(error.new_chat_id))
        elif isinstance(error, InvalidToken):
            if not self.failed.done():
                self.failed.set_exception(TokenRejectedError(REJECTED))
        elif isinstance(error, RetryAfter):
            logger.warning("an answer was given up: Telegram asks for %.0f s", wait_s(error))
        else:
            logger.error("an update could not be answered", exc_info=error)
            if isinstance(update, Update):
                await self._say_sorry(update)

    async def _say_sorry(self, update: Update) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        texts = self._languages.of_user((user.language_code or "") if user is not None else "")
        with suppress(TelegramError):
            await self._bot.send_message(
                message.chat.id,
                texts.trouble(),
                message_thread_id=message.message_thread_id if message.is_topic_message else None,
            )


async def connect(bot: ExtBot[None], clock: Clock) -> None:
    """Say hello to Telegram, however long it is down; raises TokenRejectedError."""
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken:
            # PTB's own error holds the token.
            raise TokenRejectedError(REJECTED) from None
        except TelegramError as error:
            logger.warning("Telegram does not answer, trying again in %.0f s: %s", pause, error)
            await clock.sleep(wait_s(error) if isinstance(error, RetryAfter) else pause)
            pause = min(30.0, pause * 2)
        else:
            return


async def ask_name(bot: ExtBot[None]) -> str:
    """Ask Telegram once what the bot is called; raises TokenRejectedError or TagwireError."""
    try:
        await bot.initialize()
    except InvalidToken:
        raise TokenRejectedError(REJECTED) from None
    except TelegramError as error:
        raise TagwireError(f"Telegram does not answer: {error}. Is the network up?") from None
    return bot.username


def build(
    services: Services,
    settings: Settings,
    clock: Clock,
    *,
    bot: ListeningBot | None = None,
    pace: Pace | None = None,
    poll_s: float = 30,
) -> ChatSide:
    """Put the chat side together; call it in the running event loop.

    Give it the sender's `pace`, so that answers go ahead of alerts and are counted with them.
    """
    pace = pace or Pace(settings.messages_per_second)
    return ChatSide(bot or make_bot(settings), services, clock, pace, poll_s=poll_s)
