"""Takes what may go next: heads of the chats' lines by turns, then edits."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, select, update

from storage.database import Turn, Work, lines
from storage.records import DeliveryId
from storage.schema import deliveries

_FIRST_STEPS = 64
_MOST_STEPS = 4096


@dataclass(frozen=True, slots=True)
class Taker:
    """Who claims, and until when."""

    owner: str
    lease_until: datetime


async def claim_heads(
    work: Work, turn: Turn, now: datetime, limit: int, taker: Taker
) -> list[DeliveryId]:
    """Take the heads of lines that may go now, from the chat on whose turn it is."""
    found: list[DeliveryId] = []
    start = turn.after
    async for row in _round(work, start, limit):
        turn.after = row.chat_id
        if row.awake and not row.busy and row.due_at <= now and _is_past(row.held_until, now):
            found.append(DeliveryId(row.id))
            if len(found) == limit:
                break
    return await take(work, found, taker)


async def claim_edits(work: Work, now: datetime, limit: int, taker: Taker) -> list[DeliveryId]:
    """Take edits that are due, one of each chat."""
    rows = await work.rows(lines.EDITS, {"now": now, "limit": limit * 4})
    of_chat: dict[int, DeliveryId] = {}
    for row in rows:
        of_chat.setdefault(row.chat_id, DeliveryId(row.id))
    return await take(work, list(of_chat.values())[:limit], taker)


async def next_due(work: Work) -> datetime | None:
    """Return when the next message or edit may go, if one waits; for who has nothing to do."""
    edit = await work.first(lines.NEXT_EDIT)
    moments = [
        max(edit.due_at, edit.held_until or edit.due_at) if edit else None,
        await work.scalar(lines.NEXT_HEAD),
        await work.scalar(lines.NEXT_TO_WAKE),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


async def take(work: Work, ids: Sequence[DeliveryId], taker: Taker) -> list[DeliveryId]:
    """Mark these as being sent or edited; leave out what somebody else holds or changed."""
    if not ids:
        return []
    free = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(ids), deliveries.c.state.in_(["waiting", "edit_waiting"]))
        .with_for_update(skip_locked=True)
    )
    taken = await work.rows(
        update(deliveries)
        .where(deliveries.c.id.in_(free))
        .values(
            state=case((deliveries.c.state == "waiting", "sending"), else_="editing"),
            grown=False,  # What it grew before now is in the text that goes out.
            owner=taker.owner,
            lease_until=taker.lease_until,
        )
        .returning(deliveries.c.id)
    )
    return [DeliveryId(row.id) for row in taken]


async def _round(work: Work, start: int, limit: int) -> AsyncIterator[Row[Any]]:
    """Visit every chat with a line once: those after `start`, then the others."""
    steps = max(_FIRST_STEPS, limit)
    async for row in _lanes(work, start, steps):
        yield row
    if start != lines.FIRST_CHAT:
        async for row in _lanes(work, lines.FIRST_CHAT, steps):
            if row.chat_id > start:
                return
            yield row


async def _lanes(work: Work, after: int, steps: int) -> AsyncIterator[Row[Any]]:
    """Visit the chats with a line, in the order of their ids, in growing strides."""
    while True:
        rows = await work.rows(lines.VISIT, {"after": after, "steps": steps})
        for row in rows:
            yield row
        if len(rows) < steps:
            return
        after, steps = rows[-1].chat_id, min(steps * 2, _MOST_STEPS)


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is None or moment <= now
