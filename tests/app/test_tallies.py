"""What a process counts of itself is told and kept."""

from pathlib import Path

import pytest

from bot.app.tallies import Tallies
from bot.app.workshop import Workshop, open_workshop
from bot.core.hours import Hour, load
from bot.services.hours import NAME
from bot.services.poll import Poller, PollRules
from bot.settings import Settings
from bot.telegram.pacing import Pace
from storage.errors import StoreError
from storage.records import ChatId


def tallies(shop: Workshop, pace: Pace) -> tuple[Tallies, Poller]:
    poller = Poller(shop.store, shop.web, shop.clock, PollRules(owner="me"))
    return Tallies(shop, pace, poller, None, lambda: {"prune", "poll"}), poller


def away() -> None:
    raise StoreError("The database is away.")


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    given = {"database_url_given": sqlite_url, "data_dir": tmp_path, "sources": "none"}
    return Settings.model_validate(given)


async def test_the_parts_counters_are_told_and_kept_at_the_end(settings: Settings) -> None:
    async with open_workshop(settings) as shop:
        pace = Pace(30)
        made, poller = tallies(shop, pace)
        pace.flooded(ChatId(1), 5, shop.clock.monotonic())
        poller.polls += 3
        live = made.live()
        assert (live.sent, live.floods, live.jobs_failing) == (None, 1, ("poll", "prune"))
        assert live.unkept == Hour(polls=3, floods=1)
        await made.close()
        assert made.live().unkept == Hour()
        async with shop.store.read() as tx:
            assert list(load(await tx.state.get(NAME)).values()) == [Hour(polls=3, floods=1)]


async def test_a_database_that_is_away_at_the_end_keeps_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_workshop(settings) as shop:
        made, poller = tallies(shop, Pace(30))
        poller.polls += 1
        with monkeypatch.context() as patch:
            patch.setattr(shop.store, "write", away)
            await made.close()
        assert "was not kept: The database is away." in caplog.text
