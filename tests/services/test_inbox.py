"""Updates are recorded before they are confirmed, and handled once, on both databases."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.services import inbox as rules
from bot.services.inbox import Inbox, Taken
from storage.errors import BusyError, StoreError
from storage.store import Store, Transaction
from tests.fakes.clock import FakeClock

BOT = "7"


def update(number: Any, text: str = "/help") -> dict[str, Any]:
    return {"update_id": number, "message": {"text": text}}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Life:
    """One life of a process: what its inbox hands out."""

    def __init__(self, store: Store, clock: FakeClock, bot: str = BOT) -> None:
        self.inbox = Inbox(store, clock, bot)
        self.taken: list[Taken] = []

    @property
    def numbers(self) -> list[int]:
        return [one.number for one in self.taken]


@asynccontextmanager
async def life(store: Store, clock: FakeClock, bot: str = BOT) -> AsyncIterator[Life]:
    """Live; the end comes as by kill -9, but that nothing is left running."""
    made = Life(store, clock, bot)
    await made.inbox.begin(made.taken.append)
    yield made
    await made.inbox.close()


async def left_in(store: Store) -> list[str]:
    async with store.read() as tx:
        return sorted(await tx.state.all(f"telegram.{BOT}.update."))


async def test_what_is_done_leaves_nothing_but_its_number(store: Store, clock: FakeClock) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5), update(6)])
        assert one.numbers == [5, 6]
        assert one.inbox.waiting == 2
        await one.inbox.done(5)
        await one.inbox.done(6)
        assert one.inbox.waiting == 0
        await one.inbox.record([update(5), update(6), update(7)])
        assert one.numbers == [5, 6, 7]
        assert (one.inbox.recorded, one.inbox.repeated) == (3, 2)
    assert len(await left_in(store)) == 1


async def test_what_was_recorded_and_not_done_is_handed_out_after_a_crash(
    store: Store, clock: FakeClock
) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5, "/tags"), update(6), update(7)])
        await one.inbox.done(6)
    async with life(store, clock) as two:
        assert two.numbers == [5, 7]
        assert two.taken[0].update == update(5, "/tags")
        await two.inbox.record([update(7), update(8)])
        assert two.numbers == [5, 7, 8]


async def test_forty_deliveries_at_once_share_commits_and_none_is_lost(
    store: Store, clock: FakeClock
) -> None:
    async with life(store, clock) as one:
        numbers = [*range(40), *range(20)]
        await asyncio.gather(*(one.inbox.record([update(n)]) for n in numbers))
        assert sorted(one.numbers) == list(range(40))
        assert one.inbox.repeated == 20
        await asyncio.gather(*(one.inbox.done(n) for n in range(40)))
    assert await left_in(store) == []


async def test_numbers_in_any_order_are_known_again(store: Store, clock: FakeClock) -> None:
    async with life(store, clock) as one:
        for number in (12, 10, 14, 11):
            await one.inbox.record([update(number)])
        await one.inbox.record([update(13), update(10), update(14)])
        assert one.numbers == [12, 10, 14, 11, 13]


async def test_a_day_later_numbers_may_begin_anew(store: Store, clock: FakeClock) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5)])
        await one.inbox.done(5)
        clock.move(rules.KEPT.total_seconds())
        await one.inbox.record([update(5)])
        assert one.numbers == [5, 5]


async def test_another_bot_on_the_same_database_has_numbers_of_its_own(
    store: Store, clock: FakeClock
) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5)])
    async with life(store, clock, bot="8") as other:
        await other.inbox.record([update(5)])
        assert other.numbers == [5]
        assert len(other.taken) == 1


@pytest.mark.parametrize("number", [None, True, "5", -1, 2**63, 1.5])
async def test_what_has_no_number_is_not_recorded(
    store: Store, clock: FakeClock, number: object
) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(number), update(9)])
        assert one.numbers == [9]


async def test_a_change_and_the_note_of_it_are_kept_together(
    store: Store, clock: FakeClock
) -> None:
    async with life(store, clock) as one:
        changing = store.noting(one.inbox.note)
        await one.inbox.record([update(5), update(6)])
        with one.inbox.handling(5) as taken:
            assert taken is not None
            async with changing.write() as tx:
                await tx.state.put("effect", b"made")
        with pytest.raises(KeyError):
            await _fail(changing, one.inbox)
    async with life(store, clock) as two:
        assert [(one.number, one.changed) for one in two.taken] == [(5, True), (6, False)]
        async with store.read() as tx:
            assert await tx.state.get("effect") == b"made"
            assert await tx.state.get("other effect") is None


async def _fail(changing: Store, inbox: Inbox) -> None:
    with inbox.handling(6):
        async with changing.write() as tx:
            await tx.state.put("other effect", b"half made")
            raise KeyError


async def test_a_change_after_its_update_is_done_leaves_no_note(
    store: Store, clock: FakeClock
) -> None:
    async with life(store, clock) as one:
        changing = store.noting(one.inbox.note)
        await one.inbox.record([update(5)])
        with one.inbox.handling(5):
            await one.inbox.done(5)
            async with changing.write() as tx:
                await tx.state.put("effect", b"late")
        with one.inbox.handling(99) as unknown:
            assert unknown is None
            async with changing.write() as tx:
                await tx.state.put("effect", b"by nobody")
    assert await left_in(store) == []


async def test_an_update_over_which_the_process_dies_is_given_up(
    store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5)])
        await one.inbox.begun(5)
    for _ in range(rules.MOST_TRIES - 1):
        async with life(store, clock) as again:
            assert again.numbers == [5]
            await again.inbox.begun(5)
            await again.inbox.begun(5)
    async with life(store, clock) as last:
        assert last.numbers == []
    assert "update 5 is given up after 3 tries" in caplog.text
    assert await left_in(store) == []


async def test_an_update_that_was_never_tried_outlives_any_number_of_restarts(
    store: Store, clock: FakeClock
) -> None:
    """The process dies over the first one; the second one waits behind it."""
    async with life(store, clock) as one:
        await one.inbox.record([update(5), update(6)])
    for _ in range(rules.MOST_TRIES - 1):
        async with life(store, clock) as again:
            assert again.numbers == [5, 6]
            await again.inbox.begun(5)
    for _ in range(5):
        async with life(store, clock) as last:
            assert last.numbers == [6]
    async with life(store, clock) as last:
        await last.inbox.done(6)
        await last.inbox.begun(6)
    assert await left_in(store) == []


async def test_what_lay_for_a_day_is_not_answered_any_more(store: Store, clock: FakeClock) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(5)])
    clock.move(timedelta(days=1).total_seconds())
    async with life(store, clock) as two:
        assert two.numbers == []


async def test_there_is_room_for_so_many_and_no_more(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 2)
    unborn = Inbox(store, clock, BOT)
    assert not unborn.has_room
    async with life(store, clock) as one:
        await one.inbox.record([update(1)])
        assert one.inbox.has_room
        await one.inbox.record([update(2)])
        assert not one.inbox.has_room
        waiting = asyncio.ensure_future(one.inbox.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await one.inbox.done(1)
        await waiting
    assert not one.inbox.has_room


class Breaking:
    """Fails so many transactions, as a full disk does."""

    def __init__(self, inbox: Inbox, error: Exception, times: int) -> None:
        self._whole = inbox._commit
        self._error = error
        self.left = times

    async def __call__(self, *arguments: Any) -> Any:
        if self.left:
            self.left -= 1
            raise self._error
        return await self._whole(*arguments)


async def test_a_database_that_fails_refuses_the_new_and_finishes_the_old_later(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with life(store, clock) as one:
        await one.inbox.record([update(1)])
        breaking = Breaking(one.inbox, BusyError("the disk is full"), 2)
        monkeypatch.setattr(one.inbox, "_commit", breaking)
        done = asyncio.ensure_future(one.inbox.done(1))
        with pytest.raises(StoreError, match="full"):
            await one.inbox.record([update(2)])
        assert not done.done()
        await clock.run_until(done.done)
        assert breaking.left == 0
        await one.inbox.record([update(2)])
        assert one.numbers == [1, 2]
    assert len(await left_in(store)) == 1


async def test_a_mistake_of_ours_is_told_to_who_waits(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with life(store, clock) as one:
        monkeypatch.setattr(one.inbox, "_commit", Breaking(one.inbox, LookupError("oops"), 1))
        with pytest.raises(LookupError):
            await one.inbox.record([update(1)])
        await one.inbox.record([update(1)])
        assert one.numbers == [1]


async def test_closing_leaves_nobody_waiting(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()

    async def hangs(*_: object) -> list[Taken]:
        held.set()
        await asyncio.Event().wait()
        return []

    async with life(store, clock) as one:
        monkeypatch.setattr(one.inbox, "_commit", hangs)
        first = asyncio.ensure_future(one.inbox.record([update(1)]))
        await held.wait()
        second = asyncio.ensure_future(one.inbox.record([update(2)]))
        await asyncio.sleep(0)
    assert await asyncio.gather(first, second, return_exceptions=True)
    assert first.cancelled()
    assert second.cancelled()
    assert one.numbers == []


async def test_who_stops_waiting_loses_nothing(store: Store, clock: FakeClock) -> None:
    async with life(store, clock) as one:
        impatient = asyncio.ensure_future(one.inbox.record([update(1)]))
        await asyncio.sleep(0)
        impatient.cancel()
        await one.inbox.record([update(2)])
        assert one.numbers == [1, 2]


async def test_only_the_update_and_what_became_of_it_is_stored(
    store: Store, clock: FakeClock
) -> None:
    async def look(tx: Transaction) -> dict[str, Any]:
        [row] = (await tx.state.all(f"telegram.{BOT}.update.")).values()
        found: dict[str, Any] = json.loads(row)
        return found

    async with life(store, clock) as one:
        await one.inbox.record([update(1, "\ud800 \x00 한국")])
        async with store.read() as tx:
            row = await look(tx)
        assert row == {
            "at": clock.now().isoformat(),
            "tries": 1,
            "changed": False,
            "update": update(1, "\ud800 \x00 한국"),
        }
