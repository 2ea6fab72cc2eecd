"""The web is asked through the operator's proxy, and the guard sees what can be seen."""

import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest

from bot.clock import SystemClock
from bot.core.entries import Document, Failed, PageText
from bot.errors import FetchError
from bot.sources import guard as guard_module
from bot.sources.fetch import Fetcher
from bot.sources.guard import Network
from bot.sources.reader import Reader
from tests.fakes.certificate import client_side, server_side
from tests.fakes.feedserver import FeedServer
from tests.fakes.proxy import Proxy, in_environment
from tests.sources.conftest import LOOPBACK, item, rss, to_fetch

KNOWN = {
    "public.example": ["8.8.8.8"],
    "inward.example": ["10.0.0.7"],
    "half.example": ["8.8.8.8", "10.0.0.7"],
    "home.example": ["127.0.0.1"],
    "intranet": ["10.0.0.7"],
}
"""What this machine's resolver knows; the rest only the proxy does."""
SECRET = "s3cret%2Fword"

PAGE = (
    b"<html><body><article><h1>Ferry returns</h1>"
    + b"<p>%s</p>"
    % (
        b"The night ferry between the two harbours will return in spring after eleven years, "
        b"the port authority said on Thursday, and tickets go on sale next week. " * 4
    )
    + b"</article></body></html>"
)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, _family: int) -> list[dict[str, object]]:
        if host not in KNOWN:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        known = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 6, "flags": 0}
        return [{**known, "host": address} for address in KNOWN[host]]

    monkeypatch.setattr(guard_module, "_look_up", look_up)


@asynccontextmanager
async def reading(proxy: str, *allowed: Network) -> AsyncIterator[Reader]:
    reader = Reader(SystemClock(), allowed, parsers=1, proxy=proxy)
    yield reader
    await reader.close()


async def test_sources_pages_and_hubs_are_asked_through_it(server: FeedServer) -> None:
    server.puts("/feed", rss(item(1)))
    server.puts("/1", PAGE, headers={"Content-Type": "text/html"})
    server.puts("/hub", status=202)
    async with (
        Proxy(server.port, let_in="ada:s3cret/word") as proxy,
        reading(f"http://ada:{SECRET}@127.0.0.1:{proxy.port}") as reader,
    ):
        for host in ("news.example", "public.example"):
            read = await reader.read(to_fetch(f"http://{host}/feed"))
            assert isinstance(read, Document)
        page = await reader.page("http://news.example/1", "http://news.example/feed")
        assert isinstance(page, PageText)
        assert "night ferry" in page.text
        assert await reader.ask_hub("http://hub.example/hub", {"a": "b"}) == ""
    assert proxy.asked == [
        "GET http://news.example/feed",
        "GET http://public.example/feed",
        "GET http://news.example/robots.txt",
        "GET http://news.example/1",
        "POST http://hub.example/hub",
    ]
    assert not any("Proxy-Authorization" in told for told in server.headers["/feed"])


async def test_encrypted_sources_are_asked_through_a_tunnel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", client_side())
    async with FeedServer(tls=server_side()) as server, Proxy(server.port, let_in="a:b") as proxy:
        server.puts("/feed", rss(item(1)))
        async with reading(proxy.url) as reader:
            assert isinstance(await reader.read(to_fetch("https://news.example/feed")), Document)
            other = await reader.read(to_fetch("https://other.example/feed"))
    assert isinstance(other, Failed)
    assert (other.words, other.silent) == ("has no valid certificate", False)
    assert proxy.asked == ["CONNECT news.example:443", "CONNECT other.example:443"]
    assert "Proxy-Authorization" not in server.headers["/feed"][0]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/feed",
        "http://10.0.0.7/feed",
        "http://[::ffff:10.0.0.7]/feed",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/feed",
        "http://intranet/feed",
        "http://printer.local/feed",
        "http://inward.example/feed",
        "https://inward.example/feed",
        "http://half.example/feed",
        "http://public.example:22/",
        "http://news.example:6379/",
    ],
)
@pytest.mark.parametrize("allowed", [[], [ip_network("192.168.7.0/24")]], ids=["none", "some"])
async def test_what_is_known_to_be_inward_is_not_asked_for(
    server: FeedServer, target: str, allowed: list[Network]
) -> None:
    server.redirects("/away", target)
    async with Proxy(server.port) as proxy, reading(proxy.url, *allowed) as reader:
        for url in (target, "http://news.example/away"):
            read = await reader.read(to_fetch(url))
            assert isinstance(read, Failed)
            assert read.words == "has, or leads to, an address that may not be read"
    assert proxy.asked == ["GET http://news.example/away"]


