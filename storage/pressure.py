"""How much waits for a place, and how much it was told lately."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.database import Work, lines
from storage.records import DIGEST, Place, Pressure
from storage.rows import chunks
from storage.schema import deliveries

_D = deliveries.c


async def pressure(work: Work, places: Sequence[Place], since: datetime) -> dict[Place, Pressure]:
    """Return for each of the places what waits, and what it was told since then."""
    waiting: dict[Place, int] = {}
    told: dict[Place, tuple[int, datetime | None]] = {}
    for part in chunks(sorted({place.chat_id for place in places})):
        asked = select(_D.chat_id, _D.topic_id, func.count().label("n"))
        by_place = asked.where(_D.chat_id.in_(part)).group_by(_D.chat_id, _D.topic_id)
        for row in await work.rows(by_place.where(lines.IS_WAITING)):
            waiting[Place(row.chat_id, row.topic_id)] = row.n
        lately = by_place.add_columns(func.min(_D.sent_at).label("first"))
        # A digest was asked for, and so does not count as much at once.
        pushed = lines.IS_NOT_WAITING, _D.sent_at >= since, _D.together.not_like(f"{DIGEST}%")
        for row in await work.rows(lately.where(*pushed)):
            told[Place(row.chat_id, row.topic_id)] = (row.n, row.first)
    return {place: Pressure(waiting.get(place, 0), *told.get(place, (0, None))) for place in places}
