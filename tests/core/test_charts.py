"""Days as they are in a zone, and who told how much."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.core.charts import Series, best_shares, days_until, per_day

KOLKATA = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 11, 1, 19, 0, tzinfo=UTC)


def test_days_and_counts_are_those_of_the_zone() -> None:
    days = days_until(NOW, KOLKATA, 3)
    assert days == [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]
    moments = {
        datetime(2026, 11, 1, 18, 15, tzinfo=UTC): 2,
        datetime(2026, 11, 1, 18, 30, tzinfo=UTC): 3,
        datetime(2026, 10, 1, tzinfo=UTC): 9,
    }
    assert per_day(moments, KOLKATA, days) == (0, 2, 3)


def test_the_days_of_a_change_to_summer_time_are_whole() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    days = days_until(datetime(2026, 3, 29, 12, tzinfo=UTC), berlin, 2)
    moments = {
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC): 1,
        datetime(2026, 3, 29, 21, 45, tzinfo=UTC): 1,
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC): 5,
    }
    assert per_day(moments, berlin, days) == (0, 2)


def test_a_peak_is_the_last_of_equal_days() -> None:
    series = Series("#a", (1, 4, 0, 4, 2))
    assert (series.total, series.peak) == (11, 3)


def test_the_many_small_sources_are_counted_together() -> None:
    names = [*"aaaabbbccddefg", ""]
    assert best_shares(names, "others") == (
        ("a", 4), ("b", 3), ("c", 2), ("d", 2), ("e", 1), ("others", 2),
    )  # fmt: skip
    assert best_shares("aabcdef", "others")[-1] == ("f", 1)
    assert best_shares([], "others") == ()
