"""A turn: one thing somebody said or pressed, where and who, and the ways to answer it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import escape

from telegram import (
    CallbackQuery,
    Document,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.core.direction import laid_out
from bot.core.messages import MAX_UNITS, Button, units
from bot.core.outcomes import Sent
from bot.services.chats import Chats, Memory
from bot.services.digests import Digests
from bot.services.hushes import Hushes
from bot.services.inbox import Inbox
from bot.services.latest import Latest
from bot.services.lesses import Lesses
from bot.services.links import Links
from bot.services.papers import Papers
from bot.services.preferences import Preferences
from bot.services.privacy import Privacy
from bot.services.sources import Sources
from bot.services.stats import Stats
from bot.services.subscriptions import Subscriptions
from bot.services.suggestions import Suggestions
from bot.services.tag_topics import TagTopics
from bot.services.tokens import Tokens
from bot.services.transfer import Transfer
from bot.services.trends import Painting, TrendCounts
from bot.services.whys import Whys
from bot.telegram.answers import classify
from bot.telegram.keyboards import Rows, markup, pack
from bot.telegram.languages import Languages
from bot.telegram.manual import Manual
from bot.telegram.pacing import Pace
from bot.telegram.patience import wait_s
from storage.records import NO_TOPIC, Chat, ChatKind, Place

logger = logging.getLogger(__name__)

LONGEST_WAIT_S = 60.0
"""A reply that Telegram puts off for longer in all is not worth waiting for."""
Keyboard = ReplyKeyboardMarkup | ReplyKeyboardRemove
OWN = "own"
"""The verb of the button under each answer that is about another chat; it carries which."""
_CAPTION = 1_000
"""Characters of a caption with its heading; Telegram takes 1,024."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that the chat offers."""

    chats: Chats
    subscriptions: Subscriptions
    tag_topics: TagTopics
    suggestions: Suggestions
    papers: Papers
    preferences: Preferences
    digests: Digests
    hushes: Hushes
    lesses: Lesses
    latest: Latest
    links: Links
    whys: Whys
    sources: Sources
    stats: Stats
    privacy: Privacy
    transfer: Transfer
    trends: TrendCounts
    painter: Painting
    tokens: Tokens
    memory: Memory
    inbox: Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What commands and buttons get."""

    bot: ExtBot[None]
    clock: Clock
    pace: Pace
    services: Services
    languages: Languages
    texts: Manual
    """The sentences in the chat's language."""
    chat: Chat
    """The chat that this is about."""
    place: Place
    via: Chat | None = None
    """The private chat from which an administrator manages `chat`; answers go there."""
    forum: bool = False
    """Whether it is in a forum's General topic."""
    user_id: int | None
    """Who; None for channels and anonymous administrators."""
    as_chat: bool = False
    """True: sent in the chat's own name, which only its administrators can do."""
    argument: str = ""
    """What followed the command, or the text itself."""
    message_id: int | None = None
    file: Document | None = None
    """What was sent along, or stands in the message that was answered."""
    pressed: CallbackQuery | None = field(default=None, repr=False)
    arguments: tuple[str, ...] = ()
    """What a pressed button carried after its verb; anybody may have forged it."""

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person."""
        return self.chat.kind is ChatKind.PRIVATE

    @property
    def talk(self) -> Place:
        """Where this is said, and answered."""
        return self.place if self.via is None else Place(self.via.id)

    async def say(
        self, html: str, rows: Rows | None = None, *, keyboard: Keyboard | None = None
    ) -> None:
        """Send one message to the place; in groups as an answer to what was said.

        `keyboard` takes the place of the people's own.
        """

        async def send() -> None:
            await self.bot.send_message(
                self.talk.chat_id,
                self._laid_out(html),
                parse_mode=ParseMode.HTML,
                message_thread_id=self.talk.topic_id or None,
                link_preview_options=_NO_PREVIEW,
                reply_parameters=self._reply(),
                reply_markup=keyboard or self._markup(rows),
            )

        await self._patiently(send)
        if self.place.topic_id != NO_TOPIC:
            await self.services.chats.topic_written_to(self.place)

    async def send_file(self, name: str, content: str, caption: str) -> None:
        """Send a text as a file to the place."""

        async def send() -> None:
            await self.bot.send_document(
                self.talk.chat_id,
                content.encode(),
                filename=name,
                caption=self._laid_out(caption, _CAPTION),
                parse_mode=ParseMode.HTML,
                message_thread_id=self.talk.topic_id or None,
                reply_parameters=self._reply(),
                reply_markup=self._markup(None),
            )

        await self._patiently(send)

    async def picture(self, png: bytes, caption: str, rows: Rows | None = None) -> None:
        """Show a picture: in the message whose button was pressed, if that is one, else anew."""
        message = self.pressed.message if self.pressed is not None else None
        if isinstance(message, Message) and message.photo:
            message_id = message.message_id

            async def edit() -> None:
                await self.bot.edit_message_media(
                    InputMediaPhoto(
                        png, self._laid_out(caption, _CAPTION), parse_mode=ParseMode.HTML
                    ),
                    chat_id=self.talk.chat_id,
                    message_id=message_id,
                    reply_markup=self._markup(rows),
                )

            await self.through_floods(edit)
            return

        async def send() -> None:
            await self.bot.send_photo(
                self.talk.chat_id,
                png,
                caption=self._laid_out(caption, _CAPTION),
                parse_mode=ParseMode.HTML,
                message_thread_id=self.talk.topic_id or None,
                reply_parameters=self._reply(),
                reply_markup=self._markup(rows),
            )

        await self._patiently(send)

    def _laid_out(self, html: str, most: int = MAX_UNITS) -> str:
        if self.via is not None:
            headed = f"{self.texts.about(self.chat.title)}\n{html}"
            html = headed if units(headed) <= most else html
        return laid_out(html, self.texts.language)

    def _markup(self, rows: Rows | None) -> InlineKeyboardMarkup | None:
        own = Button(self.texts.own_label(), data=pack(OWN, self.chat.id))
        return markup(rows, None if self.via is None else own)

    def _reply(self) -> ReplyParameters | None:
        here = self.via or self.chat
        if self.message_id is None or here.kind not in {ChatKind.GROUP, ChatKind.SUPERGROUP}:
            return None
        return ReplyParameters(self.message_id, allow_sending_without_reply=True)

    async def _patiently(self, send: Callable[[], Awaitable[None]]) -> None:
        """Send at the chat's rate, after such flood waits as are worth waiting for."""
        held = self.pace.answer(self.talk.chat_id, self.clock.monotonic())
        if 0 < held <= LONGEST_WAIT_S:
            await self.clock.sleep(held)
        await self.through_floods(send)

    async def through_floods(self, send: Callable[[], Awaitable[None]]) -> None:
        """Send, or edit, after such flood waits as are worth waiting for."""
        waited = 0.0
        while True:
            try:
                await send()
            except RetryAfter as error:
                self.pace.flooded(self.talk.chat_id, wait_s(error), self.clock.monotonic())
                waited += wait_s(error)
                if waited > LONGEST_WAIT_S:
                    raise
                await self.clock.sleep(wait_s(error))
            else:
                return

    async def say_plain(self, text: str) -> None:
        """Send one message of plain words."""
        await self.say(escape(text))

    async def show(self, html: str, rows: Rows | None = None) -> None:
        """Change the message whose button was pressed; without one, send a new message."""
        if self.pressed is None or self.pressed.message is None:
            await self.say(html, rows)
            return
        message_id = self.pressed.message.message_id

        async def edit() -> None:
            await self.bot.edit_message_text(
                self._laid_out(html),
                chat_id=self.talk.chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=self._markup(rows),
            )

        try:
            await self.through_floods(edit)
        except BadRequest as error:
            if not isinstance(classify(error), Sent):
                await self.say(html, rows)

    async def pop(self, text: str) -> None:
        """Answer a press with a pop-up of plain words, up to 200 characters."""
        if self.pressed is not None:
            await answer(self.pressed, text)

    async def token(self, text: str) -> str:
        """Return what a button of this chat carries for a text."""
        return await self.services.tokens.put(self.talk.chat_id, text)

    async def carried(self, at: int) -> str | None:
        """Return the text that a button carries from its `at`-th argument on, if it is kept."""
        return await self.services.tokens.get(self.talk.chat_id, self.rest(at))

    def number(self, at: int) -> int | None:
        """Read a button's argument as a number of up to 18 digits; None where it is none."""
        given = self.arguments[at] if at < len(self.arguments) else ""
        digits = given.removeprefix("-")
        return int(given) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None

    def rest(self, at: int) -> str:
        """Read a button's last argument, which may hold anything, from the `at`-th on."""
        return ":".join(self.arguments[at:])


async def answer(press: CallbackQuery, text: str = "") -> None:
    """Stop a button's progress bar; an old press that can no longer be answered is no error."""
    try:
        await press.answer(text or None, show_alert=bool(text))
    except BadRequest:
        logger.info("a button was pressed too long ago to be answered")
