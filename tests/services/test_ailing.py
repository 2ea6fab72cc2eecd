"""Operators hear once of what ails."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.source_state import State
from bot.services.ailing import Ailing
from storage.records import NewSource, Source, SourceId, SourcePolled, SourceState
from storage.store import Store
from tests.fakes.clock import FakeClock


class Ear:
    """An operator's chat; sometimes Telegram is away."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, list[str]]] = []
        self.away = False

    async def sources_ail(self, user: int, sources: Sequence[Source]) -> bool:
        if not self.away:
            self.heard.append((user, [one.url for one in sources]))
        return not self.away


async def polled(
    store: Store,
    clock: FakeClock,
    url: str,
    error: str = "",
    days: float = 0,
    *,
    gone: bool = False,
) -> None:
    since = (clock.now() - timedelta(days=days)).timestamp()
    state = State(failing_since=since) if error else State()
    async with store.write() as tx:
        source = (await tx.sources.add(NewSource(url), clock.now()))[0]
        await tx.sources.record(
            SourcePolled(
                SourceId(source.id),
                clock.now(),
                clock.now(),
                300,
                error=error,
                state=state.dump(),
                new_state=SourceState.GONE if gone else SourceState.ACTIVE,
            )
        )


async def test_what_ended_or_fails_for_days_is_told_once_to_each_operator(store: Store) -> None:
    clock, ear = FakeClock(), Ear()
    ailing = Ailing(store, clock, {7, 8}, ear)
    await polled(store, clock, "https://well.example/")
    await polled(store, clock, "https://young.example/", "does not answer", 2.9)
    await polled(store, clock, "https://old.example/", "has nothing at this address (404)", 3)
    await polled(store, clock, "https://gone.example/", "is gone for good (410)", gone=True)
    assert await ailing.look() == 2
    ill = ["https://old.example/", "https://gone.example/"]
    assert ear.heard == [(7, ill), (8, ill)]
    assert await ailing.look() == 0
    assert await Ailing(store, clock, {7}, ear).look() == 0, "a restart tells nothing again"
    assert len(ear.heard) == 2


async def test_what_was_well_again_is_told_anew(store: Store) -> None:
    clock, ear = FakeClock(), Ear()
    ailing = Ailing(store, clock, {7}, ear)
    for error, days in (("does not answer", 3), ("", 0), ("does not answer", 4)):
        await polled(store, clock, "https://old.example/", error, days)
        await ailing.look()
    assert len(ear.heard) == 2


async def test_while_telegram_is_away_it_waits(store: Store) -> None:
    clock, ear = FakeClock(), Ear()
    ailing = Ailing(store, clock, {7}, ear)
    await polled(store, clock, "https://old.example/", "does not answer", 3)
    ear.away = True
    await ailing.look()
    ear.away = False
    await ailing.look()
    assert ear.heard == [(7, ["https://old.example/"])]


async def test_without_operators_the_log_is_told(store: Store) -> None:
    clock, ear = FakeClock(), Ear()
    await polled(store, clock, "https://old.example/", "does not answer", 3)
    ailing = Ailing(store, clock, (), ear)
    assert [await ailing.look(), await ailing.look()] == [1, 0]
    assert ear.heard == []
