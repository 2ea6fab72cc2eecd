"""From a decision to what is written down of it."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

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
)
from bot.services.compose import Parcel
from bot.services.settler import ChatHeld, ChatMoved, ChatSlept, Effect, Ending, TopicSlept
from storage.records import DeliveryDue, Done, Edited, GivenUp, Postponed, Settled

BROKEN = "it could not be made into a message"


def endings_of(
    decision: Decision,
    parcel: Parcel,
    now: datetime,
    *,
    tried: int,
    free_at: datetime | None = None,
    plain: bool = False,
) -> list[Ending]:
    """Return the endings of all that was in the parcel, the first `tried` of which were tried.

    `plain`: markup was refused on the way; `free_at`: when the chat's rate allows the next one,
    which whoever sends it must know.
    """
    effect = _effect(decision, parcel)
    if effect is None and free_at is not None:
        effect = ChatHeld(parcel.place.chat_id, free_at)
    untried = _untried(decision)
    return [
        Ending(
            _settled(
                decision if number < tried else untried,
                due,
                now,
                roundup=parcel.roundup,
                plain=plain,
            ),
            effect,
        )
        for number, due in enumerate(parcel.dues)
    ]


def _untried(decision: Decision) -> Decision:
    """Return what a decision means for stories that wait for the same message's next page."""
    if isinstance(decision, Postpone):
        return replace(decision, counts=False, maybe_duplicate=False)
    return decision


def unsent(parcel: Parcel, now: datetime, *, broken: bool = False) -> list[Ending]:
    """Return the endings of a parcel that was never tried: back to waiting, unless it is broken."""
    if broken:
        return [Ending(GivenUp(due.id, BROKEN)) for due in parcel.dues]
    return [Ending(Postponed(due.id, now, counts=False)) for due in parcel.dues]


def _settled(
    decision: Decision, due: DeliveryDue, now: datetime, *, roundup: bool, plain: bool
) -> Settled:
    match decision:
        case Settle(message_id=message_id):
            # Without an id nothing of it can be edited; a roundup never is.
            kept = None if roundup or not message_id else message_id
            return Edited(due.id) if due.edit else Done(due.id, kept)
        case Postpone():
            return Postponed(
                due.id,
                decision.until,
                decision.counts,
                plain,
                decision.maybe_duplicate,
                decision.excused,
            )
        case GiveUp(reason=reason) | Sleep(reason=reason) | TopicSleeps(reason=reason):
            return GivenUp(due.id, reason)
        case MoveChat() | StopAll() | MendIt():
            return Postponed(due.id, now, counts=False, plain=plain)
        case _:
            assert_never(decision)


def _effect(decision: Decision, parcel: Parcel) -> Effect | None:
    chat_id = parcel.place.chat_id
    match decision:
        case Postpone(holds_chat=True):
            return ChatHeld(chat_id, decision.until)
        case Sleep(reason=reason, forever=forever):
            return ChatSlept(chat_id, reason, forever)
        case TopicSleeps(reason=reason):
            return TopicSlept(parcel.place, reason)
        case MoveChat(chat_id=new):
            return ChatMoved(chat_id, new)
        case _:
            return None
