"""What may be asked of timetables, in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from storage.database import Work
from storage.records import ChatId, Place, Rhythm, Timetable, TimetableDue, TopicId
from storage.rows import chunks, settings_of
from storage.schema import chats, timetables


class Timetables:
    """When each place's digest is due, and what quiet hours or a pause held back."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, place: Place) -> Timetable:
        """Return a place's timetable; an empty one where none is kept."""
        return (await self.get_many([place]))[place]

    async def get_many(self, places: Iterable[Place]) -> dict[Place, Timetable]:
        """Return the timetables of places; empty ones where none are kept."""
        found = {place: Timetable(place) for place in places}
        for part in chunks(sorted({place.chat_id for place in found})):
            asked = select(timetables).where(timetables.c.chat_id.in_(part))
            kept = map(_timetable_of, await self._work.rows(asked))
            found |= {one.place: one for one in kept if one.place in found}
        return found

    async def of_chat(self, chat_id: ChatId) -> list[Timetable]:
        """Return the timetables of a chat and of its topics."""
        asked = select(timetables).where(timetables.c.chat_id == chat_id)
        return [_timetable_of(row) for row in await self._work.rows(asked)]

    async def put(self, timetable: Timetable) -> None:
        """Keep a place's timetable; its chat has to be known."""
        rhythm = timetable.rhythm
        values = {
            "minute": rhythm.minute if rhythm else None,
            "weekday": rhythm.weekday if rhythm else None,
            "whole": timetable.whole,
            "digest_at": timetable.digest_at,
            "digested_at": timetable.digested_at,
            "roundup_at": timetable.roundup_at,
            "paused_until": timetable.paused_until,
            "wake_at": timetable.wake_at,
        }
        where = {"chat_id": timetable.place.chat_id, "topic_id": timetable.place.topic_id}
        new = self._work.insert(timetables).values(**where, **values)
        await self._work.run(new.on_conflict_do_update(index_elements=[*where], set_=values))

    async def due(self, now: datetime, limit: int) -> list[TimetableDue]:
        """Return those with something to do now, the longest due first."""
        asked = (
            select(timetables, chats.c.settings)
            .join(chats, chats.c.id == timetables.c.chat_id)
            .where(timetables.c.wake_at <= now)
            .order_by(timetables.c.wake_at)
            .limit(limit)
        )
        return [
            TimetableDue(_timetable_of(row), settings_of(row.settings))
            for row in await self._work.rows(asked)
        ]


def _timetable_of(row: Row[Any]) -> Timetable:
    return Timetable(
        place=Place(ChatId(row.chat_id), TopicId(row.topic_id)),
        rhythm=None if row.minute is None else Rhythm(row.minute, row.weekday),
        whole=row.whole,
        digest_at=row.digest_at,
        digested_at=row.digested_at,
        roundup_at=row.roundup_at,
        paused_until=row.paused_until,
    )
