"""What happened is counted hour by hour, and two days of it are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.hours import KEPT, Hour, dump, load, noted, number_of, starts, until

NOW = datetime(2026, 11, 1, 12, 40, tzinfo=UTC)


def test_what_happens_within_an_hour_is_added_up_but_the_longest_queue_is_kept() -> None:
    first = Hour(sent=3, dropped=1, polls=9, failed=2, floods=1, waiting=40)
    hours = noted(noted({}, first, NOW), Hour(sent=1, polls=1, waiting=7), NOW)
    assert hours == {number_of(NOW): Hour(4, 1, 10, 2, 1, 40)}


def test_what_was_counted_since_knows_nothing_of_queues() -> None:
    assert Hour(5, 4, 3, 2, 1, 9).since(Hour(1, 1, 1, 1, 1, 7)) == Hour(4, 3, 2, 1, 0)


def test_two_days_are_kept_and_the_running_hour_is_the_last() -> None:
    hours = noted({}, Hour(sent=1), NOW - timedelta(hours=KEPT))
    hours = noted(hours, Hour(sent=2), NOW - timedelta(hours=KEPT - 1))
    assert len(hours) == 2
    hours = noted(hours, Hour(sent=3), NOW)
    told = until(hours, NOW)
    assert len(told) == len(starts(NOW)) == KEPT
    assert [hour.sent for hour in told] == [2, *[0] * (KEPT - 2), 3]
    assert sum(hour.sent for hour in hours.values()) == 5
    assert starts(NOW)[-1] == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert starts(NOW)[0] == starts(NOW)[-1] - timedelta(hours=KEPT - 1)


def test_hours_are_kept_as_they_are() -> None:
    hours = {495_102: Hour(1, 2, 3, 4, 5, 6), 495_103: Hour()}
    assert load(dump(hours)) == hours
    assert load(None) == {}


@pytest.mark.parametrize("kept", [b"{", b"[]", b'{"x":[1]}', b'{"1":["x"]}', b'{"1":5}',
                                  b'{"1":[1,2,3,4,5,6,7]}', b"\xff"])  # fmt: skip
def test_what_cannot_be_read_is_forgotten(kept: bytes) -> None:
    assert load(kept) == {}
