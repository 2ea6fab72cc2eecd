"""What quiet hours and pauses keep from being sent now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.core.breadth import is_breaking
from bot.core.silence import Aside, Through, aside
from storage.records import DeliveryDue, DeliveryId, Held, Place, Settled
from storage.store import Transaction

Silenced = dict[DeliveryId, Aside | Through]


async def put_aside(tx: Transaction, dues: Sequence[DeliveryDue], now: datetime) -> Silenced:
    """Return what may not go now and why, and what comes all the same; edits make no sound.

    Where something is put aside for a while, its place's timetable says when to look again.
    """
    fresh = [due for due in dues if not due.edit]
    curious = {due.story_id for due in fresh if due.settings.quiet_breaking}
    stories = await tx.stories.get_many(curious) if curious else {}
    silenced: Silenced = {}
    until: dict[Place, datetime] = {}
    for due in fresh:
        story = stories.get(due.story_id)
        how = aside(due, now, partial(is_breaking, story.articles if story is not None else ()))
        if how is not None:
            silenced[due.id] = how
        if isinstance(how, Aside) and how.until is not None:
            until[due.place] = how.until
    await _look_again(tx, until)
    return silenced


def held(silenced: Silenced) -> list[Settled]:
    """Return how those ended that were put aside."""
    return [Held(number, how.reason) for number, how in silenced.items() if isinstance(how, Aside)]


async def _look_again(tx: Transaction, until: Mapping[Place, datetime]) -> None:
    if not until:
        return
    for place, kept in (await tx.timetables.get_many(until)).items():
        if kept.roundup_at is None or until[place] < kept.roundup_at:
            await tx.timetables.put(replace(kept, roundup_at=until[place]), kept)
