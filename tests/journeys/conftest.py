"""Every journey gets a scene, on SQLite and on PostgreSQL, and may start the bot as a process."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi import BotApiServer
from tests.fakes.feedserver import FeedServer
from tests.journeys.scene import Scene

ROOT = Path(__file__).parent.parent.parent
Launch = Callable[..., Coroutine[Any, Any, Process]]


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """A house on loopback whose bot is not started yet."""
    async with BotApiServer() as api, FeedServer() as web:
        made = Scene(api, web, database_url)
        yield made
        await made.stop()


@pytest.fixture
async def launch() -> AsyncIterator[Launch]:
    """Start `tagwire run` as a process of its own; ended at the end, if need be."""
    started: list[Process] = []

    async def start(scene: Scene, **settings: str) -> Process:
        environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": scene.api.token,
            "TAGWIRE_TELEGRAM_API_URL": scene.api.url,
            "TAGWIRE_DATABASE_URL": scene.database_url,
            "TAGWIRE_SOURCES": "none",
            "TAGWIRE_ALLOWED_NETWORKS": "127.0.0.0/8",
            "TAGWIRE_POLL_INTERVAL": "10",
            "TAGWIRE_MESSAGES_PER_SECOND": "1000",
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()
