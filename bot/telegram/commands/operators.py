"""/allow, /deny: for the bot's operators."""

import re

from bot.telegram.access import Who
from bot.telegram.commands.table import Command
from bot.telegram.turn import Turn
from storage.records import ChatId

_CHAT = re.compile(r"-?[0-9]{1,16}")


async def allow(turn: Turn) -> None:
    """Let a chat in."""
    await _let(turn, allowed=True)


async def deny(turn: Turn) -> None:
    """Shut a chat out."""
    await _let(turn, allowed=False)


async def _let(turn: Turn, *, allowed: bool) -> None:
    if not _CHAT.fullmatch(turn.argument):
        await turn.say(turn.texts.allow_usage())
        return
    chat_id = ChatId(int(turn.argument))
    known = await turn.services.chats.allow(chat_id, allowed=allowed)
    if not known:
        await turn.say(turn.texts.unknown_chat(chat_id))
        return
    await turn.say(turn.texts.allowed(chat_id) if allowed else turn.texts.denied(chat_id))


ALLOW = Command("allow", allow, lambda texts: texts.menu_allow(), "CHAT", who=Who.DOORKEEPERS)
DENY = Command("deny", deny, lambda texts: texts.menu_deny(), "CHAT", who=Who.DOORKEEPERS)
