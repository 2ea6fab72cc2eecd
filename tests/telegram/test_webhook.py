"""The webhook is set with a secret, watched over, and set again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.faults import bad_gateway, flood, refused, silence, unauthorized
from bot.errors import ConfigurationError, TagwireError, TokenRejectedError
from bot.services.chats import Memory
from bot.telegram import webhook
from bot.telegram.polling import ALLOWED_UPDATES, ListeningBot
from bot.telegram.request import AiohttpRequest
from bot.telegram.webhook import SECRET, Webhook
from storage.errors import BusyError
from storage.store import Store
from tests.telegram.conftest import StoppedClock

URL = "https://127.0.0.1:1/bot/updates"


class WaitingClock(StoppedClock):
    """A stopped clock whose watch goes on when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if seconds == webhook.WATCH_S:
            await self.watch.wait()
            self.watch.clear()


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[ListeningBot]:
    made = ListeningBot(TOKEN, base_url=f"{server.url}/bot", request=AiohttpRequest())
    await made.initialize()
    yield made
    await made.shutdown()


@pytest.fixture
def hook(bot: ListeningBot, store: Store, clock: WaitingClock) -> Webhook:
    return Webhook(bot, Memory(store), clock, URL)


@asynccontextmanager
async def watching(hook: Webhook) -> AsyncIterator[None]:
    task = asyncio.create_task(hook.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_it_is_set_with_a_secret_that_a_restart_keeps_and_no_log_tells(
    server: BotApiServer,
    bot: ListeningBot,
    store: Store,
    clock: WaitingClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    server.user_says(server.private(1001), "before")
    secrets = set()
    for _ in range(2):
        hook = Webhook(bot, Memory(store), clock, URL)
        assert hook.secret == ""
        async with watching(hook):
            await server.wait_for(lambda: server.requests("setWebhook"))
            await server.wait_for(lambda: server.world.profile.webhook)
            assert server.world.profile.webhook == {
                "url": URL,
                "secret": hook.secret,
                "at_once": webhook.AT_ONCE,
            }
            secrets.add(hook.secret)
        server.world.ledger.clear()
    assert len(secrets) == 1
    [secret] = secrets
    assert len(secret) == 43
    assert secret not in caplog.text
    assert server.world.updates.allowed == frozenset(ALLOWED_UPDATES)
    assert len(server.world.updates) == 1, "what waits is not dropped"
    assert (await Memory(store).get(SECRET) or b"").decode() == secret


async def test_what_somebody_else_changed_is_set_again(
    server: BotApiServer,
    bot: ListeningBot,
    hook: Webhook,
    clock: WaitingClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with watching(hook):
        await server.wait_for(lambda: len(server.requests("setWebhook")) == 1)
        clock.watch.set()
        await server.wait_for(lambda: len(server.requests("getWebhookInfo")) == 1)
        assert len(server.requests("setWebhook")) == 1, "it stands"
        await bot.delete_webhook()
        clock.watch.set()
        await server.wait_for(lambda: len(server.requests("setWebhook")) == 2)
        assert server.world.profile.webhook["url"] == URL
    assert "Somebody changed the webhook" in caplog.text


async def test_what_telegram_could_not_deliver_is_told_once(
    server: BotApiServer, hook: Webhook, clock: WaitingClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with watching(hook):
        await server.wait_for(lambda: server.requests("setWebhook"))
        server.world.profile.webhook_trouble = {
            "last_error_date": 1_790_000_000,
            "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
        }
        clock.watch.set()
        await server.wait_for(lambda: len(server.requests("getWebhookInfo")) == 1)
        clock.watch.set()
        await server.wait_for(lambda: len(server.requests("getWebhookInfo")) == 2)
        await server.wait_for(lambda: clock.slept[-1] == webhook.WATCH_S)
    assert caplog.text.count("502 Bad Gateway") == 1


async def test_outages_are_waited_out(
    server: BotApiServer, hook: Webhook, clock: WaitingClock
) -> None:
    server.faults.add(bad_gateway(), method="setWebhook", times=2)
    server.faults.add(flood(7), method="setWebhook", times=1)
    async with watching(hook):
        await server.wait_for(lambda: server.world.profile.webhook)
    assert clock.slept[:3] == [1, 2, 7]


async def test_a_database_that_is_away_is_waited_for(
    server: BotApiServer,
    hook: Webhook,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(_: str) -> bytes:
        monkeypatch.undo()
        raise BusyError("it restarts")

    monkeypatch.setattr(hook._memory, "get", fail)
    async with watching(hook):
        await server.wait_for(lambda: server.world.profile.webhook)
    assert clock.slept[0] == 1


async def test_a_revoked_token_ends_it(
    server: BotApiServer, hook: Webhook, clock: WaitingClock
) -> None:
    server.faults.add(unauthorized(), method="getWebhookInfo")
    clock.watch.set()
    with pytest.raises(TokenRejectedError) as caught:
        await asyncio.wait_for(hook.run(), 5)
    assert TOKEN not in str(caught.value)


async def test_an_address_that_telegram_refuses_ends_it_with_telegrams_words(
    server: BotApiServer, hook: Webhook
) -> None:
    server.faults.add(refused("bad webhook: IP address 10.0.0.1 is reserved"), method="setWebhook")
    with pytest.raises(ConfigurationError, match=r"ip address .* is reserved") as caught:
        await asyncio.wait_for(hook.run(), 5)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


async def test_a_dead_silence_ends_it(
    server: BotApiServer, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SILENCE_S", 0.05)
    server.faults.add(silence(happens=False), method="setWebhook")
    with pytest.raises(TagwireError, match="silent"):
        await asyncio.wait_for(hook.run(), 5)


async def test_it_knows_when_telegram_was_heard_last(hook: Webhook, clock: WaitingClock) -> None:
    await clock.sleep(100)
    assert clock.monotonic() - hook.heard_at == 100
    hook.heard()
    assert clock.monotonic() == hook.heard_at
