"""How fast a bot may send before Telegram answers 429."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.refusals import Refusal, flood_wait


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; 0 lifts a limit.

    Telegram publishes 30 messages a second overall, one a second to a chat with short bursts,
    20 a minute to a group (core.telegram.org/bots/faq); how long a burst may be is our guess.
    """

    per_second: int = 30
    private_per_second: float = 1.0
    private_burst: int = 8
    group_per_minute: int = 20

    @classmethod
    def none(cls) -> "Limits":
        """Lift all limits, for benchmarks."""
        return cls(per_second=0, private_per_second=0, private_burst=0, group_per_minute=0)


class FloodGuard:
    """Counts what was accepted; edits count like messages."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self.limits = limits
        self.refused = 0
        """How many 429 were given for going too fast."""
        self._monotonic = monotonic
        self._overall: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._private: dict[int, float] = {}

    def check(self, chat_id: int) -> None:
        """Count a message to this chat, or raise the 429 that it gets instead."""
        now = self._monotonic()
        wait = max(
            _wait(self._overall, now, self.limits.per_second, 1.0),
            self._group_wait(chat_id, now) if chat_id < 0 else self._private_wait(chat_id, now),
        )
        if wait > 0:
            self.refused += 1
            raise self._refusal(wait)
        self._count(chat_id, now)

    def room_in_s(self, chat_id: int, messages: int) -> float:
        """Return in how many seconds a private chat has room for so many messages at once."""
        rate = self.limits.private_per_second
        if not rate:
            return 0.0
        return max(0.0, self._private_wait(chat_id, self._monotonic()) + (messages - 1) / rate)

    @staticmethod
    def _refusal(wait: float) -> Refusal:
        return flood_wait(max(1, math.ceil(wait)))

    def _group_wait(self, chat_id: int, now: float) -> float:
        sent = self._groups.setdefault(chat_id, deque())
        return _wait(sent, now, self.limits.group_per_minute, 60.0)

    def _private_wait(self, chat_id: int, now: float) -> float:
        """Look into a bucket, kept as the time at which it would be full again."""
        rate = self.limits.private_per_second
        if not rate:
            return 0.0
        full_at = max(self._private.get(chat_id, now), now)
        return full_at - now - (self.limits.private_burst - 1) / rate

    def _count(self, chat_id: int, now: float) -> None:
        if self.limits.per_second:
            self._overall.append(now)
        if chat_id < 0 and self.limits.group_per_minute:
            self._groups[chat_id].append(now)
        elif chat_id > 0 and (rate := self.limits.private_per_second):
            self._private[chat_id] = max(self._private.get(chat_id, now), now) + 1 / rate


def _wait(sent: deque[float], now: float, most: int, seconds: float) -> float:
    """Return how long until fewer than `most` were sent within the last `seconds`."""
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    return sent[-most] + seconds - now if most and len(sent) >= most else 0.0
