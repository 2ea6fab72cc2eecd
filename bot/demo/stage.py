"""`tagwire demo` from curtain to curtain: server, newsroom, the bot, and a chat in the terminal.

The bot itself is handed in, for the demo stands beside it and knows nothing of its insides:

    async def start_bot(world: DemoWorld) -> RunningBot:
        settings = …        # token=world.token, api_url=world.api_url, networks 127.0.0.0/8
        …                   # add world.sources, poll every world.poll_every_s seconds
        return running      # has idle() and stop()

    exit_code = await run_demo(start_bot)
"""

import asyncio
import errno
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TextIO, TypeVar

from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.clock import Clock
from bot.demo.botapi import BotApiServer
from bot.demo.newsroom import Newsroom, Programme
from bot.demo.screen import Screen
from bot.demo.terminal import QUIET_S, Terminal

USER_ID = 1001
FIRST_POLL_S = 20.0
"""How long everybody waits for the bot to store what stands in every source."""
LAST_ALERT_S = 20.0
"""How long the curtain waits for the last alert."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """What the bot needs to know of the stage."""

    server: BotApiServer
    newsroom: Newsroom
    user_id: int = USER_ID
    poll_every_s: float = 2.0
    """How often each source should be polled, so that stories come through within seconds."""

    @property
    def api_url(self) -> str:
        """The Bot API server's address."""
        return self.server.url

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.server.token

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Address and name of each source."""
        names = [offer.title for offer in self.newsroom.offers]
        return list(zip(self.newsroom.urls, names, strict=True))


class RunningBot(Protocol):
    """The bot as the demo sees it."""

    async def idle(self) -> None:
        """Return when everything polled so far is matched and nothing waits to be sent."""
        ...

    async def subscribed(self) -> None:
        """Return when some chat has a subscription."""
        ...

    async def tell(self) -> list[str]:
        """Return in a few lines what was read, and what could not be and why."""
        ...

    async def stop(self) -> None:
        """Finish what is in flight, and stop."""
        ...


StartBot = Callable[[DemoWorld], Awaitable[RunningBot]]


@dataclass(frozen=True, slots=True)
class Options:
    """How the demo is run."""

    programme: Programme | None = None
    """None: the demo's own edition; `replay.Captures(folder)` for `--feeds`."""
    pace: float = 1.2
    clock: Clock | None = None
    quiet_s: float = QUIET_S
    """How long the bot must have been quiet before the next piped line is sent."""
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)


async def run_demo(start_bot: StartBot, options: Options | None = None) -> int:
    """Run the demo until its end (piped) or until somebody leaves; return the exit code."""
    chosen = options or Options()
    server = BotApiServer(clock=chosen.clock)
    newsroom = Newsroom(chosen.programme, clock=chosen.clock, pace=chosen.pace)
    await server.start()
    try:
        await newsroom.start()
        bot = await start_bot(DemoWorld(server, newsroom))
        try:
            await _play(server, newsroom, bot, chosen)
        finally:
            await bot.stop()
    finally:
        await newsroom.stop()
        await server.stop()
    return 0


async def _play(
    server: BotApiServer, newsroom: Newsroom, bot: RunningBot, options: Options
) -> None:
    chat = server.private(USER_ID, "You")
    channel = server.channel("Demo Channel", admins=(USER_ID,))
    if options.stdin.isatty():
        with patch_stdout(raw=True):
            screen = Screen(Console(), chat, server.world.me, [channel])
            await _typed(newsroom, bot, Terminal(server, chat, screen), screen)
    else:
        console = _Pipe(file=options.stdout, highlight=False)
        screen = Screen(console, chat, server.world.me, [channel])
        terminal = Terminal(server, chat, screen, quiet_s=options.quiet_s)
        await _piped(newsroom, bot, terminal, screen, options.stdin)


async def _piped(
    newsroom: Newsroom, bot: RunningBot, terminal: Terminal, screen: Screen, stdin: TextIO
) -> None:
    """Send the lines, let the news come, stay until the last of it is delivered."""
    screen.say(_welcome(newsroom))
    await _within(_opened(newsroom, bot), FIRST_POLL_S)
    await terminal.read_pipe(stdin)
    newsroom.begin()
    missed = await _beside(terminal.show(), _last_alert(newsroom, bot))
    await terminal.quiet(2.5)
    screen.say(f"\nThe newsroom published {len(newsroom.published)} stories.")
    for line in await bot.tell():
        screen.say(line)
    if missed:
        screen.say(f"Nobody came back for the newest of: {', '.join(missed)}")
    screen.say("Goodbye.")


async def _typed(newsroom: Newsroom, bot: RunningBot, terminal: Terminal, screen: Screen) -> None:
    """Let somebody type; the news begins when there is somebody to bring it to."""
    screen.say(_welcome(newsroom))
    await _within(_opened(newsroom, bot), FIRST_POLL_S)
    screen.say(
        f"The newsroom starts with your first subscription: {newsroom.to_come} stories in "
        f"{newsroom.length_s:.0f} seconds."
    )
    screen.say(
        "Try /start, then /subscribe #SouthKorea-US-Japan, /subscribe weather, "
        "/subscribe 한미일 or /subscribe 地震. Numbers press buttons; Ctrl-D leaves."
    )

    async def direct() -> None:
        await bot.subscribed()
        newsroom.begin()
        await _last_alert(newsroom, bot)
        screen.say("The newsroom has gone home. /latest and the rest still answer; Ctrl-D leaves.")

    directing = asyncio.create_task(direct())
    try:
        await terminal.read_keyboard()
    finally:
        directing.cancel()
        await asyncio.gather(directing, return_exceptions=True)


async def _opened(newsroom: Newsroom, bot: RunningBot) -> None:
    """Wait until every source was fetched once, and what it said is stored."""
    await newsroom.first_polled()
    await bot.idle()


async def _last_alert(newsroom: Newsroom, bot: RunningBot) -> list[str]:
    """Wait until the last story was delivered; return the sources that nobody came back for."""
    missed = await newsroom.finished()
    await _within(bot.idle(), LAST_ALERT_S)
    return missed


async def _beside(
    drawing: Coroutine[object, object, None], work: Coroutine[object, object, Result]
) -> Result:
    """Return what the work does, while somebody draws; raises what ends the drawing before."""
    drawn, worked = asyncio.create_task(drawing), asyncio.create_task(work)
    try:
        await asyncio.wait({drawn, worked}, return_when=asyncio.FIRST_COMPLETED)
        if drawn.done():
            drawn.result()
        return await worked
    finally:
        drawn.cancel()
        worked.cancel()
        await asyncio.gather(drawn, worked, return_exceptions=True)


class _Pipe(Console):
    """A console that says when nobody reads it any more; Rich's own ends the process at once."""

    def on_broken_pipe(self) -> None:
        """Raise what the system said."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


async def _within(waiting: Awaitable[object], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(waiting, seconds)


def _welcome(newsroom: Newsroom) -> str:
    return (
        f"Tagwire demo: no token, no network. {len(newsroom.urls)} sources on loopback, "
        f"and a chat with the bot.\n{newsroom.summary()}."
    )
