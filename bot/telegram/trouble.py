"""What became of an update that could not be answered as it should."""

import logging
from contextlib import suppress

from telegram import Update
from telegram.error import ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.errors import TokenRejectedError
from bot.services.chats import Chats
from bot.telegram.hello import REJECTED
from bot.telegram.languages import Languages
from bot.telegram.manual import Manual
from bot.telegram.patience import wait_s
from storage.errors import StoreError
from storage.records import ChatId

logger = logging.getLogger(__name__)


class Trouble:
    """Takes in what went wrong, and says one calm line about it where that helps."""

    def __init__(self, bot: ExtBot[None], chats: Chats, languages: Languages) -> None:
        self._bot = bot
        self._chats = chats
        self._languages = languages

    async def failed(self, update: object, error: Exception | None) -> None:
        """Draw the conclusions from an error; raises TokenRejectedError."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is not None and isinstance(error, Forbidden):
            await self._chats.asleep(ChatId(chat.id), error.message)
        elif chat is not None and isinstance(error, ChatMigrated):
            await self._chats.moved(ChatId(chat.id), ChatId(error.new_chat_id))
        elif isinstance(error, InvalidToken):
            raise TokenRejectedError(REJECTED) from None
        elif isinstance(error, RetryAfter):
            logger.warning("an answer was given up: Telegram asks for %.0f s", wait_s(error))
        else:
            trace = None if isinstance(error, StoreError) else error
            logger.error("an update could not be answered: %s", error, exc_info=trace)
            if isinstance(update, Update):
                await self._say(update, (await self._texts(update)).trouble())

    async def interrupted(self, update: Update) -> None:
        """Tell that what was asked for was done, though perhaps not answered."""
        await self._say(update, (await self._texts(update)).interrupted())

    async def _texts(self, update: Update) -> Manual:
        """Return the sentences in the chat's language; where it cannot be asked, in the user's."""
        chat, user = update.effective_chat, update.effective_user
        with suppress(StoreError):
            known = await self._chats.get(ChatId(chat.id)) if chat is not None else None
            if known is not None:
                return self._languages.of(known.settings.language)
        return self._languages.of_user((user.language_code or "") if user is not None else "")

    async def _say(self, update: Update, text: str) -> None:
        message = update.effective_message
        if message is None:
            return
        with suppress(TelegramError):
            await self._bot.send_message(
                message.chat.id,
                text,
                message_thread_id=message.message_thread_id if message.is_topic_message else None,
            )
