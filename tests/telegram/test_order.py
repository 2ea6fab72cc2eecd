"""Each chat's updates in order, and no chat in the way of another."""

import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update

from bot.telegram.order import ChatOrder


def said(chat: int) -> Update:
    message = Message(1, datetime(2026, 11, 1, tzinfo=UTC), Chat(chat, "private"))
    return Update(1, message=message)


async def test_updates_of_one_chat_wait_for_each_other_and_others_do_not() -> None:
    order, done, gate = ChatOrder(), list[str](), asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append("slow")

    async def quick(name: str) -> None:
        done.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(order.process_update(said(1), slow()))
        await asyncio.sleep(0)
        tasks.create_task(order.process_update(said(1), quick("behind it")))
        await order.process_update(said(2), quick("elsewhere"))
        assert done == ["elsewhere"]
        gate.set()
    assert done == ["elsewhere", "slow", "behind it"]


async def test_a_flood_of_one_chat_is_bounded_and_leaves_nothing_behind() -> None:
    order, done, gate = ChatOrder(most_waiting=3), list[int](), asyncio.Event()

    async def wait(number: int) -> None:
        await gate.wait()
        done.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(order.process_update(said(1), wait(number)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gate.set()
    assert done == [0, 1, 2]
    assert order.dropped == 7
    assert not order._locks
    assert not order._waiting


async def test_an_error_frees_the_line() -> None:
    order = ChatOrder()

    async def fail() -> None:
        raise LookupError

    async def quick() -> None:
        return

    with pytest.raises(LookupError):
        await order.process_update(said(1), fail())
    await order.process_update(said(1), quick())
    await order.process_update(object(), quick())
    assert not order._locks


async def test_what_is_broken_off_is_told_to_nobody_and_nothing_begins_after_it() -> None:
    told, begun, first = list[object](), list[str](), asyncio.Event()

    async def tell(update: object) -> None:
        told.append(update)

    async def hang(name: str) -> None:
        begun.append(name)
        first.set()
        await asyncio.Event().wait()

    order = ChatOrder(tell, at_once=2)
    tasks = [
        asyncio.create_task(order.process_update(said(chat), hang(f"{chat}")))
        for chat in (1, 1, 2, 3)
    ]
    await first.wait()
    await order.break_off()
    await asyncio.wait(tasks)
    assert begun == ["1"], "the others had to wait: for the line, and for a free place"
    assert (told, [task.cancelled() for task in tasks]) == ([], [True, True, False, False])
