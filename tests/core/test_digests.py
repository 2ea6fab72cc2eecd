"""When a digest is due, whatever the clocks do, and in which order it tells its stories."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digests import heading, next_due, order
from bot.core.zones import moment_at, zone_of
from storage.records import Rhythm, Story, StoryId
from tests.core.test_breadth import told

BERLIN, NEW_YORK, SEOUL = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Seoul")
)
EIGHT, MONDAY = Rhythm(8 * 60), Rhythm(8 * 60, weekday=0)
LEAPT, TWICE = Rhythm(2 * 60 + 30), Rhythm(2 * 60 + 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "zone", "now", "due"),
    [
        (EIGHT, UTC, "2026-05-21 07:59", "2026-05-21 08:00"),
        (EIGHT, UTC, "2026-05-21 08:00", "2026-05-22 08:00"),
        (EIGHT, SEOUL, "2026-05-21 12:00", "2026-05-21 23:00"),
        (MONDAY, UTC, "2026-05-21 12:00", "2026-05-25 08:00"),
        (MONDAY, UTC, "2026-05-25 08:00", "2026-06-01 08:00"),
        (MONDAY, NEW_YORK, "2026-05-25 03:00", "2026-05-25 12:00"),
        (EIGHT, BERLIN, "2026-03-28 12:00", "2026-03-29 06:00"),
        (EIGHT, BERLIN, "2026-10-24 12:00", "2026-10-25 07:00"),
        (LEAPT, BERLIN, "2026-03-29 00:00", "2026-03-29 01:30"),
        (LEAPT, BERLIN, "2026-03-29 01:30", "2026-03-30 00:30"),
        (TWICE, BERLIN, "2026-10-25 00:00", "2026-10-25 00:30"),
        (TWICE, BERLIN, "2026-10-25 00:30", "2026-10-26 01:30"),
        (TWICE, BERLIN, "2026-10-25 01:30", "2026-10-26 01:30"),
    ],
    ids=[
        "today", "tomorrow", "by the local clock", "this week", "next week", "the local Monday",
        "the morning after the clocks leapt", "the morning after they went back",
        "a time that they leap over", "the day after that", "a time that they show twice",
        "not the second time", "not between the two",
    ],
)  # fmt: skip
def test_a_digest_is_due(rhythm: Rhythm, zone: tzinfo, now: str, due: str) -> None:
    assert next_due(rhythm, zone, at(now)) == at(due)


@pytest.mark.parametrize(
    ("zone", "last", "now", "due"),
    [
        (NEW_YORK, "2026-11-05 08:00", "2026-11-05 09:00", "2026-11-06 13:00"),
        (NEW_YORK, "2026-11-04 23:00", "2026-11-04 23:30", "2026-11-05 13:00"),
        (SEOUL, "2026-11-05 08:00", "2026-11-05 09:00", "2026-11-05 23:00"),
        (UTC, "2026-11-05 08:00", "2026-11-08 07:00", "2026-11-08 08:00"),
    ],
    ids=["west: it had today's", "far west: it is yesterday", "east", "after days of sleep"],
)
def test_who_travels_gets_one_a_day(zone: tzinfo, last: str, now: str, due: str) -> None:
    assert next_due(EIGHT, zone, at(now), at(last)) == at(due)


@given(
    start=st.integers(0, 5 * 366 * 24 * 60),
    minute=st.integers(0, 24 * 60 - 1),
    weekday=st.none() | st.integers(0, 6),
    name=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo",
         "America/Havana", "Asia/Kathmandu", "Pacific/Apia", "America/Santiago"]
    ),
)  # fmt: skip
def test_there_is_one_a_day_or_one_a_week(
    start: int, minute: int, weekday: int | None, name: str
) -> None:
    zone, now = zone_of(name), at("2025-01-01 00:00") + timedelta(minutes=start)
    rhythm = Rhythm(minute, weekday)
    days = []
    for _ in range(400 if weekday is None else 60):
        due = next_due(rhythm, zone, now)
        assert due > now
        days.append(due.astimezone(zone).date())
        now = due
    step = timedelta(days=1 if weekday is None else 7)
    assert [day - days[0] for day in days] == [number * step for number in range(len(days))]
    assert weekday is None or {day.weekday() for day in days} == {weekday}


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert zone_of("Atlantis/Main") is UTC
    assert zone_of("../etc") is UTC
    assert zone_of("Asia/Seoul") == SEOUL


def test_a_time_that_clocks_show_twice_can_be_the_second() -> None:
    day = date(2026, 10, 25)
    assert moment_at(day, 150, BERLIN, fold=1) - moment_at(day, 150, BERLIN) == timedelta(hours=1)


def story(number: int, *tags: str, by: int = 1, minutes: float = 0) -> Story:
    articles = tuple(told(10 * number + n, f"Paper {n}", minutes) for n in range(by))
    moment = articles[0].seen_at
    return Story(StoryId(number), moment, moment, articles, tags)


def test_a_digest_goes_tag_by_tag_and_tells_first_what_most_carry() -> None:
    stories = [
        story(0, "Zebra", by=9),
        story(1, "Korea", by=1, minutes=1),
        story(2, "Japan", by=2),
        story(3, "Korea", "Japan", by=3),
        story(4, "Korea", by=1, minutes=2),
        story(5),
    ]
    assert [heading(one) for one in stories] == ["Zebra", "Korea", "Japan", "Korea", "Korea", ""]
    assert order(stories) == [3, 4, 1, 5, 2, 0]
    assert order([replace(one, tags=()) for one in stories[1:3]]) == [1, 0]
    assert order([]) == []
