"""/digest: stories collected and sent together, at times of the reader's choice."""

from bot.core.messages import Button
from bot.core.query import Query
from bot.core.render import story_list, when
from bot.core.timing import MORNING, read_wish, written
from bot.services.subscriptions import read
from bot.telegram.access import Who
from bot.telegram.commands.settings import zone_button, zone_label
from bot.telegram.commands.table import Command, Press
from bot.telegram.commands.topics import elsewhere, point_to
from bot.telegram.keyboards import in_rows, pack, pages, ticked
from bot.telegram.turn import Turn
from storage.records import ChatSettings, Mode, Rhythm, Subscription, Timetable

TIMES = (7 * 60, MORNING, 12 * 60, 18 * 60, 21 * 60)
"""Minutes of the day that a button offers; any other can be typed."""
MOST_NAMED = 10
"""Topics that are named in one line."""
_EVERY_DAY = 7
"""Stands for every day where 0 to 6 stand for one of the week."""


async def digest(turn: Turn) -> None:
    """Show the digest, or take what was typed."""
    wish = read_wish(turn.argument, turn.chat.settings.language, turn.texts.digest_words())
    if not turn.argument:
        await _show(turn)
    elif wish.tags:
        await _of_tags(turn, wish.tags, wish.rhythm, off=wish.off)
    elif wish.off:
        await _stop(turn)
    elif wish.rhythm is not None:
        await _collect(turn, wish.rhythm)
    else:
        await turn.say(turn.texts.digest_usage())


async def page(turn: Turn) -> None:
    """Show the digest, in the same message."""
    await _show(turn)


async def turn_page(turn: Turn) -> None:
    """Turn to another page of a digest that was sent, in its message."""
    page, due_at = turn.number(0), turn.number(1)
    told = [] if due_at is None else await turn.services.digests.told(turn.place, due_at)
    settings, wording = turn.chat.settings, turn.texts.wording()
    made = story_list(
        told,
        settings,
        turn.clock.now(),
        title=wording.digest(len(told)),
        by_tag=True,
        wording=wording,
    )
    if page is None or due_at is None or not told or not 0 <= page < len(made):
        await turn.say_plain(turn.texts.stale_button())
        return
    buttons = pages("dgp", page, str(due_at), more=page + 1 < len(made))
    await turn.show(made[page].html, [buttons])


async def at(turn: Turn) -> None:
    """Take the time of a button."""
    minute = turn.number(0)
    if minute is None or minute not in TIMES:
        await turn.say_plain(turn.texts.stale_button())
        return
    kept = await turn.services.digests.of(turn.place)
    weekday = kept.rhythm.weekday if kept.rhythm is not None else None
    await _reschedule(turn, kept, Rhythm(minute, weekday))


async def on(turn: Turn) -> None:
    """Take the day of a button."""
    day = turn.number(0)
    if day is None or not 0 <= day <= _EVERY_DAY:
        await turn.say_plain(turn.texts.stale_button())
        return
    kept = await turn.services.digests.of(turn.place)
    minute = kept.rhythm.minute if kept.rhythm is not None else MORNING
    await _reschedule(turn, kept, Rhythm(minute, None if day == _EVERY_DAY else day))


async def every(turn: Turn) -> None:
    """Let the digest be for all subscriptions."""
    kept = await turn.services.digests.of(turn.place)
    rhythm = kept.rhythm if kept.rhythm is not None else Rhythm(MORNING)
    await _collect(turn, rhythm)


async def stop(turn: Turn) -> None:
    """End the digest."""
    await _stop(turn)


async def _collect(turn: Turn, rhythm: Rhythm) -> None:
    """Collect everything here; in General, where tags have topics, in each of these too."""
    topics = [one.place for one in await elsewhere(turn)]
    await turn.services.digests.collect(turn.chat, turn.place, rhythm, topics)
    await _show(turn)


async def _reschedule(turn: Turn, kept: Timetable, rhythm: Rhythm) -> None:
    """Change when it comes; one that was not there begins with all subscriptions."""
    if kept.rhythm is None:
        await _collect(turn, rhythm)
        return
    topics = [one.place for one in await elsewhere(turn)]
    await turn.services.digests.reschedule(turn.chat, turn.place, rhythm, topics)
    await _show(turn)


async def _stop(turn: Turn) -> None:
    topics = [one.place for one in await elsewhere(turn)]
    waiting = await turn.services.digests.stop(turn.place, *topics)
    await turn.show(turn.texts.digest_ended(waiting))


