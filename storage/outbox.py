"""What may be asked of deliveries, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, delete, func, select, update

from storage.claiming import (
    Taker,
    claim_edits,
    claim_heads,
    next_due,
    take,
)
from storage.counting import counts
from storage.database import Turn, Work, lines
from storage.pressure import pressure
from storage.records import (
    ChatId,
    ChatKind,
    ChatState,
    DeliveryDue,
    DeliveryId,
    DeliveryState,
    Done,
    Edited,
    Held,
    Place,
    Pressure,
    QueryId,
    Settled,
    StoryId,
    TopicId,
)
from storage.rows import chunks, folded, settings_for, tags_of
from storage.schema import articles, chats, deliveries, timetables
from storage.settling import settle

_PRUNED_AT_ONCE = 5000
_AWAKE = deliveries.c.chat_id.in_(select(chats.c.id).where(chats.c.state == ChatState.ACTIVE.value))


class Outbox:
    """Deliveries: put by the poller, claimed, sent and settled by the deliverer."""

    def __init__(self, work: Work, turn: Turn) -> None:
        self._work = work
        self._turn = turn

    async def put(
        self,
        story_id: StoryId,
        query_ids: Iterable[QueryId],
        seen_at: datetime,
        now: datetime,
        expires_at: datetime,
        *,
        only_allowed: bool = False,
    ) -> int:
        """Put the story before every place that subscribed to one of the queries; return how many.

        Subscriptions made after `seen_at`, muted ones, sleeping chats and topics are left out, and
        with `only_allowed` the chats that no operator let in. A place that was told, or waits to
        be told, is not told again.
        """
        asked = list(dict.fromkeys(query_ids))
        if not asked:
            return 0
        carriers, names = await self._tellers(story_id)
        values = {
            "story": story_id, "queries": asked, "sources": carriers, "anybody": not only_allowed,
            "names": sorted(names - {""}), "tellers": len(names),
            "due": now, "created": now, "expires": expires_at, "seen": seen_at, "now": now,
        }  # fmt: skip
        number = (await self._work.run(lines.FAN_OUT, values)).rowcount
        if number:
            await self._work.announce()
        return number

    async def _tellers(self, story_id: StoryId) -> tuple[list[int], set[str]]:
        """Return which sources carry a story, and the names of those who tell it."""
        told = await self._work.rows(
            select(articles.c.source_id, articles.c.publisher, articles.c.source_title).where(
                articles.c.story_id == story_id
            )
        )
        names = {folded(row.publisher or row.source_title) for row in told}
        return [row.source_id or 0 for row in told], names

    async def grow(self, story_ids: Iterable[StoryId], due_at: datetime) -> int:
        """Let what told the stories be edited, not before `due_at`; return how many messages.

        Growth before that costs one edit. What is in flight is edited again afterwards.
        """
        edits = others = 0
        for part in chunks(sorted(set(story_ids))):
            of_stories = deliveries.c.story_id.in_(part)
            told = of_stories & deliveries.c.message_id.is_not(None)
            done = await self._work.run(
                update(deliveries)
                .where(told, deliveries.c.state == DeliveryState.SENT.value, _AWAKE)
                .values(state=DeliveryState.EDIT_WAITING.value, due_at=due_at, attempts=0)
            )
            flying = await self._work.run(
                update(deliveries)
                .where(of_stories, deliveries.c.state.in_(["sending", "editing"]))
                .values(grown=True, due_at=due_at)
            )
            edits, others = edits + done.rowcount, others + flying.rowcount
        if edits:
            await self._work.announce()
        return edits + others

    async def claim(
        self, now: datetime, limit: int, lease_s: float, owner: str
    ) -> list[DeliveryDue]:
        """Take at most one delivery of each chat, by turns; edits only where no message waits.

        What is claimed is nobody else's until the lease ends; then others get it, as one that may
        have arrived. Chats with one in flight, asleep or held are left out.
        """
        await self._work.lock("claims")
        by = now + self._work.ahead
        values = {"now": now, "by": by, "owner": owner, "unsure": True}
        await self._work.run(lines.RUN_OUT, values)
        await self._work.run(lines.WAKE, {"now": now})
        taker = self._taker(now, lease_s, owner)
        taken = await claim_heads(self._work, self._turn, now, limit, taker)
        if len(taken) < limit:
            taken += await claim_edits(self._work, now, limit - len(taken), taker)
        return await self._due(taken)

    async def claim_rest(
        self, head: DeliveryDue, now: datetime, limit: int, lease_s: float, owner: str
    ) -> list[DeliveryDue]:
        """Take more of what waits at a claimed one's place to go with it, oldest first."""
        rows = await self._work.rows(
            select(deliveries.c.id)
            .where(_at(head.place), lines.IS_WAITING, deliveries.c.due_at <= now)
            .where(deliveries.c.together == head.together)
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        taker = self._taker(now, lease_s, owner)
        ids = [DeliveryId(row.id) for row in rows]
        return await self._due(await take(self._work, ids, taker))

    def _taker(self, now: datetime, lease_s: float, owner: str) -> Taker:
        return Taker(owner, now + self._work.ahead + timedelta(seconds=lease_s))

    async def _due(self, ids: Sequence[DeliveryId]) -> list[DeliveryDue]:
        rows: list[Row[Any]] = []
        for part in chunks(ids):
            rows += await self._work.rows(
                select(
                    deliveries, chats.c.kind, chats.c.settings, chats.c.held_until,
                    timetables.c.paused_until, timetables.c.minute.is_not(None).label("collects"),
                )
                .join(chats, chats.c.id == deliveries.c.chat_id)
                .outerjoin(
                    timetables,
                    (timetables.c.chat_id == deliveries.c.chat_id)
                    & (timetables.c.topic_id == deliveries.c.topic_id),
                )
                .where(deliveries.c.id.in_(part))
            )  # fmt: skip
        rows.sort(key=lambda row: row.id)
        pairs = [(StoryId(row.story_id), _place_of(row)) for row in rows]
        tags, lengths = await tags_of(self._work, ids)
        return [
            _due_of(row, tags.get(pair, ()), lengths.get(pair, ()))
            for row, pair in zip(rows, pairs, strict=True)
        ]

    async def settle_many(
        self, settled: Iterable[Settled], now: datetime, owner: str | None = None
    ) -> None:
        """Write down how claimed deliveries ended, all in this transaction.

        With `owner`, what somebody else has claimed meanwhile is left to him, unless it was sent.
        """
        await settle(self._work, settled, now, owner)

    async def done(self, delivery_id: DeliveryId, message_id: int | None, now: datetime) -> None:
        """Telegram took it. Without a message id it was told in a roundup, and is never edited."""
        await settle(self._work, [Done(delivery_id, message_id)], now)

    async def edited(self, delivery_id: DeliveryId, now: datetime) -> None:
        """Telegram took the edit, or there is nothing to edit any more."""
        await settle(self._work, [Edited(delivery_id)], now)

    async def hold(self, delivery_id: DeliveryId, now: datetime, reason: str = "quiet") -> None:
        """Put it aside for a digest, a roundup or the end of quiet hours."""
        await settle(self._work, [Held(delivery_id, reason)], now)

    async def hold_chat(self, chat_id: ChatId, until: datetime) -> None:
        """Send nothing to the chat before then (a flood wait, a pause)."""
        await self._work.run(
            update(chats)
            .where(chats.c.id == chat_id)
            .values(held_until=case((chats.c.held_until > until, chats.c.held_until), else_=until))
        )

    async def release(
        self,
        owner: str,
        now: datetime,
        *,
        uncertain: bool = True,
        held: Iterable[DeliveryId] = (),
    ) -> int:
        """Give back what this owner has claimed, but for what it holds; return how many.

        After a crash they may have arrived (`uncertain`); at an orderly stop they have not.
        """
        values = {"now": now, "owner": owner, "unsure": uncertain, "held": list(held)}
        return (await self._work.run(lines.RELEASE, values)).rowcount

    async def waiting(self, chat_id: ChatId | None = None, topic_id: TopicId | None = None) -> int:
        """Return how many messages wait to be claimed, of all chats, of one, or of a topic."""
        asked = select(func.count()).select_from(deliveries).where(lines.IS_WAITING)
        if chat_id is not None:
            asked = asked.where(deliveries.c.chat_id == chat_id)
        if topic_id is not None:
            asked = asked.where(deliveries.c.topic_id == topic_id)
        return int(await self._work.scalar(asked))

    async def unsent(self) -> int:
        """Return how many messages wait to be sent, those that somebody has in hand with them."""
        asked = select(func.count()).select_from(deliveries)
        in_hand = asked.where(lines.IS_IN_FLIGHT, deliveries.c.state == DeliveryState.SENDING.value)
        return await self.waiting() + int(await self._work.scalar(in_hand))

    async def pressure(self, places: Sequence[Place], since: datetime) -> dict[Place, Pressure]:
        """Return for each of the places what waits, and what it was told since then."""
        return await pressure(self._work, places, since)

    async def counts(self) -> dict[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        return await counts(self._work)

    async def next_due(self) -> datetime | None:
        """Return when the next message or edit may go, if one waits; for who has nothing to do."""
        return await next_due(self._work)

    async def oldest(self) -> datetime | None:
        """Return when the delivery was due that waits longest; None: nothing waits."""
        moment: datetime | None = await self._work.scalar(lines.OLDEST)
        return moment

    async def prune(self, before: datetime) -> int:
        """Forget deliveries made before then, whatever became of them; return how many."""
        total = 0
        while True:
            oldest = (
                select(deliveries.c.id, deliveries.c.created_at)
                .order_by(deliveries.c.id)
                .limit(_PRUNED_AT_ONCE)
                .subquery()
            )
            old = select(oldest.c.id).where(oldest.c.created_at < before)
            done = await self._work.run(delete(deliveries).where(deliveries.c.id.in_(old)))
            total += done.rowcount
            if done.rowcount < _PRUNED_AT_ONCE:
                return total


def _at(place: Place) -> Any:
    return (deliveries.c.chat_id == place.chat_id) & (deliveries.c.topic_id == place.topic_id)


def _place_of(row: Row[Any]) -> Place:
    return Place(ChatId(row.chat_id), TopicId(row.topic_id))


def _due_of(row: Row[Any], tags: tuple[str, ...], lengths: Iterable[str]) -> DeliveryDue:
    return DeliveryDue(
        id=DeliveryId(row.id),
        story_id=StoryId(row.story_id),
        place=_place_of(row),
        edit=row.state == DeliveryState.EDITING.value,
        message_id=row.message_id,
        attempts=row.attempts,
        maybe_duplicate=row.maybe_duplicate,
        silent=row.silent,
        plain=row.plain,
        created_at=row.created_at,
        chat_kind=ChatKind(row.kind),
        settings=settings_for(row.settings, lengths),
        tags=tags,
        uncertain=row.uncertain,
        expires_at=row.expires_at,
        held_until=row.held_until,
        together=row.together,
        paused_until=row.paused_until,
        collects=row.collects,
    )
