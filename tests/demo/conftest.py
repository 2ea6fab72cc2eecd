"""A server and a bare client to talk to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.flood import Limits


@dataclass
class Bot:
    """The least that a bot is: a token and an HTTP client."""

    session: aiohttp.ClientSession
    server: BotApiServer
    token: str

    async def raw(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.server.url}/bot{self.token}/{method}"
        async with self.session.post(url, json=params) as answer:
            return answer.status, await answer.json()

    async def ask(self, method: str, **params: Any) -> Any:
        status, body = await self.raw(method, **params)
        assert status == 200, body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        status, body = await self.raw(method, **params)
        assert status != 200
        assert body["ok"] is False
        assert body["error_code"] == status
        return f"{status} {body['description']}"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    opened = BotApiServer(limits=Limits.none())
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
def bot(server: BotApiServer, session: aiohttp.ClientSession) -> Bot:
    return Bot(session, server, server.token)
