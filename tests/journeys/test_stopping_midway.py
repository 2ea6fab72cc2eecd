"""Stopping while an answer is on its way that Telegram is slow to take."""

import asyncio
import signal

import pytest

from bot.demo import faults
from tests.journeys.conftest import Launch
from tests.journeys.scene import Scene


@pytest.mark.parametrize("delay", [2.0, 60.0])
async def test_an_answer_in_flight_does_not_make_the_end_loud(
    scene: Scene, launch: Launch, delay: float
) -> None:
    scene.api.faults.add(faults.slow(delay), method="sendMessage")
    process = await launch(scene)
    scene.api.user_says(scene.person(1), "/start")
    await scene.api.wait_for(lambda: scene.api.messages(1), timeout=30)
    process.send_signal(signal.SIGINT)
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()
    assert "ERROR" not in errors.decode()
