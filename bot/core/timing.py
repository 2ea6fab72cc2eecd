"""Reads times that people type: when a digest shall come, and how long something shall last."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    r"(?P<hour>[0-9]{1,2})(?:[:.h時时點点시](?P<minute>[0-9]{2})[分분]?|[h時时點点시])?"
    r"(?P<half>am|pm|a\.m\.|p\.m\.)?"
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


@dataclass(frozen=True, slots=True)
class WishWords:
    """The words of a language, or of two, that say when a digest shall come."""

    daily: frozenset[str] = frozenset({"daily", "day", "everyday"})
    weekly: frozenset[str] = frozenset({"weekly", "week"})
    off: frozenset[str] = frozenset({"off", "stop", "none", "never"})
    fillers: frozenset[str] = frozenset({"at", "on", "every", "each"})
    """Those that say nothing."""

    @classmethod
    def beside(cls, daily: str, weekly: str, off: str, fillers: str) -> "WishWords":
        """Return a language's words, separated by commas, and the English ones."""
        ours = cls()
        return cls(
            _listed(daily) | ours.daily,
            _listed(weekly) | ours.weekly,
            _listed(off) | ours.off,
            _listed(fillers) | ours.fillers,
        )


ENGLISH = WishWords()


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a digest."""

    rhythm: Rhythm | None = None
    """None: nothing was said of its time."""
    off: bool = False
    tags: str = ""
    """The words that are neither day nor time: for which subscriptions it shall be."""


def read_wish(typed: str, language: str = "en", words: WishWords = ENGLISH) -> Wish:
    """Read what follows /digest: `daily 08:00`, `weekly mon 8:30`, `#Samsung friday 6pm`, `off`.

    Days may be named in English or in the chat's language; tags stand before or after.
    """
    days = _days(language)
    minute: int | None = None
    weekday: int | None = None
    said = off = False
    rest = []
    known = words.daily | words.weekly | words.fillers | days.keys()
    for word in _parted(_joined(typed).split(), known):
        folded = _folded(word)
        if folded in words.off:
            off = True
        elif folded in words.daily or folded in words.weekly:
            said = True
            weekday = (weekday or 0) if folded in words.weekly else None
        elif folded in days:
            said, weekday = True, days[folded]
        elif minute is None and (read := read_time(word.casefold().rstrip(","))) is not None:
            said, minute = True, read
        elif folded not in words.fillers:
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


def _parted(words: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """Part what some languages write without spaces: `毎週月曜日8時`, `每周一8点`."""
    for word in words:
        yield from _parts(word, known) or [word]


def _parts(word: str, known: Collection[str]) -> list[str]:
    """Return the known words, and the time behind them, of which a word is made; none: it isn't."""
    if _folded(word) in known or read_time(word) is not None:
        return [word]
    for end in range(len(word) - 1, 0, -1):
        if _folded(word[:end]) in known and (rest := _parts(word[end:], known)):
            return [word[:end], *rest]
    return []


def _folded(word: str) -> str:
    return word.casefold().rstrip(",.")


def _listed(words: str) -> frozenset[str]:
    return frozenset(filter(None, map(_folded, re.split("[,،、，]\\s*", words))))


@lru_cache(maxsize=64)
def _days(language: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for locale in (locale_of("en"), locale_of(language)):
        for width in ("abbreviated", "wide"):
            for number, name in get_day_names(width, locale=locale).items():
                found[_folded(name)] = number
    return found
