"""Quiet hours and pauses: what is put aside, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.silence import Aside, Through, aside, minute_read, quiet_until
from storage.records import (
    DIGEST,
    NO_END,
    QUIET,
    QUIET_UNLESS_BREAKING,
    ROUNDUP,
    ChatId,
    ChatKind,
    ChatSettings,
    DeliveryDue,
    DeliveryId,
    Place,
    StoryId,
)

NIGHT = ChatSettings(time_zone="Europe/Berlin", quiet_from="22:00", quiet_to="07:00")
SIESTA = ChatSettings(quiet_from="13:00", quiet_to="15:30")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("settings", "now", "until"),
    [
        (ChatSettings(), "2026-05-21 03:00", None),
        (replace(SIESTA, quiet_to="13:00"), "2026-05-21 13:00", None),
        (replace(SIESTA, quiet_to="soon"), "2026-05-21 13:00", None),
        (SIESTA, "2026-05-21 12:59", None),
        (SIESTA, "2026-05-21 13:00", "2026-05-21 15:30"),
        (SIESTA, "2026-05-21 15:30", None),
        (NIGHT, "2026-05-21 19:59", None),
        (NIGHT, "2026-05-21 20:00", "2026-05-22 05:00"),
        (NIGHT, "2026-05-22 04:59", "2026-05-22 05:00"),
        (NIGHT, "2026-05-22 05:00", None),
        (NIGHT, "2026-03-28 22:00", "2026-03-29 05:00"),
        (replace(NIGHT, quiet_to="02:30"), "2026-03-29 00:59", "2026-03-29 01:30"),
        (replace(NIGHT, quiet_to="02:30"), "2026-10-25 00:29", "2026-10-25 00:30"),
        (replace(NIGHT, quiet_to="02:30"), "2026-10-25 00:45", None),
        (replace(NIGHT, quiet_to="02:30"), "2026-10-25 01:10", "2026-10-25 01:30"),
    ],
    ids=[
        "off", "of no length", "not read", "before", "from the minute", "to the minute",
        "before the night", "over midnight", "after midnight", "the night is over",
        "a short night", "an end that the clocks leap over", "an end that comes twice",
        "after the first of them", "before the second",
    ],
)  # fmt: skip
def test_quiet_hours_end(settings: ChatSettings, now: str, until: str | None) -> None:
    assert quiet_until(settings, at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("shown", "minute"),
    [("00:00", 0), ("23:59", 1439), ("7:05", 425), ("24:00", None), ("", None), ("a:00", None)],
)
def test_a_time_is_read(shown: str, minute: int | None) -> None:
    assert minute_read(shown) == minute


NOW = at("2026-05-21 23:00")
END = at("2026-05-22 05:00")
DAY = timedelta(days=1)
BY_DAY, BY_NIGHT = ChatSettings(), NIGHT
LET_THROUGH = replace(NIGHT, quiet_breaking=True)


def due(settings: ChatSettings, **fields: object) -> DeliveryDue:
    made = DeliveryDue(
        id=DeliveryId(1),
        story_id=StoryId(1),
        place=Place(ChatId(1)),
        edit=False,
        message_id=None,
        attempts=0,
        maybe_duplicate=False,
        silent=False,
        plain=False,
        created_at=NOW,
        chat_kind=ChatKind.PRIVATE,
        settings=settings,
        expires_at=NOW + DAY,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("delivery", "breaks", "how"),
    [
        (due(BY_DAY), True, None),
        (due(BY_DAY, paused_until=NOW), False, None),
        (due(BY_DAY, paused_until=NO_END), True, Aside(QUIET)),
        (due(BY_NIGHT, paused_until=NOW + DAY), False, Aside(QUIET)),
        (due(BY_NIGHT), True, Aside(QUIET, END)),
        (due(LET_THROUGH), False, Aside(QUIET_UNLESS_BREAKING, END)),
        (due(LET_THROUGH), True, Through()),
        (due(BY_NIGHT, together=f"{DIGEST}:1"), False, None),
        (due(BY_NIGHT, together=ROUNDUP), False, Aside(QUIET, END)),
        (due(BY_DAY, expires_at=NOW), False, None),
        (due(BY_DAY, expires_at=NOW, collects=True), False, Aside(DIGEST)),
        (due(BY_DAY, expires_at=NOW, collects=True, together=ROUNDUP), False, None),
        (due(BY_DAY, expires_at=None, collects=True), False, None),
    ],
    ids=[
        "by day", "after a pause", "in a pause without end", "in a pause at night", "at night",
        "at night, for those that break", "it breaks at night", "a digest at night",
        "a roundup at night", "too old", "too old, with a digest", "too old, in a roundup",
        "it never gets too old",
    ],
)  # fmt: skip
def test_a_delivery_is_put_aside(
    delivery: DeliveryDue, breaks: bool, how: Aside | Through | None
) -> None:
    assert aside(delivery, NOW, lambda: breaks) == how
