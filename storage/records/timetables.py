"""Timetables: when what was collected for a place is due."""

from dataclasses import dataclass
from datetime import UTC, datetime

from storage.records.chats import ChatSettings, Rhythm
from storage.records.ids import Place, SubscriptionId

NO_END = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of a pause that lasts until somebody ends it."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a place collects, and when it is due."""

    place: Place
    rhythm: Rhythm | None = None
    """None: no digest."""
    whole: bool = False
    """True: the digest is for all subscriptions of the place, those to come too."""
    digest_at: datetime | None = None
    digested_at: datetime | None = None
    """When the last digest was due, however late it went."""
    roundup_at: datetime | None = None
    """When to look whether what quiet hours or a pause held back may go."""
    paused_until: datetime | None = None

    @property
    def wake_at(self) -> datetime | None:
        """Return when there is something to do; while paused, nothing but to end the pause."""
        if self.paused_until is not None:
            return None if self.paused_until >= NO_END else self.paused_until
        moments = [moment for moment in (self.digest_at, self.roundup_at) if moment is not None]
        return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class TimetableDue:
    """A timetable whose moment has come, with what its chat chose."""

    timetable: Timetable
    settings: ChatSettings


@dataclass(frozen=True, slots=True)
class OwnDigestDue:
    """A subscription whose own digest is due, with what its chat chose."""

    id: SubscriptionId
    place: Place
    rhythm: Rhythm
    digest_at: datetime
    settings: ChatSettings
