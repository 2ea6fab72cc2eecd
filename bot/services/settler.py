"""Writes down how deliveries ended: each at once, those of the same moment in one commit."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, assert_never

from bot.clock import Clock
from bot.services.counts import Counts
from storage.errors import StoreError
from storage.records import ChatId, ChatState, Place, Settled
from storage.store import Store, Transaction

log = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_REFUSALS = 4
"""After so many refusals of one parcel's endings the others go on without it."""


@dataclass(frozen=True, slots=True)
class ChatSlept:
    """The chat cannot be sent to; what waits for it is dropped."""

    chat_id: ChatId
    reason: str
    forever: bool


@dataclass(frozen=True, slots=True)
class ChatHeld:
    """Nothing may be sent to the chat before then."""

    chat_id: ChatId
    until: datetime


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The chat has another id, and everything goes with it."""

    old: ChatId
    new: ChatId


@dataclass(frozen=True, slots=True)
class TopicSlept:
    """One topic cannot be sent to."""

    place: Place
    reason: str


Effect = ChatSlept | ChatHeld | ChatMoved | TopicSlept


@dataclass(frozen=True, slots=True)
class Ending:
    """How a delivery ended, and what that says about its chat."""

    settled: Settled
    effect: Effect | None = None


class Settler:
    """Commits endings; while a commit runs, the next ones gather and share theirs.

    A commit that fails is tried again until it passes: what was sent must be known as sent. While
    it fails, `paused` is true and nothing more may be sent (a full disk would otherwise mean that
    everything goes out again and again). Only what the database refuses although it is well is
    left behind, lest one chat hold all.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        owner: str,
        topic_slept: Callable[[TopicSlept], None],
        counts: Counts | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._topic_slept = topic_slept
        self._counts = counts or Counts()
        self._gathered: list[tuple[list[Ending], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.paused = False

    async def settle(self, endings: list[Ending]) -> None:
        """Return when the endings are committed, however long that takes."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gathered.append((endings, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_all())
        await done

    async def close(self) -> None:
        """Give up what could not be committed: its leases run out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for _, done in self._gathered:
            done.cancel()

    async def _commit_all(self) -> None:
        while self._gathered:
            batch, self._gathered = self._gathered, []
            try:
                slept = await self._commit([endings for endings, _ in batch])
            except asyncio.CancelledError:
                self._gathered = batch + self._gathered
                raise
            for _, done in batch:
                if not done.done():
                    done.set_result(None)
            for topic in slept:
                self._topic_slept(topic)

    async def _commit(self, parcels: list[list[Ending]]) -> list[TopicSlept]:
        """Commit the endings of these parcels; one that the database refuses holds no other."""
        wait, refusals = _FIRST_WAIT_S, 0
        while True:
            # Whatever goes wrong is looked at: somebody waits for the end.
            (slept,) = await asyncio.gather(self._try(flat(parcels)), return_exceptions=True)
            if isinstance(slept, list):
                if self.paused:
                    log.info("Sending goes on: the database is well again")
                self.paused = False
                return slept
            if isinstance(slept, asyncio.CancelledError):
                raise slept
            # No outage: the words of a constraint, or a fault of our own.
            refusals += type(slept) is StoreError or not isinstance(slept, StoreError)
            if refusals and len(parcels) > 1:
                return flat([await self._commit([one]) for one in parcels])
            if refusals >= _REFUSALS:
                return await self._refused(parcels[0], slept)
            log.error("Sending pauses: the database takes no more (%s)", slept)
            self.paused = True
            await self._clock.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)

    async def _try(self, endings: list[Ending]) -> list[TopicSlept]:
        async with self._store.write() as tx:
            dropped = await _dropped(tx, endings)
            slept = await self._write(tx, endings)
        self._counts.dropped += dropped
        return slept

    async def _refused(self, parcel: list[Ending], error: BaseException) -> list[TopicSlept]:
        """Leave out what the endings say of their chat; else leave the parcel in flight."""
        self.paused = False
        if any(ending.effect is not None for ending in parcel):
            log.error("What a chat's answer means cannot be kept (%s)", error)
            return await self._commit([[replace(ending, effect=None) for ending in parcel]])
        log.error("How a delivery ended cannot be kept; its chat waits for a restart (%s)", error)
        return []

    async def _write(self, tx: Transaction, endings: list[Ending]) -> list[TopicSlept]:
        """Write all endings; return the topics of which nobody knew yet that they sleep."""
        now = self._clock.now()
        await tx.outbox.settle_many([ending.settled for ending in endings], now, self._owner)
        slept: list[TopicSlept] = []
        for effect in dict.fromkeys(ending.effect for ending in endings):
            match effect:
                case None:
                    pass
                case ChatSlept(chat_id, reason, forever):
                    state = ChatState.GONE if forever else ChatState.ASLEEP
                    await tx.chats.set_state(chat_id, state, reason, now)
                case ChatHeld(chat_id, until):
                    await tx.outbox.hold_chat(chat_id, until)
                case ChatMoved(old, new):
                    await tx.chats.move(old, new)
                case TopicSlept(place, reason):
                    if await tx.chats.topic_asleep(place, reason):
                        slept.append(effect)
                case _:
                    assert_never(effect)
        return slept


async def _dropped(tx: Transaction, endings: list[Ending]) -> int:
    """Count what waits for chats and topics that fall asleep."""
    count = 0
    for effect in {ending.effect for ending in endings}:
        if isinstance(effect, ChatSlept):
            count += await tx.outbox.waiting(effect.chat_id)
        elif isinstance(effect, TopicSlept):
            count += await tx.outbox.waiting(effect.place.chat_id, effect.place.topic_id)
    return count


def flat(lists: Iterable[list[T]]) -> list[T]:
    """Return all that is in them, in order."""
    return [one for some in lists for one in some]
