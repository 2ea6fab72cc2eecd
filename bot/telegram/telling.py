"""What people are told unasked: in private if Telegram lets us, else in their chat."""

import logging
from collections.abc import Callable, Sequence

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.core.direction import laid_out
from bot.core.messages import foreign
from bot.core.text import clean_line
from bot.services.chats import Chats
from bot.services.watch import SourceNotice
from bot.telegram.languages import Languages
from bot.telegram.manual import Manual
from bot.telegram.texts import code
from storage.records import Chat, ChatId, Place, Source

logger = logging.getLogger(__name__)

LONGEST = 120
MOST_TOLD = 20
"""Sources named in one message; the rest is in /sources."""
BETWEEN_S = 0.1
"""Seconds between two who are told the same: answers and alerts go on meanwhile."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
MOST_ASKED = 3
"""So many of those who subscribed a topic are tried before the chat is told instead."""


class Teller:
    """Tells an administrator, once, what became of a place; whoever cannot hear it is no error."""

    def __init__(self, bot: ExtBot[None], chats: Chats, languages: Languages, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
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

    async def sources_ail(self, user: int, sources: Sequence[Source]) -> bool:
        """Tell an operator which sources ail; False where Telegram could not be asked."""
        known = await self._chats.get(ChatId(user))
        texts = self._languages.of(known.settings.language if known is not None else "")
        lines = [
            f"⚠ {code(clean_line(one.title or one.url, LONGEST))} · "
            f"{foreign(clean_line(texts.fault(one.error), LONGEST)).html}"
            for one in sources[:MOST_TOLD]
        ]
        said = "\n".join((texts.sources_ail(len(sources)), *lines, texts.sources_ail_advice()))
        try:
            marked = laid_out(said, texts.language)
            await self._bot.send_message(user, marked, parse_mode=ParseMode.HTML)
        except (Forbidden, BadRequest) as error:
            logger.info("operator %d could not be told: %s", user, error)
        except TelegramError as error:
            logger.info("operator %d is told later: %s", user, error)
            return False
        return True

    async def source_changed(self, notice: SourceNotice, places: Sequence[Place]) -> None:
        """Tell these places what became of a source that they read."""
        source, said = notice.source, notice.trouble
        logger.info("source %d: %s", source.id, said or "is back")
        name = foreign(clean_line(source.title or source.url, LONGEST)).html
        for place in places:
            await self._say(
                place, lambda texts: texts.source_changed(name, said, texts.fault(source.error))
            )
            await self._clock.sleep(BETWEEN_S)

    async def _tell(self, to: ChatId, about: Chat) -> bool:
        title, language = about.title or str(about.id), about.settings.language
        return await self._say(Place(to), lambda texts: texts.topic_sleeps(title), language)

    async def _say(self, place: Place, what: Callable[[Manual], str], language: str = "") -> bool:
        known = await self._chats.get(place.chat_id)
        texts = self._languages.of(known.settings.language if known is not None else language)
        try:
            await self._bot.send_message(
                place.chat_id,
                laid_out(what(texts), texts.language),
                parse_mode=ParseMode.HTML,
                message_thread_id=place.topic_id or None,
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramError as error:
            logger.info("chat %d could not be told: %s", place.chat_id, error)
            return False
        return True
