"""What was delivered and what not, in numbers."""

import logging
from dataclasses import dataclass

from bot.core.retry import Decision, GiveUp, Settle, Sleep, TopicSleeps
from bot.services.compose import Parcel

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What was done and committed since the start, for `/stats` and the metrics."""

    sent: int = 0
    edited: int = 0
    roundups: int = 0
    postponed: int = 0
    given_up: int = 0
    dropped: int = 0
    """What was for chats and topics that cannot be sent to any more."""
    broken: int = 0

    def note(self, parcel: Parcel, decision: Decision) -> None:
        """Count what became of a parcel."""
        match decision:
            case Settle() if parcel.head.edit:
                self.edited += 1
            case Settle():
                self.sent += 1
                self.roundups += parcel.roundup
            case GiveUp(reason=reason):
                self.given_up += len(parcel.dues)
                log.warning("Given up for %s: %s", parcel.place, reason)
            case Sleep() | TopicSleeps():
                self.dropped += len(parcel.dues)
            case _:
                self.postponed += len(parcel.dues)
