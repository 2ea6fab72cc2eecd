"""The demo from curtain to curtain, with a parrot for a bot."""

import asyncio
import errno
import io
import os
from pathlib import Path
from typing import Any, TextIO

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.demo.botapi import BotApiServer
from bot.demo.chats import SentMessage
from bot.demo.entities import Entity
from bot.demo.screen import Screen
from bot.demo.stage import DemoWorld, Options, run_demo
from bot.demo.terminal import Commands, Terminal
from tests.demo.parrot import Parrot
from tests.fakes.clock import HurriedClock


async def test_piped_lines_are_answered_one_by_one_and_the_demo_ends_with_the_news() -> None:
    parrots: list[Parrot] = []

    async def start(world: DemoWorld) -> Parrot:
        parrots.append(await Parrot.start(world))
        return parrots[0]

    stdout = io.StringIO()
    stdin = io.StringIO("/start\n\n#tag\n1\n")
    options = Options(pace=1000.0, quiet_s=0.1, stdin=stdin, stdout=stdout)
    assert await run_demo(start, options) == 0
    assert parrots[0].stopped
    shown = stdout.getvalue()
    expected = [
        "7 sources on loopback",
        "> /start",
        "You said /start",
        "here <https://e.example/a>, see?",
        "[1 More]  [Site: https://e.example/]",
        "> #tag",
        "You said #tag",
        "[2 More]",
        "> 1",
        "(edited)",
        "and more",
        "(silent)",
        "That was all.",
        "The newsroom published 12 stories.",
        "It read all of it.",
        "Goodbye.",
    ]
    places = [shown.find(words) for words in expected]
    assert -1 not in places, shown
    assert places == sorted(places), shown
    assert shown.count("You said /start") == 1


async def test_lines_that_come_at_once_are_all_answered_and_nobody_is_told_to_wait() -> None:
    parrots: list[Parrot] = []

    async def start(world: DemoWorld) -> Parrot:
        parrots.append(await Parrot.start(world))
        return parrots[0]

    stdout = io.StringIO()
    lines = [f"line {number}." for number in range(40)]
    options = Options(
        pace=1000.0, quiet_s=0.01, clock=HurriedClock(20),
        stdin=io.StringIO("\n".join(lines)), stdout=stdout,
    )  # fmt: skip
    assert await run_demo(start, options) == 0
    assert [line for line in lines if f"You said {line}" not in stdout.getvalue()] == []
    assert parrots[0].world.server.world.flood.refused == 0


class Dying(io.StringIO):
    """A reader that breaks off after the first line."""

    def __next__(self) -> str:  # type: ignore[override]
        if self.tell():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().__next__()


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        (
            io.TextIOWrapper(io.BytesIO(b"/sub \xff\xfe\n/tags\n"), "ascii", "strict"),
            "/sub \ufffd\ufffd",
        ),
        (Dying("/sub one\n/sub two\n"), "/sub one"),
    ],
    ids=["no UTF-8", "broken off"],
)
async def test_what_cannot_be_read_does_not_keep_the_demo_waiting(
    stdin: TextIO, words: str
) -> None:
    stdout = io.StringIO()
    options = Options(pace=1000.0, quiet_s=0.1, stdin=stdin, stdout=stdout)
    async with asyncio.timeout(60):
        assert await run_demo(Parrot.start, options) == 0
    assert f"> {words}" in stdout.getvalue()
    assert "Goodbye." in stdout.getvalue()


async def test_typing_completes_commands_and_presses_buttons() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001, "You")
        out = io.StringIO()
        screen = Screen(Console(file=out, force_terminal=True, width=60), chat, server.world.me)
        end = Terminal(server, chat, screen)
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            typing = asyncio.create_task(end.read_keyboard(keys, DummyOutput()))
            keys.send_text("/start\r")
            await server.wait_for(lambda: end.sent == 1)
            keys.send_text("\x04")
            await typing
        assert [message.text for message in chat.messages.values()] == ["/start"]


async def test_a_file_is_sent_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_bytes(b"<opml/>")
    async with BotApiServer() as server:
        chat = server.private(1001, "You")
        end = Terminal(server, chat, Screen(Console(file=io.StringIO()), chat, server.world.me))
        end.send(f"/import {tmp_path / 'list.opml'}")
        end.send(f"/import {tmp_path / 'none.opml'}")
        sent = list(chat.messages.values())
        assert [one.file for one in sent] == [b"<opml/>", b""]
        assert sent[1].text.startswith("/import ")


async def test_what_is_typed_behind_the_bots_name_shows_its_offers() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001, "You")
        out = io.StringIO()
        screen = Screen(Console(file=out), chat, server.world.me)
        end = Terminal(server, chat, screen)
        end.send("@tagwire_demo_bot Samsung")
        ((number, answers),) = server.world.inline_answers.items()
        assert not screen.has_news()
        answers.append({"title": "Samsung opens a plant", "description": "Herald"})
        server.world.inline_said[number] = {"button": {"text": "More"}}
        assert screen.has_news()
        screen.draw()
        assert "[More]\n• Samsung opens a plant\n  Herald" in out.getvalue()
        assert not screen.has_news()


def test_commands_are_completed_by_what_the_bot_set() -> None:
    completer = Commands(lambda: {"subscribe": "Follow a tag", "start": "Begin"})

    def offered(typed: str) -> list[str]:
        return [one.text for one in completer.get_completions(Document(typed), CompleteEvent())]

    assert offered("/s") == ["/subscribe", "/start"]
    assert offered("/SUB") == ["/subscribe"]
    assert offered("/subscribe x") == []
    assert offered("hello") == []


