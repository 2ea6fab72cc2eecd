"""Updates side by side, but those of one chat one after the other."""

import asyncio
import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

MOST_WAITING = 20
"""Updates of one chat that may wait; what comes on top is dropped, so that nobody else waits."""
AT_ONCE = 256


async def tell_nobody(_: object) -> None:
    """Tell nobody."""


class ChatOrder(BaseUpdateProcessor):
    """Keeps each chat's order; a slow or flooding chat delays no other.

    `handled` is told each update that is over with, answered or dropped, when the chat's next one
    may begin already.
    """

    def __init__(
        self,
        handled: Callable[[object], Awaitable[None]] = tell_nobody,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        super().__init__(at_once)
        self._tell = handled
        self._most_waiting = most_waiting
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: defaultdict[int, int] = defaultdict(int)
        self._running: set[asyncio.Task[Any]] = set()
        self._over = False
        self.dropped = 0

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when the chat's earlier updates are done."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._running.add(task)
        try:
            if not self._over:
                await self._process(update, coroutine)
        finally:
            self._running.discard(task)
            if inspect.iscoroutine(coroutine):
                coroutine.close()  # Where it was never begun.

    async def break_off(self) -> None:
        """Let go of what is being answered or waits; it is handled after the restart."""
        self._over = True
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _process(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = _line_of(update)
        if self._waiting[chat] >= self._most_waiting:
            self.dropped += 1
        else:
            await self._in_line(chat, coroutine)
        await self._tell(update)

    async def _in_line(self, chat: int, coroutine: Awaitable[Any]) -> None:
        self._waiting[chat] += 1
        lock = self._locks.setdefault(chat, asyncio.Lock())
        try:
            async with lock:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._locks[chat]

    async def initialize(self) -> None:
        """Need nothing."""

    async def shutdown(self) -> None:
        """Keep nothing."""


def _line_of(update: object) -> int:
    """In which line an update stands: its chat's, else its user's."""
    if not isinstance(update, Update):
        return 0
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0
