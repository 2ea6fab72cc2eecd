"""Counts deliveries without reading them: by what the indexes hold."""

from sqlalchemy import func, select, text

from storage.database import Work
from storage.records import DeliveryState
from storage.schema import deliveries

# Word for word as the partial indexes have it, or SQLite does not use them.
_INDEXED = {
    DeliveryState.WAITING: "state = 'waiting'",
    DeliveryState.HELD: "state = 'held'",
    DeliveryState.DROPPED: "state = 'dropped'",
    DeliveryState.EDIT_WAITING: "state = 'edit_waiting'",
}
_IN_FLIGHT = text("state IN ('sending', 'editing')")


async def counts(work: Work) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state; sent are those that are in no other."""
    number = select(func.count()).select_from(deliveries)
    every = int(await work.scalar(number))
    found: dict[DeliveryState, int] = {}
    for state, condition in _INDEXED.items():
        found[state] = int(await work.scalar(number.where(text(condition))))
    by_state = select(deliveries.c.state, func.count().label("n")).where(_IN_FLIGHT)
    for row in await work.rows(by_state.group_by(deliveries.c.state)):
        found[DeliveryState(row.state)] = row.n
    found[DeliveryState.SENT] = every - sum(found.values())
    return {state: n for state, n in found.items() if n}
