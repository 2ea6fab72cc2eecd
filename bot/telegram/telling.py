"""What people are told unasked: in private if Telegram lets us, else in their chat."""

import logging

from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.services.chats import Chats
from bot.telegram.languages import Languages
from storage.records import Chat, ChatId, Place

logger = logging.getLogger(__name__)

MOST_ASKED = 3
"""So many of those who subscribed a topic are tried before the chat is told instead."""


class Teller:
    """Tells an administrator, once, what became of a place; whoever cannot hear it is no error."""

    def __init__(self, bot: ExtBot[None], chats: Chats, languages: Languages) -> None:
        self._bot = bot
        self._chats = chats
        self._languages = languages

    async def topic_sleeps(self, place: Place, reason: str) -> None:
        """Tell one of those who subscribed the topic, in private, else the chat's General topic."""
        chat = await self._chats.get(place.chat_id)
        if chat is None:
            return
        logger.info("topic %d of chat %d rests: %s", place.topic_id, place.chat_id, reason)
        for user in (await self._chats.keepers(place))[:MOST_ASKED]:
            if await self._tell(ChatId(user), chat):
                return
        await self._tell(place.chat_id, chat)

    async def _tell(self, to: ChatId, about: Chat) -> bool:
        known = await self._chats.get(to)
        texts = self._languages.of((known or about).settings.language)
        try:
            await self._bot.send_message(
                to, texts.topic_sleeps(about.title or str(about.id)), parse_mode=ParseMode.HTML
            )
        except TelegramError as error:
            logger.info("chat %d could not be told: %s", to, error)
            return False
        return True
