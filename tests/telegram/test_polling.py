"""Polling over real HTTP, through every trouble that Telegram and the line can make."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.faults import bad_gateway, flood, garbage, silence, unauthorized
from bot.demo.flood import Limits
from bot.errors import TagwireError, TokenRejectedError
from bot.services.inbox import Inbox, Taken
from bot.telegram import polling
from bot.telegram.polling import ListeningBot, Poller
from bot.telegram.request import AiohttpRequest
from storage.errors import BusyError
from storage.store import Store


class TestClock:
    """Time that stands still but for what is slept, which is noted and costs nothing."""

    __test__ = False

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 1, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Ears:
    """An inbox that begins at once, and what comes out of it."""

    def __init__(self, store: Store, clock: TestClock) -> None:
        self.inbox = Inbox(store, clock, "7")
        self.texts: list[str] = []
        self.odd: list[int] = []
        self.heard = asyncio.Event()

    def take(self, taken: Taken) -> None:
        try:
            self.texts.append(taken.update["message"]["text"])
        except (KeyError, TypeError):
            self.odd.append(taken.number)
        self.heard.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.texts) < count:
                self.heard.clear()
                await self.heard.wait()


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    opened = BotApiServer(limits=Limits.none())
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[ListeningBot]:
    made = ListeningBot(
        TOKEN,
        base_url=f"{server.url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )
    await made.initialize()
    yield made
    await made.shutdown()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def ears(store: Store, clock: TestClock) -> Ears:
    return Ears(store, clock)


@asynccontextmanager
async def polling_with(poller: Poller, ears: Ears) -> AsyncIterator[None]:
    await ears.inbox.begin(ears.take)
    task = asyncio.create_task(poller.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await ears.inbox.close()


async def test_each_update_is_handed_over_once_and_in_order(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        for text in ("one", "two", "three"):
            server.user_says(chat, text)
        await ears.until(3)
    assert ears.texts == ["one", "two", "three"]


async def test_an_odd_update_stops_nothing(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    server.user_says(chat, "before")
    server.world.tell("message", {"message_id": 1})
    server.world.updates.put_raw({"message": {"text": "without a number"}})
    server.user_says(chat, "after")
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        await ears.until(2)
    assert ears.texts == ["before", "after"]
    assert len(ears.odd) == 1
    assert len(server.requests("getUpdates")) < 5


async def test_updates_that_have_no_number_at_all_are_not_asked_for_in_a_hurry(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    server.world.updates.put_raw({"message": {"text": "without a number"}})
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        await server.wait_for(lambda: len(server.requests("getUpdates")) >= 3)
    assert set(clock.slept) == {1}


async def test_outages_are_waited_out_with_growing_pauses(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    server.faults.add(bad_gateway(), method="getUpdates", times=6)
    server.faults.add(garbage(happens=False), method="getUpdates", times=1)
    server.user_says(chat, "hello")
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        await ears.until(1)
    assert clock.slept == [1, 2, 4, 8, 16, 30, 30]


async def test_a_flood_wait_is_kept(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    server.faults.add(flood(7), method="getUpdates", times=1)
    server.user_says(chat, "hello")
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        await ears.until(1)
    assert clock.slept == [7]


async def test_a_poll_that_hangs_is_left_and_the_next_one_hears(
    server: BotApiServer,
    bot: ListeningBot,
    clock: TestClock,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "LATE_S", 0.05)
    hanging = server.faults.add(silence(happens=False), method="getUpdates", times=2)
    server.user_says(server.private(1001), "hello")
    async with polling_with(Poller(bot, ears.inbox, clock, poll_s=0), ears):
        await ears.until(1)
    assert hanging.hits == 2
    assert clock.slept[:2] == [1, 2]


async def test_a_webhook_that_is_set_meanwhile_is_taken_away(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        server.user_says(chat, "one")
        await ears.until(1)
        await bot.set_webhook("https://127.0.0.1:1/somebody-else")
        server.user_says(chat, "two")
        await ears.until(2)
    assert clock.slept == [30]
    assert not server.world.profile.webhook


async def test_a_revoked_token_ends_it_with_an_error_that_does_not_hold_the_token(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    server.faults.add(unauthorized(), method="getUpdates")
    await ears.inbox.begin(ears.take)
    with pytest.raises(TokenRejectedError) as caught:
        await Poller(bot, ears.inbox, clock).run()
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_silence_ends_it_so_that_a_supervisor_can_start_afresh(
    server: BotApiServer,
    bot: ListeningBot,
    clock: TestClock,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "SILENCE_S", 0.05)
    await ears.inbox.begin(ears.take)
    with pytest.raises(TagwireError, match="silent"):
        await Poller(bot, ears.inbox, clock).run()
    assert server.requests("getUpdates") == []


@pytest.mark.parametrize(
    ("hours", "heard_again"),
    [(1, False), (25, True)],
    ids=["within a day: handled once", "after a day: Telegram may have renumbered"],
)
async def test_a_restart_knows_what_was_recorded(
    server: BotApiServer, bot: ListeningBot, store: Store, hours: int, heard_again: bool
) -> None:
    clock = TestClock()
    chat, before, after = server.private(1001), Ears(store, clock), Ears(store, clock)
    server.user_says(chat, "one")
    await before.inbox.begin(before.take)
    [update] = await bot.raw_updates(0, poll_s=0)
    await before.inbox.record([update])
    await before.inbox.done(update["update_id"])
    clock.moment += timedelta(hours=hours)
    async with polling_with(Poller(bot, after.inbox, clock), after):
        server.user_says(chat, "two")
        await after.until(2 if heard_again else 1)
    assert after.texts == (["one", "two"] if heard_again else ["two"])


async def test_while_the_database_is_away_nothing_is_confirmed(
    server: BotApiServer,
    bot: ListeningBot,
    clock: TestClock,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, tries = ears.inbox._commit, 0

    async def fails_twice(*arguments: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise BusyError("the disk is full")
        return await whole(*arguments)

    monkeypatch.setattr(ears.inbox, "_commit", fails_twice)
    server.user_says(server.private(1001), "hello")
    async with polling_with(Poller(bot, ears.inbox, clock), ears):
        await ears.until(1)
    assert ears.texts == ["hello"]
    assert tries >= 3
    assert {1, 2} <= set(clock.slept)


async def test_confirming_leaves_nothing_for_the_next_start(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, ears: Ears
) -> None:
    chat = server.private(1001)
    poller = Poller(bot, ears.inbox, clock)
    await poller.confirm()
    async with polling_with(poller, ears):
        server.user_says(chat, "one")
        await ears.until(1)
        await asyncio.sleep(0)
    await poller.confirm()
    assert await bot.raw_updates(0, poll_s=0) == []
