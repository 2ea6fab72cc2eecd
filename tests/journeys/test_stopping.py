"""Stopped in order or killed at any moment: nothing is lost."""

import asyncio
import signal
import sqlite3
from contextlib import closing

import pytest

from bot.demo import faults
from bot.demo.flood import Limits
from storage.records import NewSource
from storage.store import Store
from tests.journeys.conftest import Launch
from tests.journeys.scene import Item, Scene, rss

CHATS = 200


async def prepare(scene: Scene, chats: int) -> None:
    """Subscribe many chats to #Korea, of a source that was polled once."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from storage.records import ChatId, ChatKind, NewSubscription, Place  # noqa: PLC0415

    store = await Store.open(scene.database_url)
    now = datetime.now(UTC)
    url = scene.web.puts("/paper", rss(Item("Korea opens a museum", "Ships.")))
    async with store.write() as tx:
        await tx.sources.add(NewSource(url), now)
        for number in range(1, chats + 1):
            chat = ChatId(scene.person(number).id)
            await tx.chats.put(chat, ChatKind.PRIVATE, f"Person {number}", now)
            await tx.subscriptions.add(
                NewSubscription(Place(chat), "korea", "#Korea", (("korea", "Korea"),)), now
            )
    await store.close()


def publish(scene: Scene) -> None:
    scene.web.puts("/paper", rss(Item("Korea plans an exercise", "Ships meet."), Item("Old")))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_the_bot_in_order(scene: Scene, launch: Launch, sign: int) -> None:
    await prepare(scene, 1)
    process = await launch(scene)
    await scene.web.arrived_at("/paper", 1)
    process.send_signal(sign)
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()
    assert scene.api.token not in errors.decode()


@pytest.mark.slow
async def test_a_signal_while_an_answer_is_awaited_finishes_what_is_in_flight(
    scene: Scene, launch: Launch
) -> None:
    await prepare(scene, 1)
    process = await launch(scene)
    await scene.web.arrived_at("/paper", 1)
    scene.api.faults.add(faults.slow(2.0), method="sendMessage")
    publish(scene)
    await scene.api.wait_for(lambda: scene.api.messages(1), timeout=30)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    scene.api.faults.clear()
    again = await launch(scene)
    await scene.web.arrived_at("/paper", scene.web.asked["/paper"] + 1)
    again.send_signal(signal.SIGTERM)
    await asyncio.wait_for(again.communicate(), 10)
    assert len(scene.api.messages(1)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_signal_ends_the_bot_while_another_program_locks_the_file(
    scene: Scene, launch: Launch
) -> None:
    await prepare(scene, 1)
    process = await launch(scene)
    await scene.web.arrived_at("/paper", 1)
    path = scene.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 11)
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()


async def test_a_token_that_telegram_rejects_ends_with_one_line(
    scene: Scene, launch: Launch
) -> None:
    right, scene.api.token = scene.api.token, "1:" + "x" * 35
    process = await launch(scene)
    scene.api.token = right
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    last = errors.decode().strip().splitlines()[-1]
    assert "TELEGRAM_BOT_TOKEN" in last
    assert "x" * 35 not in errors.decode()
    assert "Traceback" not in errors.decode()


@pytest.mark.slow
async def test_killed_in_the_middle_of_200_deliveries_all_arrive(
    scene: Scene, launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.api.world.flood.limits = Limits.none()
    await prepare(scene, CHATS)
    process = await launch(scene)
    await scene.web.arrived_at("/paper", 1)
    publish(scene)

    def reached() -> set[int]:
        return {n for n in range(1, CHATS + 1) if scene.api.messages(n)}

    await scene.api.wait_for(lambda: len(reached()) >= CHATS // 3, timeout=60)
    process.kill()
    await process.communicate()
    before = len(reached())
    assert before < CHATS, "killed in the middle"
    await launch(scene)
    await scene.api.wait_for(lambda: len(reached()) == CHATS, timeout=120)
    doubles = sum(len(scene.api.messages(n)) - 1 for n in range(1, CHATS + 1))
    with capsys.disabled():
        print(f"\n  killed after {before} of {CHATS}: 0 lost, {doubles} twice")  # noqa: T201 - the count is the result
    assert doubles <= 100, "at most those in flight"
