"""/stats, /allow, /deny: for the bot's operators."""

import re
from html import escape

from bot.core.messages import foreign
from bot.core.text import clean_line
from bot.telegram.access import Who
from bot.telegram.commands.table import Command
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import ChatId

WORST = 5
_CHAT = re.compile(r"-?[0-9]{1,16}")


async def stats(turn: Turn) -> None:
    """Show queue, sources and errors."""
    figures = await turn.services.stats.figures()
    rows = {**figures.rows, **{f"deliveries {k}": n for k, n in figures.deliveries.items()}}
    lines = [f"{escape(name)}: {count}" for name, count in sorted(rows.items())]
    if figures.oldest_wait_s is not None and figures.oldest_wait_s > 0:
        lines.append(turn.texts.late(int(figures.oldest_wait_s)))
    if figures.failing:
        lines.append(turn.texts.failing(len(figures.failing), figures.sources))
    lines.extend(
        f"⚠ {code(clean_line(one.title or one.url, 80))} · "
        f"{foreign(clean_line(one.error, 120)).html} (×{one.failures})"
        for one in figures.failing[:WORST]
    )
    await turn.say("\n".join((turn.texts.stats_title(), *lines)))


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


STATS = Command("stats", stats, lambda texts: texts.menu_stats(), who=Who.OPERATORS)
ALLOW = Command("allow", allow, lambda texts: texts.menu_allow(), "CHAT", who=Who.DOORKEEPERS)
DENY = Command("deny", deny, lambda texts: texts.menu_deny(), "CHAT", who=Who.DOORKEEPERS)