async def test_networks_that_are_allowed_are_asked_without_it(server: FeedServer) -> None:
    server.puts("/feed", rss(item(1)))
    async with Proxy(server.port) as proxy, reading(proxy.url, *LOOPBACK) as reader:
        for host in ("127.0.0.1", "home.example"):
            read = await reader.read(to_fetch(server.url("/feed", host)))
            assert isinstance(read, Document)
        assert isinstance(await reader.read(to_fetch("http://intranet/feed")), Failed)
        assert proxy.asked == []
        assert isinstance(await reader.read(to_fetch("http://news.example/feed")), Document)
    assert proxy.asked == ["GET http://news.example/feed"]


async def test_a_resolver_that_does_not_answer_leaves_it_to_the_proxy(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    monkeypatch.setattr(guard_module, "_KNOWN_S", 0.01)
    monkeypatch.setattr(guard_module, "_look_up", lambda *_: answered.wait(10) and [])
    server.puts("/feed", rss(item(1)))
    async with Proxy(server.port) as proxy, reading(proxy.url) as reader:
        assert isinstance(await reader.read(to_fetch("http://news.example/feed")), Document)
    answered.set()


@pytest.mark.parametrize(
    ("scheme", "status", "words"),
    [
        ("http", 407, "cannot be reached: the proxy answers with an error (407)"),
        ("https", 407, "cannot be reached: the proxy answers with an error (407)"),
        ("https", 403, "cannot be reached: the proxy answers with an error (403)"),
        ("https", 502, "cannot be reached: the proxy answers with an error (502)"),
    ],
)
async def test_what_the_proxy_refuses_is_told_as_its_own(
    scheme: str, status: int, words: str
) -> None:
    refusing = Proxy(0, let_in="ada:" + SECRET, refuses=status)
    async with refusing as proxy, reading(proxy.url) as reader:
        read = await reader.read(to_fetch(f"{scheme}://news.example/feed"))
    assert isinstance(read, Failed)
    assert (read.words, read.silent) == (words, scheme == "https")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("where", ["127.0.0.1:{port}", "no-such-proxy.invalid:3128"])
async def test_a_proxy_that_is_not_there_is_told_without_its_secret(
    scheme: str, where: str, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", unknown)
    fetcher = Fetcher(proxy=f"http://ada:{SECRET}@" + where.format(port=unused_port))
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"{scheme}://news.example/feed")
    await fetcher.close()
    assert str(caught.value) == "cannot be reached: the proxy does not answer"
    assert "s3cret" not in repr(caught.value) + repr(caught.value.__cause__)


@pytest.fixture
async def unused_port() -> int:
    async with Proxy(0) as gone:
        return gone.port


async def test_the_environment_names_no_proxy(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.puts("/feed", rss(item(1)))
    async with Proxy(server.port) as proxy, reading("", *LOOPBACK) as reader:
        in_environment(monkeypatch, proxy.url)
        for host in ("127.0.0.1", "home.example"):
            read = await reader.read(to_fetch(server.url("/feed", host)))
            assert isinstance(read, Document)
    assert proxy.asked == []
