"""Who may do what: operators, administrators in groups, and chats that were let in."""

from enum import Enum, auto
from typing import assert_never

from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, Forbidden

from bot.services.chats import Chats
from bot.telegram.turn import Turn
from storage.records import ChatKind


class Who(Enum):
    """Whom a command or a button is for."""

    ANYBODY = auto()
    MANAGERS = auto()
    """In groups and channels administrators, in private chats the person."""
    SOURCE_KEEPERS = auto()
    """Operators; managers too where the operator lets everybody add sources."""
    OPERATORS = auto()
    DOORKEEPERS = auto()
    """Operators; of use to them only where access is private."""


async def may(turn: Turn, who: Who) -> bool:
    """Tell whether this turn's person may do what is for `who`; rights are asked for each time."""
    chats = turn.services.chats
    if who is Who.ANYBODY or chats.is_operator(turn.user_id):
        return True
    if not offered(chats, who):
        return False
    return await _manages(turn)


def offered(chats: Chats, who: Who, user_id: int | None = None) -> bool:
    """Tell whether help and menus name what is for `who` to that user; None: to anybody."""
    operator = chats.is_operator(user_id)
    match who:
        case Who.ANYBODY | Who.MANAGERS:
            return True
        case Who.SOURCE_KEEPERS:
            return operator or chats.everybody_adds_sources
        case Who.OPERATORS:
            return operator
        case Who.DOORKEEPERS:
            return operator and chats.private
        case _:
            assert_never(who)


async def _manages(turn: Turn) -> bool:
    if turn.as_chat or turn.chat.kind is ChatKind.PRIVATE or turn.via is not None:
        return True
    if turn.user_id is None:
        return False
    try:
        member = await turn.bot.get_chat_member(turn.place.chat_id, turn.user_id)
    except (BadRequest, Forbidden):
        return False
    return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)


async def let_in(turn: Turn) -> bool:
    """Tell whether the chat may use the bot; an operator who speaks in a chat lets it in."""
    chats = turn.services.chats
    if not chats.private or turn.chat.allowed:
        return True
    if chats.is_operator(turn.user_id):
        await chats.allow(turn.chat.id, allowed=True)
        return True
    return False
