"""What to do after a try to send: a pure decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.outcomes import (
    Denied,
    Gone,
    Mend,
    MessageLost,
    Moved,
    Outcome,
    Refused,
    Sent,
    TokenRejected,
    TopicGone,
    TryLater,
    Uncertain,
)
from storage.records import ChatId

DEFINITE_TRIES = 2
"""Tries that a message gets which Telegram refuses for no reason that can be mended."""
INDEFINITE_TRIES = 8
"""Tries that a message gets when it fails, others pass, and nobody says why."""
UNCERTAIN_TRIES = 2
"""Tries of a message that may have arrived before it is too old to be pushed by itself."""
UNCERTAIN_WAIT_S = 15.0
"""Telegram's server may act for 8 s on a request whose answer was lost; wait longer than that."""
UNCERTAIN_GROWTH = 16
"""Each answer that is lost while others come makes the wait so many times longer."""
REFUSED_WAIT_S = 30.0
PROBE_S = 3_600.0
LONGEST_PROBE_S = 86_400.0
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What is known of the message that was tried."""

    attempts: int = 0
    """Tries before this one that spoke against the message."""
    uncertain: int = 0
    """Tries before this one that ended without an answer."""
    expires_at: datetime | None = None
    """From then on it is too old to be pushed by itself, and goes in a roundup."""
    edit: bool = False
    mended: frozenset[Mend] = frozenset()
    """How it was already mended."""
    others_pass: bool = True
    """False: no message passes now; the fault is not this one's."""


@dataclass(frozen=True, slots=True)
class Settle:
    """It is done; `message_id` is 0 where Telegram gave none."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not before then."""

    until: datetime
    counts: bool = False
    maybe_duplicate: bool = False
    excused: bool = False
    """True: nothing passes, and so the lost answer is not counted."""
    whole_bot: bool = False
    """True: nothing else can be sent either."""
    holds_chat: bool = False
    """True: nothing else can be sent to this chat either."""


@dataclass(frozen=True, slots=True)
class MendIt:
    """Send it again at once, mended."""

    mend: Mend


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It never goes out."""

    reason: str
    maybe_arrived: bool = False
    """True: unless it did already."""


@dataclass(frozen=True, slots=True)
class Sleep:
    """The chat cannot be sent to, until it wakes; never, if `forever`."""

    reason: str
    forever: bool = False


@dataclass(frozen=True, slots=True)
class TopicSleeps:
    """One topic cannot be sent to; an administrator hears of it once."""

    reason: str


@dataclass(frozen=True, slots=True)
class MoveChat:
    """The chat has a new id; everything goes there, this message too."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class StopAll:
    """Send nothing more and keep everything: the token is no longer good."""


Decision = Settle | Postpone | MendIt | GiveUp | Sleep | TopicSleeps | MoveChat | StopAll


def decide(  # noqa: C901, PLR0911 - one case for each outcome, so that mypy misses none
    outcome: Outcome, tried: Tried, now: datetime, jitter: float = 0.5
) -> Decision:
    """Return what follows from an outcome; `jitter`, 0 to 1, spreads the waits.

    A message is given up after 2 refusals, or when it is too old to be pushed and failed 8 times
    although others passed. One whose answer
    was lost goes again once, and then at ever greater distances until it is too old to be pushed;
    only when its roundup's answer is lost too, it is given up. While nothing passes, a lost answer
    says nothing against it. An edit, whose loss costs little, goes when its answer was lost once.
    """
    match outcome:
        case Sent(message_id=message_id):
            return Settle(message_id)
        case MessageLost(words=words):
            return Settle(0) if tried.edit else GiveUp(words)
        case TryLater():
            return _later(outcome, tried, now, jitter)
        case Uncertain(words=words):
            return _uncertain(words, tried, now, jitter)
        case Gone(words=words, forever=forever):
            return Sleep(words, forever)
        case Denied():
            return _denied(outcome, tried, now, jitter)
        case Moved(chat_id=chat_id):
            return MoveChat(chat_id)
        case TopicGone(words=words):
            return TopicSleeps(words)
        case Refused():
            return _refused(outcome, tried, now, jitter)
        case TokenRejected():
            return StopAll()
        case _:
            assert_never(outcome)


def _after(now: datetime, seconds: float, jitter: float) -> datetime:
    """Return the end of a wait, drawn out by up to a fifth."""
    return now + timedelta(seconds=seconds * (1 + jitter / 5))


def _later(outcome: TryLater, tried: Tried, now: datetime, jitter: float) -> Decision:
    counts = outcome.counts and tried.others_pass
    # It is given up last: until it is too old, the fault may be a part of Telegram that is away.
    last = tried.edit or tried.expires_at is None or tried.expires_at <= now
    if counts and last and tried.attempts + 1 >= INDEFINITE_TRIES:
        return GiveUp(outcome.words)
    wait = outcome.seconds
    if counts:  # Others pass: the fault is this chat's, or this message's.
        wait = min(wait * 4.0 ** min(tried.attempts, 9), PROBE_S)
    elif outcome.whole_bot:
        wait = max(wait, min(2.0**tried.attempts, LONGEST_WAIT_S))
    return Postpone(
        _after(now, wait, jitter),
        counts=counts,
        whole_bot=outcome.whole_bot,
        holds_chat=not outcome.whole_bot,
    )


def _uncertain(words: str, tried: Tried, now: datetime, jitter: float) -> Decision:
    if tried.edit:
        return Settle(0)
    too_old = tried.expires_at is not None and tried.expires_at <= now
    if too_old and tried.others_pass and tried.uncertain >= UNCERTAIN_TRIES:
        return GiveUp(words, maybe_arrived=True)
    wait = min(UNCERTAIN_WAIT_S * UNCERTAIN_GROWTH ** min(tried.uncertain, 9), LONGEST_PROBE_S)
    until = _after(now, wait, jitter)
    if tried.uncertain >= UNCERTAIN_TRIES and tried.expires_at is not None and not too_old:
        until = min(until, tried.expires_at)  # The roundup is its next chance.
    # In an outage the first loss alone makes the wait longer: every one may mean a double.
    excused = not tried.others_pass and tried.uncertain > 0
    return Postpone(until, maybe_duplicate=True, excused=excused)


def _denied(outcome: Denied, tried: Tried, now: datetime, jitter: float) -> Decision:
    if tried.edit:
        return Settle(0)
    if outcome.unknown and tried.attempts:
        return Sleep(outcome.words, forever=True)
    wait = min(PROBE_S * 2.0**tried.attempts, LONGEST_PROBE_S)
    return Postpone(_after(now, wait, jitter), counts=True, holds_chat=True)


def _refused(outcome: Refused, tried: Tried, now: datetime, jitter: float) -> Decision:
    mend = outcome.mend
    if mend is Mend.SHORTER and mend in tried.mended:
        mend = Mend.BARE
    if mend is not Mend.NONE and mend not in tried.mended:
        return MendIt(mend)
    if tried.mended or tried.attempts + 1 >= DEFINITE_TRIES:
        return GiveUp(outcome.words)
    return Postpone(_after(now, REFUSED_WAIT_S, jitter), counts=True)
