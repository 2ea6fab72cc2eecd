"""Parsing happens elsewhere: whatever a document does, the loop and the other sources go on."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO

import psutil
import pytest

from bot.sources import pool as pool_module
from bot.sources.child import serve
from bot.sources.pool import ParserPool
from bot.sources.wire import FRAME, Task, pack_task, unpack_parsed
from bot.sources.worker import answer
from tests.sources.conftest import item, longest_stall, rss

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STALL = "<author>" + "a" * 48_000 + "</author>"


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    made = ParserPool(2, wall_s=2.0)
    yield made
    await made.close()


def task(body: bytes) -> Task:
    return Task(body, "", NOW)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


async def test_a_hostile_author_costs_its_child_and_nobody_else(pool: ParserPool) -> None:
    done = asyncio.Event()
    watch = asyncio.create_task(longest_stall(done))
    before = time.monotonic()
    hostile = asyncio.create_task(pool.parse(task(rss(item(1) + STALL))))
    others = [await pool.parse(task(rss(item(number)))) for number in range(5)]
    assert not hostile.done()
    assert (await hostile).fault == "takes too long to read"
    assert time.monotonic() - before < 6
    done.set()
    assert await watch < 0.2
    assert [len(one.entries) for one in others] == [1] * 5
    assert pool.killed == 2
    assert (await pool.parse(task(rss(item(1))))).entries


async def test_many_hostile_documents_do_not_starve_the_others(pool: ParserPool) -> None:
    bad = [asyncio.create_task(pool.parse(task(rss(item(1) + STALL)))) for _ in range(4)]
    await asyncio.sleep(0)
    good = await pool.parse(task(rss(item(1))))
    assert good.entries
    assert not any(one.done() for one in bad[1:])
    for one in bad:
        one.cancel()
    await asyncio.gather(*bad, return_exceptions=True)


async def test_where_too_many_are_slow_the_last_are_given_up_at_once() -> None:
    pool = ParserPool(2, wall_s=5.0)
    pool._slow = asyncio.Semaphore(0)
    bad = [asyncio.create_task(pool.parse(task(rss(item(1) + STALL)))) for _ in range(6)]
    done, waiting = await asyncio.wait(bad, return_when=asyncio.FIRST_COMPLETED, timeout=30)
    assert {one.result().fault for one in done} == {"takes too long to read"}
    assert len(waiting) >= 4
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await pool.close()


async def test_a_document_that_takes_too_much_memory_is_a_fault() -> None:
    pool = ParserPool(1, wall_s=5.0, memory=90_000_000)
    try:
        found = await pool.parse(task(rss("<title>" + "x" * 30_000_000 + "</title>")))
        assert found.fault
        assert (await pool.parse(task(rss(item(1))))).entries
    finally:
        await pool.close()


async def test_children_are_few_start_when_needed_and_end_with_the_pool() -> None:
    before = children()
    pool = ParserPool(2)
    assert children() <= before
    await asyncio.gather(*(pool.parse(task(rss(item(number)))) for number in range(8)))
    assert len(children() - before) == 2
    await pool.close()
    assert children() <= before


async def test_a_child_that_was_killed_from_outside_is_replaced(pool: ParserPool) -> None:
    known = {child.pid for child in psutil.Process().children()}
    await pool.parse(task(rss(item(1))))
    for child in psutil.Process().children():
        if child.pid not in known:
            child.kill()
            child.wait()
    first = await pool.parse(task(rss(item(1))))
    second = await pool.parse(task(rss(item(1))))
    assert first.fault or first.entries
    assert second.entries


async def test_one_who_gives_up_waiting_leaves_no_child_behind() -> None:
    before = children()
    pool = ParserPool(1, wall_s=30.0)
    await pool.parse(task(rss(item(1))))
    waiting = asyncio.create_task(pool.parse(task(rss(STALL))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await pool.parse(task(rss(item(1))))).entries
    await pool.close()
    assert children() == before


async def test_a_worn_child_ends_after_its_answer_and_before_the_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, may_end, really_end = children(), asyncio.Event(), pool_module._Child.end

    async def end(child: pool_module._Child, *, kill: bool) -> None:
        if not kill:
            await may_end.wait()
        await really_end(child, kill=kill)

    monkeypatch.setattr(pool_module, "_TASKS_PER_CHILD", 1)
    monkeypatch.setattr(pool_module._Child, "end", end)
    pool = ParserPool(1, wall_s=60.0)
    for number in range(2):
        assert (await pool.parse(task(rss(item(number))))).entries
    assert len(children() - before) == 2
    may_end.set()
    await pool.close()
    assert children() <= before
    assert pool.killed == 0


async def test_closing_ends_even_a_busy_child() -> None:
    before = children()
    pool = ParserPool(1, wall_s=30.0)
    busy = asyncio.create_task(pool.parse(task(rss(STALL))))
    while children() == before:  # noqa: ASYNC110 - processes tell nobody that they began
        await asyncio.sleep(0.01)
    await pool.close()
    assert (await busy).fault
    assert children() == before


def test_the_child_answers_every_frame_until_its_input_ends() -> None:
    asks = BytesIO(pack_task(task(rss(item(1)))) + pack_task(task(b"no feed")))
    answers = BytesIO()
    serve(asks, answers, 5, answer)
    answers.seek(0)
    found = []
    for _ in range(2):
        _none, size = FRAME.unpack(answers.read(FRAME.size))
        found.append(unpack_parsed(answers.read(size)))
    assert [len(one.entries) for one in found] == [1, 0]
    assert found[1].fault == "is no feed"
    assert answers.read() == b""
