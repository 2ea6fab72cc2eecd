"""A channel or a group, managed by one of its administrators from their private chat."""

import logging
from dataclasses import replace
from enum import Enum, auto

from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberOwner,
    MaybeInaccessibleMessage,
    Message,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ExtBot

from bot.services.chats import Chats
from bot.telegram.access import let_in
from bot.telegram.keyboards import unpack
from bot.telegram.membership import kind_of, may_post, title_of
from bot.telegram.turn import OWN, Turn
from storage.records import Chat, ChatId, ChatKind, Place

logger = logging.getLogger(__name__)


class Standing(Enum):
    """Whether somebody may manage a chat now."""

    FINE = auto()
    NO_ADMINISTRATOR = auto()
    MUTE = auto()
    """The bot may not post there."""


class Managing:
    """Leads what is said in private to the chat that it is about; rights are asked for each time.

    Commands are about the chat that was chosen last, buttons about that of their message.
    """

    def __init__(self, bot: ExtBot[None], chats: Chats) -> None:
        self._bot = bot
        self._chats = chats

    async def begin(self, turn: Turn, chat_id: ChatId) -> None:
        """Let what is said from now on be about a chat that was chosen.

        Anybody may have made up its number, so a stranger hears nothing of the chat.
        """
        try:
            found = await self._bot.get_chat(chat_id)
        except (BadRequest, Forbidden):
            await turn.say(turn.texts.not_there())
            return
        if not await self._is_led_by(turn.user_id, chat_id, kind_of(found)):
            await turn.say(turn.texts.not_there())
            return
        language = turn.chat.settings.language
        await self._chats.seen(chat_id, kind_of(found), title_of(found), language=language)
        led = await self.led(turn, chat_id)
        if led is not None:
            await self._chats.manage(turn.chat.id, chat_id)
            await led.say(turn.texts.manages_now())

    async def led(self, turn: Turn, chat_id: ChatId) -> Turn | None:
        """Return the turn as one about that chat; None where that is not to be: people are told."""
        chat = await self._chats.get(chat_id)
        if chat is None:
            await turn.say_plain(turn.texts.stale_button())
            return None
        try:
            standing = await self._standing(chat, turn)
        except ChatMigrated as error:
            await self._chats.moved(chat_id, ChatId(error.new_chat_id))
            return await self.led(turn, ChatId(error.new_chat_id))
        if standing is not Standing.FINE:
            await self._refuse(turn, chat, standing)
            return None
        led = replace(turn, chat=chat, place=Place(chat_id), via=turn.chat)
        if await let_in(led):
            return led
        await turn.say(turn.texts.private_bot(chat_id))
        return None

    async def _refuse(self, turn: Turn, chat: Chat, standing: Standing) -> None:
        if standing is Standing.MUTE:
            await turn.say(turn.texts.may_not_post(chat.title))
            return
        await self._chats.manage(turn.chat.id, None)
        await turn.say(turn.texts.not_administrator(chat.title))

    async def _standing(self, chat: Chat, turn: Turn) -> Standing:
        """Ask Telegram; raises ChatMigrated where the group is a supergroup now."""
        bot = await self._member(chat.id, self._bot.id)
        if bot is None or not may_post(bot, chat.kind):
            return Standing.MUTE
        leads = await self._is_led_by(turn.user_id, chat.id, chat.kind)
        return Standing.FINE if leads else Standing.NO_ADMINISTRATOR

    async def _is_led_by(self, user_id: int | None, chat_id: ChatId, kind: ChatKind) -> bool:
        if user_id is None or self._chats.is_operator(user_id):
            return user_id is not None
        return _leads(await self._member(chat_id, user_id), kind)

    async def _member(self, chat_id: ChatId, user_id: int) -> ChatMember | None:
        try:
            return await self._bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden) as error:
            logger.info("chat %d does not tell about %d: %s", chat_id, user_id, error)
            return None


def managed_by(message: MaybeInaccessibleMessage) -> ChatId | None:
    """Return the chat that a message of ours in a private chat is about; None: its own.

    The keyboard comes from Telegram, so unlike what a button carries nobody can forge it.
    """
    if not isinstance(message, Message) or message.reply_markup is None:
        return None
    for button in message.reply_markup.inline_keyboard[-1]:
        verb, arguments = unpack(str(button.callback_data or ""))
        if verb == OWN and arguments:
            return ChatId(int(arguments[0]))
    return None


def _leads(member: ChatMember | None, kind: ChatKind) -> bool:
    """Tell whether somebody may let the bot write in a chat: in a channel, who may themselves."""
    if isinstance(member, ChatMemberAdministrator):
        return kind is not ChatKind.CHANNEL or bool(member.can_post_messages)
    return isinstance(member, ChatMemberOwner)
