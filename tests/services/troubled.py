"""A house in trouble for the outbox's state machine, and what must hold in it all the same."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.core.messages import Message
from bot.core.outcomes import (
    Gone,
    MessageLost,
    Moved,
    Outcome,
    Refused,
    Sent,
    TopicGone,
    TryLater,
    Uncertain,
)
from bot.demo.flood import FloodGuard, Limits
from bot.demo.refusals import Refusal
from bot.services.deliver import Deliverer
from bot.telegram.pacing import Pace
from storage.records import ENOUGH, ChatId, DeliveryDue, NewSubscription, Place, StoryId, TopicId
from storage.schema import articles, deliveries
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import TAG, House

Told = tuple[int, int, str]
"""A chat, a topic and a story's headline."""
_TITLE = re.compile(r"^(?:• )?(Story \d+)$", re.MULTILINE)
START_S = 2.5
"""A process does not send before it runs so long."""


@dataclass
class Telegram:
    """Takes messages as told, remembers them, and notes where a promise was broken."""

    clock: FakeClock
    plans: defaultdict[int, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    poison: set[str] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    down: int = 0
    takes_s: float = 0.1
    taken: list[tuple[float, Told, bool]] = field(default_factory=list)
    """When, what, and whether it came alone."""
    vain: Counter[Told] = field(default_factory=Counter)
    """How often a story was tried in vain."""
    allowed: Counter[Told] = field(default_factory=Counter)
    """How many doubles are excused."""
    free_at: dict[int, float] = field(default_factory=dict)
    """Until when a chat must be left alone."""
    lost: set[tuple[int, int | None]] = field(default_factory=set)
    """Chats and topics that could not be written to at some time."""
    wrongs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._last_id = 0
        self.forget_rates()

    def forget_rates(self) -> None:
        """Count anew how fast messages come."""
        self.guard = FloodGuard(Limits(private_burst=5), self.clock.monotonic)

    def plan(self, chat: int, outcome: Outcome) -> None:
        """Let the next message to the chat end so."""
        self.plans[self.moved.get(chat, chat)].append(outcome)

    async def send(self, due: DeliveryDue, message: Message) -> Outcome:
        chat = due.place.chat_id
        now = self.clock.monotonic()
        if now < self.free_at.get(chat, 0.0) - 0.01:
            self.wrongs.append(f"{chat} was written to at {now}, before {self.free_at[chat]}")
        if due.edit and due.message_id is None:
            self.wrongs.append("an edit of no message")
        told: list[Told] = [
            (chat, due.place.topic_id, one) for one in _TITLE.findall(message.plain)
        ]
        outcome = self._outcome(due, told)
        answer_lost = isinstance(outcome, Uncertain) and "answer" in outcome.words
        if isinstance(outcome, Sent) or answer_lost:
            self._take(due, message, told)
        if isinstance(outcome, Uncertain) and not due.edit:
            self.allowed.update(told)
        if not isinstance(outcome, Sent) and not due.edit:
            self.vain.update(told)
        await self.clock.sleep(self.takes_s)
        if isinstance(outcome, TryLater) and not outcome.whole_bot:
            self.free_at[chat] = self.clock.monotonic() + outcome.seconds
        return outcome

    def _outcome(self, due: DeliveryDue, told: list[Told]) -> Outcome:
        chat = due.place.chat_id
        if self.down:
            self.down -= 1
            return TryLater(5.0, whole_bot=True, words="502")
        if chat in self.moved:
            return Moved(ChatId(self.moved[chat]))
        if self.plans[chat]:
            outcome = self.plans[chat].pop(0)
            if isinstance(outcome, TopicGone | Gone):
                topic = due.place.topic_id if isinstance(outcome, TopicGone) else None
                self.lost.add((chat, topic))
            if not isinstance(outcome, MessageLost) or due.edit:
                return outcome
        if any(title in self.poison for _, _, title in told):
            return Refused("something in it")
        self._last_id += 1
        return Sent(due.message_id or self._last_id)

    def _take(self, due: DeliveryDue, message: Message, told: list[Told]) -> None:
        try:
            self.guard.check(due.place.chat_id)
        except Refusal as refusal:
            self.wrongs.append(f"too fast at {self.clock.monotonic()}: {due.place} {refusal}")
        if due.edit:
            return
        alone = "• " not in message.plain
        self.taken += [(self.clock.monotonic(), one, alone) for one in told]

    def counts(self) -> Counter[Told]:
        return Counter(one for _, one, _ in self.taken)


@dataclass
class Process:
    """A deliverer that runs."""

    deliverer: Deliverer
    pace: Pace
    task: asyncio.Task[None]
    owner: str


class Troubled:
    """Store, clock, Telegram and one or two deliverers, with the plain model of what is due."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.telegram = Telegram(self.clock)
        self.url = url
        self.stories: list[StoryId] = []
        self.processes: dict[str, Process] = {}
        self.moves: dict[int, int] = {}
        self._starts = 0
        self._known: Counter[Told] = Counter()

    def do(self, what: Coroutine[Any, Any, None]) -> None:
        self.runner.run(what)

    async def open(self) -> None:
        self.store = await Store.open(self.url)
        self.house = House(self.store, self.clock)

    async def close(self) -> None:
        for name in list(self.processes):
            await self._kill(name)
        await self.store.close()

    # --- what happens ---------------------------------------------------------------------------

    async def publish(self, count: int) -> None:
        self.stories += await self.house.publish(count)
        self._wake()

    async def grow(self, back: int) -> None:
        await self.house.grow(self.stories[-1 - back % len(self.stories)], f"paper{back}", 2.0)

    def poison(self, back: int) -> None:
        self.telegram.poison.add(f"Story {max(1, self.house.numbers - back)}")

    async def wake(self, chat: int) -> None:
        chat = self.moves.get(chat, chat)
        async with self.store.write() as tx:
            if await tx.chats.wake(ChatId(chat)):
                self.telegram.free_at.pop(chat, None)

    async def toggle(self, place: tuple[int, int]) -> None:
        async with self.store.write() as tx:
            new = ChatId(self.moves.get(place[0], place[0]))
            known = new if await tx.chats.get(new) else ChatId(place[0])
            at = Place(known, TopicId(place[1]))
            found = await tx.subscriptions.of(at)
            if found:
                await tx.subscriptions.remove(at, [TAG[0]])
            else:
                wish = NewSubscription(at, TAG[0], TAG[1], (TAG,))
                await tx.subscriptions.add(wish, self.clock.now())

    async def migrate(self, chat: int, *, told: bool) -> None:
        if chat in self.moves:
            return
        new = ChatId(chat - 1_000_000)
        self.moves[chat] = self.telegram.moved[chat] = new
        self.telegram.plans[new] += self.telegram.plans.pop(chat, [])
        if told:
            async with self.store.write() as tx:
                await tx.chats.move(ChatId(chat), new)

    async def open_topic(self, place: Place) -> None:
        async with self.store.write() as tx:
            await tx.chats.topic_awake(place)

    # --- processes and time ---------------------------------------------------------------------

    async def start(self, name: str) -> None:
        self._starts += 1
        owner = f"{name}{self._starts}"
        pace = Pace(30)
        for other in self.processes.values():
            other.pace.share(0.5)
        pace.share(1 / (1 + len(self.processes)))
        await self.passes(START_S)
        deliverer = Deliverer(
            self.store, self.telegram, pace, self.clock, owner=owner, jitter=lambda: 0.0
        )
        task = asyncio.get_running_loop().create_task(deliverer.run())
        self.processes[name] = Process(deliverer, pace, task, owner)

    async def crash(self, name: str, seconds: float) -> None:
        if name not in self.processes:
            return
        self._wake()
        await self.passes(seconds)
        process = await self._kill(name)
        async with self.store.write() as tx:
            await tx.outbox.release(process.owner, self.clock.now(), uncertain=True)
        await self._excuse()
        await self.start(name)

    async def _kill(self, name: str) -> Process:
        """End a process as the system does: nothing of it goes on, nothing is put in order."""
        process = self.processes.pop(name)
        deliverer = process.deliverer

        async def nothing(_within_s: float) -> None:
            return

        deliverer._finish = nothing  # type: ignore[assignment, method-assign]
        tasks: list[asyncio.Task[None]] = [process.task, *deliverer._flying]
        if deliverer._settler._task is not None:
            tasks.append(deliverer._settler._task)
        for task in deliverer._flying:
            task.remove_done_callback(Deliverer._landed.__get__(deliverer))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for other in self.processes.values():
            other.pace.share(1.0)
        return process

    async def restart(self, name: str) -> None:
        if name not in self.processes:
            return
        process = self.processes.pop(name)
        process.deliverer.stop()
        await asyncio.wait([process.task], timeout=0.1)
        await self.clock.run_until(process.task.done, within=30)
        process.task.result()
        await self.start(name)

    async def passes(self, seconds: float) -> None:
        slept = asyncio.ensure_future(self.clock.sleep(seconds))
        await self.clock.run_until(slept.done, within=seconds + 5)

    async def leap(self, by: timedelta, *, asleep: bool) -> None:
        """Put the clock forward, or let the machine sleep, with what is in flight."""
        if len(self.processes) > 1:
            # To the other process its leases have run out, and nothing tells it that they live.
            rows = {told: state for told, (state, _) in (await self._rows()).items()}
            self.telegram.allowed.update(told for told in rows if rows[told] == "sending")
        if asleep:
            self.clock.move(by.total_seconds())
        else:
            self.clock.put_forward(by)
            # What a process left for the next one as a time of day passes with it.
            self.telegram.free_at.clear()
            self.telegram.forget_rates()

    def _wake(self) -> None:
        for process in self.processes.values():
            process.deliverer.wake()

    # --- what must hold -------------------------------------------------------------------------

    async def _rows(self) -> dict[Told, tuple[str, str]]:
        """Return every delivery's state and reason."""
        async with self.store.read() as tx:
            rows = await tx._work.rows(
                select(deliveries, articles.c.title)
                .join(articles, articles.c.story_id == deliveries.c.story_id)
                .where(articles.c.publisher == "The Paper")
                .order_by(deliveries.c.id)
            )
        return {(row.chat_id, row.topic_id, row.title): (row.state, row.reason) for row in rows}

    async def _excuse(self) -> None:
        """At a crash, what Telegram took and the outbox does not know may come twice."""
        now = self.telegram.counts()
        for told, (state, _) in (await self._rows()).items():
            if state == "waiting" and self._at(now, told) > self._at(self._known, told):
                self.telegram.allowed[told] += 1
        self._known = now
        # Its answers may be lost with it, so a flood wait may be, too.
        recent = self.clock.monotonic() - 0.01
        for chat, free_at in list(self.telegram.free_at.items()):
            if free_at >= recent:
                async with self.store.read() as tx:
                    kept = await tx.chats.get(ChatId(chat))
                if kept is not None and not await self._is_held(chat):
                    del self.telegram.free_at[chat]

    async def _is_held(self, chat: int) -> bool:
        async with self.store.read() as tx:
            rows = await tx._work.rows(
                select(deliveries.c.due_at).where(
                    deliveries.c.chat_id == chat, deliveries.c.state == "waiting"
                )
            )
        return any(row.due_at > self.clock.now() for row in rows)

    def _at(self, counts: Counter[Told], told: Told) -> int:
        """Return the count of a story at a place, under its chat's old id too."""
        old = [chat for chat, new in self.moves.items() if new == told[0]]
        return sum(counts[chat, told[1], told[2]] for chat in (told[0], *old))

    def check(self) -> None:
        """Assert that no promise is broken by now."""
        wrong = [*self.telegram.wrongs, *self._broken()]
        assert not wrong, wrong

    def _broken(self) -> list[str]:
        """Return what is wrong: doubles, order, processes that ended."""
        wrong = [name for name, process in self.processes.items() if process.task.done()]
        counts, allowed = self._merged(self.telegram.counts()), self._merged(self.telegram.allowed)
        wrong += [
            f"{told} came {times} times, {allowed[told]} excused"
            for told, times in counts.items()
            if times > 1 + allowed[told]
        ]
        alone: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for _, (chat, topic, title), single in self.telegram.taken:
            number = int(title.split()[1])
            place = (self.moves.get(chat, chat), topic)
            if single and number not in alone[place]:
                alone[place].append(number)
        wrong += [f"{place}: {order}" for place, order in alone.items() if order != sorted(order)]
        return wrong

    def _merged(self, counts: Counter[Told]) -> Counter[Told]:
        merged: Counter[Told] = Counter()
        for (chat, topic, title), times in counts.items():
            merged[self.moves.get(chat, chat), topic, title] += times
        return merged

    async def drain(self) -> None:
        """Put all right, let time pass, and see that nothing was lost."""
        self.telegram.plans.clear()
        self.telegram.down = 0
        for _ in range(60):
            self._wake()
            await self.passes(15)
            rows = await self._rows()
            owed = {
                told
                for told, (state, reason) in rows.items()
                if state in {"waiting", "sending"} or reason == ENOUGH
            }
            if not owed:
                break
            async with self.store.read() as tx:
                due_at = await tx.outbox.next_due()
            if due_at is not None and due_at > self.clock.now() + timedelta(seconds=60):
                self.clock.move((due_at - self.clock.now()).total_seconds())
        self.check()
        counts, vain = self._merged(self.telegram.counts()), self._merged(self.telegram.vain)
        for (known, topic, title), (state, reason) in rows.items():
            chat = self.moves.get(known, known)
            told = (chat, topic, title)
            gone = {(chat, None), (chat, topic)} & self._lost()
            if state == "dropped":
                assert reason, told
                assert gone or vain[told] >= 2, f"{told} was dropped for nothing: {reason}"
            else:
                assert state in {"sent", "edit_waiting", "editing"}, (told, state, reason)
                assert counts[told], f"{told} never came"

    def _lost(self) -> set[tuple[int, int | None]]:
        return {(self.moves.get(chat, chat), topic) for chat, topic in self.telegram.lost}
