"""A few child processes that read documents, each of which may be killed and replaced."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.sources.wire import FRAME, Parsed, Task, pack_task, unpack_parsed

Asked = TypeVar("Asked")
Told = TypeVar("Told")

_ANSWER_LIMIT = 64_000_000
"""Bytes of an answer that are taken; entities may make a document grow."""
_BUFFER = 1_000_000
_GRACE_S = 3
_START_S = 20.0
_STOPPING = "is not read: Tagwire is stopping"
_QUICK = 0.2
"""The part of a document's time that it has beside the others."""
_SLOW_LINE = 4
"""Documents in the slow lane, the one being read with them; more at a time are an attack."""
_TASKS_PER_CHILD = 2_000
"""Then a child is replaced, so that what it may leak stays small."""


class _BrokenError(Exception):
    """The child ended, or says what it should not."""


@dataclass(frozen=True, slots=True)
class Craft(Generic[Asked, Told]):
    """What a pool's children can do, and how they are spoken to."""

    module: str
    """Where a child's `main` is."""
    pack: Callable[[Asked], bytes]
    unpack: Callable[[bytes], Told]
    fault: Callable[[str], Told]
    """Makes the answer of a document that cannot be read, and why (to follow its name)."""
    costly: Callable[[str], Told] | None = None
    """The same of one that cost a child; None: no difference is made."""


PARSING: Craft[Task, Parsed] = Craft(
    "bot.sources.worker",
    pack_task,
    unpack_parsed,
    lambda words: Parsed(fault=words),
    lambda words: Parsed(fault=words, unfinished=True),
)


class _Child:
    """One process and its two pipes."""

    def __init__(self, process: Process, asks: StreamWriter, answers: StreamReader) -> None:
        self._process = process
        self._asks = asks
        self._answers = answers
        self.tasks = 0

    async def ready(self) -> None:
        """Wait until the child has loaded its code: that time is no document's fault."""
        try:
            async with asyncio.timeout(_START_S):
                await self._answers.readexactly(1)
        except (TimeoutError, EOFError) as error:
            await self.end(kill=True)
            raise OSError("the parser does not start") from error
        except asyncio.CancelledError:
            await self.end(kill=True)
            raise

    async def ask(self, frame: bytes) -> bytes:
        self.tasks += 1
        try:
            self._asks.write(frame)
            await self._asks.drain()
            _none, size = FRAME.unpack(await self._answers.readexactly(FRAME.size))
            if size > _ANSWER_LIMIT:
                raise _BrokenError
            return await self._answers.readexactly(size)
        except (OSError, EOFError) as error:
            raise _BrokenError from error

    async def end(self, *, kill: bool) -> None:
        """End the process and wait for it, so that neither it nor its pipes stay behind."""
        if kill:
            with suppress(ProcessLookupError):
                self._process.kill()
        self._asks.close()
        try:
            async with asyncio.timeout(_GRACE_S):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._answers.read()
        with suppress(OSError):
            await self._asks.wait_closed()


class Pool(Generic[Asked, Told]):
    """Reads off the event loop; a document that takes too much costs its child, nothing else.

    A thread would not do: one match of a regular expression holds the interpreter for as long
    as it takes, with every other thread.
    """

    def __init__(
        self,
        craft: Craft[Asked, Told],
        size: int | None = None,
        *,
        wall_s: float = 5.0,
        memory: int = 768 * 1024 * 1024,
    ) -> None:
        self._craft = craft
        self._size = size or min(4, max(2, os.cpu_count() or 1))
        self._quick = asyncio.Semaphore(self._size)
        self._slow = asyncio.Semaphore(1)
        self._wall_s = wall_s
        self._memory = memory
        self._waiting = 0
        self._closed = False
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self.killed = 0
        """Children that were killed, or died, over a document."""

    async def ask(self, task: Asked) -> Told:
        """Return what the document says; a child's end is a fault of the document.

        Nearly all take milliseconds. One that does not is begun anew in a lane of its own, so
        that however many are hostile, the others wait for a fifth of `wall_s` at most; where too
        many stand in that lane, it is given up.
        """
        async with self._quick:
            told = await self._attempt(task, self._wall_s * _QUICK)
        if told is None and self._waiting < _SLOW_LINE:
            self._waiting += 1
            try:
                async with self._slow:
                    told = await self._attempt(task, self._wall_s * (1 - _QUICK))
            finally:
                self._waiting -= 1
        return self._cost("takes too long to read") if told is None else told

    def _cost(self, words: str) -> Told:
        return (self._craft.costly or self._craft.fault)(words)

    async def _attempt(self, task: Asked, seconds: float) -> Told | None:
        """Return what the document says, or None where it takes longer than this."""
        if self._closed:
            return self._craft.fault(_STOPPING)
        try:
            child = self._idle.pop() if self._idle else await self._start()
        except OSError:
            return self._craft.fault("cannot be read just now: this machine has no room")
        if self._closed:
            await child.end(kill=True)
            return self._craft.fault(_STOPPING)
        self._busy.add(child)
        whole = False
        try:
            async with asyncio.timeout(seconds):
                answer = await child.ask(self._craft.pack(task))
            whole = True
        except TimeoutError:
            return None
        except _BrokenError:
            return self._cost("is written in a way that cannot be read")
        else:
            return self._craft.unpack(answer)
        finally:
            self._busy.discard(child)
            await self._put_back(child, whole=whole)

    async def close(self) -> None:
        """End every child, also those that are just starting; nothing is parsed any more."""
        self._closed = True
        children = [*self._idle, *self._busy]
        self._idle.clear()
        for child in children:
            await child.end(kill=child in self._busy)
        await asyncio.gather(*self._ending)

    async def _put_back(self, child: _Child, *, whole: bool) -> None:
        room = len(self._idle) < self._size and not self._closed
        if whole and room and child.tasks < _TASKS_PER_CHILD:
            self._idle.append(child)
            return
        if not whole:
            self.killed += 1
            await child.end(kill=True)
            return
        ending = asyncio.create_task(child.end(kill=False))  # Whoever asked has its answer.
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _start(self) -> _Child:
        """Start a child that knows our code and nothing of our environment, secrets least."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            self._craft.module,
            str(self._memory),
            str(int(self._wall_s) + _GRACE_S),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_BUFFER,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
        )
        if process.stdin is None or process.stdout is None:
            raise _BrokenError
        child = _Child(process, process.stdin, process.stdout)
        await child.ready()
        return child


class ParserPool(Pool[Task, Parsed]):
    """Parses feeds."""

    def __init__(
        self, size: int | None = None, *, wall_s: float = 5.0, memory: int = 768 * 1024 * 1024
    ) -> None:
        super().__init__(PARSING, size, wall_s=wall_s, memory=memory)

    async def parse(self, task: Task) -> Parsed:
        """Return what a feed says."""
        return await self.ask(task)
