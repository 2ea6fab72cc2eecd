"""Jobs run in time or are missed aloud; one that fails stops no other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.jobs import Job, Jobs
from storage.errors import StoreError

Work = Callable[[], Awaitable[object]]


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Jobs]]:
    """Start a table of jobs that is stopped at the end."""
    started: list[Jobs] = []

    def begin(*table: Job) -> Jobs:
        jobs = Jobs(list(table))
        jobs.start()
        started.append(jobs)
        return jobs

    yield begin
    for jobs in started:
        await jobs.stop()


async def test_a_failing_job_is_logged_and_counted_and_the_others_go_on(
    start: Callable[..., Jobs], caplog: pytest.LogCaptureFixture
) -> None:
    ran_well = asyncio.Event()
    failed = asyncio.Event()

    async def fails() -> None:
        failed.set()
        raise ValueError("a broken job")

    async def works() -> None:
        if failed.is_set():
            ran_well.set()

    jobs = start(Job("fails", fails, 0.01, 1), Job("works", works, 0.01, 1))
    await asyncio.wait_for(ran_well.wait(), 5)
    assert jobs.counts["fails", "failed"] >= 1
    assert jobs.counts["works", "done"] >= 1
    assert "job fails failed" in caplog.text
    assert "a broken job" in caplog.text


async def test_a_job_over_its_limit_is_ended_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended = asyncio.Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    jobs = Jobs([])
    await jobs.run(Job("hangs", hangs, 1, 0.01))
    assert ended.is_set()
    assert jobs.counts["hangs", "timed out"] == 1
    assert "ended after 0.01 s" in caplog.text


@pytest.mark.parametrize(("overlaps", "missed"), [(False, True), (True, False)])
async def test_a_tick_during_a_run_is_counted_unless_expected(
    start: Callable[..., Jobs],
    caplog: pytest.LogCaptureFixture,
    overlaps: bool,
    missed: bool,
) -> None:
    ticks = 0
    enough = asyncio.Event()

    async def slow() -> None:
        await enough.wait()

    async def counts_ticks() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 10:
            enough.set()

    caplog.set_level(logging.WARNING, "bot.jobs")
    jobs = start(Job("slow", slow, 0.01, 5, overlaps=overlaps), Job("ticks", counts_ticks, 0.01, 5))
    await asyncio.wait_for(enough.wait(), 5)
    assert (jobs.counts["slow", "missed"] > 0) is missed
    assert ("job slow is late" in caplog.text) is missed


async def test_stopping_ends_what_runs() -> None:
    begun = asyncio.Event()
    ended = asyncio.Event()

    async def long() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    jobs = Jobs([Job("long", long, 0.01, 60)])
    jobs.start()
    await asyncio.wait_for(begun.wait(), 5)
    await jobs.stop()
    assert ended.is_set()


async def test_a_job_is_failing_until_it_ends_well() -> None:
    well = False

    async def sometimes() -> None:
        if not well:
            raise ValueError("not today")

    async def never() -> None:
        await asyncio.Event().wait()

    broken, slow = Job("sometimes", sometimes, 60, 1), Job("slow", never, 60, 0.01)
    jobs = Jobs([broken, slow])
    for job in (broken, slow):
        await jobs.run(job)
    assert jobs.failing == {"sometimes", "slow"}
    well = True
    await jobs.run(broken)
    assert jobs.failing == {"slow"}


async def test_a_database_that_is_away_is_told_of_in_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def reads() -> None:
        raise StoreError("The database is away.")

    jobs = Jobs([])
    await jobs.run(Job("reads", reads, 60, 1))
    assert jobs.failing == {"reads"}
    assert [record.getMessage() for record in caplog.records] == [
        "job reads failed: The database is away."
    ]
    assert "Traceback" not in caplog.text


async def test_a_job_that_is_ended_is_told_of_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    await Jobs([]).run(Job("never", never, 60, 0.01))
    assert "was ended after" in caplog.text
    assert "Traceback" not in caplog.text
