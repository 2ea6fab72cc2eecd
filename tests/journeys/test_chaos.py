"""Killed again and again, alone or one of three: no alert is lost, and few come twice."""

import asyncio
import random
from asyncio.subprocess import Process
from contextlib import suppress

import pytest

from tests.journeys.conftest import Launch
from tests.journeys.scene import Scene, rss
from tests.journeys.tally import CHATS, NEWS, OLD, Tally, kill, polled, quiet

SEED = 20260521


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("database_url", "lives", "parts"),
    [
        ("sqlite", 50, [""]),
        ("postgresql", 50, ["deliver", "deliver", "poll,chat"]),
    ],
    indirect=["database_url"],
)
async def test_killed_at_random_moments_500_alerts_all_arrive(
    tally: Tally, launch: Launch, lives: int, parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Five stories for a hundred chats; the last one is found by polling between the kills."""
    scene, dice = tally.scene, random.Random(SEED)  # noqa: S311 - it shall be the same each time
    running = {which: await start(launch, scene, part) for which, part in enumerate(parts)}
    await polled(tally)
    worthwhile = 0
    for life in range(lives):
        if life % (lives // 5) == 0 and life < lives * 4 // 5:
            await tally.house.publish()
        if life == lives // 3:
            scene.web.puts("/paper", rss(NEWS, OLD))
        goal = tally.taken().total() + dice.randrange(1, 20)
        await until(scene, tally, goal, dice.uniform(0.1, 4.0))
        await asyncio.sleep(dice.uniform(0, 0.05))  # Requests come in crowds; kill among them too.
        which = dice.randrange(len(parts))
        await kill(running[which])
        await tally.note()
        worthwhile += tally.in_flight[-1] > 0
        running[which] = await start(launch, scene, parts[which])
    wanted = len(CHATS) * 5
    await scene.api.wait_for(lambda: len(tally.taken()) == wanted, timeout=120)
    await quiet(tally)
    with capsys.disabled():
        print(  # noqa: T201 - the counts are the result
            f"\n  {wanted} alerts, {lives} kills, {worthwhile} of them with messages in flight: "
            f"0 lost, {tally.doubles()} of {sum(tally.in_flight)} in flight twice"
        )
    assert worthwhile >= lives / 4, "most kills were in the middle of something"
    assert max(tally.in_flight) <= 100, "no more are in flight at once"
    assert tally.doubles() <= sum(tally.in_flight)
    order = [f"Story {number}" for number in range(1, 5)]
    for chat in CHATS:
        told = tally.headlines(chat)
        assert [one for one in told if one != NEWS.title] == order
        assert len(told) == 5


async def start(launch: Launch, scene: Scene, part: str) -> Process:
    only = ["--only", part] if part else []
    return await launch(scene, *only, TAGWIRE_MESSAGES_PER_SECOND="200")


async def until(scene: Scene, tally: Tally, goal: int, within: float) -> None:
    """Return when Telegram took so many messages, or after so many seconds."""
    with suppress(TimeoutError):
        await scene.api.wait_for(lambda: tally.taken().total() >= goal, timeout=within)
