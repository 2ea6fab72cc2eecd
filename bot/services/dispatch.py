"""One try of one parcel: render, send, mend where Telegram asks, decide."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.core.messages import Message
from bot.core.outcomes import Mend, Outcome, Refused, Sent, TryLater, Uncertain
from bot.core.retry import Decision, GiveUp, MendIt, Tried, decide
from bot.services.compose import Composer, Parcel
from storage.records import ChatId, DeliveryDue, DeliveryId

log = logging.getLogger(__name__)

_WITHOUT_MARKUP = {Mend.PLAIN, Mend.BARE}


class Sends(Protocol):
    """The door to Telegram."""

    async def send(self, due: DeliveryDue, message: Message) -> Outcome:
        """Send or edit one message; never raises."""
        ...


class Paces(Protocol):
    """Says who may be sent to; times are seconds of the clock that never go back."""

    @property
    def well(self) -> bool:
        """Tell whether messages pass, as far as is known."""
        ...

    def rate(self, now: float) -> float:
        """Return the overall rate in force, in messages a second."""
        ...

    def overall_at(self, now: float) -> float:
        """Return when the next message may go, whatever its chat."""
        ...

    def chat_at(self, chat_id: ChatId, now: float) -> float:
        """Return when the chat may get its next message."""
        ...

    def take(self, chat_id: ChatId, now: float) -> None:
        """Count a message that goes out now."""
        ...

    def others_sent(self, chat_id: ChatId, free_at: float) -> None:
        """Note that, after what others sent to the chat, its next message keeps the rate then."""
        ...

    def ended(self, seconds: float, now: float) -> None:
        """Note that the answer to a message came, so many seconds after it went out."""
        ...

    def passed(self, chat_id: ChatId) -> None:
        """Note that Telegram took a message."""
        ...

    def answered(self) -> None:
        """Note that Telegram answered."""
        ...

    def flooded(self, chat_id: ChatId, seconds: float, now: float) -> bool:
        """Note a flood wait; return True where it holds the whole bot."""
        ...

    def failed(self, now: float, chat_id: ChatId | None = None) -> float:
        """Note that Telegram is not well, or fails for a chat; return the seconds of silence."""
        ...


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What became of a parcel."""

    decision: Decision
    page: Parcel
    """The part that was tried: of a roundup the stories of its first message."""
    rest: Parcel | None
    """The part that was not."""
    plain: bool
    """True: Telegram refused the markup on the way."""


class Dispatch:
    """Sends parcels one at a time; knows nothing of the outbox."""

    def __init__(
        self,
        sends: Sends,
        pace: Paces,
        composer: Composer,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        self._sends = sends
        self._pace = pace
        self._composer = composer
        self._clock = clock
        self._jitter = jitter
        self.floods = 0
        """How many flood waits Telegram asked for."""
        self.unmade: set[DeliveryId] = set()
        """Heads of parcels of which no message could be made, and so nothing was sent."""

    async def send(self, parcel: Parcel) -> Dispatched:
        """Try the parcel, or the first message of a roundup, and return what follows."""
        try:
            message = self._composer.message(parcel, self._clock.now())
        except BaseException:
            self._pace.ended(0.0, self._clock.monotonic())  # It was counted, and never goes out.
            self.unmade.add(parcel.head.id)
            raise
        page, rest = parcel, None
        if parcel.roundup:
            page, rest = parcel.first(message.stories), parcel.rest(message.stories)
        decision, plain = await self._send(page, message)
        return Dispatched(decision, page, rest, plain)

    async def _send(self, parcel: Parcel, message: Message) -> tuple[Decision, bool]:
        due, mended = parcel.head, frozenset[Mend]()
        # A new story beside them takes back nothing of what was said against the others.
        known = Tried(
            attempts=max(one.attempts for one in parcel.dues),
            uncertain=due.uncertain,
            expires_at=_too_old_at(parcel),
            edit=due.edit,
        )
        while True:
            others_pass = self._pace.well
            began = self._clock.monotonic()
            outcome = await self._sends.send(due, message)
            ended = self._clock.monotonic()
            self._pace.ended(ended - began, ended)
            self._tell_pace(due.place.chat_id, outcome)
            tried = replace(known, mended=mended, others_pass=others_pass)
            decision = decide(outcome, tried, self._clock.now(), self._jitter())
            if (
                len(parcel.dues) > 1
                and isinstance(outcome, Refused)
                and outcome.mend is Mend.SHORTER
            ):
                decision = GiveUp(outcome.words)  # Fewer stories are shorter.
            if not isinstance(decision, MendIt):
                return decision, due.plain
            mended |= {decision.mend}
            log.info("Telegram refused a message: %s. It goes again.", outcome)
            due = replace(due, plain=due.plain or decision.mend in _WITHOUT_MARKUP)
            message = self._composer.mend(parcel, message, decision.mend, self._clock.now())
            self._pace.take(due.place.chat_id, self._clock.monotonic())

    def _tell_pace(self, chat_id: ChatId, outcome: Outcome) -> None:
        now = self._clock.monotonic()
        match outcome:
            case Sent():
                self._pace.passed(chat_id)
            case TryLater(whole_bot=True, words=words) | Uncertain(words=words):
                left = isinstance(outcome, Uncertain) or outcome.counts
                wait = self._pace.failed(now, chat_id if left else None)
                if wait > 0:
                    log.warning("Telegram is not well (%s); next try in %.0f s", words, wait)
                else:
                    log.warning("Telegram fails for chat %s alone (%s)", chat_id, words)
            case TryLater(seconds=seconds):
                self.floods += 1
                if self._pace.flooded(chat_id, seconds, now):
                    log.warning("Telegram asks the whole bot to slow down")
            case _:
                self._pace.answered()


def _too_old_at(parcel: Parcel) -> datetime | None:
    """Return when all of the parcel is too old to be pushed by itself."""
    moments = [due.expires_at for due in parcel.dues if due.expires_at is not None]
    return max(moments) if len(moments) == len(parcel.dues) else None
