"""Starting, failing and stopping of the chat side."""

import asyncio
import logging

import pytest

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.faults import bad_gateway, refused, server_error, unauthorized
from bot.errors import ConfigurationError, TokenRejectedError
from bot.settings import Settings
from bot.telegram.application import make_bot
from storage.store import Store
from tests.telegram.conftest import House, StoppedClock, opened


async def test_a_server_that_is_down_at_the_start_is_waited_for(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    server.faults.add(bad_gateway(), method="getMe", times=7)
    async with opened(server, store, clock) as house:
        await house.ask(server.private(1001), "/help")
    assert clock.slept[:7] == [1, 2, 4, 8, 16, 30, 30]


async def test_a_rejected_token_is_told_without_the_token(
    server: BotApiServer,
    store: Store,
    clock: StoppedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    server.token = "1:other"
    with pytest.raises(TokenRejectedError) as caught:
        async with opened(server, store, clock):
            pass
    assert TOKEN not in str(caught.value)
    assert TOKEN not in caplog.text


def test_no_token_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="TELEGRAM_BOT_TOKEN is not set"):
        make_bot(Settings(TELEGRAM_BOT_TOKEN=None))


async def test_a_token_revoked_later_ends_the_chat_side(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock) as house:
        await house.ask(server.private(1001), "/help")
        assert not house.side.failed.done()
        server.faults.add(unauthorized(), method="getUpdates")
        server.user_says(1001, "/help")
        with pytest.raises(TokenRejectedError):
            await asyncio.wait_for(house.side.failed, 5)


async def test_a_token_rejected_in_an_answer_ends_it_too(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock) as house:
        server.faults.add(unauthorized(), method="sendMessage")
        server.user_says(server.private(1001), "/help")
        with pytest.raises(TokenRejectedError):
            await asyncio.wait_for(house.side.failed, 5)


async def test_trouble_on_our_side_is_one_calm_line_and_a_log(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise LookupError("disk on fire")

    monkeypatch.setattr(house.services.subscriptions, "of", fail)
    answer = await house.ask(house.server.private(1001), "/tags")
    assert answer.text.startswith("Sorry, something went wrong on my side.")
    assert "disk on fire" not in answer.text
    assert "disk on fire" in caplog.text
    monkeypatch.undo()
    assert "No subscriptions" in (await house.ask(1001, "/tags")).text


async def test_where_even_that_cannot_be_said_nothing_falls(house: House) -> None:
    rule = house.server.faults.add(server_error(), chat=1001)
    house.server.user_says(house.server.private(1001), "/help")
    await house.server.wait_for(lambda: rule.hits >= 2)
    await house.settled()
    assert not house.side.failed.done()


async def test_a_press_that_is_too_old_is_no_error(house: House) -> None:
    message = await house.ask(house.server.private(1001), "/deleteme")
    house.server.faults.add(
        refused("query is too old and response timeout expired or query ID is invalid"),
        method="answerCallbackQuery",
    )
    await house.press(message, "Cancel")
    assert message.text == "All right, nothing was changed."


async def test_an_unknown_button_is_answered_kindly(house: House) -> None:
    message = await house.ask(house.server.private(1001), "/deleteme")
    message.markup = {"inline_keyboard": [[{"text": "old", "callback_data": "v0|something"}]]}
    press = house.server.press(message, "old")
    await house.server.wait_for(lambda: press.answers)
    assert "too old" in press.answers[0]["text"]


async def test_stopping_lets_handlers_finish_and_confirms_the_updates(
    server: BotApiServer, store: Store, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, entered = asyncio.Event(), asyncio.Event()
    async with opened(server, store, clock) as house:
        whole = house.services.subscriptions.of

        async def slow(*arguments: object) -> object:
            entered.set()
            await gate.wait()
            return await whole(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(house.services.subscriptions, "of", slow)
        server.user_says(server.private(1001), "/tags")
        await entered.wait()
        stopping = asyncio.create_task(house.side.stop())
        await asyncio.sleep(0)
        gate.set()
        await stopping
        assert "No subscriptions" in server.last(1001).text
    monkeypatch.undo()
    async with opened(server, store, clock) as house:
        await house.ask(1001, "/help")
    assert len(server.messages(1001)) == 2


async def test_menus_are_set_once_not_at_every_start(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    for _ in range(2):
        async with opened(server, store, clock) as house:
            await house.ask(server.private(1001), "/help")
            await server.wait_for(lambda: server.requests("setMyCommands"))
    assert len(server.requests("setMyCommands")) == 4


async def test_menus_that_cannot_be_set_stop_nothing(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    server.faults.add(bad_gateway(), method="setMyCommands")
    async with opened(server, store, clock) as house:
        await house.ask(server.private(1001), "/help")
        assert house.side.silent_s < 60
