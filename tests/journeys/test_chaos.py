"""Killed again and again, alone or one of three: no alert is lost, and few come twice."""

import random
from asyncio.subprocess import Process
from contextlib import suppress

import pytest

from bot.demo import faults
from bot.demo.faults import Rule
from tests.journeys.conftest import Launch
from tests.journeys.scene import Scene, rss
from tests.journeys.tally import CHATS, NEWS, OLD, Tally, kill, polled, quiet

SEED = 20260521
AMID = {1, 3}
"""Of five lives these end while messages are surely in hand, the others at any moment."""
QUICK, LATE = faults.slow(0.02), faults.slow(2.0)


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
    worthwhile, news = 0, 0
    for life in range(lives):
        amid = life % 5 in AMID
        # However fast the machine is, the alerts last to the end and never run dry.
        while news < 5 and len(tally.taken()) > len(CHATS) * (news - 0.6):
            news = await one_more(tally, news)
        left = (len(CHATS) * 5 - len(tally.taken())) // (lives - life)
        goal = tally.taken().total() + dice.randrange(1, max(2, left))
        await until(scene, tally, goal, dice.uniform(0.1, 4.0))
        which = dice.randrange(2 if amid and len(parts) > 2 else len(parts))
        if amid:
            await in_hand(scene, dice.randrange(1, 6))
        await kill(running[which])
        await tally.note()
        worthwhile += tally.in_flight[-1] > 0
        answers(scene).fault = QUICK
        running[which] = await start(launch, scene, parts[which])
    while news < 5:  # One after the other: together they would go out as one roundup.
        await arrived(tally, news)
        news = await one_more(tally, news)
    wanted = len(CHATS) * 5
    await arrived(tally, news)
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


async def one_more(tally: Tally, news: int) -> int:
    """Let something happen; the third time a paper tells it."""
    if news == 2:
        tally.scene.web.puts("/paper", rss(NEWS, OLD))
    else:
        await tally.house.publish()
    return news + 1


async def arrived(tally: Tally, news: int) -> None:
    """Wait until so many things that happened were told to every chat."""
    wanted = len(CHATS) * news
    await tally.scene.api.wait_for(lambda: len(tally.taken()) >= wanted, timeout=120)


def answers(scene: Scene) -> Rule:
    """Return what says how late Telegram answers to messages."""
    return scene.api.faults.rules[0]


async def in_hand(scene: Scene, count: int) -> None:
    """Return when so many messages are taken whose answers are not even on their way."""
    rule = answers(scene)
    rule.fault, goal = LATE, rule.hits + count
    with suppress(TimeoutError):
        await scene.api.wait_for(lambda: rule.hits >= goal, timeout=30)


async def until(scene: Scene, tally: Tally, goal: int, within: float) -> None:
    """Return when Telegram took so many messages, or after so many seconds."""
    with suppress(TimeoutError):
        await scene.api.wait_for(lambda: tally.taken().total() >= goal, timeout=within)
