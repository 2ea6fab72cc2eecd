"""The Bot API server as Telegram: its webhook, its order, its patience."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.demo.botapi import BotApiServer
from bot.demo.webhook import SECRET_HEADER
from tests.demo.conftest import Bot


class Hook:
    """A bot's end of a webhook; what it answers is a test's choice."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server
        self.taken: list[tuple[str, int]] = []
        self.statuses: defaultdict[int, list[int]] = defaultdict(list)
        """By update: what its next deliveries are answered with; then 200."""
        self.gates: dict[int, asyncio.Event] = {}
        """By chat: its deliveries wait for it."""
        self.at_once = 0
        self.url = ""
        self.runner = web.ServerRunner(web.Server(self._deliver))

    async def _deliver(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        number, chat = update["update_id"], update["message"]["chat"]["id"]
        self.taken.append((request.headers.get(SECRET_HEADER, ""), number))
        self._server.world.changed()
        if chat in self.gates:
            await self.gates[chat].wait()
        status = self.statuses[number].pop(0) if self.statuses[number] else 200
        return web.Response(status=status, headers={"Retry-After": "0"})

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.taken]


@pytest.fixture
async def hook(server: BotApiServer) -> AsyncIterator[Hook]:
    made = Hook(server)
    await made.runner.setup()
    await web.TCPSite(made.runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{made.runner.addresses[0][1]}/hook"
    yield made
    for gate in made.gates.values():
        gate.set()
    await made.runner.cleanup()


async def test_a_webhook_gets_each_update_until_it_takes_it(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    hook.statuses[1] = [500]
    assert await bot.ask("setWebhook", url=hook.url, secret_token="s3", drop_pending_updates=True)
    assert (await bot.ask("getWebhookInfo"))["url"] == hook.url
    assert "webhook is active" in await bot.refused("getUpdates")
    server.user_says(1001, "hi")
    await server.wait_for(lambda: len(hook.taken) == 2)
    assert hook.taken == [("s3", 1), ("s3", 1)]
    await server.wait_for(lambda: len(server.world.updates) == 0)
    assert await bot.ask("deleteWebhook", drop_pending_updates=True)
    assert await bot.ask("getUpdates", timeout=0) == []


async def test_chats_are_served_side_by_side_each_in_its_order(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    hook.gates[1] = asyncio.Event()
    await bot.ask("setWebhook", url=hook.url)
    for text in ("one", "two"):
        server.user_says(1, text)
    for chat in (2, 3):
        server.user_says(chat, "hello")
    await server.wait_for(lambda: len(server.world.updates) == 2)
    assert sorted(hook.numbers) == [1, 3, 4], "chat 1 waits for its first"
    hook.gates[1].set()
    await server.wait_for(lambda: not len(server.world.updates))
    assert hook.numbers[-1] == 2


async def test_no_more_deliveries_at_once_than_the_bot_wants(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    hook.gates = {chat: asyncio.Event() for chat in range(1, 6)}
    await bot.ask("setWebhook", url=hook.url, max_connections=2, allowed_updates=["message"])
    for chat in hook.gates:
        server.user_says(chat, "hello")
    await server.wait_for(lambda: len(hook.taken) == 2)
    info = await bot.ask("getWebhookInfo")
    assert (info["max_connections"], info["allowed_updates"]) == (2, ["message"])
    assert info["pending_update_count"] == 5
    hook.gates[1].set()
    await server.wait_for(lambda: len(hook.taken) == 3)


async def test_a_reverse_proxy_leads_a_public_address_to_loopback(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    server.world.proxies["https://news.example"] = hook.url.removesuffix("/hook")
    await bot.ask("setWebhook", url="https://news.example/hook")
    server.user_says(1, "hello")
    await server.wait_for(lambda: hook.taken)


async def test_what_went_wrong_with_a_delivery_is_told(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    hook.statuses[1] = [403]
    await bot.ask("setWebhook", url=hook.url)
    assert "last_error_message" not in await bot.ask("getWebhookInfo")
    server.user_says(1, "hello")
    await server.wait_for(lambda: server.world.profile.webhook_trouble)
    info = await bot.ask("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"
    await bot.ask("setWebhook", url="https://127.0.0.1:1/nobody")
    server.user_says(1, "hello")
    await server.wait_for(lambda: server.world.profile.webhook_trouble)
    info = await bot.ask("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"


async def test_a_server_that_comes_back_goes_on_delivering(
    server: BotApiServer, bot: Bot, hook: Hook
) -> None:
    await bot.ask("setWebhook", url=hook.url)
    await server.stop()
    await server.start()
    server.user_says(1, "hello")
    await server.wait_for(lambda: hook.taken)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.com/"}, "HTTPS"),
        ({"url": "https://a.example/", "secret_token": "no spaces"}, "unallowed characters"),
    ],
)
async def test_what_cannot_be_a_webhook_is_refused(
    bot: Bot, params: dict[str, str], words: str
) -> None:
    assert words in await bot.refused("setWebhook", **params)