async def test_an_edit_shows_only_what_it_brought() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001)
        out = io.StringIO()
        screen = Screen(Console(file=out), chat, server.world.me)
        message = server.world.new_message(chat, 0, server.world.me)
        message.text = "One\nTwo\nThree"
        chat.put(message)
        assert screen.draw() == 1
        assert not screen.has_news()
        message.text, message.edited = "One\nTwo\nThree\nAlso: Summit Ledger", 1
        out.truncate(0)
        assert screen.draw() == 1
        assert "Also: Summit Ledger" in out.getvalue()
        assert "Two" not in out.getvalue()
        message.edited = 2
        out.truncate(0)
        screen.draw()
        assert out.getvalue().strip("\0") == ""
        message.text, message.edited = "One\nTwo\nThree\nAlso: Summit Ledger\nThe newest:", 3
        out.truncate(0)
        screen.draw()
        assert "One\nTwo\nThree\n" in out.getvalue(), "a colon with nothing after it tells nothing"
        message.text, message.edited = "One\nTwo", 4
        out.truncate(0)
        screen.draw()
        assert "One\nTwo\n" in out.getvalue(), "what is left, where an edit only took away"


async def test_a_number_on_the_screen_stays_good_while_its_button_is_there() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001)
        out = io.StringIO()
        screen = Screen(Console(file=out), chat, server.world.me)

        def put(text: str, *buttons: str, edit: SentMessage | None = None) -> SentMessage:
            message = edit or server.world.new_message(chat, 0, server.world.me)
            message.text, message.edited = text, message.edited + (edit is not None)
            rows = [[{"text": one, "callback_data": one}] for one in buttons]
            message.markup = {"inline_keyboard": rows}
            chat.put(message)
            screen.draw()
            return message

        story = put("Story", "Why?", "More")
        put("Another", "Why?")
        put("Story\nAlso: Summit Ledger", "Why?", "Less", edit=story)
        assert "[1 Why?]" in out.getvalue().partition("Also:")[2]
        pressed = [screen.button(f"{number}") for number in range(1, 6)]
        assert [one.button.text if one else "" for one in pressed] == [
            "Why?",
            "",
            "Why?",
            "Less",
            "",
        ]
        assert pressed[0] is not None
        assert pressed[0].message is story


async def test_a_pop_up_is_shown_once() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001, "You")
        out = io.StringIO()
        screen = Screen(Console(file=out), chat, server.world.me)
        end = Terminal(server, chat, screen)
        message = server.world.new_message(chat, 0, server.world.me)
        message.text = "News"
        message.markup = {"inline_keyboard": [[{"text": "Why?", "callback_data": "why:1"}]]}
        chat.put(message)
        screen.draw()
        end.send("1")
        assert not screen.has_news()
        (press,) = server.world.presses.values()
        press.answers.append({"text": "It said so", "show_alert": "true"})
        assert screen.has_news()
        screen.draw()
        assert out.getvalue().count("(pop-up)\nIt said so") == 1
        assert not screen.has_news()


async def test_links_are_links_where_the_terminal_knows_them() -> None:
    async with BotApiServer() as server:
        chat = server.private(1001)
        out = io.StringIO()
        console = Console(file=out, force_terminal=True, color_system="standard")
        screen = Screen(console, chat, server.world.me)
        message = server.world.new_message(chat, 0, server.world.me)
        message.text = "x"
        message.entities = (Entity("text_link", 0, 1, "https://e.example/"),)
        chat.put(message)
        screen.draw()
        assert "\x1b]8;" in out.getvalue()
        assert "https://e.example/" in out.getvalue()


async def test_buttons_in_place_of_the_keyboard_are_pressed_by_number() -> None:
    async with BotApiServer() as server:
        chat, out = server.private(1001), io.StringIO()
        channel = server.channel("Wire", admins=(1001,))
        screen = Screen(Console(file=out), chat, server.world.me, [channel])
        end = Terminal(server, chat, screen)
        message = server.world.new_message(chat, 0, server.world.me)
        asks: tuple[dict[str, Any], ...] = (
            {"request_chat": {"request_id": 1, "chat_is_channel": True}},
            {"request_chat": {"request_id": 2, "chat_is_channel": False}},
            {"request_location": True},
            {},
        )
        labels = ("A channel", "A group", "Where", "Hello")
        keyboard = [[{"text": text} | ask] for text, ask in zip(labels, asks, strict=True)]
        message.text, message.markup = "Choose", {"keyboard": keyboard}
        chat.put(message)
        there = server.world.new_message(channel, 0, server.world.me)
        there.text = "A story"
        channel.put(there)
        screen.draw()
        assert "[1 A channel]" in out.getvalue()
        assert "Tagwire (in Wire)\nA story" in out.getvalue()
        there.text, there.edited = "A story, again", 1
        screen.draw()
        assert "Tagwire (in Wire, edited)" in out.getvalue()
        for number in range(1, 5):
            end.send(str(number))
        assert "and no group" in out.getvalue()
        first, second, third = [one for one in chat.messages.values() if one is not message]
        assert first.media == {"chat_shared": {"request_id": 1, "chat_id": channel.id}}
        assert "location" in second.media
        assert third.text == "Hello"
