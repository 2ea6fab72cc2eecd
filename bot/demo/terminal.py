"""The chat in the terminal: typed with completion and history, or read from a pipe."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from bot.demo.botapi import BotApiServer
from bot.demo.chats import Chat
from bot.demo.screen import Offers, Pressable, Screen

ANSWER_S = 10.0
"""How long a piped line waits for the bot's answer before the next is sent."""
QUIET_S = 0.6
"""How long the bot must have been quiet before the next piped line is sent."""

ROOM = 4
"""Messages that one line may bring; there must be room for them, or the bot is told to wait."""

SEOUL = (37.57, 126.98)
"""Where whoever types is, if the bot asks for a location."""


class Terminal:
    """One person's end of the chat."""

    def __init__(
        self, server: BotApiServer, chat: Chat, screen: Screen, *, quiet_s: float = QUIET_S
    ) -> None:
        self._server = server
        self._chat = chat
        self._screen = screen
        self._quiet_s = quiet_s
        self.sent = 0
        """How many lines were sent."""

    def send(self, typed: str) -> None:
        """Send a line to the bot; a number on the screen presses that button."""
        pressable = self._screen.button(typed.strip())
        if pressable is not None and not pressable.button.data:
            self._tap(pressable)
        elif pressable is not None:
            press = self._server.press(pressable.message, pressable.button.data)
            self._screen.watch(press)
        elif typed.startswith(f"@{self._server.world.me.username}"):
            self._screen.watch_offers(self._ask(typed.partition(" ")[2].strip()))
        elif typed.strip() and not self._send_file(typed.strip()):
            self._server.user_says(self._chat, typed.strip())
        self.sent += 1
        self._server.world.changed()

    def _tap(self, pressable: Pressable) -> None:
        """Press a button that stands in place of the keyboard."""
        label = pressable.button.text
        row = [one for line in pressable.message.keyboard for one in line]
        button = next(one for one in row if one["text"] == label)
        if "request_location" in button:
            self._server.user_shares_location(self._chat, *SEOUL)
            return
        if "request_chat" not in button:
            self._server.user_says(self._chat, label)
            return
        kinds = ("channel",) if button["request_chat"]["chat_is_channel"] else ("supergroup",)
        fits = [one for one in self._server.world.chats.values() if one.kind in kinds]
        if fits:
            self._server.user_chooses_chat(self._chat, label, fits[0])
        else:
            self._screen.say("The demo has a channel to choose, and no group.")

    def _send_file(self, typed: str) -> bool:
        """Send the file that `/import FILE` names; False: it names none."""
        command, _, name = typed.partition(" ")
        path = Path(name.strip()).expanduser()
        if command.lower() != "/import" or not name or not path.is_file():
            return False
        self._server.user_sends_file(self._chat, path.name, path.read_bytes(), caption="/import")
        return True

    def _ask(self, query: str) -> Offers:
        """Type behind the bot's name; the offers are lines once there are some."""
        world = self._server.world
        number = self._server.asks_inline(next(iter(self._chat.members.values())), query)

        def offers() -> list[str] | None:
            said = world.inline_said.get(number)
            if said is None:
                return None
            over = [f"[{said['button']['text']}]"] if said["button"] else []
            results = world.inline_answers[number]
            return over + [f"• {one['title']}\n  {one.get('description', '')}" for one in results]

        return offers

    async def show(self) -> None:
        """Draw what the bot writes, until cancelled."""
        while True:
            await self._server.wait_for(self._screen.has_news, timeout=None)
            self._screen.draw()

    async def quiet(self, times: float = 1.0) -> None:
        """Wait until the bot has written nothing for `times` a moment; draws meanwhile."""
        while True:
            try:
                await self._server.wait_for(self._screen.has_news, timeout=times * self._quiet_s)
            except TimeoutError:
                return
            self._screen.draw()

    async def read_pipe(self, stdin: TextIO) -> None:
        """Send each line once the one before was answered; return at the end of the input."""
        lines = _lines(stdin)
        while (line := await lines.get()) is not None:
            if not line.strip():
                continue
            self._screen.echo(line.strip())
            self.send(line)
            with suppress(TimeoutError):
                await self._server.wait_for(self._screen.has_news, timeout=ANSWER_S)
            await self.quiet()
            await self._calm()

    async def _calm(self) -> None:
        """Wait until the server takes the next answers at once; draws meanwhile."""
        world = self._server.world
        while (wait := world.flood.room_in_s(self._chat.id, ROOM)) > 0:
            await world.clock.sleep(wait)
            self._screen.draw()

    async def read_keyboard(self, stdin: Input | None = None, stdout: Output | None = None) -> None:
        """Let somebody type until Ctrl-D or Ctrl-C."""
        session: PromptSession[str] = PromptSession(
            "> ",
            completer=Commands(self._server.commands),
            history=InMemoryHistory(),
            complete_while_typing=True,
            input=stdin,
            output=stdout,
        )
        drawing = asyncio.create_task(self.show())
        try:
            while True:
                self.send(await session.prompt_async())
        except (EOFError, KeyboardInterrupt):
            return
        finally:
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)


class Commands(Completer):
    """Completes the commands that the bot set."""

    def __init__(self, commands: Callable[[], dict[str, str]]) -> None:
        self._commands = commands

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield commands that start with what was typed."""
        del complete_event
        typed = document.text_before_cursor
        if not typed.startswith("/") or " " in typed:
            return
        for name, description in self._commands().items():
            if name.startswith(typed[1:].lower()):
                yield Completion(f"/{name}", -len(typed), display_meta=description)


def _lines(stdin: TextIO) -> "asyncio.Queue[str | None]":
    """Read lines in a thread that ends with the process; None marks the end, also a bad one."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            with suppress(OSError, ValueError):
                for line in _decoded(stdin):
                    loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    return queue


def _decoded(stdin: TextIO) -> Iterable[str]:
    """Yield the lines as UTF-8, whatever the environment says; what is none becomes a mark."""
    raw: Iterable[bytes] | None = getattr(stdin, "buffer", None)  # A StringIO has none.
    return stdin if raw is None else (line.decode("utf-8", "replace") for line in raw)
