"""Quiet hours and pauses: what is put aside instead of being sent, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.zones import DAY_MINUTES, minute_of, moment_at, zone_of
from storage.records import (
    DIGEST,
    QUIET,
    QUIET_UNLESS_BREAKING,
    ChatSettings,
    DeliveryDue,
)


@dataclass(frozen=True, slots=True)
class Aside:
    """The delivery is put aside, for this reason; `until` says when to look again."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Through:
    """The story breaks, so it comes though it is quiet: alone."""


def minute_read(shown: str) -> int | None:
    """Read `HH:MM`, as settings keep it, as a minute of the day; None where it is none."""
    hours, _, minutes = shown.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()):
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if minute < DAY_MINUTES else None


def quiet_until(settings: ChatSettings, now: datetime) -> datetime | None:
    """Return when the quiet hours end that are now; None: it is not quiet."""
    begins, ends = minute_read(settings.quiet_from), minute_read(settings.quiet_to)
    if begins is None or ends is None or begins == ends:
        return None
    zone = zone_of(settings.time_zone)
    local = now.astimezone(zone)
    minute, day = minute_of(local), local.date()
    if begins < ends:
        quiet = begins <= minute < ends
    else:
        quiet = minute >= begins or minute < ends
        if minute >= begins:
            day += timedelta(days=1)
    if not quiet:
        return None
    end = moment_at(day, ends, zone)
    return end if end > now else moment_at(day, ends, zone, fold=1)


def aside(due: DeliveryDue, now: datetime, breaks: Callable[[], bool]) -> Aside | Through | None:
    """Return why a delivery is put aside now, or comes all the same; None: it is not quiet.

    `breaks` tells whether its story does. A digest was asked for at its time, so it comes though it
    is quiet. What is too old to be pushed goes into the digest, where its place has one.
    """
    if due.paused_until is not None and due.paused_until > now:
        return Aside(QUIET)
    if due.together.startswith(DIGEST):
        return None
    end = quiet_until(due.settings, now)
    if end is not None and not due.settings.quiet_breaking:
        return Aside(QUIET, end)
    if end is not None:
        return Through() if breaks() else Aside(QUIET_UNLESS_BREAKING, end)
    if not due.together and due.collects and due.expires_at is not None and due.expires_at <= now:
        return Aside(DIGEST)
    return None
