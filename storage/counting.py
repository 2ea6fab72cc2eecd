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
    asked = {state.value: number.where(text(condition)) for state, condition in _INDEXED.items()}
    for state in (DeliveryState.SENDING, DeliveryState.EDITING):
        asked[state.value] = number.where(_IN_FLIGHT, deliveries.c.state == state.value)
    every = DeliveryState.SENT.value
    found = await work.counts(asked | {every: number})
    found[every] = 2 * found[every] - sum(found.values())
    return {DeliveryState(state): n for state, n in found.items() if n}
