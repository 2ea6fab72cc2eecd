"""A web server on loopback whose every path answers as a test wants."""

import asyncio
import gzip
import ssl
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass
class Answer:
    """What a path answers; `kind` names how it misbehaves, if it does."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "plain"
    """`plain`, `validated` (has an ETag), `chunked`, `drip`, `endless`, `hang`, `nothing`, `raw`"""


class FeedServer:
    """Answers on loopback, 127.0.0.1 or another; remembers what was asked.

    `hold` makes a path wait until `release` is called for it.
    """

    def __init__(self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self._tls = tls
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, list[Mapping[str, str]]] = {}
        self.most_at_once = 0
        self._at_once = 0
        self._arrival = asyncio.Event()
        self._answers: dict[str, list[Answer]] = {}
        self._gates: dict[str, asyncio.Event] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0, ssl_context=self._tls)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for gate in self._gates.values():
            gate.set()
        if self._runner is not None:
            await self._runner.cleanup()

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

    def url(self, path: str = "/", host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def puts(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        kind: str = "plain",
    ) -> str:
        """Let a path answer so from now on; return its address."""
        self._answers[path] = [_answer(body, status, headers, kind)]
        return self.url(path)

    def then(self, path: str, body: bytes | str = b"", *, status: int = 200) -> None:
        """Let a path answer so after it answered once more as before."""
        self._answers.setdefault(path, []).append(_answer(body, status, None, "plain"))

    def gzips(self, path: str, body: bytes, *, cut: int = 0) -> str:
        """Answer with a gzip body, of which `cut` bytes are missing at its end."""
        packed = gzip.compress(body)
        packed = packed[: len(packed) - cut]
        return self.puts(path, packed, headers={"Content-Encoding": "gzip"})

    def bombs(self, path: str, megabytes: int) -> str:
        """Answer with a small gzip body that grows to this size."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        zeros = bytes(1_000_000)
        packed = b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()
        return self.puts(path, packed, headers={"Content-Encoding": "gzip"})

    def redirects(self, path: str, target: str, *, status: int = 302) -> str:
        return self.puts(path, status=status, headers={"Location": target})

    def holds(self, path: str) -> None:
        self._gates[path] = asyncio.Event()

    def releases(self, path: str) -> None:
        self._gates[path].set()

    async def arrived_at(self, path: str, count: int) -> None:
        """Wait until a path was asked so many times in all."""
        while self.asked[path] < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def arrived(self, count: int) -> None:
        """Wait until so many requests came, whatever their path."""
        while self.asked.total() < count:
            self._arrival.clear()
            await self._arrival.wait()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path_qs
        self.asked[path] += 1
        self.headers.setdefault(path, []).append(dict(request.headers))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self._arrival.set()
        try:
            if path in self._gates:
                await self._gates[path].wait()
            return await self._answer(request, path)
        finally:
            self._at_once -= 1

    async def _answer(self, request: web.Request, path: str) -> web.StreamResponse:
        queue = self._answers.get(path)
        if not queue:
            return web.Response(status=404, text="Not here.")
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        match answer.kind:
            case "validated":
                return _validated(request, answer)
            case "chunked" | "drip" | "endless" | "hang":
                return await self._stream(request, answer)
            case "nothing" | "raw":
                return _raw(request, answer)
            case _:
                return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    async def _stream(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            if answer.kind == "chunked":
                await response.write(answer.body)
            while answer.kind == "endless":
                await response.write(answer.body or bytes(65_536))
            for byte in answer.body if answer.kind == "drip" else b"":
                await response.write(bytes([byte]))
                await asyncio.sleep(0.02)
            if answer.kind == "hang":
                self._gates.setdefault("hang", asyncio.Event())
                await self._gates["hang"].wait()
            await response.write_eof()
        except OSError:
            pass  # the client had enough, which is what such a test is for
        return response


def _answer(body: bytes | str, status: int, headers: Mapping[str, str] | None, kind: str) -> Answer:
    packed = body.encode() if isinstance(body, str) else body
    return Answer(packed, status, dict(headers or {}), kind)


def _validated(request: web.Request, answer: Answer) -> web.Response:
    mark = f'"{zlib.crc32(answer.body)}"'
    if request.headers.get("If-None-Match") == mark:
        return web.Response(status=304, headers={"ETag": mark})
    return web.Response(status=200, body=answer.body, headers={"ETag": mark, **answer.headers})


def _raw(request: web.Request, answer: Answer) -> web.Response:
    """Write bytes that are perhaps no HTTP at all, or none, and hang up."""
    transport = request.transport
    if transport is not None:
        if answer.kind == "raw":
            transport.write(answer.body)
        transport.close()
    return web.Response()
