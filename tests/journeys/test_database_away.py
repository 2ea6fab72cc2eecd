"""PostgreSQL goes away while alerts go out: no process dies, and nothing is lost or doubled."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from tests.fakes.databases import PostgresServer, postgres_server
from tests.journeys.conftest import Launch
from tests.journeys.scene import rss
from tests.journeys.tally import CHATS, NEWS, OLD, Tally, heard, listen, polled


@pytest.fixture
def own_postgres(testrun_uid: str, worker_id: str) -> Iterator[PostgresServer]:
    """A server that no other test uses, so that it may be stopped."""
    with postgres_server(f"{testrun_uid[:8]}-own-{worker_id}", "own") as server:
        yield server


@pytest.fixture
async def database_url(own_postgres: PostgresServer) -> str:
    return await own_postgres.new()


@pytest.mark.slow
@pytest.mark.timeout(100)
async def test_postgresql_stops_and_starts_in_the_middle(
    tally: Tally, launch: Launch, own_postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = tally.scene
    running = [await launch(scene, "--only", part) for part in ("deliver", "poll,chat")]
    lines: list[list[str]] = [[], []]
    reading = [
        asyncio.create_task(listen(process, into))
        for process, into in zip(running, lines, strict=True)
    ]
    await polled(tally)
    await tally.house.publish(2)
    await scene.api.wait_for(lambda: tally.taken().total() >= 30, timeout=60)
    await own_postgres.stop()
    await heard(lines[0], "the database")
    taken = tally.taken().total()
    assert taken < 2 * len(CHATS), "it stopped in the middle"
    scene.web.puts("/paper", rss(NEWS, OLD))
    await own_postgres.start()
    wanted = 3 * len(CHATS)
    await scene.api.wait_for(lambda: len(tally.taken()) == wanted, timeout=60)
    chat = scene.api.private(9, "Newcomer")
    assert "Subscribed" in (await scene.says(chat, "/subscribe #Korea")).text
    with capsys.disabled():
        print(  # noqa: T201 - the counts are the result
            f"\n  PostgreSQL away after {taken} of {wanted} alerts: 0 lost, {tally.doubles()} twice"
        )
    assert tally.doubles() == 0
    for process in running:
        assert process.returncode is None
        process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(asyncio.gather(*reading), 20)
    assert [await process.wait() for process in running] == [0, 0]
    said = "".join(line for some in lines for line in some)
    assert "Traceback" not in said, said
