"""`tagwire demo` in a terminal: the news waits for somebody to bring it to."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import sys
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.journeys.conftest import ROOT

PATIENCE_S = 60
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b[=>]")


class Session:
    """Somebody in front of a terminal."""

    def __init__(self, process: Process, end: int) -> None:
        self.process = process
        self._raw = ""
        self._end = end

    @property
    def shown(self) -> str:
        """What was written, without colours, and whatever lines it was broken into."""
        return " ".join(_ESCAPES.sub("", self._raw).split())

    async def sees(self, *words: str) -> None:
        """Wait until all of it stands on the screen."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not all(one in self.shown for one in words):
                    self._raw += (await asyncio.to_thread(os.read, self._end, 65_536)).decode(
                        errors="replace"
                    )
        except TimeoutError:
            pytest.fail(f"not all of {words} in: {self.shown}")

    async def ends(self) -> int:
        """Return how it ended; what it still writes is read, or it would wait for that."""
        async with asyncio.timeout(PATIENCE_S):
            with suppress(OSError):  # The other end is closed.
                while await asyncio.to_thread(os.read, self._end, 65_536):
                    pass
            return await self.process.wait()

    def types(self, line: str) -> None:
        """Type a line, and Enter."""
        os.write(self._end, f"{line}\r".encode())


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    """The demo in a terminal of its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--pace", "9",
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
        env=os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )  # fmt: skip
    os.close(theirs)
    yield Session(process, ours)
    if process.returncode is None:
        process.kill()
    await process.wait()
    os.close(ours)


async def test_the_news_begins_with_the_first_subscription(session: Session) -> None:
    await session.sees("The newsroom starts with your first subscription: 12 stories", "leaves. >")
    session.types("/help")
    await session.sees("More about one of them")
    assert "storm forming" not in session.shown
    session.types("/subscribe #SouthKorea-US-Japan, weather")
    await session.sees("storm forming", "Also: ", "free_prize", "The newsroom has gone home.")
    session.types("\x04")
    assert await session.ends() == 0
