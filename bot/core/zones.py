"""Local time: what the clocks of a place show, and when they show it."""

from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """Return the zone of a name that the tz database knows, else UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return UTC


def moment_at(day: date, minute: int, zone: tzinfo, *, fold: int = 0) -> datetime:
    """Return when the clocks of a zone show a minute of that day, in UTC.

    A time that they leap over comes as much later; of one that they show twice `fold` says which.
    """
    local = datetime.combine(day, time(minute // 60, minute % 60), zone).replace(fold=fold)
    return local.astimezone(UTC)


def minute_of(moment: datetime) -> int:
    """Return the minute of the day that a local time shows."""
    return moment.hour * 60 + moment.minute
