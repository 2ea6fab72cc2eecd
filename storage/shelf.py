"""What may be asked of deliveries that are put aside, in one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, literal, select, update

from storage.database import Work, lines
from storage.records import (
    BREAKING,
    DIGEST,
    ENOUGH,
    QUIET_UNLESS_BREAKING,
    DeliveryId,
    DeliveryState,
    Place,
    StoryId,
    SubscriptionId,
)
from storage.rows import chunks, folded, in_state
from storage.schema import (
    articles,
    deliveries,
    mutes,
    query_tags,
    story_queries,
    subscriptions,
    timetables,
)

UNBROKEN = "it did not break"
ENDED = "its subscription ended"
MUTED = "it is muted there"
BREAKS_WITHIN = timedelta(hours=1)
"""A story that so many sources carry as make it break does so within this time."""
_FRESH = timedelta(days=1)
"""What was put aside may be tried for so long once it is let go, however old it is."""
_D = deliveries.c
_HELD = in_state(DeliveryState.HELD)
_WAITING = in_state(DeliveryState.WAITING)


class Shelf:
    """Deliveries held for a digest, for the end of quiet hours, or until their story breaks.

    And what rests: a place whose reader had enough for now.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, place: Place, reason: str) -> list[tuple[DeliveryId, StoryId]]:
        """Return what is put aside at a place for this reason, oldest first."""
        rows = await self._work.rows(
            select(_D.id, _D.story_id).where(_at(place), _HELD, _D.reason == reason).order_by(_D.id)
        )
        return [(DeliveryId(row.id), StoryId(row.story_id)) for row in rows]

    async def gone_together(self, place: Place, together: str) -> list[StoryId]:
        """Return the stories that a place got, or is about to get, in one message."""
        rows = await self._work.rows(
            select(_D.story_id)
            .where(_at(place), _D.together == together, _D.state != DeliveryState.DROPPED.value)
            .order_by(_D.id)
        )
        return [StoryId(row.story_id) for row in rows]

    async def release(
        self, place: Place, reasons: Iterable[str], now: datetime, together: str = ""
    ) -> int:
        """Let what is put aside at a place for these reasons wait to be sent; return how many.

        With `together`, in one message.
        """
        which = _at(place) & _D.reason.in_(list(reasons))
        return await self._release(which, now, together=together)

    async def collect(
        self, place: Place, now: datetime, together: str, of: SubscriptionId | None = None
    ) -> int:
        """Let a place's digest go, in one message that makes its sound; return of how many.

        `of`: only what this subscription brings; else what no digest of a subscription's own takes.
        What may still break within its hour is left for the next one.
        """
        own = subscriptions.c.minute.is_not(None)
        whose: ColumnElement[bool] = ~_finds(place, own) | _finds(place, ~own)
        if of is not None:
            whose = _finds(place, subscriptions.c.id == of)
        settled = (_D.reason == BREAKING) & (_D.created_at <= now - BREAKS_WITHIN)
        which = _at(place) & ((_D.reason == DIGEST) | settled) & whose
        return await self._release(which, now, together=together, silent=False)

    async def broke(self, stories: Iterable[StoryId], now: datetime) -> int:
        """Let go what waited for these stories to break; return how many."""
        found = 0
        for part in chunks(sorted(set(stories))):
            which = _D.story_id.in_(part) & _D.reason.in_([BREAKING, QUIET_UNLESS_BREAKING])
            loud = case((_D.reason == BREAKING, False), else_=_D.silent)
            found += await self._release(which, now, together="", silent=loud)
        return found

    async def rest(self, place: Place, until: datetime) -> None:
        """Let what waits for a place rest until then; its chat's other places go on.

        What may not go before then anyway is left as it is.
        """
        await self._work.run(
            update(deliveries)
            .where(_at(place), lines.IS_WAITING, _D.due_at <= until)
            .values(state=DeliveryState.HELD.value, reason=ENOUGH, due_at=until)
        )

    async def waits_to_break(self, stories: Iterable[StoryId]) -> set[StoryId]:
        """Return those of the stories that somebody wants to hear of when they break."""
        found: set[StoryId] = set()
        for part in chunks(sorted(set(stories))):
            asked = select(_D.story_id).where(
                _D.story_id.in_(part), _HELD, _D.reason.in_([BREAKING, QUIET_UNLESS_BREAKING])
            )
            found |= {StoryId(row.story_id) for row in await self._work.rows(asked.distinct())}
        return found

    async def give_up_breaking(self, now: datetime) -> int:
        """Drop what did not break in time; where there is a digest it goes into that."""
        late = _HELD & (_D.reason == BREAKING) & (_D.expires_at <= now)
        digests = exists(
            select(literal(1)).where(
                timetables.c.chat_id == _D.chat_id,
                timetables.c.topic_id == _D.topic_id,
                timetables.c.minute.is_not(None),
            )
        )
        await self._work.run(update(deliveries).where(late, digests).values(reason=DIGEST))
        dropped = await self._work.run(
            update(deliveries)
            .where(late)
            .values(state=DeliveryState.DROPPED.value, reason=UNBROKEN)
        )
        return dropped.rowcount

    async def drop_muted(self, place: Place, reasons: Iterable[str], now: datetime) -> int:
        """Drop what is put aside at a place for these reasons, and muted now; return how much."""
        which = _at(place) & _HELD & _D.reason.in_(list(reasons))
        active = (
            (mutes.c.chat_id == place.chat_id)
            & (mutes.c.topic_id == place.topic_id)
            & (mutes.c.until.is_(None) | (mutes.c.until > now))
        )
        kept = await self._work.rows(select(mutes.c.tag_id, mutes.c.name).where(active))
        tags = [row.tag_id for row in kept if row.tag_id is not None]
        names = {row.name for row in kept if row.name}
        dropped = 0
        if tags:
            muted = exists().where(
                query_tags.c.query_id == subscriptions.c.query_id, query_tags.c.tag_id.in_(tags)
            )
            dropped += await self._drop(which & ~_finds(place, ~muted))
        if names:
            dropped += await self._drop(_D.id.in_(await self._told_only_by(which, names)))
        return dropped

    async def _told_only_by(self, which: ColumnElement[bool], names: set[str]) -> list[int]:
        """Return those of these deliveries whose story nobody tells but these."""
        rows = await self._work.rows(
            select(_D.id, articles.c.publisher, articles.c.source_title)
            .join(articles, articles.c.story_id == _D.story_id)
            .where(which)
        )
        tellers: dict[int, set[str]] = {}
        for row in rows:
            tellers.setdefault(row.id, set()).add(folded(row.publisher or row.source_title))
        return [number for number, told in tellers.items() if told <= names]

    async def _drop(self, which: ColumnElement[bool], reason: str = MUTED) -> int:
        done = await self._work.run(
            update(deliveries).where(which).values(state=DeliveryState.DROPPED.value, reason=reason)
        )
        return done.rowcount

    async def unwanted(self, place: Place) -> int:
        """Drop what waits for a place and none of its subscriptions finds; return how many."""
        lost = _at(place) & ~_finds(place)
        return await self._drop(_HELD & lost, ENDED) + await self._drop(_WAITING & lost, ENDED)

    async def _release(self, which: ColumnElement[bool], now: datetime, **values: object) -> int:
        fresh = literal(now + _FRESH, _D.expires_at.type)
        done = await self._work.run(
            update(deliveries)
            .where(which, _HELD)
            .values(
                state=DeliveryState.WAITING.value,
                due_at=now,
                reason="",
                expires_at=case((_D.expires_at < fresh, fresh), else_=_D.expires_at),
                **values,
            )
        )
        if done.rowcount:
            await self._work.announce()
        return done.rowcount


def _finds(place: Place, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a subscription of the place, with these, finds the story."""
    return exists(
        select(literal(1))
        .select_from(story_queries)
        .join(subscriptions, subscriptions.c.query_id == story_queries.c.query_id)
        .where(
            story_queries.c.story_id == _D.story_id,
            subscriptions.c.chat_id == place.chat_id,
            subscriptions.c.topic_id == place.topic_id,
            *conditions,
        )
    )


def _at(place: Place) -> ColumnElement[bool]:
    return (_D.chat_id == place.chat_id) & (_D.topic_id == place.topic_id)
