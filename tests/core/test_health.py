"""How a source is doing, in facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.health import Doing, doing, health, span, trouble
from bot.core.source_state import State
from storage.records import Source, SourceId, SourceKind, SourceState

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOURCE = Source(
    id=SourceId(1),
    url="https://h.example/feed",
    title="Harbour News",
    language="en",
    country="",
    topic="",
    kind=SourceKind.FEED,
    parent_id=None,
    tag_id=None,
    state=SourceState.ACTIVE,
    added_at=NOW - timedelta(days=9),
    last_polled_at=NOW - timedelta(minutes=2),
    last_success_at=NOW - timedelta(minutes=2),
    last_new_at=NOW - timedelta(hours=2),
    next_poll_at=NOW + timedelta(minutes=3),
    good_polls=9,
    failures=0,
    error="",
    interval_s=300,
    scheduling=State(times=(0.0, 600.0, 1_200.0)).dump(),
)


def test_a_source_that_is_well_tells_its_times() -> None:
    found = health(SOURCE, NOW)
    assert (found.doing, found.read_s, found.news_s) == ("read", 120, 7_200)
    assert (found.rhythm_s, found.next_s, found.failing_days, found.error) == (600, 180, 0, "")


def test_what_is_due_is_asked_now_and_what_is_not_polled_never() -> None:
    due = replace(SOURCE, next_poll_at=NOW - timedelta(hours=1))
    assert health(due, NOW).next_s == 0
    assert health(replace(due, state=SourceState.GONE), NOW).next_s is None
    assert health(replace(SOURCE, kind=SourceKind.TEMPLATE), NOW).next_s is None


def test_nothing_is_told_of_a_source_that_is_new() -> None:
    new = replace(SOURCE, last_success_at=None, last_new_at=None, next_poll_at=None, scheduling="")
    found = health(new, NOW)
    assert (found.doing, found.read_s, found.news_s, found.rhythm_s) == ("unread", None, None, None)
    assert found.next_s is None


def test_a_push_is_told_with_its_age() -> None:
    pushed = State(pushed_at=(NOW - timedelta(minutes=5)).timestamp()).dump()
    assert health(replace(SOURCE, scheduling=pushed), NOW).pushed_s == 300
    assert health(SOURCE, NOW).pushed_s is None


def test_days_of_failing_are_counted() -> None:
    since = State(failing_since=(NOW - timedelta(days=3)).timestamp())
    ill = replace(SOURCE, failures=9, error="does not answer", scheduling=since.dump())
    found = health(ill, NOW)
    assert (found.doing, found.failing_days, found.error) == ("failing", 3, "does not answer")


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (SOURCE, "read"),
        (replace(SOURCE, failures=1), "failing"),
        (replace(SOURCE, failures=2, state=SourceState.GONE), "gone"),
        (replace(SOURCE, state=SourceState.PAUSED), "paused"),
        (replace(SOURCE, kind=SourceKind.TEMPLATE), "asked"),
        (replace(SOURCE, last_success_at=None), "unread"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_one_word_says_how_it_is_doing(source: Source, word: Doing) -> None:
    assert doing(source) == word


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (89, "89 s"), (90, "2 min"), (7_199, "120 min"), (7_200, "2 h"),
        (172_799, "48 h"), (172_800, "2 days"), (8_640_000, "100 days"),
    ],
)  # fmt: skip
def test_a_time_is_one_short_word(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"state": SourceState.GONE}, "gone"),
        ({"state": SourceState.PAUSED}, ""),
        ({"scheduling": State(failing_since=(NOW - timedelta(days=2)).timestamp()).dump()}, ""),
        (
            {"scheduling": State(failing_since=(NOW - timedelta(days=3)).timestamp()).dump()},
            "failing",
        ),
        ({"last_new_at": NOW - timedelta(days=6)}, ""),
        ({"last_new_at": NOW - timedelta(days=7)}, "silent"),
        (
            {
                "last_new_at": NOW - timedelta(days=20),
                "scheduling": State(times=(0.0, 86_400.0, 172_800.0)).dump(),
            },
            "",
        ),
        ({"last_new_at": NOW - timedelta(days=20), "scheduling": ""}, ""),
        ({"last_new_at": None}, ""),
        ({"kind": SourceKind.TAG, "last_new_at": NOW - timedelta(days=90)}, ""),
    ],
    ids=[
        "well", "ended", "paused", "failing for two days", "failing for three days",
        "silent for six days", "silent for a week", "a weekly is silent for three weeks",
        "no rhythm is known", "nothing ever came", "a tag's own search is never told of",
    ],
)  # fmt: skip
def test_readers_hear_of_what_does_not_pass(change: dict[str, Any], expected: str) -> None:
    assert trouble(replace(SOURCE, **change), NOW) == expected
