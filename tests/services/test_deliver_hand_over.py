"""What one process, or one message, leaves to the next: rates, claims, the rest of a roundup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.core.messages import Message
from bot.core.outcomes import Outcome, Refused, Sent, Uncertain
from bot.services.claims import Claims
from bot.services.compose import Composer, Parcel
from storage.errors import StoreError
from storage.records import ChatId, ChatKind, ChatSettings, DeliveryDue, DeliveryState
from storage.store import Store, Transaction
from tests.fakes.clock import FakeClock
from tests.services.delivering import House, Ledger, delivering

ANNA, BEN, GROUP = 11, 12, -5
SINGLY = ChatSettings(burst_stories=0)


@pytest.mark.parametrize(("chat", "spacing"), [(GROUP, 60 / 18), (ANNA, 1.0)])
async def test_the_next_process_keeps_the_rate_of_a_chat_that_the_last_one_wrote_to(
    house: House, ledger: Ledger, clock: FakeClock, chat: int, spacing: float
) -> None:
    await house.chat(chat, ChatKind.GROUP if chat < 0 else ChatKind.PRIVATE, settings=SINGLY)
    await house.publish(9)
    for wanted in (4, 6, 9):
        async with delivering(house, ledger):
            await clock.run_until(lambda wanted=wanted: len(ledger.sent) == wanted)  # type: ignore[misc]
    times = ledger.times(chat)
    burst = 2 if chat < 0 else 3
    gaps = [later - earlier for earlier, later in zip(times, times[burst:], strict=False)]
    assert min(gaps) >= spacing - 0.01, times


async def test_a_clock_that_is_put_right_doubles_nothing(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(GROUP, ChatKind.GROUP, settings=SINGLY)
    await house.chat(ANNA)
    await house.publish(5)
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent >= 4)
        clock.put_forward(timedelta(seconds=200))
        await clock.run_until(lambda: len(set(ledger.texts(GROUP))) == 5, within=60)
        await clock.run_until(lambda: clock.monotonic() > 60)
    assert len(ledger.texts(GROUP)) == 5
    assert await house.counts() == {DeliveryState.SENT: 10}


async def test_a_claim_that_was_kept_although_it_failed_is_taken_up_at_once(
    house: House, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.chat(ANNA)
    await house.publish()
    claims = Claims(store, clock, "me", 90.0, 45.0)
    write = Store.write

    @asynccontextmanager
    async def breaking_off(self: Store) -> AsyncIterator[Transaction]:
        async with write(self) as tx:
            yield tx
        raise StoreError("The connection broke off.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", breaking_off)
        with pytest.raises(StoreError):
            await claims.look(10, [])
    assert await house.counts() == {DeliveryState.SENDING: 1}
    found = await claims.look(10, [])
    assert [parcel.head.maybe_duplicate for parcel in found.parcels] == [False]
    assert (await claims.look(10, [found.parcels[0].head.id])).parcels == ()


class Picky(Ledger):
    """Takes no message that tells a certain story."""

    unwanted: str = ""

    async def send(self, due: DeliveryDue, message: Message) -> Outcome:
        outcome = await super().send(due, message)
        return Refused("odd") if self.unwanted in message.plain.splitlines() else outcome


async def test_one_story_that_telegram_refuses_leaves_the_rest_of_its_roundup_alone(
    house: House, clock: FakeClock
) -> None:
    ledger = Picky(clock)
    ledger.unwanted = "• Story 20"
    await house.chat(ANNA)
    await house.publish(45)
    async with delivering(house, ledger):
        await clock.run_until(lambda: clock.monotonic() > 1_400, within=1_500)
    assert await house.counts() == {DeliveryState.DROPPED: 1, DeliveryState.SENT: 44}
    assert len(ledger.sent) < 20


async def test_one_story_that_breaks_us_leaves_the_rest_of_its_roundup_alone(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    class Breaking(Composer):
        def message(self, parcel: Parcel, now: datetime) -> Message:
            made = super().message(parcel, now)
            if "• Story 7" in made.plain.splitlines():
                raise RuntimeError("a mistake of ours")
            return made

    await house.chat(ANNA)
    await house.publish(20)
    async with delivering(house, ledger, composer=Breaking()) as deliverer:
        await clock.run_until(lambda: clock.monotonic() > 60)
        assert deliverer.counts.broken == 1
    assert await house.counts() == {DeliveryState.DROPPED: 1, DeliveryState.SENT: 19}


async def test_a_lost_answer_counts_against_the_page_of_a_roundup_that_was_tried(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    await house.publish(45)
    ledger.answers[ChatId(ANNA)] = [Uncertain("lost"), Sent(7), Uncertain("lost"), Sent(8)]
    async with delivering(house, ledger):
        await clock.run_until(lambda: clock.monotonic() > 900, within=1_000)
    assert len(ledger.sent) == 4
    assert await house.counts() == {DeliveryState.SENT: 45}
