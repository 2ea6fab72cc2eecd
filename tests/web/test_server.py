"""Where the web side listens, what it refuses, and how little it says."""

import asyncio
import logging
import socket
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ConfigurationError
from bot.web.server import LARGEST_BODY, WebSide
from tests.web.conftest import Listen


async def hello(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="hello")


PAGE = web.post("/page", hello)


@pytest.mark.parametrize(
    ("method", "path", "size", "status", "words"),
    [
        ("POST", "/page", 10, 200, "hello"),
        ("POST", "/page", LARGEST_BODY, 200, "hello"),
        ("POST", "/page", LARGEST_BODY + 1, 413, "Request Entity Too Large\n"),
        ("POST", "/elsewhere", 10, 404, "Not Found\n"),
        ("POST", "/page/../../etc/passwd", 10, 404, "Not Found\n"),
        ("DELETE", "/page", 0, 405, "Method Not Allowed\n"),
    ],
)
async def test_what_is_not_there_gets_a_bare_status(  # noqa: PLR0917 - a row of the table
    listen: Listen,
    client: aiohttp.ClientSession,
    method: str,
    path: str,
    size: int,
    status: int,
    words: str,
) -> None:
    url = await listen(PAGE)
    async with client.request(method, url + path, data=BytesIO(b"x" * size)) as answer:
        assert (answer.status, await answer.text()) == (status, words)
        assert "Server" not in answer.headers


async def test_what_is_no_http_is_answered_without_a_word_in_the_log(
    listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    url = await listen(PAGE)
    caplog.clear()
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.0 400")
    writer.close()
    await writer.wait_closed()
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_a_port_in_use_is_one_clear_line() -> None:
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    with taken, pytest.raises(ConfigurationError) as caught:
        await WebSide([PAGE]).start("127.0.0.1", port)
    assert str(caught.value) == (
        f"TAGWIRE_HTTP_LISTEN: cannot listen on port {port} of 127.0.0.1, for something listens "
        "there already. Use another host:port, or leave it out."
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("192.0.2.1", "this machine has no such address"),
        ("no-such-host.invalid", "there is no such address"),
        ("a" * 70, "there is no such address"),
    ],
)
async def test_an_address_that_is_not_ours_is_one_clear_line(host: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        await WebSide([PAGE]).start(host, 8080)
    assert "\n" not in str(caught.value)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


async def test_ipv6_is_listened_to_where_there_is_some(client: aiohttp.ClientSession) -> None:
    side = WebSide([PAGE])
    if not has_ipv6():
        with pytest.raises(ConfigurationError, match="TAGWIRE_HTTP_LISTEN"):
            await side.start("::1", 0)
        return
    await side.start("::1", 0)
    assert side.url.startswith("http://[::1]:")
    async with client.post(f"{side.url}/page") as answer:
        assert await answer.text() == "hello"
    await side.stop()


async def test_after_the_end_nobody_answers(client: aiohttp.ClientSession) -> None:
    side = WebSide([PAGE])
    await side.start("127.0.0.1", 0)
    await side.stop()
    await side.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.post(f"{side.url}/page")
