"""What happened hour by hour: counted as it goes, kept for two days, the running hour last."""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

KEPT = 48
HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened in an hour, or in a part of one."""

    sent: int = 0
    """Messages that Telegram took."""
    dropped: int = 0
    """Deliveries that can never be made."""
    polls: int = 0
    failed: int = 0
    """Polls that did not read their source."""
    floods: int = 0
    """Flood waits that Telegram asked for."""
    waiting: int = 0
    """The most messages that were seen waiting at once."""

    def plus(self, other: "Hour") -> "Hour":
        """Return both together."""
        return Hour(
            self.sent + other.sent,
            self.dropped + other.dropped,
            self.polls + other.polls,
            self.failed + other.failed,
            self.floods + other.floods,
            max(self.waiting, other.waiting),
        )

    def since(self, earlier: "Hour") -> "Hour":
        """Return what happened since an earlier count of the same process."""
        return Hour(
            self.sent - earlier.sent,
            self.dropped - earlier.dropped,
            self.polls - earlier.polls,
            self.failed - earlier.failed,
            self.floods - earlier.floods,
        )


NOTHING = Hour()


def load(kept: bytes | None) -> dict[int, Hour]:
    """Return kept hours by their number; what cannot be read is forgotten, never an error."""
    try:
        said = json.loads(kept or b"{}")
        return {int(number): Hour(*map(int, counts)) for number, counts in said.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def dump(hours: Mapping[int, Hour]) -> bytes:
    """Return hours as they are kept."""
    said = {str(number): astuple(hour) for number, hour in sorted(hours.items())}
    return json.dumps(said, separators=(",", ":")).encode()


def noted(hours: Mapping[int, Hour], new: Hour, now: datetime) -> dict[int, Hour]:
    """Return the hours with what happened just now, without those that are too old."""
    running = number_of(now)
    kept = {number: hour for number, hour in hours.items() if running - number < KEPT}
    return kept | {running: kept.get(running, NOTHING).plus(new)}


def until(hours: Mapping[int, Hour], now: datetime) -> tuple[Hour, ...]:
    """Return the last hours in their order, those with nothing too; the running one is the last."""
    running = number_of(now)
    return tuple(hours.get(number, NOTHING) for number in range(running - KEPT + 1, running + 1))


def starts(now: datetime) -> list[datetime]:
    """Return when the last hours began, in their order."""
    running = number_of(now)
    numbers = range(running - KEPT + 1, running + 1)
    return [datetime.fromtimestamp(number * HOUR_S, UTC) for number in numbers]


def number_of(now: datetime) -> int:
    """Return the number of a moment's hour."""
    return int(now.timestamp()) // HOUR_S
