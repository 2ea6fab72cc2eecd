"""Where hubs ask back and deliver: nothing is read of what nobody asked for."""

import asyncio
from collections.abc import Mapping
from io import BytesIO

import aiohttp
import pytest

from bot.services.hubs import Delivery, Known
from bot.web import websub
from bot.web.websub import LARGEST, HubSide
from storage.errors import BusyError
from tests.web.conftest import Listen

TOKEN = "t" * 32


class Hubs:
    """Answers as a test wants."""

    def __init__(self) -> None:
        self.known = Known.YES
        self.answer: str | None = "42"
        self.good = True
        self.error: Exception | None = None
        self.said: list[Mapping[str, str]] = []
        self.taken: list[Delivery] = []

    async def verify(self, token: str, said: Mapping[str, str]) -> str | None:
        assert token == TOKEN
        if self.error is not None:
            raise self.error
        self.said.append(said)
        return self.answer

    async def knows(self, token: str) -> Known:
        assert token == TOKEN
        if self.error is not None:
            raise self.error
        return self.known

    async def take(self, token: str, delivery: Delivery) -> bool:
        assert token == TOKEN
        self.taken.append(delivery)
        return self.good


@pytest.fixture
def hubs() -> Hubs:
    return Hubs()


@pytest.fixture
async def url(listen: Listen, hubs: Hubs) -> str:
    return await listen(*HubSide(hubs).routes()) + "/websub/" + TOKEN


async def test_a_hub_that_asks_back_gets_its_challenge_and_nothing_else(
    url: str, hubs: Hubs, client: aiohttp.ClientSession
) -> None:
    async with client.get(url, params={"hub.challenge": "42", "hub.mode": "subscribe"}) as answer:
        assert (answer.status, await answer.text()) == (200, "42")
        assert answer.content_type == "text/plain"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert hubs.said == [{"hub.challenge": "42", "hub.mode": "subscribe"}]
    hubs.answer = None
    async with client.get(url) as answer:
        assert (answer.status, await answer.text()) == (404, "")
    async with client.get(url, params={"hub.challenge": "4" * 3_000}) as answer:
        assert answer.status == 400
    hubs.error = BusyError("The database is busy.")
    async with client.get(url) as answer:
        assert answer.status == 503


async def test_a_delivery_comes_with_all_that_proves_it(
    url: str, hubs: Hubs, client: aiohttp.ClientSession
) -> None:
    headers = {
        "X-Hub-Signature": "sha256=00",
        "Link": '<https://a.example/>; rel="self"',
        "Content-Type": "application/atom+xml",
    }
    async with client.post(url, data=b"<feed/>", headers=headers) as answer:
        assert answer.status == 202
    assert hubs.taken == [
        Delivery(b"<feed/>", "application/atom+xml", "sha256=00", {"self": "https://a.example/"})
    ]
    hubs.good = False
    async with client.post(url, data=b"<feed/>") as answer:
        assert answer.status == 403


@pytest.mark.parametrize(("known", "status"), [(Known.NO, 404), (Known.ENDED, 410)])
async def test_nothing_is_read_of_what_nobody_asked_for(
    url: str, hubs: Hubs, client: aiohttp.ClientSession, known: Known, status: int
) -> None:
    hubs.known = known
    async with client.post(url, data=b"x") as answer:
        assert answer.status == status
    assert hubs.taken == []


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_delivery_that_is_too_large_is_not_taken(
    url: str, hubs: Hubs, client: aiohttp.ClientSession, chunked: bool
) -> None:
    body = BytesIO(b"x" * (LARGEST + 1))
    async with client.post(url, data=body, chunked=chunked or None) as answer:
        assert answer.status == 413
    assert hubs.taken == []


async def test_a_delivery_that_does_not_come_to_its_end_is_left(
    url: str, hubs: Hubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websub, "READ_S", 0.05)

    reader, writer = await asyncio.open_connection(*_place(url))
    writer.write(f"POST /websub/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx".encode())
    assert (await reader.readline()).split()[1] == b"408"
    writer.close()
    assert hubs.taken == []


async def test_a_database_that_is_away_lets_the_hub_come_again(
    url: str, hubs: Hubs, client: aiohttp.ClientSession
) -> None:
    hubs.error = BusyError("The database is busy.")
    async with client.post(url, data=b"x") as answer:
        assert answer.status == 503


@pytest.mark.parametrize("path", ["/websub/", "/websub/short", "/websub/" + "x" * 65, "/websub"])
async def test_other_addresses_are_nothing(
    url: str, client: aiohttp.ClientSession, path: str
) -> None:
    origin = url.partition("/websub/")[0]
    async with client.get(origin + path) as answer:
        assert answer.status == 404


def _place(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    return host, int(port)
