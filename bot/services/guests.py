"""How much of the web a guest may have us read: it is other people's, and so is the load."""

from collections import deque
from math import ceil

from bot.clock import Clock
from bot.errors import SourceError, sentence

LOOKS = 40
"""Addresses that a guest may have us look at within an hour; adding one looks twice."""
KEPT = 100
"""Sources that one guest may add in all."""
_HOUR_S = 3_600.0


class Guests:
    """Counts for those who are no operators; forgets after an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looks: dict[int, deque[float]] = {}

    def looks(self, guest: int) -> None:
        """Count one more look; raises SourceError where that is too many within an hour."""
        now = self._clock.monotonic()
        self._looks = {who: at for who, at in self._looks.items() if now - at[-1] < _HOUR_S}
        looked = self._looks.setdefault(guest, deque(maxlen=LOOKS))
        if len(looked) == LOOKS and now - looked[0] < _HOUR_S:
            minutes = ceil((_HOUR_S - (now - looked[0])) / 60)
            raise SourceError(
                sentence("These were many addresses within an hour. Go on in {minutes} min."),
                minutes=minutes,
            )
        looked.append(now)


def room_for(kept: int) -> int:
    """Return how many more a guest may add; raises SourceError where it is none."""
    if kept >= KEPT:
        raise SourceError(
            sentence("You have added {count} sources, and more need an operator."), count=KEPT
        )
    return KEPT - kept
