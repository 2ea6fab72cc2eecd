"""The bot is added, removed, blocked, made administrator; groups become supergroups."""

import logging
from contextlib import suppress

from telegram import Chat as TelegramChat
from telegram import (
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
)
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot.core.direction import laid_out
from bot.core.messages import Button
from bot.services.chats import Chats
from bot.telegram.keyboards import markup, pack
from bot.telegram.manual import Manual
from storage.records import Chat, ChatId, ChatKind

logger = logging.getLogger(__name__)

_OUT = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


class Membership:
    """Keeps each chat asleep or awake as Telegram says, and greets once."""

    def __init__(self, bot: ExtBot[None], chats: Chats) -> None:
        self._bot = bot
        self._chats = chats

    async def changed(self, change: ChatMemberUpdated, texts: Manual) -> None:
        """Take in what became of the bot in a chat."""
        chat_id = ChatId(change.chat.id)
        member = change.new_chat_member
        if member.status in _OUT:
            await self._chats.asleep(chat_id, f"the bot is {member.status}")
            return
        chat, new = await self._chats.seen(
            chat_id, kind_of(change.chat), title_of(change.chat), language=texts.language
        )
        if _may_write(member):
            await self._chats.may_write(chat_id)
        invited_by = change.from_user.id
        if self._chats.private and self._chats.is_operator(invited_by):
            await self._chats.allow(chat_id, allowed=True)
        elif self._chats.private and not chat.allowed:
            return
        if new and change.old_chat_member.status in _OUT and chat.kind is not ChatKind.PRIVATE:
            await self._greet(chat, invited_by, texts, mute=not may_post(member, chat.kind))

    async def _greet(self, chat: Chat, by: int, texts: Manual, *, mute: bool) -> None:
        """Greet a group in the group, a channel in private: its readers asked for nothing.

        Where the bot may not write, who added it is told which right it needs.
        """
        to, said, rows = int(chat.id), texts.greeting_group(), None
        if chat.kind is ChatKind.CHANNEL:
            to, said = by, texts.greeting_channel(chat.title)
            rows = [[Button(texts.manage_label(), data=pack("manage", chat.id))]]
        if mute:
            to, said = by, texts.may_not_post(chat.title)
        with suppress(Forbidden, BadRequest):
            said = laid_out(said, texts.language)
            await self._bot.send_message(to, said, parse_mode="HTML", reply_markup=markup(rows))


def may_post(member: ChatMember, kind: ChatKind) -> bool:
    """Tell whether Telegram lets the bot, as that member, write in a chat of that kind."""
    if kind is ChatKind.CHANNEL and not isinstance(member, ChatMemberAdministrator):
        return False
    return member.status not in _OUT and _may_write(member)


def _may_write(member: ChatMember) -> bool:
    """Tell whether Telegram lets the bot send there, as far as its standing tells."""
    if isinstance(member, ChatMemberRestricted):
        return bool(member.can_send_messages)
    # Telegram tells of this right in channels only.
    return not isinstance(member, ChatMemberAdministrator) or member.can_post_messages is not False


def kind_of(chat: TelegramChat | ChatFullInfo) -> ChatKind:
    """Translate Telegram's kind of chat."""
    return ChatKind(str(chat.type))


def title_of(chat: TelegramChat | ChatFullInfo) -> str:
    """Return a group's or channel's title; nothing of a person's name is kept."""
    return chat.title or ""
