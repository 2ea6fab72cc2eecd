"""/tags: this place's subscriptions, with their settings and buttons."""

from collections.abc import Iterator

from bot.core.messages import Button
from bot.core.naming import named_tags
from bot.core.query import parse_query
from bot.telegram.commands.table import Command
from bot.telegram.keyboards import pack
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import Mode, Subscription

MOST_LINES = 80


async def tags(turn: Turn) -> None:
    """List the subscriptions."""
    kept = await turn.services.subscriptions.of(turn.place)
    if not kept:
        await turn.say(turn.texts.no_subscriptions())
        return
    lines = [turn.texts.subscriptions(len(kept)), *(_line(turn, one) for one in kept[:MOST_LINES])]
    if len(kept) > MOST_LINES:
        lines.append(turn.texts.more_sources(len(kept) - MOST_LINES))
    buttons = [
        Button(turn.texts.latest_label(), data=pack("lt", 0)),
        Button(turn.texts.end_label(), data=pack("ends")),
    ]
    await turn.say("\n".join(lines), [buttons])


def _line(turn: Turn, one: Subscription) -> str:
    mode = "" if one.mode is Mode.INSTANT else f" · {one.mode}"
    return f"• {code(one.shown)}{mode}{''.join(_names(turn, one))}"


def _names(turn: Turn, one: Subscription) -> Iterator[str]:
    for _, _, names in named_tags(parse_query(one.spelt)):
        yield f" · {turn.texts.also_briefly(names)}"


TAGS = Command("tags", tags, lambda texts: texts.menu_tags(), aliases=("list",))
