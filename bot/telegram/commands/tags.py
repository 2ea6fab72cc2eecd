"""/tags: this place's subscriptions, and the buttons that change one."""

from bot.core.messages import Button
from bot.core.naming import named_tags, with_any_mention
from bot.core.query import parse_query
from bot.telegram.access import Who
from bot.telegram.commands import names, topics
from bot.telegram.commands.share import share_buttons
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import in_rows, pack, pages, ticked
from bot.telegram.texts import code
from bot.telegram.turn import Turn
from storage.records import SUMMARIES, Mode, Subscription, SubscriptionId

LINES = 30
"""Subscriptions on one page."""


async def tags(turn: Turn) -> None:
    """List the subscriptions, or show the page of a button."""
    kept = await turn.services.subscriptions.of(turn.place)
    if not kept:
        await topics.tell_none(turn)
        return
    page = min(max(0, turn.number(0) or 0), (len(kept) - 1) // LINES)
    here = kept[page * LINES : (page + 1) * LINES]
    lines = [turn.texts.subscriptions(len(kept)), *(_line(turn, one) for one in here)]
    rows = in_rows([Button(one.shown[:60], data=pack("tag", one.id)) for one in here])
    rows.append(pages("tags", page, more=len(kept) > (page + 1) * LINES))
    latest = Button(turn.texts.latest_label(), data=pack("lt", 0))
    rows.append([latest, Button(turn.texts.end_label(), data=pack("ends"))])
    await turn.show("\n".join(lines), rows)


async def tag(turn: Turn) -> None:
    """Show one subscription, with what can be changed."""
    one = await _pressed(turn)
    if one is not None:
        await _show(turn, one)


async def mention(turn: Turn) -> None:
    """Switch whether any mention is enough."""
    one = await _pressed(turn)
    if one is None:
        return
    done = await turn.services.subscriptions.change(
        turn.place,
        one.id,
        lambda query: with_any_mention(query, any_mention=not query.any_mention),
    )
    await _show(turn, done.subscription if done is not None else None)


async def also(turn: Turn) -> None:
    """Take other names that are offered, or undo them."""
    done = await names.change(turn)
    if done is not None:
        await _show(turn, done.subscription)


async def length(turn: Turn) -> None:
    """Choose how much the alerts tell; the chosen one again: as the chat has it."""
    one, wanted = await _pressed(turn), turn.rest(1)
    if one is None or wanted not in SUMMARIES:
        return
    chosen = "" if one.summary == wanted else wanted
    await turn.services.subscriptions.set_summary(turn.place, one.id, chosen)
    await _show(turn, await turn.services.subscriptions.look(turn.place, one.id))


async def mode(turn: Turn) -> None:
    """Choose how its stories come."""
    one, wanted = await _pressed(turn), turn.rest(1)
    if one is None or wanted not in set(Mode):
        return
    digests = turn.services.digests
    await _show(turn, await digests.set_mode(turn.chat, turn.place, one.id, Mode(wanted)))


async def end(turn: Turn) -> None:
    """End the subscription, and show those that are left."""
    one = await _pressed(turn)
    if one is not None:
        await turn.services.subscriptions.end(turn.place, one.id)
        await tags(turn)


async def _pressed(turn: Turn) -> Subscription | None:
    """Return the subscription of a button; where it ended, says so."""
    number = turn.number(0)
    one = None
    if number is not None:
        one = await turn.services.subscriptions.look(turn.place, SubscriptionId(number))
    if one is None:
        await turn.show(turn.texts.subscription_gone())
    return one


async def _show(turn: Turn, one: Subscription | None) -> None:
    if one is None:
        await turn.show(turn.texts.subscription_gone())
        return
    texts, query = turn.texts, parse_query(one.spelt)
    lines = [texts.one_subscription(one.shown, length=one.summary), await _told(turn, one)]
    lines += [texts.also(shown, words) for _, shown, words in named_tags(query)]
    if parse_query(one.shown).plain:
        lines.append(texts.own_names_hint(one.shown))
    if would := names.would_add(turn, query):
        lines += [texts.offered_below(), *would]
    mention_button = Button(texts.mention_label(on=query.any_mention), data=pack("mention", one.id))
    lengths = [
        Button(texts.length_label(each, on=each == one.summary), data=pack("length", one.id, each))
        for each in SUMMARIES
    ]
    modes = [
        Button(ticked(texts.mode(mode), on=mode is one.mode), data=pack("mode", one.id, mode))
        for mode in Mode
    ]
    last = [
        Button(texts.end_this_label(), data=pack("endthis", one.id)),
        Button(texts.back_label(), data=pack("tags", 0)),
    ]
    offered = names.buttons(turn, one, query, "offer")
    shared = await share_buttons(turn, query)
    await turn.show(
        "\n".join(lines), [[mention_button], lengths, *in_rows(modes), *offered, shared, last]
    )


async def _told(turn: Turn, one: Subscription) -> str:
    """Return the line that says how its stories come."""
    kept = await turn.services.digests.of(turn.place)
    rhythm = one.rhythm or kept.rhythm
    return turn.texts.mode_told(one.mode, turn.texts.rhythm(rhythm) if rhythm is not None else "")


def _line(turn: Turn, one: Subscription) -> str:
    query, texts = parse_query(one.spelt), turn.texts
    marks = [code(one.shown)]
    if one.mode is not Mode.INSTANT:
        marks.append(texts.mode(one.mode).lower())
    marks += [texts.also_briefly(words) for _, _, words in named_tags(query)]
    if query.any_mention:
        marks.append(texts.any_mention())
    if one.summary:
        marks.append(texts.length(one.summary).lower())
    return f"• {' · '.join(marks)}"


TAGS = Command(
    "tags",
    tags,
    lambda texts: texts.menu_tags(),
    more=lambda texts: texts.more_tags(),
    aliases=("list",),
)
PRESSES = (
    Press("tags", tags),
    Press("tag", tag, Who.MANAGERS),
    Press("mention", mention, Who.MANAGERS),
    Press("offer", also, Who.MANAGERS),
    Press("length", length, Who.MANAGERS),
    Press("mode", mode, Who.MANAGERS),
    Press("endthis", end, Who.MANAGERS),
)
