"""Who may be sent to now: Telegram's rates, overall and for each chat, and its flood waits."""

from collections import deque
from dataclasses import dataclass

from storage.records import ChatId

WINDOW_S = 1.0
"""The window of the overall rate, in seconds."""
_DOUBT_S = 0.005
"""So much later than half of the way says, Telegram may have counted a message."""
PRIVATE_S = 1.0
"""Seconds between two messages to a person (core.telegram.org/bots/faq), bursts allowed."""
PRIVATE_BURST = 3
GROUP_S = 60.0 / 18
"""Seconds between two messages to a group or channel; Telegram publishes 20 a minute."""
GROUP_BURST = 2
ANSWERS_AHEAD = 20
"""So many answers go ahead of a chat's rate; who asks for more at once gets them at that rate."""
SLOWEST = 8.0
"""A chat that answers with flood waits is slowed down to this share of its rate."""
FLOODED_CHATS = 3
"""So many chats with a flood wait within FLOOD_WINDOW_S mean: the whole bot is too fast."""
FLOOD_WINDOW_S = 10.0
RAMP_S = 20.0
"""How long the overall rate takes to grow from a quarter to all of it after a flood."""
RECOVERY_S = 600.0
"""How long the overall rate would take from nothing to all of it, after a flood made it less."""
_RAMP_FROM = 0.25
LONGEST_HOLD_S = 60.0
"""The whole bot is silent for so long at most; then one message asks whether others pass."""
LONG_FLOOD_S = 30.0
"""A flood wait so long, for the message that asks, is the whole bot's; no chat has earned it."""
_SOON_S = 0.01
_ENOUGH = 32
_QUICKEST_S = 60.0
_SWEEP = 10_000


@dataclass(slots=True)
class _Lane:
    """One chat: when its next message keeps the rate, and how much slower it is asked to be."""

    free_at: float = 0.0
    held_until: float = 0.0
    slower: float = 1.0
    failed_after: int = -1
    """How many messages had passed when the chat failed, until it takes one; -1: it is well."""
    alone: bool = False
    """True: it failed again although others passed; until it takes one, the fault is its own."""


class _Round:
    """How long the way to Telegram and back takes at least: the quickest of the last answers.

    For a minute or two: while the machine has much to do, each of a hundred answers is late.
    """

    def __init__(self) -> None:
        self._count = 0
        self._since = float("-inf")
        self._quickest = self._before = float("inf")

    def note(self, seconds: float, now: float) -> None:
        """Note how long one answer took."""
        if now - self._since > _QUICKEST_S:
            self._since, self._before, self._quickest = now, self._quickest, seconds
        self._quickest = min(self._quickest, seconds)
        self._count += 1

    @property
    def half_s(self) -> float:
        """One way; 0 before there were 32 answers, as the first ones wait for connections."""
        return min(self._quickest, self._before) / 2 if self._count >= _ENOUGH else 0.0


