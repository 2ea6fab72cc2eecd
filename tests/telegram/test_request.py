"""The transport to Telegram over real HTTP: what it sends, and how its failures read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram.request import AiohttpRequest, AnswerLostError, NotSentError

TOKEN = "123456789:AAF" + "x" * 32

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A Bot API of one answer."""

    def __init__(self) -> None:
        self.handler: Handler = self.echo
        self.forms: list[dict[str, str]] = []
        self.url = ""

    async def echo(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            self.forms.append(await request.json())
        else:
            form = await request.post()
            self.forms.append({k: v for k, v in form.items() if isinstance(v, str)})
        chat = {"id": 5, "type": "private"}
        return web.json_response({"ok": True, "result": {"message_id": 7, "date": 1, "chat": chat}})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        return await self.handler(request)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    yield served
    await runner.cleanup()


def bot(url: str, **options: float) -> Bot:
    request = AiohttpRequest(
        read_timeout=options.get("read", 5.0),
        connect_timeout=options.get("connect", 5.0),
        pool_timeout=options.get("pool", 5.0),
        connections=int(options.get("connections", 4)),
    )
    return Bot(TOKEN, base_url=url, request=request, get_updates_request=AiohttpRequest())


async def close(opened: Bot) -> None:
    for request in opened._request:
        await request.shutdown()


@pytest.fixture
async def connected(server: Server) -> AsyncIterator[Bot]:
    opened = bot(server.url)
    for request in opened._request:
        await request.initialize()
        await request.initialize()
    yield opened
    await close(opened)
    await close(opened)


async def test_a_message_arrives_as_it_was_given(connected: Bot, server: Server) -> None:
    sent = await connected.send_message(5, "한미일 & <b>é</b>", parse_mode="HTML")
    assert sent.message_id == 7
    assert server.forms == [{"chat_id": "5", "text": "한미일 & <b>é</b>", "parse_mode": "HTML"}]


async def test_a_file_is_uploaded(connected: Bot, server: Server) -> None:
    await connected.send_document(5, b"<opml/>", filename="subscriptions.opml")
    assert server.forms[0]["chat_id"] == "5"


async def test_a_refused_connection_says_that_nothing_was_sent(unused_port: int) -> None:
    opened = bot(f"http://127.0.0.1:{unused_port}/bot")
    await opened._request[1].initialize()
    with pytest.raises(NetworkError) as caught:
        await opened.send_message(5, "x")
    await close(opened)
    assert isinstance(caught.value.__cause__, NotSentError)
    assert TOKEN not in repr(caught.value)


async def test_a_late_answer_is_uncertain(server: Server) -> None:
    async def silent(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    server.handler = silent
    opened = bot(server.url, read=0.05)
    await opened._request[1].initialize()
    with pytest.raises(TimedOut) as caught:
        await opened.send_message(5, "x")
    await close(opened)
    assert isinstance(caught.value.__cause__, AnswerLostError)


async def test_a_full_pool_says_that_nothing_was_sent(server: Server) -> None:
    arrived = asyncio.Event()

    async def hold(_: web.Request) -> web.Response:
        arrived.set()
        await asyncio.sleep(60)
        return web.Response()

    server.handler = hold
    opened = bot(server.url, connections=1, connect=0.03, pool=0.03)
    await opened._request[1].initialize()
    first = asyncio.create_task(opened.send_message(5, "x"))
    await arrived.wait()
    with pytest.raises(TimedOut) as caught:
        await opened.send_message(6, "y")
    first.cancel()
    await asyncio.wait([first])
    await close(opened)
    assert isinstance(caught.value.__cause__, NotSentError)


async def test_a_broken_connection_is_uncertain(connected: Bot, server: Server) -> None:
    async def reset(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.handler = reset
    with pytest.raises(NetworkError) as caught:
        await connected.send_message(5, "x")
    assert isinstance(caught.value.__cause__, AnswerLostError)


async def test_a_malformed_answer_is_uncertain_and_hides_the_token() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"NONSENSE\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    opened = bot(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/bot")
    await opened._request[1].initialize()
    with pytest.raises(NetworkError) as caught:
        await opened.send_message(5, "x")
    await close(opened)
    listener.close()
    await listener.wait_closed()
    assert isinstance(caught.value.__cause__, AnswerLostError)
    assert TOKEN not in repr(caught.value) + repr(caught.value.__cause__)


async def test_a_redirect_is_not_followed(connected: Bot, server: Server) -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}, text="{}")

    server.handler = elsewhere
    with pytest.raises(NetworkError):
        await connected.send_message(5, "x")


async def test_it_must_be_initialized_first() -> None:
    with pytest.raises(RuntimeError):
        await AiohttpRequest().do_request("http://127.0.0.1:9/", "GET")
    assert AiohttpRequest(read_timeout=3).read_timeout == 3


async def test_no_time_limit_means_none(connected: Bot, server: Server) -> None:
    await connected.send_message(
        5, "x", read_timeout=None, connect_timeout=None, pool_timeout=None, write_timeout=None
    )
    assert len(server.forms) == 1


@pytest.fixture
async def unused_port() -> int:
    listener = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = int(listener.sockets[0].getsockname()[1])
    listener.close()
    await listener.wait_closed()
    return port
