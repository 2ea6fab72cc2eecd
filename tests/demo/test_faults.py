"""Each fault as a switch, seen from the bot's side of the line."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.demo import faults
from bot.demo.botapi import BotApiServer
from bot.demo.faults import Fault
from tests.demo.conftest import Bot

SEND = {"chat_id": 1001, "text": "x"}


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (faults.flood(7), "429 Too Many Requests: retry after 7"),
        (faults.blocked(), "403 Forbidden: bot was blocked by the user"),
        (faults.deactivated(), "403 Forbidden: user is deactivated"),
        (faults.kicked(), "403 Forbidden: bot was kicked from the supergroup chat"),
        (faults.not_a_member("channel"), "403 Forbidden: bot is not a member of the channel chat"),
        (faults.chat_deleted(), "403 Forbidden: the group chat was deleted"),
        (faults.chat_not_found(), "400 Bad Request: chat not found"),
        (
            faults.moved(-100500),
            "400 Bad Request: group chat was upgraded to a supergroup chat",
        ),
        (faults.topic_closed(), "400 Bad Request: TOPIC_CLOSED"),
        (
            faults.no_rights(),
            "400 Bad Request: not enough rights to send text messages to the chat",
        ),
        (
            faults.bad_markup(),
            '400 Bad Request: can\'t parse entities: Unsupported start tag "FOO" at byte offset 12',
        ),
        (faults.unauthorized(), "401 Unauthorized"),
        (faults.server_error(), "500 Internal Server Error: restart"),
    ],
)
async def test_a_refusal_comes_in_telegrams_words_and_nothing_is_delivered(
    server: BotApiServer, bot: Bot, fault: Fault, answer: str
) -> None:
    chat = server.private(1001)
    server.faults.add(fault, method="sendMessage")
    assert await bot.refused("sendMessage", **SEND) == answer
    assert server.messages(chat) == []
    assert await bot.ask("getMe")


@pytest.mark.parametrize(
    ("fault", "answered", "delivered"),
    [
        (faults.flood_without_parameters(), (429, b"slow down"), 0),
        (faults.bad_gateway(), (502, b"<html>"), 0),
        (faults.bad_gateway(happens=True), (502, b"<html>"), 1),
        (faults.garbage(), (200, b"<!doctype html>"), 1),
        (faults.cut_short(), (200, b'{"ok":true'), 1),
        (faults.server_error(happens=True), (500, b'{"ok": false'), 1),
    ],
)
async def test_an_answer_that_is_no_answer(
    server: BotApiServer, bot: Bot, fault: Fault, answered: tuple[int, bytes], delivered: int
) -> None:
    chat = server.private(1001)
    status, start = answered
    server.faults.add(fault)
    url = f"{server.url}/bot{server.token}/sendMessage"
    async with bot.session.post(url, json=SEND) as answer:
        assert answer.status == status
        assert (await answer.read()).startswith(start)
    assert len(server.messages(chat)) == delivered
    assert server.requests("sendMessage", chat)[0].status == status


async def test_a_field_may_be_missing(server: BotApiServer, bot: Bot) -> None:
    server.private(1001)
    server.faults.add(faults.without_field("date"), times=1)
    assert "date" not in await bot.ask("sendMessage", **SEND)
    assert "date" in await bot.ask("sendMessage", **SEND)


@pytest.mark.parametrize("make", [faults.broken_line, faults.silence])
async def test_no_answer_though_it_was_delivered(
    server: BotApiServer, bot: Bot, make: Callable[[], Fault]
) -> None:
    chat = server.private(1001)
    server.faults.add(make())
    asking = asyncio.create_task(bot.ask("sendMessage", **SEND))
    await server.wait_for(lambda: server.messages(chat))
    if make is faults.silence:
        await server.stop()
    with pytest.raises(aiohttp.ClientError):
        await asking
    assert len(server.messages(chat)) == 1


async def test_a_late_answer_comes_after_the_message(server: BotApiServer, bot: Bot) -> None:
    chat = server.private(1001)
    server.faults.add(faults.slow(0.05))
    asking = asyncio.create_task(bot.ask("sendMessage", **SEND))
    await server.wait_for(lambda: server.messages(chat))
    assert not asking.done()
    assert await asking


async def test_a_fault_keeps_to_its_chat_method_and_topic(server: BotApiServer, bot: Bot) -> None:
    forum = server.supergroup(forum=True)
    one, other = server.topic(forum, "one"), server.topic(forum, "other")
    server.faults.add(faults.topic_closed(), chat=forum.id, topic=one.id)

    async def send(topic: int) -> tuple[int, dict[str, Any]]:
        return await bot.raw("sendMessage", chat_id=forum.id, message_thread_id=topic, text="x")

    assert (await send(one.id))[0] == 400
    assert (await send(other.id))[0] == 200
    server.faults.clear()
    assert (await send(one.id))[0] == 200
    assert len(server.messages(forum, one.id)) == 1


async def test_a_server_that_is_down_comes_back_at_the_same_address(
    server: BotApiServer, bot: Bot
) -> None:
    server.private(1001)
    url = server.url
    await server.stop()
    with pytest.raises(aiohttp.ClientError):
        await bot.ask("getMe")
    await server.start()
    assert server.url == url
    assert await bot.ask("sendMessage", **SEND)
