"""A WebSub hub on loopback: asks back, and pushes what a test tells it to."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from io import BytesIO
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

CHALLENGE = "a challenge that nobody guesses"


class Hub:
    """Takes requests, asks the callback whether it was them, remembers who said yes.

    `reach` turns a callback's public address into where it is on loopback; `answer` is the status
    of the hub's answers; `lease_s` is what it promises.
    """

    def __init__(self, reach: Callable[[str], str]) -> None:
        self.reach = reach
        self.answer = 202
        self.lease_s = "86400"
        self.asks_back = True
        self.asked: list[dict[str, str]] = []
        self.agreed: dict[str, dict[str, str]] = {}
        """Callback -> the request that its owner confirmed."""
        self.changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(15), self.changed:
            await self.changed.wait_for(wanted)

    async def ask_back(self, form: Mapping[str, str], **said: str) -> tuple[int, str]:
        """Ask a callback back; return status and body of its answer."""
        query = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], **said}
        assert self._client is not None
        url = self.reach(form["hub.callback"])
        async with self._client.get(url, params=query) as answer:
            return answer.status, await answer.text()

    async def push(
        self,
        body: bytes | str,
        *,
        method: str = "sha256",
        secret: str | None = None,
        callback: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Deliver to the one who agreed; return the status of the answer."""
        if not callback:
            [callback] = self.agreed
        packed = body.encode() if isinstance(body, str) else body
        form = self.agreed.get(callback, {})
        key = form.get("hub.secret", "") if secret is None else secret
        sent = {"Content-Type": "application/rss+xml", **(headers or {})}
        if method:
            sent["X-Hub-Signature"] = (
                f"{method}=" + hmac.new(key.encode(), packed, method).hexdigest()
            )
        assert self._client is not None
        async with self._client.post(
            self.reach(callback), data=BytesIO(packed), headers=sent
        ) as answer:
            return answer.status

    async def _take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        async with self.changed:
            self.asked.append(form)
            self.changed.notify_all()
        if self.asks_back and self.answer == 202:
            task = asyncio.create_task(self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.answer)

    async def _verify(self, form: dict[str, str]) -> None:
        said = {"hub.challenge": CHALLENGE}
        if form["hub.mode"] == "subscribe":
            said["hub.lease_seconds"] = self.lease_s
        status, text = await self.ask_back(form, **said)
        if status != 200 or text != CHALLENGE:
            return
        async with self.changed:
            if form["hub.mode"] == "subscribe":
                self.agreed[form["hub.callback"]] = form
            else:
                self.agreed.pop(form["hub.callback"], None)
            self.changed.notify_all()
