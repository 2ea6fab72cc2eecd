"""The first pipe where it cannot keep what it read."""

import asyncio

import pytest

from bot.core.entries import Failed, ReadResult
from bot.services.poll import Poller, PollRules
from storage.errors import StoreError
from storage.records import NewSource, SourceToFetch
from storage.store import Store
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
