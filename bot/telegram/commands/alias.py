"""/alias: a reader's own other names for a tag, listed, set and ended."""

import re

from bot.core.messages import Button
from bot.core.naming import name, named_tags, with_names
from bot.core.query import Query, parse_query
from bot.core.query_nodes import Node
from bot.errors import QueryError, sentence
from bot.services.subscriptions import Subscribed
from bot.telegram.access import Who
from bot.telegram.commands import names
from bot.telegram.commands.proposals import subscribe_button
from bot.telegram.commands.subscribe import SHOWN_IN_FULL
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.turn import Turn
from storage.records import Subscription, SubscriptionId

MOST_CHOICES = 40
_BETWEEN = re.compile(r"[,;，、\n]+")
_QUOTES = "\"'“”„«»「」『』 "


async def alias(turn: Turn) -> None:
    """List other names, or let a tag go by those that were typed."""
    typed, equals, said = turn.argument.partition("=")
    if not typed.strip():
        await listed(turn)
        return
    tag = _tag(typed)
    if not equals:
        await _tell_of(turn, tag)
        return
    words = [word.strip(_QUOTES) for word in _BETWEEN.split(said)]
    await _set(turn, tag, [name(word) for word in words if word])


async def listed(turn: Turn) -> None:
    """Show each tag's other names, with a button that ends them."""
    lines, buttons = [], []
    for one in await turn.services.subscriptions.of(turn.place):
        for at, (_, tag, shown) in enumerate(named_tags(parse_query(one.spelt))):
            lines.append(f"• {turn.texts.also(tag, shown)}")
            buttons.append(Button(f"✕ {tag}"[:60], data=pack("unname", one.id, at)))
    if not lines:
        await turn.show(turn.texts.no_aliases())
        return
    text = "\n".join((turn.texts.aliases_title(), *lines[:MOST_CHOICES]))
    await turn.show(text, in_rows(buttons[:MOST_CHOICES]))


async def unname(turn: Turn) -> None:
    """Let the tag of a button go by its own name only, and show what is left."""
    number, at = turn.number(0), turn.number(1)
    if number is not None:
        one = await turn.services.subscriptions.look(turn.place, SubscriptionId(number))
        key = _key_at(one, at)
        if one is not None and key:
            await turn.services.subscriptions.change(
                turn.place, one.id, lambda query: with_names(query, key, ())
            )
    await listed(turn)


def _key_at(one: Subscription | None, at: int | None) -> str:
    found = named_tags(parse_query(one.spelt)) if one is not None else []
    return found[at][0] if at is not None and 0 <= at < len(found) else ""


def _tag(typed: str) -> Query:
    """Return the query of the one tag before the sign; raises QueryError for anything else."""
    query = parse_query(typed.strip())
    if not query.plain:
        line = sentence("Name one tag first, such as /alias #Seoul = Blue House.")
        raise QueryError(typed, 0, line)
    return query


async def _tell_of(turn: Turn, tag: Query) -> None:
    for one in await turn.services.subscriptions.of(turn.place):
        for key, shown, words in named_tags(parse_query(one.spelt)):
            if key == tag.plain:
                await turn.say(turn.texts.also(shown, words))
                return
    await turn.say(turn.texts.alias_usage(tag.shown))


async def _set(turn: Turn, tag: Query, wanted: list[Node]) -> None:
    done = await turn.services.subscriptions.name(turn.place, tag.plain, wanted)
    if done:
        await turn.say("\n\n".join(_told(turn, done)))
        return
    whole = with_names(tag, tag.plain, wanted).shown
    parse_query(whole)  # What a button offers can be had.
    button = await subscribe_button(turn, whole, label=turn.texts.subscribe_label(tag.shown))
    await turn.say(turn.texts.alias_without_subscription(tag.shown), [[button]])


def _told(turn: Turn, done: list[Subscribed]) -> list[str]:
    in_full = len(done) <= SHOWN_IN_FULL
    return [names.told(turn, one, in_full=in_full, pressed=True) for one in done]


ALIAS = Command(
    "alias",
    alias,
    lambda texts: texts.menu_alias(),
    usage="[TAG = NAME, …]",
    more=lambda texts: texts.more_alias(),
    examples=lambda texts: texts.examples_of_aliases(),
    who=Who.MANAGERS,
)
PRESSES = (Press("unname", unname, Who.MANAGERS),)
