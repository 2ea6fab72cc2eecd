"""Writes down how claimed deliveries ended, a few statements for many of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Boolean, ColumnElement, Update, bindparam, case, null, or_, update

from storage.database import Work
from storage.records import Done, Edited, GivenUp, Held, Postponed, Settled
from storage.schema import deliveries

_D = deliveries.c
_ENDED = {"owner": "", "lease_until": null()}
_AFTER_GROWTH = {
    "state": case((_D.grown, "edit_waiting"), else_="sent"),
    "grown": False,
    "reason": "",
    **_ENDED,
}


def _is(*states: str) -> ColumnElement[bool]:
    """Return the condition in a form that one statement for many rows takes, which IN is not."""
    return or_(*(_D.state == state for state in states))


def _ours() -> ColumnElement[bool]:
    """Return the condition that nobody else has claimed it meanwhile."""
    return or_(_D.owner == bindparam("me"), _D.owner == "", bindparam("anybody", type_=Boolean))


def _one() -> Update:
    return update(deliveries).where(_D.id == bindparam("which"))


# What grew while it was in flight is edited next.
_DONE = _one().values(message_id=bindparam("message"), sent_at=bindparam("now"), **_AFTER_GROWTH)
# A roundup has no message of its own for the story, so that there is nothing to edit.
_TOLD = _one().values(
    message_id=null(), sent_at=bindparam("now"), state="sent", grown=False, reason="", **_ENDED
)
_EDITED = _one().where(_D.state == "editing").values(attempts=0, **_AFTER_GROWTH)
_POSTPONED = (
    _one()
    .where(_is("sending", "editing"), _ours())
    .values(
        state=case((_D.state == "editing", "edit_waiting"), else_="waiting"),
        due_at=bindparam("until"),
        attempts=_D.attempts + bindparam("tried"),
        uncertain=_D.uncertain + bindparam("unsure"),
        maybe_duplicate=or_(_D.maybe_duplicate, bindparam("doubled")),
        plain=or_(_D.plain, bindparam("unmarked")),
        **_ENDED,
    )
)
# An edit that is given up leaves the message as it stands.
_GIVEN_UP = (
    _one()
    .where(_is("sending", "editing", "waiting"), _ours())
    .values(
        state=case((_D.state == "editing", "sent"), else_="dropped"),
        reason=bindparam("why"),
        **_ENDED,
    )
)
_HELD = (
    _one()
    .where(_is("sending", "waiting"), _ours())
    .values(state="held", reason=bindparam("why"), **_ENDED)
)


async def settle(
    work: Work, settled: Iterable[Settled], now: datetime, owner: str | None = None
) -> None:
    """Write the ends down, those of one kind together, in the order of their ids.

    What was sent is sent, whoever has claimed it since; the rest is for its `owner` to say.
    """
    whose = {"me": owner or "", "anybody": owner is None}
    batches: dict[Update, list[dict[str, Any]]] = {}
    for one in sorted(settled, key=lambda ended: ended.id):
        statement, values = _written(one, now)
        who = {} if isinstance(one, Done | Edited) else whose
        batches.setdefault(statement, []).append({"which": one.id, **values, **who})
    for statement, rows in batches.items():
        await work.run(statement, rows)


def _written(ended: Settled, now: datetime) -> tuple[Update, dict[str, Any]]:
    match ended:
        case Done(message_id=None):
            return _TOLD, {"now": now}
        case Done():
            return _DONE, {"message": ended.message_id, "now": now}
        case Edited():
            return _EDITED, {}
        case Postponed():
            return _POSTPONED, {
                "until": ended.until,
                "tried": int(ended.counts),
                "unsure": int(ended.maybe_duplicate and not ended.excused),
                "doubled": ended.maybe_duplicate,
                "unmarked": ended.plain,
            }
        case GivenUp():
            return _GIVEN_UP, {"why": ended.reason}
        case Held():
            return _HELD, {"why": ended.reason}
        case _:
            assert_never(ended)
