"""Inline mode: `@bot tag` in any chat offers the tag's newest stories to share."""

import logging
from dataclasses import dataclass

from telegram import (
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.core import render
from bot.core.messages import Button
from bot.core.query import Query
from bot.core.text import clean_line
from bot.errors import UserInputError
from bot.services.latest import Page
from bot.services.subscriptions import read
from bot.telegram.commands.share import link
from bot.telegram.keyboards import markup
from bot.telegram.labels import ROOM
from bot.telegram.languages import Languages
from bot.telegram.manual import Manual
from bot.telegram.turn import Services
from storage.records import ChatId, ChatSettings, Place, Story

logger = logging.getLogger(__name__)

PAGE = 20
"""Stories in one answer; Telegram takes 50 (answerInlineQuery)."""
FURTHEST = 200
"""How far back the pages go, in stories."""
CACHE_S = 30
"""How long Telegram may give the same answer again to the same person."""
_LONGEST = 256
"""Telegram's limit for what is typed (InlineQuery.query)."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who asks: in which language and zone stories are shown, what is theirs."""

    place: Place
    settings: ChatSettings
    texts: Manual
    let_in: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What is offered, and the line over it that leads into the chat with the bot."""

    page: Page
    query: Query | None = None
    hint: str = ""
    start: str = ""
    """What the hint's link carries."""


class InlineMode:
    """Answers what people type behind the bot's name in other chats."""

    def __init__(
        self, bot: ExtBot[None], services: Services, languages: Languages, clock: Clock
    ) -> None:
        self._bot = bot
        self._services = services
        self._languages = languages
        self._clock = clock

    async def answer(self, asked: InlineQuery) -> None:
        """Offer a page of stories; an answer that comes too late is no error."""
        reader = await self._reader(asked)
        start = int(asked.offset) if asked.offset.isdecimal() and len(asked.offset) < 4 else 0
        found = await self._find(clean_line(asked.query, _LONGEST), reader, start)
        rows = await self._follow(found.query, reader) if found.page.stories else None
        results = [self._result(story, found, reader, rows) for story in found.page.stories]
        after = start + len(results)
        more = found.page.more and after < FURTHEST
        button = None
        if found.hint:
            button = InlineQueryResultsButton(found.hint, start_parameter=found.start or "_")
        try:
            await asked.answer(
                results,
                cache_time=CACHE_S,
                is_personal=True,
                next_offset=str(after) if more else "",
                button=button,
            )
        except BadRequest as error:
            logger.info("an inline query was not answered: %s", error)

    async def _reader(self, asked: InlineQuery) -> _Reader:
        """Take the settings of the person's own chat with the bot, where there is one."""
        user, chats = asked.from_user, self._services.chats
        chat = await chats.get(ChatId(user.id))
        language = self._languages.nearest(user.language_code or "")
        settings = chat.settings if chat is not None else ChatSettings(language=language)
        let_in = not chats.private or chats.is_operator(user.id)
        let_in = let_in or (chat is not None and chat.allowed)
        texts = self._languages.of(settings.language)
        return _Reader(Place(ChatId(user.id)), settings, texts, let_in)

    async def _find(self, typed: str, reader: _Reader, start: int) -> _Found:
        texts, nothing = reader.texts, Page((), more=False)
        if not reader.let_in:
            return _Found(nothing, hint=texts.inline_private())
        if not typed:
            page = await self._services.latest.of_place(reader.place, start, PAGE)
            hint = "" if page.stories or start else texts.inline_usage()
            return _Found(page, hint=hint)
        try:
            queries = read(typed)
        except UserInputError:
            return _Found(nothing, hint=texts.inline_not_understood())
        if len(queries) != 1:
            return _Found(nothing, hint=texts.inline_not_understood())
        query = await self._services.subscriptions.meant(reader.place, queries[0])
        page = await self._services.latest.of_tag(query, start, PAGE)
        if page.stories or start:
            return _Found(page, query)
        carried = await self._services.links.make(queries[0])
        return _Found(page, query, hint=texts.inline_nothing(queries[0].shown), start=carried)

    async def _follow(self, query: Query | None, reader: _Reader) -> InlineKeyboardMarkup | None:
        """Make the button under a shared story that leads its readers to the tag."""
        carried = await self._services.links.make(query) if query is not None else ""
        if query is None or not carried:
            return None
        label = reader.texts.subscribe_label(query.shown[:ROOM])
        return markup([[Button(label, url=link(self._bot.username, carried))]])

    def _result(
        self, story: Story, found: _Found, reader: _Reader, rows: InlineKeyboardMarkup | None
    ) -> InlineQueryResultArticle:
        now, settings = self._clock.now(), reader.settings
        wording = reader.texts.wording()
        tags = story.tags
        if found.query is not None:
            tags = tuple(shown for _, shown in found.query.tags)
        message = render.alert(story, tags, settings, now, wording=wording)
        title, about, url = render.teaser(story, settings, now, wording=wording)
        return InlineQueryResultArticle(
            id=str(story.id),
            title=title,
            description=about,
            url=url or None,
            input_message_content=InputTextMessageContent(
                message.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=not settings.previews),
            ),
            reply_markup=rows,
        )
