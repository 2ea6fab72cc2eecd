"""The hours are kept beside those of other processes, and nothing is written for nothing."""

from dataclasses import dataclass

import pytest

from bot.core.hours import Hour, load, number_of
from bot.services.hours import NAME, Hours
from bot.services.stats import FRESH_S, PULSE_FRESH_S, SLOWEST, Live, Stats
from storage.errors import StoreError
from storage.records import NewSource, SourcePolled
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House


@dataclass
class Counter:
    """What a process counted so far."""

    so_far: Hour

    def counted(self) -> Hour:
        return self.so_far


async def kept(store: Store) -> list[Hour]:
    async with store.read() as tx:
        return list(load(await tx.state.get(NAME)).values())


async def test_each_process_adds_what_it_counted_since_the_last_time(store: Store) -> None:
    clock = FakeClock()
    one, two = Counter(Hour(sent=7)), Counter(Hour())
    first, second = (Hours(store, clock, each.counted) for each in (one, two))
    await first.note()
    assert await kept(store) == []
    one.so_far = Hour(sent=9, polls=1)
    two.so_far = Hour(failed=1)
    assert first.unkept() == Hour(sent=2, polls=1)
    for hours in (first, second, first):
        await hours.note()
    assert await kept(store) == [Hour(sent=2, polls=1, failed=1)]
    assert first.unkept() == Hour()
    clock.move(3_600)
    one.so_far = Hour(sent=10, polls=1)
    await first.note()
    assert (await kept(store))[-1] == Hour(sent=1)


async def test_the_longest_queue_of_an_hour_is_kept(store: Store) -> None:
    clock = FakeClock()
    house, hours = House(store, clock), Hours(store, clock, Hour)
    await house.chat(1001)
    await house.publish(3)
    await hours.note()
    clock.move(60)
    await house.publish(2)
    await hours.note()
    assert await kept(store) == [Hour(waiting=5)]


async def test_what_could_not_be_kept_is_kept_the_next_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(Hour())
    hours = Hours(store, FakeClock(), counter.counted)
    counter.so_far = Hour(sent=1)

    def away() -> None:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", away)
        with pytest.raises(StoreError):
            await hours.note()
    await hours.note()
    assert await kept(store) == [Hour(sent=1)]


async def test_the_pulse_has_what_is_not_kept_yet_and_stands_for_a_minute(store: Store) -> None:
    clock = FakeClock()
    counter = Counter(Hour())
    hours = Hours(store, clock, counter.counted)

    def live() -> Live:
        return Live(clock.now(), sent=0, floods=0, rate=30, unkept=hours.unkept())

    stats = Stats(store, clock, live)
    counter.so_far = Hour(sent=1)
    await hours.note()
    counter.so_far = Hour(sent=3)
    first = (await stats.figures()).pulse
    assert first.hours[-1] == Hour(sent=3)
    counter.so_far = Hour(sent=8)
    clock.move(PULSE_FRESH_S - 1)
    assert (await stats.figures()).pulse is first
    clock.move(FRESH_S)
    pulse = (await stats.figures()).pulse
    assert pulse.hours[-1] == Hour(sent=8)
    assert number_of(pulse.at) == number_of(clock.now())


async def test_the_sources_that_take_longest_are_named(store: Store) -> None:
    clock = FakeClock()
    async with store.write() as tx:
        for number in range(SLOWEST + 3):
            new = NewSource(f"https://{number}.example/feed", title=str(number))
            source, _ = await tx.sources.add(new, clock.now())
            state = f'{{"took_s":{number}.5}}' if number else ""
            await tx.sources.record(
                SourcePolled(source.id, clock.now(), clock.now(), interval_s=60, state=state)
            )
    slowest = (await Stats(store, clock).figures()).pulse.slowest
    assert [(one.title, seconds) for one, seconds in slowest] == [
        (str(number), number + 0.5) for number in range(SLOWEST + 2, 2, -1)
    ]
