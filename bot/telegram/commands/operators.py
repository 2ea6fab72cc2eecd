"""/stats, /allow, /deny: for the bot's operators."""

import re
from collections.abc import Iterator

from bot.core.messages import foreign
from bot.core.text import clean_line
from bot.services.privacy import KEPT_DAYS
from bot.services.stats import Figures, Live
from bot.telegram.access import Who
from bot.telegram.commands.table import Command
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import ChatId, DeliveryState

WORST = 5
_CHAT = re.compile(r"-?[0-9]{1,16}")


async def stats(turn: Turn) -> None:
    """Show queue, rates, sources and errors."""
    figures = await turn.services.stats.figures()
    lines = [*_of_queue(turn, figures), *_of_process(turn, figures.live)]
    lines.append(turn.texts.rows(figures.rows))
    lines.append(turn.texts.failing(len(figures.failing), figures.sources))
    lines.extend(
        f"⚠ {code(clean_line(one.title or one.url, 80))} · "
        f"{foreign(clean_line(turn.texts.fault(one.error), 120)).html} (×{one.failures})"
        for one in figures.failing[:WORST]
    )
    await turn.say("\n".join((turn.texts.stats_title(), *lines)))


def _of_queue(turn: Turn, figures: Figures) -> Iterator[str]:
    count = figures.deliveries.get
    yield turn.texts.queue(
        waiting=count(DeliveryState.WAITING, 0),
        sending=count(DeliveryState.SENDING, 0),
        edits=count(DeliveryState.EDIT_WAITING, 0) + count(DeliveryState.EDITING, 0),
    )
    if figures.oldest_wait_s is not None and figures.oldest_wait_s >= 1:
        yield turn.texts.late(int(figures.oldest_wait_s))
    yield turn.texts.past_alerts(
        sent=count(DeliveryState.SENT, 0), dropped=count(DeliveryState.DROPPED, 0), days=KEPT_DAYS
    )


def _of_process(turn: Turn, live: Live | None) -> Iterator[str]:
    if live is None:
        return
    hours = (turn.clock.now() - live.since).total_seconds() / 3600
    if live.sent is not None:
        yield turn.texts.sent_since(live.sent, hours=hours, floods=live.floods)
    yield turn.texts.rate(live.rate)
    if live.jobs_failing:
        yield turn.texts.jobs_failing(live.jobs_failing)


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
