"""What may be asked of chats, in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal, null, select, update

from storage.database import Work
from storage.queries import drop_orphans
from storage.records import (
    Chat,
    ChatId,
    ChatKind,
    ChatSettings,
    ChatState,
    DeliveryState,
    Place,
    QueryId,
)
from storage.rows import chat_of, in_state, settings_kept
from storage.schema import (
    buttons,
    chats,
    deliveries,
    mutes,
    sources,
    subscriptions,
    tag_topics,
    timetables,
    topics,
)


class Chats:
    """Chats, their settings and their forum topics."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, chat_id: ChatId, kind: ChatKind, title: str, now: datetime) -> Chat:
        """Know the chat, with its newest kind and title; return it as it is kept."""
        new = self._work.insert(chats).values(
            id=chat_id,
            kind=kind.value,
            title=title,
            state=ChatState.ACTIVE.value,
            state_at=now,
            settings=settings_kept(ChatSettings()),
            created_at=now,
        )
        await self._work.run(
            new.on_conflict_do_update(
                index_elements=["id"],
                set_={"kind": new.excluded.kind, "title": new.excluded.title},
                where=(chats.c.kind != new.excluded.kind) | (chats.c.title != new.excluded.title),
            )
        )
        return chat_of((await self._work.rows(select(chats).where(chats.c.id == chat_id)))[0])

    async def get(self, chat_id: ChatId) -> Chat | None:
        """Return the chat, if it is known."""
        row = await self._work.first(select(chats).where(chats.c.id == chat_id))
        return chat_of(row) if row else None

    async def get_to_change(self, chat_id: ChatId) -> Chat | None:
        """Return the same, and let nobody else change it before the transaction's end."""
        asked = select(chats).where(chats.c.id == chat_id).with_for_update()
        row = await self._work.first(asked)
        return chat_of(row) if row else None

    async def counts(self) -> dict[ChatState, int]:
        """Return how many chats are in each state."""
        rows = await self._work.rows(
            select(chats.c.state, func.count().label("n")).group_by(chats.c.state)
        )
        return {ChatState(row.state): row.n for row in rows}

    async def set_state(
        self, chat_id: ChatId, state: ChatState, reason: str, now: datetime
    ) -> None:
        """Note whether the chat can be sent to; what waits for one that cannot is dropped."""
        await self._work.run(
            update(chats)
            .where(chats.c.id == chat_id)
            .values(state=state.value, state_reason=reason, state_at=now, held_until=None)
        )
        if state is not ChatState.ACTIVE:
            await self._drop(deliveries.c.chat_id == chat_id, reason)

    async def wake(self, chat_id: ChatId) -> bool:
        """Send to the chat again; return whether it slept."""
        done = await self._work.run(
            update(chats)
            .where(chats.c.id == chat_id, chats.c.state != ChatState.ACTIVE.value)
            .values(state=ChatState.ACTIVE.value, state_reason="", held_until=None)
        )
        return done.rowcount == 1

    async def may_write(self, chat_id: ChatId, now: datetime) -> bool:
        """Let what waits for a right to write go at once; return whether anything did.

        A flood wait speaks against no message, and so it goes on.
        """
        waiting = (deliveries.c.chat_id == chat_id) & in_state(DeliveryState.WAITING)
        denied = select(literal(1)).where(waiting, deliveries.c.attempts > 0).limit(1)
        if await self._work.first(denied) is None:
            return False
        await self._work.run(update(chats).where(chats.c.id == chat_id).values(held_until=None))
        await self._work.run(update(deliveries).where(waiting).values(due_at=now, attempts=0))
        await self._work.announce()
        return True

    async def allow(self, chat_id: ChatId, allowed: bool) -> None:  # noqa: FBT001 - a plain fact
        """Let the chat in, or out, where access is private."""
        await self._work.run(update(chats).where(chats.c.id == chat_id).values(allowed=allowed))

    async def manage(self, chat_id: ChatId, managed: ChatId | None) -> None:
        """Let a private chat manage another chat, which has to be known; None: itself."""
        await self._work.run(update(chats).where(chats.c.id == chat_id).values(manages=managed))

    async def save_settings(self, chat_id: ChatId, settings: ChatSettings) -> None:
        """Keep what the chat chose."""
        await self._work.run(
            update(chats).where(chats.c.id == chat_id).values(settings=settings_kept(settings))
        )

    async def topic_asleep(self, place: Place, reason: str) -> bool:
        """Send nothing more to the topic, drop what waits for it; return whether that is news."""
        new = self._work.insert(topics).values(
            chat_id=place.chat_id, topic_id=place.topic_id, state="asleep", reason=reason
        )
        done = await self._work.run(
            new.on_conflict_do_update(
                index_elements=["chat_id", "topic_id"],
                set_={"state": "asleep", "reason": reason},
                where=topics.c.state != "asleep",
            )
        )
        await self._drop(
            (deliveries.c.chat_id == place.chat_id) & (deliveries.c.topic_id == place.topic_id),
            reason,
        )
        return done.rowcount == 1

    async def topic_sleeps(self, place: Place) -> bool:
        """Tell whether nothing is sent to the topic."""
        asked = select(literal(1)).where(_is(place), topics.c.state != "active")
        return await self._work.first(asked) is not None

    async def topic_awake(self, place: Place) -> bool:
        """Send to the topic again; return whether it slept."""
        done = await self._work.run(delete(topics).where(_is(place)))
        return done.rowcount == 1

    async def move(self, old: ChatId, new: ChatId) -> None:
        """Give everything of a chat to its new id; what the new one has already is merged."""
        before = await self.get(old)
        if old == new or before is None:
            return
        known = await self.get(new)
        if known is None:
            await self._work.run(update(chats).where(chats.c.id == old).values(id=new))
            await self._work.run(
                update(deliveries).where(deliveries.c.chat_id == old).values(chat_id=new)
            )
            return
        await self._merge(old, new)
        await self._work.run(update(chats).where(chats.c.id == new).values(_merged(before, known)))

    async def _merge(self, old: ChatId, new: ChatId) -> None:
        """Move what the new chat lacks; the rest goes with the old one."""
        twin = subscriptions.alias("twin")
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.chat_id == old)
            .where(
                ~select(literal(1))
                .where(
                    twin.c.chat_id == new,
                    twin.c.topic_id == subscriptions.c.topic_id,
                    twin.c.query_id == subscriptions.c.query_id,
                )
                .exists()
            )
            .values(chat_id=new)
        )
        told = deliveries.alias("told")
        await self._work.run(
            update(deliveries)
            .where(deliveries.c.chat_id == old)
            .where(
                ~select(literal(1))
                .where(
                    told.c.chat_id == new,
                    told.c.topic_id == deliveries.c.topic_id,
                    told.c.story_id == deliveries.c.story_id,
                )
                .exists()
            )
            .values(chat_id=new)
        )
        there = select(buttons.c.token).where(buttons.c.chat_id == new)
        await self._work.run(
            update(buttons)
            .where(buttons.c.chat_id == old, buttons.c.token.not_in(there))
            .values(chat_id=new)
        )
        known = select(topics.c.topic_id).where(topics.c.chat_id == new)
        await self._work.run(
            update(topics)
            .where(topics.c.chat_id == old, topics.c.topic_id.not_in(known))
            .values(chat_id=new)
        )
        timed = select(timetables.c.topic_id).where(timetables.c.chat_id == new)
        await self._work.run(
            update(timetables)
            .where(timetables.c.chat_id == old, timetables.c.topic_id.not_in(timed))
            .values(chat_id=new)
        )
        await self._work.run(update(mutes).where(mutes.c.chat_id == old).values(chat_id=new))
        await self._work.run(update(chats).where(chats.c.manages == old).values(manages=new))
        await self._work.run(delete(deliveries).where(deliveries.c.chat_id == old))
        await self._work.run(delete(chats).where(chats.c.id == old))

    async def forget(self, chat_id: ChatId) -> bool:
        """Forget the chat with all that is kept of it; return whether it was known.

        A private chat's id is its user's id, so what that user added elsewhere loses its name.
        """
        left = await self._work.rows(
            select(subscriptions.c.query_id).where(subscriptions.c.chat_id == chat_id).distinct()
        )
        for table in (subscriptions, mutes, topics, tag_topics, timetables, buttons, deliveries):
            await self._work.run(delete(table).where(table.c.chat_id == chat_id))
        done = await self._work.run(delete(chats).where(chats.c.id == chat_id))
        await self._work.run(
            update(subscriptions)
            .where(subscriptions.c.created_by == chat_id)
            .values(created_by=null())
        )
        await self._work.run(
            update(sources).where(sources.c.added_by == chat_id).values(added_by=null())
        )
        await drop_orphans(self._work, [QueryId(row.query_id) for row in left])
        return done.rowcount == 1

    async def _drop(self, which: ColumnElement[bool], reason: str) -> None:
        for state in (DeliveryState.WAITING, DeliveryState.HELD):
            await self._work.run(
                update(deliveries)
                .where(which, in_state(state))
                .values(state=DeliveryState.DROPPED.value, reason=reason)
            )


def _is(place: Place) -> ColumnElement[bool]:
    return (topics.c.chat_id == place.chat_id) & (topics.c.topic_id == place.topic_id)


def _merged(old: Chat, new: Chat) -> dict[str, Any]:
    """Return what the one chat that two were takes over from the old one.

    Where it was active, what waits for it waits for an answer: so the new one is asked.
    """
    # The language of a chat that is only seen is its guest's; nobody chose it.
    untouched = replace(new.settings, language=ChatSettings().language) == ChatSettings()
    taken: dict[str, Any] = {"allowed": old.allowed or new.allowed}
    if untouched:
        taken["settings"] = settings_kept(old.settings)
    if ChatState.ACTIVE in {old.state, new.state}:
        taken |= {"state": ChatState.ACTIVE.value, "state_reason": ""}
    return taken
