"""Every journey gets a scene, on SQLite and on PostgreSQL, and may start the bot as a process."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.demo import faults
from bot.demo.botapi import BotApiServer
from bot.demo.flood import Limits
from storage.records import NewSource
from storage.store import Store
from tests.fakes.clock import HurriedClock
from tests.fakes.feedserver import FeedServer
from tests.journeys.scene import Scene, rss
from tests.journeys.tally import CHATS, OLD, Tally
from tests.services.delivering import House

ROOT = Path(__file__).parent.parent.parent
Launch = Callable[..., Coroutine[Any, Any, Process]]


@pytest.fixture
def times() -> float:
    """How much faster the clocks of bot and Bot API go than the machine's own."""
    return 1.0


@pytest.fixture
async def scene(database_url: str, times: float) -> AsyncIterator[Scene]:
    """A house on loopback whose bot is not started yet."""
    clock = HurriedClock(times)
    async with BotApiServer(clock=clock) as api, FeedServer() as web:
        made = Scene(api, web, database_url, clock)
        yield made
        await made.stop()


@pytest.fixture
async def launch() -> AsyncIterator[Launch]:
    """Start `tagwire run` as a process of its own; ended at the end, if need be."""
    started: list[Process] = []

    async def start(scene: Scene, *arguments: str, **settings: str) -> Process:
        environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": scene.api.token,
            "TAGWIRE_TELEGRAM_API_URL": scene.api.url,
            "TAGWIRE_DATABASE_URL": scene.database_url,
            "TAGWIRE_SOURCES": "none",
            "TAGWIRE_ALLOWED_NETWORKS": "127.0.0.0/8",
            "TAGWIRE_POLL_INTERVAL": "10",
            "TAGWIRE_MESSAGES_PER_SECOND": "1000",
            "TAGWIRE_FETCH_ARTICLES": "no",
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", *arguments, cwd=ROOT, env=environment, stderr=PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
    for process in started:
        with suppress(RuntimeError):  # A test may be reading what it says.
            await process.communicate()


@pytest.fixture
async def tally(scene: Scene) -> AsyncIterator[Tally]:
    """A hundred chats that want news of Japan, and a Telegram that takes its time to answer."""
    scene.api.world.flood.limits = Limits.none()
    scene.api.faults.add(faults.slow(0.02), method="sendMessage")
    store = await Store.open(scene.database_url)
    house = House(store, SystemClock(), feed=scene.web.puts("/paper", rss(OLD)))
    for chat in CHATS:
        scene.person(chat)
        await house.chat(chat)
    async with store.write() as tx:
        await tx.sources.add(NewSource(house.feed), house.clock.now())
    yield Tally(scene, store, house)
    await store.close()
