"""*Less like this* under an alert: what could be left out, what it would have cost, and undo."""

from bot.core.messages import Button
from bot.services.lesses import DAYS
from bot.telegram.access import Who
from bot.telegram.commands.table import Press
from bot.telegram.keyboards import pack
from bot.telegram.turn import Turn
from storage.records import StoryId


async def less(turn: Turn) -> None:
    """Propose what may be left out."""
    number = turn.number(0)
    story = StoryId(number) if number is not None else None
    lately = await turn.services.lesses.lately(turn.place, story) if story is not None else None
    if lately is None:
        await turn.say_plain(turn.texts.no_reason_left())
        return
    texts = turn.texts
    mute = [Button(texts.mute_teller_label(), data=pack("mutesrc", lately.story.id))]
    found = await turn.services.lesses.proposals(lately)
    if not found:
        await turn.say(texts.no_less(), [mute])
        return
    lines = [texts.less(lately.shown, len(lately.others) + 1, DAYS)]
    lines += [texts.would_lose(one.typed, one.others) for one in found]
    rows = [
        [
            Button(
                texts.without_label(one.typed),
                data=pack("lessdo", lately.story.id, await turn.token(one.typed)),
            )
        ]
        for one in found
    ]
    await turn.say("\n".join(lines), [*rows, mute])


async def leave_out(turn: Turn) -> None:
    """Leave that out, in the same message."""
    number, typed = turn.number(0), await turn.carried(1)
    done = None
    if number is not None and typed:
        done = await turn.services.lesses.leave_out(turn.place, StoryId(number), typed)
    if done is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    undo = Button(turn.texts.undo_label(), data=pack("lessun", await turn.token(done.undo)))
    await turn.show(turn.texts.lessened(done.shown, done.others, DAYS), [[undo]])


async def undo(turn: Turn) -> None:
    """Let the subscriptions want again what they wanted before."""
    kept = await turn.carried(0)
    shown = await turn.services.lesses.undo(turn.place, kept) if kept else ()
    if not shown:
        await turn.say_plain(turn.texts.stale_button())
        return
    await turn.show(turn.texts.as_before(shown))


PRESSES = (
    Press("less", less, Who.MANAGERS),
    Press("lessdo", leave_out, Who.MANAGERS),
    Press("lessun", undo, Who.MANAGERS),
)
