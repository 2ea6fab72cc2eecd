"""A line to a PostgreSQL server over loopback that can go dead without a word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.databases import PostgresServer


@dataclass
class Line:
    """TCP before the server's socket; what is sent over a dead connection comes nowhere."""

    socket: str
    port: int = 0
    deaf: bool = False
    """True: a new connection is accepted, and nobody is there."""
    _dead: set[asyncio.Task[None]] = field(default_factory=set)
    _living: set[asyncio.Task[None]] = field(default_factory=set)

    def address(self, database_url: str) -> str:
        """Return the same database's address, over this line."""
        name = database_url.partition("@/")[2].partition("?")[0]
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def die(self) -> int:
        """Let every open connection go silent, but leave it open; return how many."""
        dying, self._living = self._living, set()
        self._dead |= dying
        return len(dying)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me is not None
        self._living.add(me)
        try:
            if self.deaf:
                await reader.read()
                return
            theirs, ours = await asyncio.open_unix_connection(self.socket)
            with suppress(OSError):
                await asyncio.gather(self._carry(reader, ours, me), self._carry(theirs, writer, me))
        finally:
            writer.close()

    async def _carry(
        self, from_: asyncio.StreamReader, to: asyncio.StreamWriter, me: asyncio.Task[None]
    ) -> None:
        with suppress(OSError):
            while some := await from_.read(65536):
                if me not in self._dead:
                    to.write(some)
                    await to.drain()
        to.close()

    async def end(self) -> None:
        for task in self._living | self._dead:
            task.cancel()
        await asyncio.gather(*self._living, *self._dead, return_exceptions=True)


@asynccontextmanager
async def line_to(postgres: PostgresServer) -> AsyncIterator[Line]:
    """Lay a line to the server."""
    found = sorted(Path(postgres.host).glob(".s.PGSQL.*[0-9]"))  # noqa: ASYNC240 - one small folder
    line = Line(str(found[0]))
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.end()