class Pace:
    """Decides, and never waits: every question carries the time (seconds that never go back).

    Messages and edits count alike. Answers to people go at once and are counted, and so pushes
    step back for them. A flood wait holds its chat alone; those of three chats within ten seconds
    hold everything for a minute at most, after which the rate grows again slowly; longer ones hold
    their chats alone once another chat's message passed. A server that is not well is asked with
    one message at a time, at growing distances, until one passes. A chat that fails again although
    others passed meanwhile says nothing about the server.
    """

    def __init__(self, per_second: float) -> None:
        self._limit = per_second
        self._part = 1.0
        self._arrived: deque[float] = deque()
        self._in_flight = 0
        self._round = _Round()
        self._next_at = 0.0
        self._lanes: dict[ChatId, _Lane] = {}
        self._sweep_at = _SWEEP
        self._held_until = 0.0
        self._ramp_since = float("-inf")
        self._ceiling = 1.0
        self._floods: deque[tuple[float, float, ChatId]] = deque()
        self._faults = 0
        self._alone = 0
        self._passes = 0
        self._doubt = False
        self._probing = False
        self.floods = 0
        """How often Telegram asked to wait."""

    @property
    def well(self) -> bool:
        """Tell whether messages pass, as far as is known."""
        return self._faults == 0

    def share(self, part: float) -> None:
        """Take that part of the overall rate, 0 … 1; other processes have the rest."""
        self._part = part

    def rate(self, now: float) -> float:
        """Return the overall rate in force, in messages a second."""
        since = now - self._ramp_since
        ramp = _between(_RAMP_FROM, _RAMP_FROM + (1 - _RAMP_FROM) * since / RAMP_S, 1.0)
        ceiling = min(1.0, self._ceiling + since / RECOVERY_S)
        return max(1.0, self._limit * self._part * min(ramp, ceiling))

    # --- questions ------------------------------------------------------------------------------

    def overall_at(self, now: float) -> float:
        """Return when the next push may go, whatever its chat; never before `now`."""
        if self._probing:
            return float("inf")
        room = max(1, int(self.rate(now))) - self._in_flight
        while self._arrived and self._arrived[0] <= now - WINDOW_S:
            self._arrived.popleft()
        window_at = now
        if room <= 0:
            window_at = now + _SOON_S
        elif len(self._arrived) >= room:
            window_at = self._arrived[-room] + WINDOW_S
        return max(now, self._held_until, self._next_at, window_at)

    def chat_at(self, chat_id: ChatId, now: float) -> float:
        """Return when the chat may get its next message; never before `now`."""
        lane = self._lanes.get(chat_id)
        if lane is None:
            return now
        every, burst = _rates(chat_id)
        return max(now, lane.held_until, lane.free_at - (burst - 1) * every)

    # --- what happened --------------------------------------------------------------------------

    def take(self, chat_id: ChatId, now: float) -> None:
        """Count a push that goes out now."""
        spacing = 1 / self.rate(now)
        # Lateness of up to a fifth of a second is caught up with.
        self._next_at = max(self._next_at + spacing, now + spacing - 0.2)
        self._probing = self._doubt or self._faults > 0
        self._in_flight += 1
        self._count(chat_id, now)

    def ended(self, seconds: float, now: float) -> None:
        """Note that the answer to a push came, so many seconds after it went out.

        When Telegram counted it is not known: at the latest when its answer set out. The quickest
        answer of the last minute or two tells how long both ways take at least; half of it, but for
        some thousandths, is the way back.
        """
        self._probing = False
        self._in_flight = max(0, self._in_flight - 1)
        self._round.note(seconds, now)
        self._arrive(now - max(0.0, self._round.half_s - _DOUBT_S))

    def others_sent(self, chat_id: ChatId, free_at: float) -> None:
        """Note that, after what others sent to the chat, its next message keeps the rate then."""
        every, burst = _rates(chat_id)
        lane = self._lanes.setdefault(chat_id, _Lane())
        lane.free_at = max(lane.free_at, free_at + (burst - 1) * every)

    def answer(self, chat_id: ChatId, now: float) -> float:
        """Count an answer to somebody's command; return how many seconds it has to wait.

        It goes ahead of every push: only Telegram's own flood waits hold it, and a flood of
        commands itself.
        """
        self._arrive(now + self._round.half_s + _DOUBT_S)
        self._count(chat_id, now)
        lane = self._lanes[chat_id]
        too_early = lane.free_at - now - ANSWERS_AHEAD * _rates(chat_id)[0]
        return max(0.0, lane.held_until - now, self._held_until - now, too_early)

    def passed(self, chat_id: ChatId) -> None:
        """Note that Telegram took a message to the chat."""
        self.answered()
        lane = self._lanes.get(chat_id)
        if lane is not None:
            lane.failed_after, lane.alone = -1, False
            lane.slower = max(1.0, lane.slower * 0.9)

    def answered(self) -> None:
        """Note that Telegram answered, if only with a refusal: it is well."""
        self._faults = self._alone = 0
        self._passes += 1
        self._doubt = False

    def flooded(self, chat_id: ChatId, seconds: float, now: float) -> bool:
        """Note a 429 for a chat; return True where it holds the whole bot."""
        doubt = self._doubt and seconds >= LONG_FLOOD_S
        self.answered()
        self.floods += 1
        lane = self._lanes.setdefault(chat_id, _Lane())
        lane.held_until = max(lane.held_until, now + seconds)
        lane.slower = min(SLOWEST, lane.slower * 1.5)
        while self._floods and self._floods[0][0] < now - FLOOD_WINDOW_S:
            self._floods.popleft()
        self._floods.append((now, seconds, chat_id))
        if len({chat for _, _, chat in self._floods}) < FLOODED_CHATS and not doubt:
            return False
        self._hold_all(now, min(wait for _, wait, _ in self._floods))
        return True

    def failed(self, now: float, chat_id: ChatId | None = None) -> float:
        """Note that the server is not well; return the seconds until it is asked again.

        With a chat, the fault may be the chat's alone; then nothing is held. Where the server was
        in doubt anyway, another chat's message asks soon.
        """
        if chat_id is not None and self._fails_alone(chat_id):
            if self.well:
                return 0.0
            self._alone += 1
            wait = min(2.0 ** min(self._alone - 1, 10), LONGEST_HOLD_S)
            self._held_until = max(self._held_until, now + wait)
            return wait
        self._alone = 0
        if now < self._held_until:
            return self._held_until - now  # One of those in flight when the trouble began.
        self._faults += 1
        wait = min(2.0 ** min(self._faults - 1, 10), LONGEST_HOLD_S)
        self._held_until = max(self._held_until, now + wait)
        return wait

    # --- inside ---------------------------------------------------------------------------------

    def _fails_alone(self, chat_id: ChatId) -> bool:
        """Note that the chat failed; tell whether that says nothing about the others."""
        lane = self._lanes.setdefault(chat_id, _Lane())
        lane.alone = lane.alone or 0 <= lane.failed_after < self._passes
        lane.failed_after = self._passes
        return lane.alone

    def _hold_all(self, now: float, seconds: float) -> None:
        self._doubt = seconds > LONGEST_HOLD_S
        seconds = min(seconds, LONGEST_HOLD_S)
        self._ceiling = max(_RAMP_FROM, self.rate(now) / self._limit / self._part * 0.85)
        self._held_until = max(self._held_until, now + seconds)
        self._ramp_since = self._held_until
        self._floods.clear()

    def _arrive(self, at: float) -> None:
        self._arrived.append(max(at, self._arrived[-1]) if self._arrived else at)

    def _count(self, chat_id: ChatId, now: float) -> None:
        every, _ = _rates(chat_id)
        lane = self._lanes.setdefault(chat_id, _Lane())
        lane.free_at = max(lane.free_at, now) + every * lane.slower
        if len(self._lanes) > self._sweep_at:
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        """Forget the chats that may be sent to in full; costs little, as it comes seldom."""
        self._lanes = {
            chat_id: lane
            for chat_id, lane in self._lanes.items()
            if max(lane.free_at, lane.held_until) > now or lane.slower > 1 or lane.failed_after >= 0
        }
        self._sweep_at = max(_SWEEP, 2 * len(self._lanes))


def _rates(chat_id: ChatId) -> tuple[float, int]:
    """Return seconds between two messages, and how many may come at once; groups are negative."""
    return (GROUP_S, GROUP_BURST) if chat_id < 0 else (PRIVATE_S, PRIVATE_BURST)


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(value, high))
