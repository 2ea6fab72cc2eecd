"""/subscribe: tags for this chat or topic, and at once what each would have brought."""

from collections.abc import Sequence

from bot.core.messages import Button
from bot.core.query import Query
from bot.services.subscriptions import (
    Subscribed,
    TooManySubscriptionsError,
    TooManyTagsError,
    in_doubt,
    read,
)
from bot.telegram.access import Who
from bot.telegram.commands import names, topics
from bot.telegram.commands.proposals import proposals, subscribe_button
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import pack
from bot.telegram.turn import Turn

SHOWN_IN_FULL = 2
"""With more tags at once, only their counts are shown."""


async def subscribe(turn: Turn) -> None:
    """Subscribe to the command's tags."""
    if not turn.argument:
        await turn.say(turn.texts.subscribe_usage())
        return
    await _subscribe(turn, turn.argument)


async def pressed(turn: Turn) -> None:
    """Subscribe to the tag of a button."""
    typed = await turn.carried(0)
    if typed is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _subscribe(turn, typed)


async def sure(turn: Turn) -> None:
    """Subscribe to the everyday word that was asked about."""
    typed = await turn.carried(0)
    if typed is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    await _subscribe_to(turn, read(typed))


async def make_topic(turn: Turn) -> None:
    """Make a topic that may have been made before a crash: somebody looked, and it was not."""
    typed = await turn.carried(0)
    if typed is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    queries = read(typed)
    for query in queries:
        await turn.services.tag_topics.forget(turn.chat.id, query)
    await _subscribe_to(turn, queries)


async def _subscribe(turn: Turn, typed: str) -> None:
    try:
        queries = read(typed)
    except TooManyTagsError as error:
        await turn.say(turn.texts.too_many_tags(error.count, error.most))
        return
    meant = {query.canonical(): in_doubt(query) for query in queries}
    clear = [query for query in queries if meant[query.canonical()] is None]
    if clear:
        await _subscribe_to(turn, clear)
    for query in queries:
        capitals = meant[query.canonical()]
        if capitals is not None:
            await _ask(turn, query, f"#{capitals.shown}")


async def _ask(turn: Turn, query: Query, capitals: str) -> None:
    """Ask whether the everyday word is meant, or what it is short for."""
    as_typed = Button(query.shown, data=pack("sure", await turn.token(query.shown)))
    await turn.say(
        turn.texts.common_word(query.shown, capitals),
        [[await subscribe_button(turn, capitals, label=capitals), as_typed]],
    )


async def _subscribe_to(turn: Turn, queries: Sequence[Query]) -> None:
    found = await topics.placed(turn, queries)
    try:
        done = await turn.services.subscriptions.subscribe_each(
            found.wanted, turn.user_id, home=turn.place
        )
    except TooManySubscriptionsError as error:
        await turn.say(turn.texts.too_many_subscriptions(error.most))
        return
    for place in found.wanted:
        here = [one for one in done if one.subscription.place == place]
        await _answer(topics.there(turn, place), here)
    await topics.tell(turn, found)


async def _answer(turn: Turn, done: Sequence[Subscribed]) -> None:
    in_full = len(done) <= SHOWN_IN_FULL
    said = [names.told(turn, one, in_full=in_full) for one in done]
    new = [one.query for one in done if one.added or one.changed]
    unheard = await turn.services.papers.unheard(new)
    said += [turn.texts.unheard_source(one.shown, one.alike) for one in unheard]
    if not in_full:
        if names.question(turn, [one.query for one in done]):
            said.append(turn.texts.other_names_in_tags())
        await turn.say("\n".join(said))
        return
    ends = []
    for one in done:
        whole = await turn.services.subscriptions.whole(turn.place, one.query)
        if whole is not None:
            said.append(turn.texts.whole_still_comes(whole.shown))
            label = turn.texts.end_that_label(whole.shown)
            ends.append([Button(label, data=pack("endthis", whole.id))])
    said.append(names.question(turn, [one.query for one in done]))
    rows = [row for one in done for row in names.buttons(turn, one.subscription, one.query)]
    if len(done) == 1:
        proposed, more = await proposals(turn, done[0].query, done[0].preview)
        said.append(proposed)
        rows += more
    await turn.say("\n\n".join(filter(None, said)), [*ends, *rows])


SUBSCRIBE = Command(
    "subscribe",
    subscribe,
    lambda texts: texts.menu_subscribe(),
    usage="TAG…",
    more=lambda texts: texts.more_subscribe(),
    examples=lambda texts: texts.examples_of_queries(),
    aliases=("sub",),
    who=Who.MANAGERS,
)
PRESSES = (
    Press("sub", pressed, Who.MANAGERS),
    Press("sure", sure, Who.MANAGERS),
    Press("topic", make_topic, Who.MANAGERS),
)
