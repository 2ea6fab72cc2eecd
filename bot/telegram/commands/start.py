"""/start: a greeting with tags to start with, or the tag of a deep link."""

import re

from bot.core.messages import Button
from bot.services.latest import PAGE
from bot.telegram.commands.proposals import subscribe_button, would_bring
from bot.telegram.commands.table import Command
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.turn import Turn

SUGGESTED = 8
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}|#[^\s#]{1,64}")
"""What Telegram lets a deep link carry, or one tag that somebody typed."""


async def start(turn: Turn) -> None:
    """Greet; with a deep link's tag, offer to subscribe to it."""
    if _PAYLOAD.fullmatch(turn.argument) and await _offer(turn):
        return
    texts, language = turn.texts, turn.chat.settings.language
    shown = await turn.services.suggestions.tags(
        turn.chat.id, language, texts.well_known_tags(), SUGGESTED
    )
    counts = await turn.services.suggestions.counts(shown)
    buttons = [
        await subscribe_button(turn, one, label=_label(turn, one, count))
        for one, count in zip(shown, counts, strict=True)
    ]
    await turn.say(texts.greeting(below=bool(buttons)), in_rows(buttons))


def _label(turn: Turn, shown: str, count: int) -> str:
    """Return a tag with the number of its stories of the last days, where it had some."""
    return f"{shown} · {turn.texts.number(count)}" if count else shown


async def _offer(turn: Turn) -> bool:
    query = await turn.services.links.read(turn.argument)
    if query is None:
        return False
    shown = query.shown
    subscribe = await subscribe_button(turn, shown, label=turn.texts.subscribe_label(shown))
    token = await turn.token(shown)
    latest = Button(turn.texts.latest_label(), data=pack("lt", 0, PAGE, token))
    brought = await turn.services.subscriptions.preview(query)
    said = f"{turn.texts.offer(shown)}\n{would_bring(turn, brought, in_full=True)}"
    await turn.say(said, [[subscribe], [latest]])
    return True


START = Command("start", start, lambda texts: texts.menu_start())
