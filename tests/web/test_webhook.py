"""The place where Telegram delivers: it alone, and nothing is confirmed that is not safe."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.web import webhook
from bot.web.server import LARGEST_BODY
from bot.web.webhook import HEADER, Deliveries
from storage.errors import BusyError
from tests.web.conftest import Listen

SECRET = "s3cret-token"
UPDATE = {"update_id": 7, "message": {"text": "hello"}}


class Ears:
    """Takes updates, or not, as a test wants."""

    def __init__(self) -> None:
        self.secret = SECRET
        self.room = True
        self.error: Exception | None = None
        self.taken: list[Mapping[str, Any]] = []

    async def receive(self, update: Mapping[str, Any]) -> bool:
        if self.error is not None:
            raise self.error
        if self.room:
            self.taken.append(update)
        return self.room


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def deliveries(ears: Ears) -> Deliveries:
    return Deliveries(ears)


@pytest.fixture
async def url(listen: Listen, deliveries: Deliveries) -> str:
    return await listen(deliveries.route("/bot/updates")) + "/bot/updates"


async def post(
    client: aiohttp.ClientSession, url: str, body: Any = None, secret: str | None = SECRET
) -> tuple[int, bytes, str]:
    headers = {HEADER: secret} if secret is not None else {}
    sent: Any = {"json": UPDATE} if body is None else {"data": BytesIO(body)}
    async with client.post(url, headers=headers, **sent) as answer:
        return answer.status, await answer.read(), answer.headers.get("Retry-After", "")


async def test_telegrams_delivery_is_taken(
    client: aiohttp.ClientSession, url: str, ears: Ears
) -> None:
    assert await post(client, url) == (200, b"", "")
    assert ears.taken == [UPDATE]


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "sécret", "\udcff"]
)
async def test_nobody_else_is_listened_to(
    client: aiohttp.ClientSession,
    url: str,
    ears: Ears,
    deliveries: Deliveries,
    secret: str | None,
) -> None:
    if secret == "\udcff":
        status = await _with_odd_bytes(url)
    else:
        status, body, _ = await post(client, url, secret=secret)
        assert body == b""
    assert status == 403
    assert ears.taken == []
    assert deliveries.refused == 1


async def _with_odd_bytes(url: str) -> int:
    host, _, port = url.split("/")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /bot/updates HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\r\n\r\n{}"
    )
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"update_id"', 400),
        (b"{}", 400),
        (b'{"update_id": "7"}', 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": 1' + b"0" * 5_000 + b"}", 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
    ids=["empty", "half", "list", "text", "no number", "text for a number", "no UTF-8", "deep",
         "endless number", "too large"],
)  # fmt: skip
async def test_what_is_no_update_is_refused_with_no_more_than_a_status(
    client: aiohttp.ClientSession, url: str, ears: Ears, body: bytes, status: int
) -> None:
    got, text, _ = await post(client, url, body)
    assert got == status
    assert b"Traceback" not in text
    assert len(text) < 40
    assert ears.taken == []


async def test_a_body_that_never_ends_is_left(
    url: str, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_S", 0.05)
    host, _, port = url.split("/")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /bot/updates HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode() + b"\r\n\r\n{"
    )
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()
    assert ears.taken == []


@pytest.mark.parametrize("why", ["no room", "no database", "too slow", "not ready"])
async def test_what_is_not_safe_shall_come_again(
    client: aiohttp.ClientSession,
    url: str,
    ears: Ears,
    deliveries: Deliveries,
    why: str,
) -> None:
    ears.room = why != "no room"
    ears.secret = "" if why == "not ready" else SECRET
    if why == "no database":
        ears.error = BusyError("the disk is full")
    elif why == "too slow":
        ears.error = TimeoutError()
    assert await post(client, url) == (503, b"", str(webhook.AGAIN_S))
    assert deliveries.put_off == 1
    assert ears.taken == []


async def test_without_a_secret_of_ours_an_empty_one_opens_nothing(
    client: aiohttp.ClientSession, url: str, ears: Ears
) -> None:
    ears.secret = ""
    assert (await post(client, url, secret=""))[0] == 503
    assert ears.taken == []


async def test_nothing_but_post_is_answered(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(url) as answer:
        assert answer.status == 405
        assert await answer.text() == "Method Not Allowed\n"
