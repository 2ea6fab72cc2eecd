"""PostgreSQL says nothing any more while alerts go out: delivery goes on, and a stop is a stop."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest

from tests.fakes.databases import PostgresServer
from tests.fakes.line import Line, line_to
from tests.journeys.conftest import Launch
from tests.journeys.tally import CHATS, Tally, heard, listen

pytestmark = pytest.mark.slow


@pytest.fixture
async def database_url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
async def line(postgres: PostgresServer, tally: Tally) -> AsyncIterator[Line]:
    """The line that the bot's processes have; the tally has one of its own."""
    async with line_to(postgres) as laid:
        tally.scene.database_url = laid.address(tally.scene.database_url)
        yield laid


@pytest.mark.timeout(150)
async def test_connections_that_go_silent_hold_up_no_alert_for_good(
    tally: Tally, launch: Launch, line: Line
) -> None:
    process = await launch(tally.scene, "--only", "deliver", TAGWIRE_MESSAGES_PER_SECOND="30")
    lines: list[str] = []
    reading = asyncio.create_task(listen(process, lines))
    await tally.house.publish()
    await tally.scene.api.wait_for(lambda: tally.taken().total() >= 20, timeout=60)
    assert line.die()
    await tally.scene.api.wait_for(lambda: len(tally.taken()) == len(CHATS), timeout=120)
    assert process.returncode is None
    assert "has the name" not in "".join(lines)
    assert "Traceback" not in "".join(lines)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(reading, 12)
    assert await process.wait() == 0


@pytest.mark.timeout(150)
async def test_a_host_that_says_nothing_ends_no_process_and_a_signal_does(
    tally: Tally, launch: Launch, line: Line
) -> None:
    process = await launch(tally.scene, TAGWIRE_MESSAGES_PER_SECOND="30")
    lines: list[str] = []
    reading = asyncio.create_task(listen(process, lines))
    await tally.house.publish()
    await tally.scene.api.wait_for(lambda: tally.taken().total() >= 20, timeout=60)
    line.deaf = True
    line.die()
    await heard(lines, "the database takes no more")
    assert process.returncode is None
    loop = asyncio.get_running_loop()
    told = loop.time()
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(reading, 20)
    assert await process.wait() == 0
    assert loop.time() - told <= 11, "containers kill after ten seconds"
