"""Reads times that people type: when a digest shall come, and how long something shall last."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from babel.dates import get_day_names

from bot.core.render import locale_of
from bot.core.zones import DAY_MINUTES
from storage.records import Rhythm

MORNING = 8 * 60
"""When a digest comes whose time nobody said."""
LONGEST = timedelta(days=365)
"""What lasts longer lasts for good."""
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})|h)?(?P<half>am|pm|a\.m\.|p\.m\.)?"
)
_SPAN = re.compile(r"(?P<count>[0-9]{1,20})(?P<unit>[a-z]*)")
_MOST = 1_000_000
"""Of whatever unit, so many are longer than `LONGEST`."""
_UNITS = {
    "m": timedelta(minutes=1), "min": timedelta(minutes=1), "minute": timedelta(minutes=1),
    "h": timedelta(hours=1), "hr": timedelta(hours=1), "hour": timedelta(hours=1),
    "d": timedelta(days=1), "day": timedelta(days=1),
    "w": timedelta(weeks=1), "week": timedelta(weeks=1),
}  # fmt: skip
_HALF = re.compile(r"(?<=[0-9]) +(?=(?:am|pm|a\.m\.|p\.m\.)(?:\s|$))", re.IGNORECASE)
_OFF = frozenset({"off", "stop", "none", "never"})
_DAILY = frozenset({"daily", "day", "everyday"})
_WEEKLY = frozenset({"weekly", "week"})
_FILLERS = frozenset({"at", "on", "every", "each"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a digest."""

    rhythm: Rhythm | None = None
    """None: nothing was said of its time."""
    off: bool = False
    tags: str = ""
    """The words that are neither day nor time: for which subscriptions it shall be."""


def read_wish(typed: str, language: str = "en") -> Wish:
    """Read what follows /digest: `daily 08:00`, `weekly mon 8:30`, `#Samsung friday 6pm`, `off`.

    Days may be named in English or in the chat's language; tags stand before or after.
    """
    days = _days(language)
    minute: int | None = None
    weekday: int | None = None
    said = off = False
    rest = []
    for word in _joined(typed).split():
        folded = word.casefold().rstrip(",")
        if folded in _OFF:
            off = True
        elif folded in _DAILY | _WEEKLY:
            said = True
            weekday = (weekday or 0) if folded in _WEEKLY else None
        elif folded.rstrip(".") in days:
            said, weekday = True, days[folded.rstrip(".")]
        elif minute is None and (read := read_time(folded)) is not None:
            said, minute = True, read
        elif folded not in _FILLERS:
            rest.append(word)
    rhythm = Rhythm(MORNING if minute is None else minute, weekday) if said else None
    return Wish(rhythm, off, " ".join(rest))


def read_time(typed: str) -> int | None:
    """Read a time of day, such as 8, 08:30, 8.30, 20h or 6pm, as its minute; None: it is none."""
    found = _TIME.fullmatch(typed.casefold())
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = hour * 60 + int(found["minute"] or 0)
    return minute if int(found["minute"] or 0) < 60 and minute < DAY_MINUTES else None


def read_span(typed: str) -> timedelta | None:
    """Read how long something lasts: `30m`, `8h`, `1d`, `2 weeks`; a bare number means hours.

    None: it is no length of time, or one of nothing at all.
    """
    found = _SPAN.fullmatch("".join(typed.casefold().split()))
    if found is None:
        return None
    unit = found["unit"] or "h"
    step = _UNITS.get(unit) or _UNITS.get(unit.rstrip("s"))
    return None if step is None else min(min(int(found["count"]), _MOST) * step, LONGEST) or None


def written(minute: int) -> str:
    """Write a minute of the day as settings keep it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _joined(typed: str) -> str:
    """Join `6 pm`, which is one time."""
    return _HALF.sub("", typed)


@lru_cache(maxsize=64)
def _days(language: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for locale in (locale_of("en"), locale_of(language)):
        for width in ("abbreviated", "wide"):
            for number, name in get_day_names(width, locale=locale).items():
                found[name.casefold().rstrip(".")] = number
    return found
