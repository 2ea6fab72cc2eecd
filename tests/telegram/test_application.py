"""Starting, failing and stopping of the chat side."""

import asyncio
import json
import logging

import pytest

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.chats import Chat
from bot.demo.faults import Fault, bad_gateway, flood, refused, server_error, silence, unauthorized
from bot.errors import ConfigurationError, TagwireError, TokenRejectedError
from bot.services.inbox import Inbox
from bot.settings import Settings
from bot.telegram import application
from bot.telegram.hello import NOT_INLINE, ask_name, make_bot
from storage.errors import BusyError
from storage.store import Store
from tests.telegram.conftest import House, StoppedClock, opened, place


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


async def test_trouble_of_the_database_is_one_line_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise BusyError("The connection broke off.")

    monkeypatch.setattr(house.services.subscriptions, "of", fail)
    answer = await house.ask(house.server.private(1001), "/tags")
    assert answer.text.startswith("Sorry, something went wrong on my side.")
    told = [one for one in caplog.records if "could not be answered" in one.message]
    assert [(one.exc_info, "The connection broke off." in one.message) for one in told] == [
        (None, True)
    ]


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


async def test_a_slow_answer_holds_up_neither_other_chats_nor_the_next_poll(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, entered = asyncio.Event(), asyncio.Event()
    whole = house.services.subscriptions.of

    async def slow(*arguments: object) -> object:
        entered.set()
        await gate.wait()
        return await whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(house.services.subscriptions, "of", slow)
    house.server.user_says(house.server.private(1001), "/tags")
    await entered.wait()
    await house.ask(house.server.private(1002), "/help")
    assert house.server.messages(1001) == []
    gate.set()
    await house.server.wait_for(lambda: house.server.messages(1001))


async def test_an_answer_that_takes_too_long_is_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(application, "HANDLE_S", 0.05)
    monkeypatch.setattr(house.services.subscriptions, "of", never)
    answer = await house.ask(house.server.private(1001), "/tags")
    assert answer.text.startswith("Sorry, something went wrong on my side.")


async def test_an_update_that_cannot_be_read_is_done_and_the_next_is_answered(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    house.server.world.tell("message", {"message_id": 1})
    house.server.world.tell("message", {"message_id": 2, "date": "x", "chat": 5})
    await house.ask(house.server.private(1001), "/help")
    await house.side._application.update_queue.join()
    assert caplog.text.count("cannot be read") == 2
    assert house.services.inbox.waiting == 0


async def test_a_change_that_was_made_before_a_crash_is_only_spoken_of(
    server: BotApiServer, store: Store, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "STOP_S", 0.05)
    chat = server.private(1001)
    async with opened(server, store, clock) as house:
        server.faults.add(silence(happens=False), method="sendMessage", times=1)
        server.user_says(chat, "/subscribe #Korea")
        await until_subscribed(house, chat)
        crash(house)
    async with opened(server, store, clock) as house:
        await server.wait_for(lambda: server.messages(chat))
        assert [one.text for one in server.messages(chat)] == [
            "I was restarted while I answered you. What you asked for is done: /tags shows it."
        ]
        assert len(await house.services.subscriptions.of(place(chat))) == 1
        await house.side._application.update_queue.join()
        assert house.services.inbox.waiting == 0


async def test_a_question_that_was_not_answered_before_a_crash_is_answered_after_it(
    server: BotApiServer, store: Store, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "STOP_S", 0.05)
    chat = server.private(1001)
    async with opened(server, store, clock) as house:
        lost = server.faults.add(silence(happens=False), method="sendMessage", times=1)
        server.user_says(chat, "/help")
        await server.wait_for(lambda: lost.hits)
        crash(house)
    async with opened(server, store, clock) as house:
        await server.wait_for(lambda: server.messages(chat))
        await house.settled()
    assert [one.text.splitlines()[0] for one in server.messages(chat)] == ["What I can do"]


async def until_subscribed(house: House, chat: Chat) -> None:
    """Wait until the chat has a subscription in the database."""
    async with asyncio.timeout(5):
        while not await house.services.subscriptions.of(place(chat)):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)


def crash(house: House) -> None:
    """Let nothing be written any more, as after kill -9."""
    for method in ("done", "record"):
        setattr(house.services.inbox, method, _never)


async def _never(*_: object) -> None:
    await asyncio.Event().wait()


async def test_hearing_that_breaks_off_is_never_silent(
    server: BotApiServer,
    store: Store,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object) -> None:
        raise LookupError("a mistake of ours")

    monkeypatch.setattr(Inbox, "record", broken)
    async with opened(server, store, clock) as house:
        server.user_says(server.private(1001), "/help")
        with pytest.raises(TagwireError, match="no longer hears Telegram"):
            await asyncio.wait_for(house.side.failed, 5)
    assert "a mistake of ours" in caplog.text


async def test_with_a_webhook_updates_are_received_and_nothing_is_polled(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    chat = server.private(1001)
    async with opened(server, store, clock, webhook_url="https://127.0.0.1:1/hook") as house:
        await server.wait_for(lambda: server.requests("setWebhook"))
        assert house.side.secret == server.world.profile.webhook["secret"]
        server.user_says(chat, "/help")
        [update] = server.world.updates.waiting()
        assert await house.side.receive(update)
        assert await house.side.receive(update)
        await server.wait_for(lambda: server.messages(chat))
        await house.side._application.update_queue.join()
        house.services.inbox._room.clear()
        assert not await house.side.receive(update), "as full as it may be"
        assert house.side.silent_s < 120
    assert house.side.secret == "", "after the end nothing is taken"
    assert len(server.messages(chat)) == 1
    assert server.requests("getUpdates") == []


async def test_what_comes_while_the_bot_stops_is_answered_after_the_restart(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    chat = server.private(1001)
    async with opened(server, store, clock, webhook_url="https://127.0.0.1:1/hook") as house:
        await server.wait_for(lambda: server.requests("setWebhook"))
        server.user_says(chat, "/help")
        [update] = server.world.updates.waiting()
        late = asyncio.ensure_future(house.side.receive(update))
        await asyncio.sleep(0)
        await house.side.stop()
        assert not await house.side.receive(update)
        await asyncio.wait({late})
    async with opened(server, store, clock) as house:
        await server.wait_for(lambda: server.messages(chat))
        await house.settled()
    assert len(server.messages(chat)) == 1


async def test_who_polls_takes_no_deliveries(house: House) -> None:
    assert house.side.secret == ""
    assert not await house.side.receive({"update_id": 1})


async def test_menus_are_set_once_not_at_every_start(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    for _ in range(2):
        async with opened(server, store, clock) as house:
            await house.ask(server.private(1001), "/help")
            await asyncio.wait(house.side._tasks[1:])
    assert len(server.requests("setMyCommands")) == 4
    assert len(server.requests("setMyDescription")) == 1


async def test_menus_wait_as_long_as_telegram_asks(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    server.faults.add(flood(7), method="setMyShortDescription", times=1)
    async with opened(server, store, clock) as house:
        await asyncio.wait(house.side._tasks[1:])
    assert 7 in [round(slept) for slept in clock.slept]
    assert len(server.requests("setMyShortDescription")) == 2


async def test_menus_that_cannot_be_set_stop_nothing(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    server.faults.add(bad_gateway(), method="setMyCommands")
    async with opened(server, store, clock) as house:
        await house.ask(server.private(1001), "/help")
        assert house.side.silent_s < 60


async def test_who_checks_hears_that_inline_mode_is_off(server: BotApiServer) -> None:
    settings = Settings(TELEGRAM_BOT_TOKEN=TOKEN, TAGWIRE_TELEGRAM_API_URL=server.url)
    for lacks in (False, True):
        if lacks:
            me = server.world.me.as_json() | {"supports_inline_queries": False}
            body = json.dumps({"ok": True, "result": me}).encode()
            server.faults.add(Fault(body=body), method="getMe")
        bot = make_bot(settings)
        name = await ask_name(bot)
        await bot.shutdown()
        assert name == "tagwire_demo_bot" + (NOT_INLINE if lacks else "")
