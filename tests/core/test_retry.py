"""Outcome and history of a message in, decision out."""

from datetime import UTC, datetime, timedelta

import pytest

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
from bot.core.retry import (
    Decision,
    GiveUp,
    MendIt,
    MoveChat,
    Postpone,
    Settle,
    Sleep,
    StopAll,
    TopicSleeps,
    Tried,
    decide,
)
from storage.records import ChatId

NOW = datetime(2026, 5, 21, 15, 0, tzinfo=UTC)
HOUR, DAY = NOW + timedelta(hours=1), NOW + timedelta(days=1)
MENDED = frozenset({Mend.PLAIN})
SHORT = frozenset({Mend.SHORTER})


def later(seconds: float, **flags: bool) -> Postpone:
    return Postpone(NOW + timedelta(seconds=seconds), **flags)


@pytest.mark.parametrize(
    ("outcome", "tried", "decision"),
    [
        (Sent(7), Tried(), Settle(7)),
        (MessageLost("gone"), Tried(edit=True), Settle(0)),
        (MessageLost("gone"), Tried(), GiveUp("gone")),
        (TryLater(4, counts=False), Tried(attempts=7), later(4, holds_chat=True)),
        (
            TryLater(5, whole_bot=True),
            Tried(),
            later(5, counts=True, whole_bot=True),
        ),
        (
            TryLater(0, whole_bot=True, counts=False),
            Tried(attempts=4),
            later(16, whole_bot=True),
        ),
        (
            TryLater(0, whole_bot=True, counts=False),
            Tried(attempts=400),
            later(60, whole_bot=True),
        ),
        (TryLater(5, whole_bot=True), Tried(attempts=2), later(80, counts=True, whole_bot=True)),
        (TryLater(5, whole_bot=True), Tried(attempts=6), later(3_600, counts=True, whole_bot=True)),
        (TryLater(5, whole_bot=True, words="w"), Tried(attempts=7), GiveUp("w")),
        (
            TryLater(5, whole_bot=True, words="w"),
            Tried(attempts=2_000, expires_at=DAY),
            later(3_600, counts=True, whole_bot=True),
        ),
        (
            TryLater(5, whole_bot=True, words="w"),
            Tried(attempts=7, expires_at=DAY, edit=True),
            GiveUp("w"),
        ),
        (TryLater(5, whole_bot=True, words="w"), Tried(attempts=7, expires_at=NOW), GiveUp("w")),
        (
            TryLater(5, whole_bot=True, words="w"),
            Tried(attempts=7, others_pass=False),
            later(60, whole_bot=True),
        ),
        (Uncertain("lost"), Tried(), later(15, maybe_duplicate=True)),
        (Uncertain("lost"), Tried(uncertain=1), later(240, maybe_duplicate=True)),
        (Uncertain("lost"), Tried(uncertain=2, expires_at=DAY), later(3_840, maybe_duplicate=True)),
        (
            Uncertain("lost"),
            Tried(uncertain=3, expires_at=HOUR),
            later(3_600, maybe_duplicate=True),
        ),
        (Uncertain("lost"), Tried(uncertain=500), later(86_400, maybe_duplicate=True)),
        (Uncertain("lost"), Tried(uncertain=1, expires_at=NOW), later(240, maybe_duplicate=True)),
        (
            Uncertain("lost"),
            Tried(uncertain=2, expires_at=NOW),
            GiveUp("lost", maybe_arrived=True),
        ),
        (
            Uncertain("lost"),
            Tried(others_pass=False),
            later(15, maybe_duplicate=True),
        ),
        (
            Uncertain("lost"),
            Tried(uncertain=1, others_pass=False),
            later(240, maybe_duplicate=True, excused=True),
        ),
        (
            Uncertain("lost"),
            Tried(uncertain=2, expires_at=NOW, others_pass=False),
            later(3_840, maybe_duplicate=True, excused=True),
        ),
        (Uncertain("lost"), Tried(edit=True), Settle(0)),
        (Gone("blocked"), Tried(), Sleep("blocked")),
        (Gone("deleted", forever=True), Tried(), Sleep("deleted", forever=True)),
        (Denied("no right"), Tried(), later(3_600, counts=True, holds_chat=True)),
        (Denied("no right"), Tried(attempts=9), later(86_400, counts=True, holds_chat=True)),
        (Denied("no right"), Tried(edit=True), Settle(0)),
        (Denied("who?", unknown=True), Tried(), later(3_600, counts=True, holds_chat=True)),
        (Denied("who?", unknown=True), Tried(attempts=1), Sleep("who?", forever=True)),
        (Moved(ChatId(-100)), Tried(), MoveChat(ChatId(-100))),
        (TopicGone("closed"), Tried(), TopicSleeps("closed")),
        (Refused("odd", Mend.PLAIN), Tried(), MendIt(Mend.PLAIN)),
        (Refused("odd", Mend.PLAIN), Tried(mended=MENDED), GiveUp("odd")),
        (Refused("long", Mend.SHORTER), Tried(mended=MENDED), MendIt(Mend.SHORTER)),
        (Refused("long", Mend.SHORTER), Tried(mended=SHORT), MendIt(Mend.BARE)),
        (Refused("odd"), Tried(), later(30, counts=True)),
        (Refused("odd"), Tried(attempts=1), GiveUp("odd")),
        (TokenRejected(), Tried(), StopAll()),
    ],
    ids=repr,
)
def test_the_decision(outcome: Outcome, tried: Tried, decision: Decision) -> None:
    assert decide(outcome, tried, NOW, jitter=0) == decision


def test_a_wait_is_drawn_out_by_a_fifth_at_most_and_never_cut() -> None:
    decided = decide(TryLater(10), Tried(), NOW, jitter=1)
    assert decided == later(12, counts=True, holds_chat=True)


def test_what_is_too_long_even_as_a_bare_headline_is_given_up() -> None:
    tried = Tried(mended=SHORT | {Mend.BARE})
    assert decide(Refused("long", Mend.SHORTER), tried, NOW, jitter=0) == GiveUp("long")
