"""The outbox empties itself into Telegram."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.retry import GiveUp, Settle, StopAll
from bot.errors import TokenRejectedError
from bot.services.bell import Bell
from bot.services.claims import Claims
from bot.services.compose import Composer, Parcel
from bot.services.counts import Counts
from bot.services.dispatch import Dispatch, Paces, Sends
from bot.services.endings import endings_of, unsent
from bot.services.line import Line
from bot.services.settler import Ending, Settler, TopicSlept
from storage.errors import StoreError
from storage.records import ChatId, DeliveryId, Place
from storage.store import Store

log = logging.getLogger(__name__)

LEASE_S = 90.0
"""How long a claim is ours; a send takes at most 30 s, and none begins in the last 45."""
_MARGIN_S = 45.0
_IDLE_S = 2.0
"""Without news of our own we look this often: another process may have put something."""
_BUSY_S = 0.02
"""The least time between two looks, so that endings gather."""
_BREATH_S = 0.004
"""The least sleep; at high rates several messages go out a wake."""
_LONGEST_TROUBLE_S = 30.0
_LOOK = 128
"""The most that one look claims: while it does, nothing goes out."""


TopicNotice = Callable[[Place, str], Awaitable[None]]


async def tell_nobody(_place: Place, _reason: str) -> None:
    """Tell nobody."""


def concurrency_for(rate: float) -> int:
    """Return how many sends may be in flight at this rate: 8 to 100."""
    return max(8, min(100, int(rate / 2)))


class Deliverer:
    """The second pipe: outbox → render → send → decide → settle.

        claim    heads of the chats' lines, leased to us for 90 s (Claims)
        wait     in memory until the chat's and the bot's rate allow it (Line, Paces)
        render   one alert, an edit, or a roundup of a burst (Composer)
        send     one in flight for each chat (Sends)
        decide   what the answer means (bot.core.retry)
        settle   at once; endings of the same moment share a commit (Settler)

    Between Telegram's acceptance and the commit lies the only window for a double. Nothing that
    happens to one message keeps another from going out.
    """

    def __init__(
        self,
        store: Store,
        sends: Sends,
        pace: Paces,
        clock: Clock,
        *,
        owner: str,
        composer: Composer | None = None,
        topic_notice: TopicNotice = tell_nobody,
        concurrency: int = 8,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._pace = pace
        self._clock = clock
        self._owner = owner
        self._dispatch = Dispatch(sends, pace, composer or Composer(), clock, jitter)
        self._topic_notice = topic_notice
        self._concurrency = concurrency
        self._claims = Claims(store, clock, owner, LEASE_S, _MARGIN_S)
        self.counts = Counts()
        self._settler = Settler(store, clock, owner, self._topic_slept, self.counts)
        self._line = Line()
        self._bell = Bell(clock)
        self._flying: dict[asyncio.Task[None], Parcel] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._look_at = 0.0
        self._trouble_s = 0.5
        self._stopping = False
        self._token_rejected = False

    # --- from outside ---------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at once: there is new work."""
        self._look_at = 0.0
        self._bell.ring()

    @property
    def paused(self) -> bool:
        """Tell whether nothing is sent because the database takes no endings."""
        return self._settler.paused

    def stop(self) -> None:
        """Begin nothing more; `run` ends when what is in flight has ended."""
        self._stopping = True
        self._bell.ring()

    async def run(self, stop_within_s: float = 8.0) -> None:
        """Deliver until `stop`, then end within the given seconds and give back what is left.

        Raises TokenRejectedError when Telegram no longer knows the token; everything is kept.
        """
        try:
            while not self._stopping:
                await self._look()
                self._launch()
                await self._bell.wait(self._pause())
        finally:
            await self._finish(stop_within_s)
        if self._token_rejected:
            raise TokenRejectedError(
                "Telegram does not accept the token any more. Everything is kept; "
                "set a good TELEGRAM_BOT_TOKEN and start again."
            )

    # --- claim ----------------------------------------------------------------------------------

    async def _look(self) -> None:
        now = self._clock.monotonic()
        capacity = max(16, min(4_000, int(8 * self._pace.rate(now))))
        room = capacity - len(self._line) - len(self._flying)
        if now < self._look_at or room < capacity / 2 or self._settler.paused:
            return
        if self._pace.overall_at(now) - now > _MARGIN_S / 2 and self._pace.well:
            self._look_at = now + _IDLE_S
            return
        self._look_at = float("inf")  # A ring while we look is for the next look.
        try:
            found = await self._claims.look(min(room, _LOOK), self._in_hand())
        except StoreError as error:
            log.error("Nothing can be claimed: %s", error)  # noqa: TRY400 - the line says it all
            self._look_at = min(self._look_at, now + self._trouble_s)
            self._trouble_s = min(2 * self._trouble_s, _LONGEST_TROUBLE_S)
            return
        self._trouble_s = 0.5
        for parcel in found.parcels:
            self._learn(parcel, now)
            self._line.push(parcel, self._pace.chat_at(parcel.place.chat_id, now))
        wait = _BUSY_S if found.more else min(_IDLE_S, max(_BUSY_S, found.next_in_s))
        self._look_at = min(self._look_at, now + wait)

    def _in_hand(self) -> list[DeliveryId]:
        parcels = [*self._line.all(), *self._flying.values()]
        return [due.id for parcel in parcels for due in parcel.dues]

    def _learn(self, parcel: Parcel, now: float) -> None:
        """Let the pace know of what other processes sent to the chat."""
        held_until = parcel.head.held_until
        if held_until is not None:
            ahead = (held_until - self._clock.now()).total_seconds()
            self._pace.others_sent(parcel.place.chat_id, now + ahead)

    # --- wait -----------------------------------------------------------------------------------

    def _pause(self) -> float:
        if self._settler.paused or len(self._flying) >= self._concurrency:
            return _IDLE_S
        now = self._clock.monotonic()
        moments = [self._look_at]
        if self._line:
            moments.append(max(self._line.next_at(), self._pace.overall_at(now)))
        return max(_BREATH_S, min(min(moments) - now, _IDLE_S))

    def _launch(self) -> None:
        now = self._clock.monotonic()
        while (
            len(self._flying) < self._concurrency
            and not self._settler.paused
            and not self._stopping
            and self._pace.overall_at(now) <= now
        ):
            parcel = self._line.pop(now, self._pace.chat_at)
            if parcel is None:
                return
            if parcel.good(self._clock.now(), now):
                self._pace.take(parcel.place.chat_id, now)
                self._fly(self._deliver(parcel), parcel)
            else:
                self._fly(self._settler.settle(unsent(parcel, self._clock.now())), parcel)

    def _fly(self, what: Awaitable[None], parcel: Parcel) -> None:
        task = asyncio.ensure_future(what)
        self._flying[task] = parcel
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        parcel = self._flying.pop(task)
        self._look_at = min(self._look_at, self._clock.monotonic() + _BUSY_S)
        if len(self._flying) + 1 >= self._concurrency or not self._line:
            self._bell.ring()
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._broke(parcel, error)

    def _broke(self, parcel: Parcel, error: BaseException) -> None:
        """Give up what broke us; of a roundup, by halves, only the story that does."""
        rest = None
        if parcel.head.id in self._dispatch.unmade:
            self._dispatch.unmade.remove(parcel.head.id)
            size = parcel.most or len(parcel.dues)
            if size > 1:
                self._go_on(parcel.halved(size))
                return
            parcel, rest = parcel.first(1), parcel.rest(1)
        self.counts.broken += 1
        log.error("A delivery to %s broke", parcel.place.chat_id, exc_info=error)
        self._fly(self._settler.settle(unsent(parcel, self._clock.now(), broken=True)), parcel)
        if rest is not None:
            self._go_on(rest)

    # --- render, send, decide, settle -----------------------------------------------------------

    async def _deliver(self, parcel: Parcel) -> None:
        done = await self._dispatch.send(parcel)
        tried = len(done.page.dues)
        if isinstance(done.decision, GiveUp) and tried > 1 and not done.decision.maybe_arrived:
            self._go_on(parcel.halved(tried))  # The fault may be that of one of its stories.
            return
        if isinstance(done.decision, StopAll):
            self._token_rejected = True
            self.stop()
        rest = done.rest if isinstance(done.decision, Settle | GiveUp) else None
        ended = done.page if rest is not None else parcel
        now = self._clock.now()
        free_at = self._free_at(parcel.place.chat_id, now)
        await self._settler.settle(
            endings_of(done.decision, ended, now, tried=tried, free_at=free_at, plain=done.plain)
        )
        self.counts.note(done.page, done.decision)
        if rest is not None:
            self._go_on(rest)

    def _free_at(self, chat_id: ChatId, now: datetime) -> datetime | None:
        """Return when the chat may get its next message, where it may not at once."""
        moment = self._clock.monotonic()
        wait = self._pace.chat_at(chat_id, moment) - moment
        return now + timedelta(seconds=wait) if wait > 0 else None

    def _go_on(self, rest: Parcel) -> None:
        at = self._pace.chat_at(rest.place.chat_id, self._clock.monotonic())
        self._line.push(rest, at)
        self._bell.ring()

    def _topic_slept(self, topic: TopicSlept) -> None:
        task = asyncio.ensure_future(self._topic_notice(topic.place, topic.reason))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    # --- stop -----------------------------------------------------------------------------------

    async def _finish(self, within_s: float) -> None:
        """Let what is in flight land, give back the rest; what did not land may have arrived."""
        self._stopping = True
        late = asyncio.ensure_future(self._clock.sleep(within_s))
        while self._flying and not late.done():
            await asyncio.wait([*self._flying, late], return_when=asyncio.FIRST_COMPLETED)
        lost = list(self._flying)
        endings = [
            ending for parcel in self._line.drain() for ending in unsent(parcel, self._clock.now())
        ]
        back = asyncio.ensure_future(self._give_back(endings, in_flight=bool(lost)))
        await asyncio.wait([back, late], return_when=asyncio.FIRST_COMPLETED)
        tasks = [late, back, *lost, *self._telling]
        for task in tasks:
            task.cancel()
        await self._settler.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _give_back(self, endings: list[Ending], *, in_flight: bool) -> None:
        if endings:
            await self._settler.settle(endings)
        if in_flight:
            async with self._store.write() as tx:
                await tx.outbox.release(self._owner, self._clock.now(), uncertain=True)
