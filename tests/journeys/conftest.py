"""Every journey gets a scene, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from bot.demo.botapi import BotApiServer
from tests.fakes.feedserver import FeedServer
from tests.journeys.scene import Scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """A house on loopback whose bot is not started yet."""
    async with BotApiServer() as api, FeedServer() as web:
        made = Scene(api, web, database_url)
        yield made
        await made.stop()
