"""What a picture shows: stories per day and who tells them, or how the bot is doing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

MOST_SERIES = 6
"""Lines that can still be told apart on a phone."""
MOST_SHARES = 5
"""Sources that are named; the others are counted together."""


@dataclass(frozen=True, slots=True)
class Series:
    """How often something happened, such as a tag's stories, day by day or hour by hour."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return how often it happened in all."""
        return sum(self.counts)

    @property
    def peak(self) -> int:
        """Return on which day, from 0, there were most; of equal ones the last."""
        most = max(self.counts)
        return max(day for day, count in enumerate(self.counts) if count == most)


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a picture, in which the bars of several series stand upon each other."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to draw; every text is plain, and in the reader's language already."""

    title: str
    days: tuple[str, ...]
    """What stands under each day, or hour; may be empty."""
    series: tuple[Series, ...] = ()
    panels: tuple[Panel, ...] = ()
    """Several parts above each other, all over the same days, in the place of `series`."""
    shares: tuple[tuple[str, float], ...] = ()
    """(source, stories, or whatever the title says), most first."""
    shares_title: str = ""
    language: str = "en"
    dark: bool = False


def days_until(now: datetime, zone: tzinfo, count: int) -> list[date]:
    """Return the last days, today last, as they are in a zone."""
    today = now.astimezone(zone).date()
    return [today - timedelta(days=back) for back in reversed(range(count))]


def per_day(moments: Mapping[datetime, int], zone: tzinfo, days: Iterable[date]) -> tuple[int, ...]:
    """Return how many of what happened falls on each of the days, as they are in a zone."""
    counted: Counter[date] = Counter()
    for moment, count in moments.items():
        counted[moment.astimezone(zone).date()] += count
    return tuple(counted[day] for day in days)


def best_shares(names: Iterable[str], others: str) -> tuple[tuple[str, int], ...]:
    """Return the names that come most often with their counts, and the others together."""
    counted = Counter(name for name in names if name).most_common()
    named, rest = counted[:MOST_SHARES], counted[MOST_SHARES:]
    if len(rest) == 1:
        return tuple(counted)
    return tuple(named) + (((others, sum(count for _, count in rest)),) if rest else ())
