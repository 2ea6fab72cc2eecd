"""When stories come alone, together, or later."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.bursts import Later, Manner, OneByOne, Together, manner
from storage.records import ChatSettings

NOW = datetime(2026, 5, 21, 12, tzinfo=UTC)
EIGHT_AGO = NOW - timedelta(minutes=8)
AGES_AGO = NOW - timedelta(minutes=11)


@pytest.mark.parametrize(
    ("waiting", "told", "first", "wanted", "group", "how"),
    [
        (1, 0, None, 10, False, OneByOne()),
        (10, 0, None, 10, False, OneByOne()),
        (11, 0, None, 10, False, Together()),
        (3, 8, EIGHT_AGO, 10, False, Together()),
        (1, 9, EIGHT_AGO, 10, False, OneByOne()),
        (1, 10, EIGHT_AGO, 10, False, Later(NOW + timedelta(minutes=2))),
        (1, 10, AGES_AGO, 10, False, OneByOne()),
        (2, 10, None, 10, False, Together()),
        (60, 0, None, 0, False, OneByOne()),
        (61, 500, EIGHT_AGO, 0, False, Together()),
        (18, 0, None, 0, True, OneByOne()),
        (19, 0, None, 0, True, Together()),
    ],
)
def test_how_what_waits_reaches_its_reader(  # noqa: PLR0917 - a table of cases
    waiting: int, told: int, first: datetime | None, wanted: int, group: bool, how: Manner
) -> None:
    settings = ChatSettings(burst_stories=wanted)
    found = manner(
        waiting=waiting, told=told, first_told_at=first, settings=settings, is_group=group, now=NOW
    )
    assert found == how
