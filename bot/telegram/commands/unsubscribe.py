"""/unsubscribe: ends subscriptions, by name, by button, or all of them after a question."""

from bot.core.messages import Button
from bot.telegram.access import Who
from bot.telegram.commands import topics
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.turn import Turn
from storage.records import SubscriptionId

ALL = "all"
MOST_CHOICES = 80


async def unsubscribe(turn: Turn) -> None:
    """End the command's tags, or ask which."""
    if not turn.argument:
        await choose(turn)
        return
    if turn.argument.lower() == ALL:
        await ask_for_all(turn)
        return
    ended, unknown = await turn.services.subscriptions.unsubscribe(turn.place, turn.argument)
    lines = []
    if ended:
        lines.append(turn.texts.unsubscribed([one.shown for one in ended]))
    if unknown:
        lines.append(turn.texts.not_subscribed([one.shown for one in unknown]))
        lines += await topics.point_to(turn, unknown)
    await turn.say("\n".join(lines) or turn.texts.no_tag(turn.argument))


async def choose(turn: Turn) -> None:
    """Show a button for each subscription; pressed again, the same message changes."""
    kept = await turn.services.subscriptions.of(turn.place)
    if not kept:
        await topics.tell_none(turn)
        return
    buttons = [
        Button(f"✕ {one.shown}"[:60], data=pack("end", one.id)) for one in kept[:MOST_CHOICES]
    ]
    rows = in_rows(buttons)
    rows.append([Button(turn.texts.end_all_label(), data=pack("endall"))])
    await turn.show(turn.texts.choose_to_end(), rows)


async def end_one(turn: Turn) -> None:
    """End the subscription of a button, and show those that are left."""
    number = turn.number(0)
    if number is not None:
        await turn.services.subscriptions.end(turn.place, SubscriptionId(number))
    await choose(turn)


async def ask_for_all(turn: Turn) -> None:
    """Ask before all end."""
    count = len(await turn.services.subscriptions.of(turn.place))
    if not count:
        await topics.tell_none(turn)
        return
    await turn.show(
        turn.texts.end_all_question(count),
        [
            [Button(turn.texts.yes_end_all(), data=pack("endyes"))],
            [Button(turn.texts.cancel(), data=pack("keep"))],
        ],
    )


async def end_all(turn: Turn) -> None:
    """End all: the question was answered with yes."""
    count = await turn.services.subscriptions.end_all(turn.place)
    await turn.show(turn.texts.ended_all(count) if count else turn.texts.no_subscriptions())


async def keep(turn: Turn) -> None:
    """Change nothing: a question was answered with no."""
    await turn.show(turn.texts.kept())


UNSUBSCRIBE = Command(
    "unsubscribe",
    unsubscribe,
    lambda texts: texts.menu_unsubscribe(),
    usage="[TAG…|all]",
    more=lambda texts: texts.more_unsubscribe(),
    aliases=("unsub",),
    who=Who.MANAGERS,
)
PRESSES = (
    Press("ends", choose, Who.MANAGERS),
    Press("end", end_one, Who.MANAGERS),
    Press("endall", ask_for_all, Who.MANAGERS),
    Press("endyes", end_all, Who.MANAGERS),
    Press("keep", keep, Who.MANAGERS),
)