async def _of_tags(turn: Turn, typed: str, rhythm: Rhythm | None, *, off: bool) -> None:
    """Collect for these tags alone, or push them again."""
    queries = read(typed)
    found: list[Subscription] = []
    for query in queries:
        one = await turn.services.subscriptions.named(turn.place, query)
        if one is None:
            await _not_here(turn, query, typed)
            return
        found.append(one)
    if rhythm is not None and not off:
        numbers = [one.id for one in found]
        await turn.services.digests.set_rhythm(turn.chat, turn.place, numbers, rhythm)
    else:
        mode = Mode.INSTANT if off else Mode.DIGEST
        for one in found:
            await turn.services.digests.set_mode(turn.chat, turn.place, one.id, mode)
    await _show(turn)


async def _not_here(turn: Turn, query: Query, typed: str) -> None:
    """Say that there is no such subscription here, and where it is."""
    away = await point_to(turn, [query])
    if away:
        await turn.say("\n".join([*away, turn.texts.digest_there()]))
        return
    usage, said = turn.texts.digest_usage(), turn.texts.not_subscribed([query.shown])
    no_time = typed[0].isdigit()  # Such as 25:00; somebody's tag is hardly meant.
    await turn.say(usage if no_time else f"{said}\n\n{usage}")


async def _show(turn: Turn) -> None:
    texts, settings = turn.texts, turn.chat.settings
    kept = await turn.services.digests.of(turn.place)
    here = await turn.services.subscriptions.of(turn.place)
    now = turn.clock.now()
    own = [
        texts.own_digest(one.shown, one.rhythm, when(one.digest_at, settings, now))
        for one in here
        if one.rhythm is not None and one.digest_at is not None
    ]
    if kept.rhythm is None or kept.digest_at is None:
        lines = [texts.digest_title(), *own, *_clock(turn)] if own else [texts.no_digest()]
        lines += await _of_topics(turn)
        await turn.show("\n".join(lines), _buttons(turn, kept))
        return
    next_at = when(kept.digest_at, settings, now)
    city = zone_label(settings.time_zone, now, settings.language)
    lines = [texts.digest(kept.rhythm, next_at, city)]
    collected = [one.shown for one in here if one.mode is Mode.DIGEST and one.rhythm is None]
    others = [one for one in here if one.mode in {Mode.INSTANT, Mode.SILENT}]
    topics = await _of_topics(turn)
    if kept.whole and not others and not own:
        lines.append(texts.collects_all())
    elif collected:
        lines.append(texts.collects(collected))
    await turn.show("\n".join([*lines, *own, *topics, *_clock(turn)]), _buttons(turn, kept))


async def _of_topics(turn: Turn) -> list[str]:
    """Return the line that says for which topics General's digest stands too."""
    shown = list(dict.fromkeys(one.shown for one in await elsewhere(turn)))
    if not shown:
        return []
    return [turn.texts.digest_of_topics(shown[:MOST_NAMED], more=len(shown) > MOST_NAMED)]


def _clock(turn: Turn) -> list[str]:
    """Return how to choose a time zone, where nobody has."""
    chosen = turn.chat.settings.time_zone != ChatSettings().time_zone
    return [] if chosen else [turn.texts.not_your_time()]


def _buttons(turn: Turn, kept: Timetable) -> list[list[Button]]:
    texts, rhythm = turn.texts, kept.rhythm
    times = [
        Button(
            ticked(written(minute), on=rhythm is not None and rhythm.minute == minute),
            data=pack("dgat", minute),
        )
        for minute in TIMES
    ]
    days = [(_EVERY_DAY, texts.every_day_label())]
    days += [(day, texts.weekday(day, brief=True)) for day in range(_EVERY_DAY)]
    chosen = None
    if rhythm is not None:
        chosen = _EVERY_DAY if rhythm.weekday is None else rhythm.weekday
    which = [Button(ticked(name, on=day == chosen), data=pack("dgon", day)) for day, name in days]
    zone = zone_button(turn)
    back = Button(texts.all_settings_label(), data=pack("settings"))
    rows = [times, *in_rows(which, 4), [zone], [back]]
    if rhythm is not None:
        whole = Button(ticked(texts.collect_all_label(), on=kept.whole), data=pack("dgall"))
        rows.insert(-2, [whole, Button(texts.no_digest_label(), data=pack("dgoff"))])
    return rows


DIGEST = Command(
    "digest",
    digest,
    lambda texts: texts.menu_digest(),
    usage="[daily|weekly DAY] [TIME]",
    more=lambda texts: texts.more_digest(),
    who=Who.MANAGERS,
)
PRESSES = (
    Press("digest", page, Who.MANAGERS),
    Press("dgp", turn_page),
    Press("dgat", at, Who.MANAGERS),
    Press("dgon", on, Who.MANAGERS),
    Press("dgall", every, Who.MANAGERS),
    Press("dgoff", stop, Who.MANAGERS),
)
