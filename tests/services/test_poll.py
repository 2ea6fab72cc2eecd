"""The first pipe where it cannot keep what it read."""

import asyncio
from datetime import datetime

import pytest

from bot.core.entries import Failed, ReadResult
from bot.services.news import News
from bot.services.poll import Poller, PollRules
from storage.errors import StoreError
from storage.records import NewSource, SourceToFetch
from storage.store import Store, Transaction
from tests.fakes.clock import FakeClock


class Nothing:
    """A web on which nothing is found; what happens meanwhile is told from outside."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def read(self, source: SourceToFetch) -> ReadResult:
        self.asked.set()
        await self.answer.wait()
        return Failed(f"is not there: {source.url}")


@pytest.mark.parametrize(
    ("error", "traced"), [(StoreError("The database is away."), False), (ValueError("odd"), True)]
)
async def test_a_database_that_is_away_is_told_of_in_one_line(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    traced: bool,
) -> None:
    clock, web = FakeClock(), Nothing()
    poller = Poller(store, web, clock, PollRules(owner="me"), lambda: None)
    async with store.write() as tx:
        await tx.sources.add(NewSource("https://example.com/feed"), clock.now())
    assert await poller.tick() == 1
    await web.asked.wait()

    def away(_: Store) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", away)
        web.answer.set()
        await poller.idle()
        await asyncio.sleep(0)
    assert poller.failed == 1
    assert f"was not kept: {error}" in caplog.text
    assert ("Traceback" in caplog.text) is traced


async def test_polls_begin_when_the_last_days_stories_are_loaded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, web, loaded = FakeClock(), Nothing(), asyncio.Event()
    poller = Poller(store, web, clock, PollRules(owner="me"), lambda: None)
    async with store.write() as tx:
        await tx.sources.add(NewSource("https://example.com/feed"), clock.now())
    load = News.load_stories

    async def slowly(news: News, tx: Transaction, now: datetime) -> None:
        await loaded.wait()
        await load(news, tx, now)

    monkeypatch.setattr(News, "load_stories", slowly)
    monkeypatch.setattr("bot.services.loading._AT_ONCE_S", 0.0)
    assert await poller.tick() == 0
    assert await poller.tick() == 0
    async with store.write() as tx:
        assert await tx.sources.add(NewSource("https://example.com/other"), clock.now())
    loaded.set()
    monkeypatch.setattr("bot.services.loading._AT_ONCE_S", 5.0)
    assert await poller.tick() == 2
    await poller.stop(0)


async def test_a_start_that_is_stopped_while_it_loads_can_begin_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    poller = Poller(store, Nothing(), clock, PollRules(owner="me"), lambda: None)
    never = asyncio.Event()

    async def hang(_news: News, _tx: Transaction, _now: datetime) -> None:
        await never.wait()

    with monkeypatch.context() as patch:
        patch.setattr(News, "load_stories", hang)
        patch.setattr("bot.services.loading._AT_ONCE_S", 0.0)
        assert await poller.tick() == 0
        await poller.stop(0)
    async with store.write() as tx:
        await tx.sources.add(NewSource("https://example.com/feed"), clock.now())
    assert await poller.tick() == 1
    await poller.stop(0)
