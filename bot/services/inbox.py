"""What Telegram tells, recorded before it is confirmed, so that each update is handled once."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.core.numbers import Numbers
from storage.errors import StoreError
from storage.store import Store, Transaction

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
"""So long Telegram delivers again what nobody confirmed (core.telegram.org/bots/api#update).

After a week without updates it numbers them anew, and so what is older says nothing any more.
"""
MOST_OPEN = 1_000
"""So many updates may wait to be handled; more are left to Telegram."""
MOST_TRIES = 3
"""An update over which the process died so often is not handled again."""
_RETRY_S = 2.0

RawUpdate = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that is recorded, and not yet handled to its end."""

    number: int
    update: RawUpdate
    changed: bool = False
    """Whether what it asks for was done before the process died; perhaps without an answer."""


class Inbox:
    """Updates on their way from Telegram to an answer; it survives the process.

        record   keep what is new, those of a moment in one transaction; then Telegram may forget it
        handle   each chat's updates in their order
        note     a change that an update asks for is committed together with the note that it was
                 made: it is never made a second time
        done     when it was answered, the record goes; its number stays for a day

    After a crash `begin` hands out what was recorded and is not done. What was noted is not done
    again, only spoken of. What changes nothing (`/help`, `/latest`) is answered again. So the
    windows that remain are: an answer that Telegram took, but whose `done` was not committed any
    more, comes twice; and where one update makes several changes in transactions of their own,
    those after the first are lost with the process. Changes that are the same when made twice
    (a chat is seen, moves, falls asleep; a source is added) carry no note.
    """

    def __init__(self, store: Store, clock: Clock, bot: str) -> None:
        self._store = store
        self._clock = clock
        self._seen_name = f"telegram.{bot}.seen"
        self._prefix = f"telegram.{bot}.update."
        self._current: ContextVar[Taken | None] = ContextVar("update", default=None)
        self._take: Callable[[Taken], None] | None = None
        self._open: dict[int, Taken] = {}
        self._untried: set[int] = set()
        self._room = asyncio.Event()
        self._coming: list[tuple[Sequence[RawUpdate], asyncio.Future[None]]] = []
        self._going: list[tuple[int, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self.recorded = 0
        self.repeated = 0
        """Updates that Telegram delivered again although they were taken."""

    # --- from Telegram --------------------------------------------------------------------------

    async def begin(self, take: Callable[[Taken], None]) -> None:
        """Hand out what an earlier life left, oldest first; from now on also what is recorded."""
        async with self._store.write() as tx:
            left = await self._left(tx)
        for taken in left:
            self._open[taken.number] = taken
            self._untried.add(taken.number)
            take(taken)
        self._take = take
        self._look_at_room()

    @property
    def has_room(self) -> bool:
        """Whether more may be recorded now."""
        return self._room.is_set()

    @property
    def waiting(self) -> int:
        """How many are recorded and not yet done."""
        return len(self._open)

    async def room(self) -> None:
        """Wait until more may be recorded."""
        await self._room.wait()

    async def record(self, updates: Sequence[RawUpdate]) -> None:
        """Keep those that were not seen before, and hand them out in this order.

        When it returns, they are safe. Raises StoreError; then none of them was kept.
        """
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._coming.append((updates, kept))
        self._commit_soon()
        await kept

    # --- while one is handled -------------------------------------------------------------------

    async def begun(self, number: int) -> None:
        """Count that an update which an earlier life left is tried again, before it is.

        Those behind it in the line are not tried when the process dies over it.
        """
        if number not in self._untried:
            return
        self._untried.remove(number)
        name = f"{self._prefix}{number}"
        async with self._store.write() as tx:
            kept = await tx.state.get(name)
            if kept is not None:
                row = json.loads(kept)
                await tx.state.put(name, json.dumps(row | {"tries": row["tries"] + 1}).encode())

    @contextmanager
    def handling(self, number: int) -> Iterator[Taken | None]:
        """Let changes inside, made through a store with `note`, be noted as this update's."""
        taken = self._open.get(number)
        token = self._current.set(taken)
        try:
            yield taken
        finally:
            self._current.reset(token)

    async def note(self, tx: Transaction) -> None:
        """Note, in the transaction of a change, that the update at hand was carried out."""
        taken = self._current.get()
        if taken is not None and taken.number in self._open:
            await self._put(tx, taken, changed=True)

    async def done(self, number: int) -> None:
        """Forget an update that was answered; returns when that is committed, however late."""
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._going.append((number, gone))
        self._commit_soon()
        await gone

    async def close(self) -> None:
        """Record nothing more. What is not done yet is handed out after a restart."""
        self._take = None
        self._room.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for _, waiting in (*self._coming, *self._going):
            waiting.cancel()

    # --- inside ---------------------------------------------------------------------------------

    def _commit_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_all(), name="inbox")

    async def _commit_all(self) -> None:
        while self._coming or self._going:
            coming, self._coming = self._coming, []
            going, self._going = self._going, []
            try:
                fresh = await self._commit(coming, going)
            except StoreError as error:
                log.error("Updates wait: the database takes no more (%s)", error)  # noqa: TRY400 - the line says it all
                for _, kept in coming:
                    _fail(kept, error)
                self._going = going + self._going
                await self._clock.sleep(_RETRY_S)
                continue
            except BaseException as error:
                for _, waiting in (*coming, *going):
                    _fail(waiting, error)
                raise
            self._settle(fresh, coming, going)

    async def _commit(
        self,
        coming: Sequence[tuple[Sequence[RawUpdate], object]],
        going: Sequence[tuple[int, object]],
    ) -> list[Taken]:
        updates = [update for several, _ in coming for update in several]
        fresh: list[Taken] = []
        async with self._store.write() as tx:
            seen = await self._seen(tx) if updates else Numbers()
            for update in updates:
                number = number_of(update)
                if number is None or number in seen:
                    continue
                seen = seen.adding(number)
                fresh.append(Taken(number, update))
                await self._put(tx, fresh[-1])
            if fresh:
                kept = {"at": self._clock.now().isoformat(), "ranges": seen.ranges}
                await tx.state.put(self._seen_name, json.dumps(kept).encode())
            for number, _ in going:
                await tx.state.remove(f"{self._prefix}{number}")
        self.recorded += len(fresh)
        self.repeated += len(updates) - len(fresh)
        return fresh

    def _settle(
        self,
        fresh: Sequence[Taken],
        coming: Sequence[tuple[object, asyncio.Future[None]]],
        going: Sequence[tuple[int, asyncio.Future[None]]],
    ) -> None:
        for number, _ in going:
            self._open.pop(number, None)
        for taken in fresh:
            self._open[taken.number] = taken
            if self._take is not None:
                self._take(taken)
        self._look_at_room()
        for _, waiting in (*coming, *going):
            if not waiting.done():
                waiting.set_result(None)

    def _look_at_room(self) -> None:
        if self._take is not None and len(self._open) < MOST_OPEN:
            self._room.set()
        else:
            self._room.clear()

    async def _seen(self, tx: Transaction) -> Numbers:
        kept = await tx.state.get(self._seen_name)
        if kept is None:
            return Numbers()
        state = json.loads(kept)
        if self._clock.now() - datetime.fromisoformat(state["at"]) >= KEPT:
            return Numbers()
        return Numbers.of(state["ranges"])

    async def _left(self, tx: Transaction) -> list[Taken]:
        """Read what is not done; what is too old or was tried too often goes."""
        left = []
        for name, value in (await tx.state.all(self._prefix)).items():
            row = json.loads(value)
            taken = Taken(int(name.removeprefix(self._prefix)), row["update"], row["changed"])
            old = self._clock.now() - datetime.fromisoformat(row["at"]) >= KEPT
            if old or row["tries"] >= MOST_TRIES:
                log.error("update %d is given up after %d tries", taken.number, row["tries"])
                await tx.state.remove(name)
            else:
                left.append(taken)
        return sorted(left, key=lambda one: one.number)

    async def _put(self, tx: Transaction, taken: Taken, *, changed: bool = False) -> None:
        row = {
            "at": self._clock.now().isoformat(),
            "tries": 1,
            "changed": changed,
            "update": taken.update,
        }
        await tx.state.put(f"{self._prefix}{taken.number}", json.dumps(row).encode())


def number_of(update: RawUpdate) -> int | None:
    """Return an update's number; None where it has none that can be one."""
    number = update.get("update_id")
    real = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
    return number if real else None


def _fail(waiting: asyncio.Future[None], error: BaseException) -> None:
    if waiting.done():
        return
    if isinstance(error, asyncio.CancelledError):
        waiting.cancel()
    else:
        waiting.set_exception(error)
