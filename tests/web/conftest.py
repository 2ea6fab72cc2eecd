"""Pages behind a real listener, and a client in front of it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.web.server import WebSide

Listen = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Serve routes on loopback; returns the address."""
    async with AsyncExitStack() as stack:

        async def start(*routes: web.RouteDef) -> str:
            side = WebSide(routes)
            await side.start("127.0.0.1", 0)
            stack.push_async_callback(side.stop)
            return side.url

        yield start


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened
