"""Buttons that add the other names of a subscription's tags, and take them back."""

from collections.abc import Sequence

from bot.core.messages import Button
from bot.core.naming import bare, named_tags
from bot.core.offers import Kind, Offer, offers, toggle
from bot.core.query import Query
from bot.services.subscriptions import Subscribed
from bot.telegram.access import Who
from bot.telegram.commands.proposals import would_bring
from bot.telegram.commands.table import Press
from bot.telegram.keyboards import pack
from bot.telegram.turn import Turn
from storage.records import Subscription, SubscriptionId


async def pressed(turn: Turn) -> None:
    """Take what a button offers, or undo it, in the same message."""
    changed = await change(turn)
    if changed is not None:
        rows = buttons(turn, changed.subscription, changed.query)
        said = [told(turn, changed, in_full=True, pressed=True), question(turn, [changed.query])]
        await turn.show("\n\n".join(filter(None, said)), rows)


async def change(turn: Turn) -> Subscribed | None:
    """Toggle the offer of a pressed button; says so and returns None where there is none."""
    number, at, kind = turn.number(0), turn.number(1), turn.rest(2)
    if number is None or at is None or kind not in set(Kind):
        await turn.say_plain(turn.texts.stale_button())
        return None

    def how(query: Query) -> Query:
        for offer in offers(query, languages(turn)):
            if (offer.at, offer.kind) == (at, kind):
                return toggle(query, offer)
        return query

    done = await turn.services.subscriptions.change(turn.place, SubscriptionId(number), how)
    if done is None:
        await turn.show(turn.texts.subscription_gone())
    return done


def buttons(
    turn: Turn, subscription: Subscription, query: Query, verb: str = "also"
) -> list[list[Button]]:
    """Make a button, in a row of its own, for each offer of a subscription."""
    return [
        [Button(_label(turn, offer), data=pack(verb, subscription.id, offer.at, offer.kind))]
        for offer in offers(query, languages(turn))
    ]


def question(turn: Turn, queries: Sequence[Query]) -> str:
    """Return what to ask above the buttons, with all that they add; empty: nothing is left."""
    left = {
        offer.kind for query in queries for offer in offers(query, languages(turn))
        if not offer.taken
    }  # fmt: skip
    asked = [turn.texts.may_be_meant_together()] if Kind.TOGETHER in left else []
    names = [line for query in queries for line in would_add(turn, query)]
    if names:
        asked.append(turn.texts.may_go_by_other_names())
    return "\n".join([*asked, *names])


def would_add(turn: Turn, query: Query) -> list[str]:
    """Return a line for each tag of what its buttons add, as a button has room for a few names."""
    return [
        turn.texts.would_add(tag, words, surely=offer.kind is not Kind.SEATS)
        for offer in offers(query, languages(turn))
        if not offer.taken
        for tag, words in offer.adds()
    ]


def languages(turn: Turn) -> tuple[str, ...]:
    """Return the languages whose names are offered to a reader."""
    return tuple(dict.fromkeys(("en", turn.texts.language.partition("-")[0])))


def told(turn: Turn, one: Subscribed, *, in_full: bool, pressed: bool = False) -> str:
    """Tell of a subscription: its other names, and what it would have brought."""
    texts, shown = turn.texts, bare(one.query).shown
    lines = [texts.also(tag, names) for _, tag, names in named_tags(one.query)]
    if not pressed:
        lines.insert(0, _outcome(turn, one, shown))
    elif not lines:
        lines = [texts.by_its_own_name(shown)]
    return " ".join([*lines, would_bring(turn, one.preview, in_full=in_full)])


def _outcome(turn: Turn, one: Subscribed, shown: str) -> str:
    if one.added:
        return turn.texts.subscribed(shown)
    return turn.texts.changed(shown) if one.changed else turn.texts.already(shown)


def _label(turn: Turn, offer: Offer) -> str:
    texts = turn.texts
    if offer.kind is Kind.TOGETHER:
        return texts.together_label(offer.words, taken=offer.taken)
    if offer.kind is Kind.TOGETHER_BY_NAMES:
        return texts.by_names_label(taken=offer.taken)
    return texts.also_label(offer.words, taken=offer.taken)


PRESSES: Sequence[Press] = (Press("also", pressed, Who.MANAGERS),)
