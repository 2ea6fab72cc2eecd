"""/mute, /pause and /resume: less for a while or for good, each with the way back."""

from datetime import datetime, timedelta

from bot.core.messages import Button
from bot.core.render import when
from bot.core.timing import LONGEST, read_span
from bot.errors import UserInputError
from bot.services.subscriptions import read
from bot.telegram.access import Who
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import pack
from bot.telegram.turn import Turn
from storage.records import Mute, MuteId, StoryId

A_DAY = timedelta(days=1)
SNOOZE = timedelta(hours=8)
"""How long *Snooze* under an alert lasts."""


async def mute(turn: Turn) -> None:
    """Mute what was typed, or list what is muted."""
    if not turn.argument:
        await mutes(turn)
        return
    name, span = _split(turn.argument)
    if not await _mute_tag(turn, name, span):
        await _mute_source(turn, name, span)


async def mutes(turn: Turn) -> None:
    """List what is muted, with buttons that end it."""
    kept = await turn.services.hushes.of(turn.place)
    if not kept:
        await turn.show(turn.texts.no_mutes())
        return
    lines = [turn.texts.mute_line(one, _until(turn, one.until)) for one in kept]
    buttons = [[Button(turn.texts.unmute_label(one), data=pack("unmute", one.id))] for one in kept]
    await turn.show("\n".join((turn.texts.mutes(), *lines)), buttons)


async def unmute(turn: Turn) -> None:
    """End the mute of a button."""
    number = turn.number(0)
    if number is None or not await turn.services.hushes.unmute(turn.place, MuteId(number)):
        await turn.say_plain(turn.texts.stale_button())
        return
    await turn.show(turn.texts.unmuted())


async def named(turn: Turn) -> None:
    """Mute the source whose name a button carries; with a length of time, for so long."""
    hours, name = turn.number(0), await turn.carried(1)
    if hours is None or not 0 <= hours <= 24 * 365 or not name:
        await turn.say_plain(turn.texts.stale_button())
        return
    span = timedelta(hours=hours) if hours else None
    await _told(turn, await turn.services.hushes.mute_name(turn.place, name, span))


async def teller(turn: Turn) -> None:
    """Mute whom the alert over the button names as its source."""
    number = turn.number(0)
    name = await turn.services.hushes.teller(StoryId(number)) if number is not None else None
    if not name:
        await turn.say_plain(turn.texts.source_without_name())
        return
    done = await turn.services.hushes.mute_name(turn.place, name, None)
    day = Button(turn.texts.a_day_label(), data=pack("mutename", 24, await turn.token(name)))
    await turn.say(turn.texts.muted(done, ""), [[_undo(turn, done), day]])


async def snooze(turn: Turn) -> None:
    """Mute the tags that the story over the button carries, for some hours."""
    number = turn.number(0)
    hushes = turn.services.hushes
    tags = [] if number is None else await hushes.tags_carried(turn.place, StoryId(number))
    if not tags:
        await turn.say_plain(turn.texts.no_reason_left())
        return
    done = await hushes.mute_tags(turn.place, tags, SNOOZE)
    said = [turn.texts.muted(one, _until(turn, one.until)) for one in done]
    undo = [[Button(turn.texts.unmute_label(one), data=pack("unmute", one.id))] for one in done]
    await turn.say("\n".join(said), undo if len(done) > 1 else [[_undo(turn, done[0])]])


async def pause(turn: Turn) -> None:
    """Send nothing for as long as was typed, or until somebody resumes."""
    span = read_span(turn.argument) if turn.argument else None
    if turn.argument and span is None:
        await turn.say(turn.texts.bad_span(turn.argument, "/pause 8h"))
        return
    until = await turn.services.hushes.pause(turn.place, span)
    button = Button(turn.texts.resume_label(), data=pack("resume"))
    said = turn.texts.paused(_until(turn, until))
    if span == LONGEST:
        said = f"{said}\n{turn.texts.longest_pause()}"
    await turn.say(said, [[button]])


async def resume(turn: Turn) -> None:
    """End the pause."""
    ended = await turn.services.hushes.resume(turn.place)
    await turn.show(turn.texts.resumed() if ended else turn.texts.not_paused())


async def _mute_tag(turn: Turn, typed: str, span: timedelta | None) -> bool:
    """Mute a tag of the place; return whether one was typed."""
    try:
        queries = read(typed)
    except UserInputError:
        return False
    tag = (
        await turn.services.hushes.tag_meant(turn.place, queries[0]) if len(queries) == 1 else None
    )
    if tag is None:
        return False
    (done,) = await turn.services.hushes.mute_tags(turn.place, [tag], span)
    await _told(turn, done)
    return True


async def _mute_source(turn: Turn, typed: str, span: timedelta | None) -> None:
    names = await turn.services.hushes.names_meant(typed)
    if not names:
        await turn.say(turn.texts.nothing_to_mute(typed))
    elif len(names) == 1:
        await _told(turn, await turn.services.hushes.mute_name(turn.place, names[0], span))
    else:
        hours = -(-int(span.total_seconds()) // 3600) if span is not None else 0
        buttons = [
            [Button(name[:60], data=pack("mutename", hours, await turn.token(name)))]
            for name in names
        ]
        await turn.say(turn.texts.which_to_mute(typed), buttons)


async def _told(turn: Turn, done: Mute) -> None:
    """Say what is muted, with a button that takes it back."""
    await turn.show(turn.texts.muted(done, _until(turn, done.until)), [[_undo(turn, done)]])


def _undo(turn: Turn, done: Mute) -> Button:
    return Button(turn.texts.undo_label(), data=pack("unmute", done.id))


def _until(turn: Turn, until: datetime | None) -> str:
    """Write until when, by the chat's clock; empty: for good."""
    return "" if until is None else when(until, turn.chat.settings, turn.clock.now())


def _split(typed: str) -> tuple[str, timedelta | None]:
    """Part a name from the length of time behind it."""
    words = typed.split()
    for count in (2, 1):
        span = read_span(" ".join(words[-count:])) if len(words) > count else None
        if span is not None and not words[-1].isdecimal():
            return " ".join(words[:-count]), span
    return typed.strip(), None


MUTE = Command(
    "mute",
    mute,
    lambda texts: texts.menu_mute(),
    usage="[SOURCE|TAG] [1d]",
    more=lambda texts: texts.more_mute(),
    who=Who.MANAGERS,
)
PAUSE = Command(
    "pause",
    pause,
    lambda texts: texts.menu_pause(),
    usage="[8h]",
    more=lambda texts: texts.more_pause(),
    who=Who.MANAGERS,
)
RESUME = Command("resume", resume, lambda texts: texts.menu_resume(), who=Who.MANAGERS)
PRESSES = (
    Press("unmute", unmute, Who.MANAGERS),
    Press("mutename", named, Who.MANAGERS),
    Press("mutesrc", teller, Who.MANAGERS),
    Press("snooze", snooze, Who.MANAGERS),
    Press("resume", resume, Who.MANAGERS),
)
