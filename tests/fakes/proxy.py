"""An http proxy on loopback: leads everything to one server, and remembers what it was asked."""

import asyncio
import base64
from contextlib import suppress
from types import TracebackType
from typing import Self

import pytest

_END = b"\r\n\r\n"


class Proxy:
    """Takes absolute addresses and CONNECT, as proxies do.

    `leads_to` is the port on loopback where every name leads; `let_in` is `name:password`, where
    it wants them; `refuses` is the status of its own error, if it shall give one.
    """

    def __init__(self, leads_to: int, *, let_in: str = "", refuses: int = 0) -> None:
        self.leads_to = leads_to
        self.let_in = let_in
        self.refuses = refuses
        self.asked: list[str] = []
        """What it was asked for, such as `GET http://news.example/feed`."""
        self.heads: list[str] = []
        """The whole heads of the same."""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Its address, as a setting has it."""
        return f"http://{self.let_in + '@' if self.let_in else ''}127.0.0.1:{self.port}"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # The client may have had enough, which is what some tests are for.
            with suppress(OSError, EOFError, asyncio.CancelledError):
                await self._lead(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(_END)).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        self.asked.append(f"{method} {target}")
        self.heads.append(head)
        status = self.refuses or (0 if self._knows(head) else 407)
        if status:
            writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        there, onward = await asyncio.open_connection("127.0.0.1", self.leads_to)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onward.write(_as_servers_want_it(head).encode("latin-1"))
            await asyncio.gather(_pour(reader, onward), _pour(there, writer))
        finally:
            onward.close()

    def _knows(self, head: str) -> bool:
        proof = base64.b64encode(self.let_in.encode()).decode()
        return not self.let_in or f"\r\nProxy-Authorization: Basic {proof}\r\n" in head


def _as_servers_want_it(head: str) -> str:
    """Turn the absolute address into a path, and leave out what is for the proxy alone."""
    first, *lines = head.split("\r\n")
    method, target, protocol = first.split(" ")
    path = "/" + target.partition("://")[2].partition("/")[2]
    kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
    return "\r\n".join([f"{method} {path} {protocol}", "Connection: close", *kept])


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(65_536):
        target.write(piece)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()


def in_environment(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Name a proxy as other programs want it: in the environment, for everything."""
    for kind in ("http", "https", "all"):
        monkeypatch.setenv(f"{kind}_proxy", proxy)
        monkeypatch.setenv(f"{kind}_proxy".upper(), proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
