"""When many stories come at once: one message each, one for all, or none for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import ChatSettings

CARRIED_BY_PERSON = 60
"""Messages that Telegram's rate carries to a person in a minute."""
CARRIED_BY_GROUP = 18
"""Messages that Telegram's rate carries to a group or channel in a minute, with some room."""


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Each story gets its own message."""


@dataclass(frozen=True, slots=True)
class Together:
    """All that waits goes out as one roundup."""


@dataclass(frozen=True, slots=True)
class Later:
    """The reader has had enough for now: collect until then."""

    until: datetime


Manner = OneByOne | Together | Later


def manner(
    *,
    waiting: int,
    told: int,
    first_told_at: datetime | None,
    settings: ChatSettings,
    is_group: bool,
    now: datetime,
) -> Manner:
    """Return how what waits for a place reaches it.

    `waiting` counts all that wait, `told` the stories told within the last `burst_minutes`, the
    first of them at `first_told_at`. With `burst_stories` 0 the reader wants them singly; only
    Telegram's rate merges them then.
    """
    wanted = settings.burst_stories
    if wanted and told >= wanted and first_told_at is not None:
        until = first_told_at + timedelta(minutes=settings.burst_minutes)
        if until > now:
            return Later(until)
    if waiting > 1 and wanted and told + waiting > wanted:
        return Together()
    if waiting > (CARRIED_BY_GROUP if is_group else CARRIED_BY_PERSON):
        return Together()
    return OneByOne()
