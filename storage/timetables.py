"""What may be asked of timetables, in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, null, select, update

from storage.database import Work
from storage.records import (
    NO_END,
    ChatId,
    OwnDigestDue,
    Place,
    Rhythm,
    SubscriptionId,
    Timetable,
    TimetableDue,
    TopicId,
)
from storage.rows import chunks, settings_of
from storage.schema import chats, subscriptions, timetables


class Timetables:
    """When each place's digest is due, or a subscription's own, and what was held back."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, place: Place) -> Timetable:
        """Return a place's timetable; an empty one where none is kept."""
        return (await self.get_many([place]))[place]

    async def get_many(self, places: Iterable[Place]) -> dict[Place, Timetable]:
        """Return the timetables of places; empty ones where none are kept."""
        found = {place: Timetable(place) for place in places}
        for part in chunks(sorted({place.chat_id for place in found})):
            asked = (
                select(timetables)
                .where(timetables.c.chat_id.in_(part))
                .order_by(timetables.c.chat_id, timetables.c.topic_id)
            )
            kept = map(_timetable_of, await self._work.rows(self._held(asked)))
            found |= {one.place: one for one in kept if one.place in found}
        return found

    async def of_chat(self, chat_id: ChatId) -> list[Timetable]:
        """Return the timetables of a chat and of its topics."""
        asked = select(timetables).where(timetables.c.chat_id == chat_id)
        return [_timetable_of(row) for row in await self._work.rows(self._held(asked))]

    async def put(self, timetable: Timetable, before: Timetable | None = None) -> None:
        """Keep a place's timetable; its chat has to be known.

        With `before`, as it was read, only what is different is written: whoever else makes the
        place's first timetable at the same moment keeps what is his.
        """
        new = _columns(timetable)
        old = _columns(before) if before is not None else {}
        changed = {name for name, value in new.items() if before is None or old[name] != value}
        where = {"chat_id": timetable.place.chat_id, "topic_id": timetable.place.topic_id}
        made = self._work.insert(timetables).values(**where, **new, wake_at=timetable.wake_at)
        final = {
            name: made.excluded[name] if name in changed else timetables.c[name] for name in new
        }
        kept = {name: final[name] for name in changed}
        await self._work.run(
            made.on_conflict_do_update(
                index_elements=[*where], set_={**kept, "wake_at": _wake_at(final)}
            )
        )

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
            for row in await self._work.rows(self._held(asked))
        ]

    async def set_own(
        self,
        subscription_id: SubscriptionId,
        rhythm: Rhythm | None,
        digest_at: datetime | None,
        digested_at: datetime | None = None,
    ) -> None:
        """Choose when a subscription's own digest comes; None: it has none."""
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.id == subscription_id)
            .values(
                minute=rhythm.minute if rhythm else None,
                weekday=rhythm.weekday if rhythm else None,
                digest_at=digest_at,
                digested_at=digested_at,
            )
        )

    async def own_due(self, now: datetime, limit: int) -> list[OwnDigestDue]:
        """Return the subscriptions whose own digest is due, the longest due first.

        Those of paused places wait for the end of the pause.
        """
        of = subscriptions.c
        place = (timetables.c.chat_id == of.chat_id) & (timetables.c.topic_id == of.topic_id)
        asked = (
            select(
                of.id, of.chat_id, of.topic_id, of.minute, of.weekday, of.digest_at,
                chats.c.settings,
            )
            .join(chats, chats.c.id == of.chat_id)
            .outerjoin(timetables, place)
            .where(
                of.digest_at <= now,
                timetables.c.paused_until.is_(None) | (timetables.c.paused_until <= now),
            )
            .order_by(of.digest_at)
            .limit(limit)
        )  # fmt: skip
        return [
            OwnDigestDue(
                id=SubscriptionId(row.id),
                place=Place(ChatId(row.chat_id), TopicId(row.topic_id)),
                rhythm=Rhythm(row.minute, row.weekday),
                digest_at=row.digest_at,
                settings=settings_of(row.settings),
            )
            for row in await self._work.rows(asked)
        ]

    def _held(self, asked: Select[Any]) -> Select[Any]:
        """Let nobody else change the rows before this transaction ends, if it writes."""
        return asked.with_for_update(of=timetables) if self._work.writing else asked


def _columns(timetable: Timetable) -> dict[str, Any]:
    rhythm = timetable.rhythm
    return {
        "minute": rhythm.minute if rhythm else None,
        "weekday": rhythm.weekday if rhythm else None,
        "whole": timetable.whole,
        "digest_at": timetable.digest_at,
        "digested_at": timetable.digested_at,
        "roundup_at": timetable.roundup_at,
        "paused_until": timetable.paused_until,
    }


def _wake_at(kept: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """Return what `Timetable.wake_at` returns, of columns."""
    paused, digest, roundup = kept["paused_until"], kept["digest_at"], kept["roundup_at"]
    return case(
        (paused >= NO_END, null()),
        (paused.is_not(None), paused),
        (digest.is_(None), roundup),
        (roundup.is_(None) | (digest <= roundup), digest),
        else_=roundup,
    )


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
