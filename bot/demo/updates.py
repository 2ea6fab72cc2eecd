"""The updates that wait for the bot: for its polls, one at a time, or for its webhook."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from bot.demo.refusals import Refusal

MAX_AT_ONCE = 100
_TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Keeps updates until the bot confirms them with a higher offset."""

    def __init__(self) -> None:
        self.allowed: frozenset[str] | None = None
        """Kinds that the bot asked for; None: the usual ones."""
        self.confirmed = 0
        """The id that was confirmed last."""
        self._next_id = 1
        self._waiting: deque[dict[str, Any]] = deque()
        self._poller: asyncio.Future[None] | None = None
        self.arrived = asyncio.Event()
        """Set when one comes."""

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, kind: str, content: dict[str, Any]) -> int:
        """Add an update; return its id, 0 where the bot did not ask for its kind."""
        if kind not in self.allowed if self.allowed is not None else kind in _ONLY_WHEN_ASKED:
            return 0
        number = self._next_id
        self._next_id += 1
        self.put_raw({"update_id": number, kind: content})
        return number

    def put_raw(self, update: dict[str, Any]) -> None:
        """Add an update as it is, however odd."""
        self._waiting.append(update)
        self.arrived.set()

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds the bot wants; an empty list means the usual ones."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def drop(self) -> None:
        """Forget all that wait."""
        self._waiting.clear()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Return what waits, or what comes within `seconds`.

        A poller that waits already is sent away with 409, as the real server does.
        """
        self.terminate()
        self._confirm(offset)
        if not self._waiting and seconds > 0:
            await self._wait(seconds)
        return list(self._waiting)[: limit or MAX_AT_ONCE]

    def terminate(self, words: str = _TERMINATED) -> None:
        """Send the poller that waits away with 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refusal(409, words))

    def waiting(self) -> list[dict[str, Any]]:
        """Return what waits, oldest first (a webhook's way of reading)."""
        return list(self._waiting)

    def taken(self, update_id: int) -> None:
        """Forget the update that the webhook took."""
        self.confirmed = update_id
        self._waiting = deque(one for one in self._waiting if one["update_id"] != update_id)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            keep = list(self._waiting)[offset:]
            self._waiting = deque(keep)
            return
        while self._waiting and self._waiting[0].get("update_id", 0) < offset:
            self.confirmed = self._waiting.popleft()["update_id"]

    async def _wait(self, seconds: float) -> None:
        self.arrived.clear()
        poller = asyncio.get_running_loop().create_future()
        arrival = asyncio.ensure_future(self.arrived.wait())
        self._poller = poller
        try:
            await asyncio.wait(
                {poller, arrival}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if poller.done():
                poller.result()
        finally:
            arrival.cancel()
            poller.cancel()
