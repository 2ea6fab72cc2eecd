"""The parcels that wait in memory for their chat's rate: those that may go first, first."""

import heapq
from collections.abc import Callable
from itertools import count

from bot.services.compose import Parcel
from storage.records import ChatId

ChatAt = Callable[[ChatId, float], float]
"""Returns when a chat may get its next message, never before now."""


class Line:
    """A heap by the moment at which a chat may be sent to; each step costs O(log n).

    At most one parcel of a chat is in it, and so chats take turns by themselves.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Parcel]] = []
        self._turn = count()

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, parcel: Parcel, at: float) -> None:
        """Let the parcel wait until then."""
        heapq.heappush(self._heap, (at, next(self._turn), parcel))

    def next_at(self) -> float:
        """Return when the first parcel may go; infinity where there is none."""
        return self._heap[0][0] if self._heap else float("inf")

    def pop(self, now: float, chat_at: ChatAt) -> Parcel | None:
        """Return the parcel that may go now; None where none may.

        A chat that was held meanwhile goes back to its new place.
        """
        while self._heap and self._heap[0][0] <= now:
            _, _, parcel = heapq.heappop(self._heap)
            at = chat_at(parcel.place.chat_id, now)
            if at <= now:
                return parcel
            self.push(parcel, at)
        return None

    def all(self) -> list[Parcel]:
        """Return what is in the line."""
        return [parcel for _, _, parcel in self._heap]

    def drain(self) -> list[Parcel]:
        """Empty the line and return what was in it."""
        parcels = [parcel for _, _, parcel in self._heap]
        self._heap.clear()
        return parcels
