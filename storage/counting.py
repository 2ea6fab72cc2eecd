"""Counts deliveries without reading them: by what the indexes hold."""

from sqlalchemy import func, select

from storage.database import Work, lines
from storage.records import DeliveryState
from storage.rows import in_state
from storage.schema import deliveries

_INDEXED = (
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.DROPPED,
    DeliveryState.EDIT_WAITING,
)
"""States that have an index each; what is in flight shares one."""


async def counts(work: Work) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state; sent are those that are in no other."""
    number = select(func.count()).select_from(deliveries)
    asked = {state.value: number.where(in_state(state)) for state in _INDEXED}
    for state in (DeliveryState.SENDING, DeliveryState.EDITING):
        asked[state.value] = number.where(lines.IS_IN_FLIGHT, deliveries.c.state == state.value)
    every = DeliveryState.SENT.value
    found = await work.counts(asked | {every: number})
    found[every] = 2 * found[every] - sum(found.values())
    return {DeliveryState(state): n for state, n in found.items() if n}
