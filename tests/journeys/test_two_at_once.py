"""Two processes of one database: one answers chats, and no source is fetched by both at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.app.house import ALONE
from storage.records import NewSource
from storage.store import Store
from tests.journeys.conftest import Launch
from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")


async def test_a_second_process_that_would_answer_chats_says_why_it_does_not(
    scene: Scene, launch: Launch
) -> None:
    chat = scene.person()
    await launch(scene, "--only", "chat")
    await scene.says(chat, "/help")
    second = await launch(scene, "--only", "chat")
    _, errors = await asyncio.wait_for(second.communicate(), 30)
    assert second.returncode == 1
    assert errors.decode().strip().splitlines()[-1].endswith(ALONE)
    assert "Traceback" not in errors.decode()
    await scene.says(chat, "/tags")
    assert len(scene.api.messages(chat)) == 2


@pytest.mark.slow
async def test_two_pollers_share_the_sources_and_fetch_none_at_the_same_time(
    scene: Scene, launch: Launch
) -> None:
    """The sources take their time, so that the second poller looks while the first one fetches."""
    store = await Store.open(scene.database_url)
    slow = [f"/slow{number}" for number in range(5)]
    for path in slow:
        await add(store, scene.web.puts(path, rss(OLD), kind="drip"))
    for _ in range(2):
        await launch(scene, "--only", "poll")
    async with asyncio.timeout(60):
        while len(await present(store)) < 2:  # noqa: ASYNC110 - another process brings it
            await asyncio.sleep(0.05)
        for number in range(3):
            await add(store, scene.web.puts(f"/quick{number}", rss(OLD)))
            await scene.web.arrived_at(f"/quick{number}", 1)
    assert scene.web.asked.keys() >= set(slow)
    assert set(scene.web.asked.values()) == {1}
    await store.close()


async def add(store: Store, url: str) -> None:
    async with store.write() as tx:
        await tx.sources.add(NewSource(url), datetime.now(UTC))


async def present(store: Store) -> set[str]:
    """Return the processes that are there."""
    async with store.read() as tx:
        return set(await tx.state.all("process."))
