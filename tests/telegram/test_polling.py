"""Polling over real HTTP, through every trouble that Telegram and the line can make."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.faults import bad_gateway, flood, garbage, unauthorized
from bot.demo.flood import Limits
from bot.errors import TagwireError, TokenRejectedError
from bot.telegram import polling
from bot.telegram.polling import ListeningBot, Poller
from bot.telegram.request import AiohttpRequest


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


class Kept:
    """A memory in a dictionary."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    async def put(self, name: str, value: bytes) -> None:
        self.values[name] = value


class Ears:
    """What a poller hands over."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.heard = asyncio.Event()

    async def handle(self, update: Update) -> None:
        message = update.effective_message
        assert message is not None
        assert message.text is not None
        self.texts.append(message.text)
        self.heard.set()

    async def settled(self) -> None:
        return None

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


@asynccontextmanager
async def polling_with(poller: Poller, ears: Ears) -> AsyncIterator[None]:
    task = asyncio.create_task(poller.run(ears.handle, ears.settled))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_each_update_is_handed_over_once_and_in_order(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    ears, chat = Ears(), server.private(1001)
    async with polling_with(Poller(bot, Kept(), clock), ears):
        for text in ("one", "two", "three"):
            server.user_says(chat, text)
        await ears.until(3)
    assert ears.texts == ["one", "two", "three"]


async def test_an_update_that_cannot_be_read_is_skipped_and_the_next_is_not(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    ears, chat = Ears(), server.private(1001)
    server.user_says(chat, "before")
    server.world.tell("message", {"message_id": 1})
    server.world.tell("message", {"message_id": 2, "date": "x", "chat": 5})
    server.user_says(chat, "after")
    async with polling_with(Poller(bot, Kept(), clock), ears):
        await ears.until(2)
    assert ears.texts == ["before", "after"]
    assert len(server.requests("getUpdates")) < 5


async def test_outages_are_waited_out_with_growing_pauses(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    ears, chat = Ears(), server.private(1001)
    server.faults.add(bad_gateway(), method="getUpdates", times=6)
    server.faults.add(garbage(happens=False), method="getUpdates", times=1)
    server.user_says(chat, "hello")
    async with polling_with(Poller(bot, Kept(), clock), ears):
        await ears.until(1)
    assert clock.slept == [1, 2, 4, 8, 16, 30, 30]


async def test_a_flood_wait_is_kept(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    ears, chat = Ears(), server.private(1001)
    server.faults.add(flood(7), method="getUpdates", times=1)
    server.user_says(chat, "hello")
    async with polling_with(Poller(bot, Kept(), clock), ears):
        await ears.until(1)
    assert clock.slept == [7]


async def test_a_revoked_token_ends_it_with_an_error_that_does_not_hold_the_token(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    server.faults.add(unauthorized(), method="getUpdates")
    with pytest.raises(TokenRejectedError) as caught:
        await Poller(bot, Kept(), clock).run(Ears().handle, Ears().settled)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_silence_ends_it_so_that_a_supervisor_can_start_afresh(
    server: BotApiServer,
    bot: ListeningBot,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "SILENCE_S", 0.05)
    with pytest.raises(TagwireError, match="silent"):
        await Poller(bot, Kept(), clock).run(Ears().handle, Ears().settled)
    assert server.requests("getUpdates") == []


@pytest.mark.parametrize(
    ("hours", "heard_again"),
    [(1, False), (25, True)],
    ids=["within a day: handled once", "after a day: Telegram may have renumbered"],
)
async def test_a_restart_knows_what_was_handled(
    server: BotApiServer, bot: ListeningBot, clock: TestClock, hours: int, heard_again: bool
) -> None:
    ears, chat, kept = Ears(), server.private(1001), Kept()
    before = server.world.updates
    server.user_says(chat, "one")
    number = (await bot.raw_updates(0, poll_s=0))[0]["update_id"]
    kept.values[polling.STATE] = (
        f'{{"next": {number + 1}, "at": "{clock.moment.isoformat()}"}}'.encode()
    )
    clock.moment += timedelta(hours=hours)
    assert server.world.updates is before
    async with polling_with(Poller(bot, kept, clock), ears):
        server.user_says(chat, "two")
        await ears.until(2 if heard_again else 1)
    assert ears.texts == (["one", "two"] if heard_again else ["two"])


async def test_a_slow_handler_does_not_hold_up_the_next_poll(
    server: BotApiServer,
    bot: ListeningBot,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "SETTLE_S", 0.01)
    ears, chat = Ears(), server.private(1001)

    async def never() -> None:
        await asyncio.Event().wait()

    ears.settled = never  # type: ignore[method-assign]
    async with polling_with(Poller(bot, Kept(), clock), ears):
        server.user_says(chat, "one")
        await ears.until(1)
        server.user_says(chat, "two")
        await ears.until(2)
    assert ears.texts == ["one", "two"]


async def test_confirming_leaves_nothing_for_the_next_start(
    server: BotApiServer, bot: ListeningBot, clock: TestClock
) -> None:
    ears, chat = Ears(), server.private(1001)
    poller = Poller(bot, Kept(), clock)
    await poller.confirm()
    async with polling_with(poller, ears):
        server.user_says(chat, "one")
        await ears.until(1)
    await poller.confirm()
    assert await bot.raw_updates(0, poll_s=0) == []
