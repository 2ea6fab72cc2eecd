"""A Bot API server on loopback, strict like the real one; the demo and the tests talk to it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.demo import methods
from bot.demo.chats import Request
from bot.demo.faults import Fault, Faults
from bot.demo.flood import Limits
from bot.demo.params import Params, Upload
from bot.demo.people import People
from bot.demo.refusals import Refusal
from bot.demo.webhook import Postman
from bot.demo.world import World

Found = TypeVar("Found")
TOKEN = "7000000001:demo-token-for-loopback-only-000000"  # noqa: S105 - opens nothing
_LARGEST_BODY = 55 * 1024 * 1024
_LONGEST_POLL_S = 50
_JSON = {"Content-Type": "application/json"}


class BotApiServer(People):
    """Speaks `POST /bot<token>/<method>` on 127.0.0.1; what people do comes from People.

        server = BotApiServer()
        await server.start()                    # server.url
        chat = server.private(1001, "Ada")
        server.user_says(chat, "/start")
        answer = await server.wait_for(lambda: server.messages(chat), timeout=5)
        await server.stop()

    `keep` bounds what is remembered (messages a chat, lines of the ledger) for long runs;
    `create_chats` opens a chat for every id that the bot writes to.
    """

    def __init__(
        self, token: str = TOKEN, *, limits: Limits | None = None, clock: Clock | None = None,
        keep: int | None = None, create_chats: bool = False,
    ) -> None:  # fmt: skip
        world = World(
            clock or SystemClock(), limits or Limits(), keep=keep, create_chats=create_chats
        )
        super().__init__(world)
        self.token = token
        self.faults = Faults()
        self.url = ""
        """Where it listens, such as `http://127.0.0.1:41234`; known after `start`."""
        self._methods = methods.table()
        self._postman = Postman(world)
        self._runner: web.ServerRunner | None = None
        self._port = 0
        self._closing = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any that is free."""
        server = web.Server(self._serve, access_log=None)
        self._closing.clear()
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self._port, reuse_address=True)
        await site.start()
        address = self._runner.addresses[0]
        self._port = int(address[1])
        self.url = f"http://127.0.0.1:{self._port}"
        await self._postman.follow(self.world.profile.webhook)

    async def stop(self) -> None:
        """Close every connection and stop listening; `start` again takes the same port."""
        self._closing.set()
        await self._postman.follow({})
        self.world.updates.terminate("the server is closing")
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def wait_for(self, predicate: Callable[[], Found], timeout: float | None = 5.0) -> Found:  # noqa: ASYNC109 - the bound is part of the promise
        """Return the first true value of `predicate`, looked at after every request.

        Raises TimeoutError after `timeout` seconds.
        """
        return await self.world.wait_for(predicate, timeout)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, name = request.path.removeprefix("/bot").partition("/")
        if request.path.startswith("/file/bot"):
            return self._file(request.path.removeprefix("/file/bot"))
        if not request.path.startswith("/bot") or not name:
            return _answer(Refusal(404))
        if token != self.token:
            return _answer(Refusal(401))
        name = name.lower()
        arrived = self.world.clock.monotonic()
        params = await _params(request)
        chat, topic = params.integer("chat_id"), params.integer("message_thread_id")
        fault = self.faults.strike(name, chat, topic)
        if fault is None:
            answer = await self._call(name, params)
        else:
            answer = await self._struck(fault, name, params, request)
        self._note(name, params, arrived, answer)
        return answer if isinstance(answer, web.StreamResponse) else _answer(answer)

    async def _call(self, name: str, params: Params) -> Any:
        """Return the method's result, or the refusal."""
        try:
            if name == "getupdates":
                return await self._updates(params)
            method = self._methods.get(name)
            result = method(self.world, params) if method else Refusal(404, "method not found")
        except Refusal as refusal:
            return refusal
        if name in {"setwebhook", "deletewebhook"}:
            await self._postman.follow(self.world.profile.webhook)
        return result

    async def _updates(self, params: Params) -> list[dict[str, Any]]:
        if self.world.profile.webhook:
            raise Refusal(
                409,
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self.world.updates.allow(params.nested("allowed_updates", "allowed_updates"))
        seconds = min(params.integer("timeout"), _LONGEST_POLL_S)
        offset, limit = params.integer("offset"), params.integer("limit")
        return await self.world.updates.poll(offset, limit, seconds)

    async def _struck(
        self, fault: Fault, name: str, params: Params, request: web.BaseRequest
    ) -> Any:
        result = await self._call(name, params) if fault.happens else None
        self.world.changed()
        if fault.delay:
            await self.world.clock.sleep(fault.delay)
        if fault.hang:
            await self._closing.wait()
        if fault.hang or fault.reset:
            return _cut_off(request)
        if fault.refusal is not None:
            return fault.refusal
        if fault.body is not None:
            return web.Response(status=fault.status, body=fault.body, content_type="text/html")
        if fault.leave_out and isinstance(result, dict):
            return {key: value for key, value in result.items() if key != fault.leave_out}
        return result

    def _note(self, name: str, params: Params, arrived: float, answer: Any) -> None:
        status, words, number = 200, "", 0
        if isinstance(answer, Refusal):
            status, words = answer.status, str(answer)
        elif isinstance(answer, web.StreamResponse):
            status = answer.status
        elif isinstance(answer, dict):
            number = answer.get("message_id", 0)
        chat, topic = params.integer("chat_id"), params.integer("message_thread_id")
        self.world.ledger.append(
            Request(name, chat, topic, arrived, status, words, params.text("text"), number)
        )
        self.world.changed()

    def _file(self, rest: str) -> web.StreamResponse:
        token, _, path = rest.partition("/")
        file_id = path.split("/")[1] if path.startswith("documents/") else ""
        if token != self.token or file_id not in self.world.files:
            return _answer(Refusal(404))
        return web.Response(body=self.world.files[file_id][1])


async def _params(request: web.BaseRequest) -> Params:
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return Params(values)
    if request.content_type == "application/json":
        body = await request.read()
        try:
            given = json.loads(body) if body else {}
        except ValueError:
            given = {}
        return Params(values | given if isinstance(given, dict) else values)
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read())
        else:
            values[name] = value
    return Params(values, files)


def _answer(result: Any) -> web.Response:
    if isinstance(result, Refusal):
        headers = dict(_JSON)
        if "retry_after" in result.parameters:
            headers["Retry-After"] = str(result.parameters["retry_after"])
        body = json.dumps(result.as_json()).encode()
        return web.Response(status=result.status, body=body, headers=headers)
    body = json.dumps({"ok": True, "result": result}).encode()
    return web.Response(body=body, headers=_JSON)


def _cut_off(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
