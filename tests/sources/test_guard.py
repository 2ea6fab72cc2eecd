"""No address, literal or resolved, leads where a source may not live."""

import socket
from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pytest

from bot.clock import SystemClock
from bot.core.entries import Document, Failed
from bot.errors import AddressError
from bot.sources import guard as guard_module
from bot.sources.guard import Guard, RefusedError
from bot.sources.reader import Reader
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import LOOPBACK, item, rss, to_fetch

NOT_PUBLIC = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.19.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "100::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


def info(host: str, port: int = 443) -> tuple[object, ...]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return (family, socket.SOCK_STREAM, 6, "", (host, port))


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_no_socket_is_made_for_what_is_not_public(host: str) -> None:
    with pytest.raises(RefusedError):
        Guard().connect(info(host))


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "100.128.0.1"])
def test_public_addresses_are_fine(host: str) -> None:
    Guard().connect(info(host)).close()


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 8081])
def test_only_the_webs_ports_are_public(port: int) -> None:
    with pytest.raises(RefusedError):
        Guard().connect(info("8.8.8.8", port))


def test_what_the_operator_allows_is_allowed_on_any_port_and_nothing_more() -> None:
    opened = Guard([ip_network("10.1.0.0/16")])
    assert opened.allows(ip_address("10.1.2.3"), 22)
    assert opened.allows(ip_address("::ffff:10.1.2.3"), 22)
    assert not opened.allows(ip_address("10.2.2.3"), 80)
    assert not opened.allows(ip_address("8.8.8.8"), 22)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://localhost./",
        "http://a.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://intranet/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://①②⑦.0.0.1/",
        "http://8.8.8.8:22/",
        "http://news.example:6379/",
        "http://user:pw@127.0.0.1/",
        "http://user@news.example/",
        "http://127.0.0.1\\@news.example/",
        "http://news.example\t.evil.example/",
        "http://news.example/a b",
        "http://news.example/\x00",
        "http://[::1",
        "http://news.example:99999/",
        "http:///feed",
        "file:///etc/passwd",
        "ftp://news.example/",
        "gopher://news.example/",
        "javascript:alert(1)",
        "news.example/feed",
        "",
        "http://news.example/" + "a" * 2_048,
    ],
)
def test_an_address_that_may_not_be_read_is_refused_in_one_calm_line(address: str) -> None:
    with pytest.raises(AddressError) as caught:
        Guard().check(address)
    line = str(caught.value)
    assert "\n" not in line
    assert line.endswith(".")
    assert "127" not in line


@pytest.mark.parametrize(
    "address",
    ["https://news.example/feed?q=1#x", "http://8.8.8.8:8080/", "https://뉴스.example/ㄱ"],
)
def test_ordinary_addresses_pass(address: str) -> None:
    assert Guard().check(f"  {address}\n").host


async def test_nothing_connects_to_an_inward_address_not_even_by_a_redirect(
    server: FeedServer,
) -> None:
    reader = Reader(SystemClock(), [ip_network("127.0.0.1/32")], parsers=1)
    async with FeedServer("127.0.0.2") as canary:
        canary.puts("/feed", rss(item(1)))
        targets = [
            canary.url("/feed"),
            canary.url("/feed", host="localhost.localdomain"),
            f"http://[::ffff:127.0.0.2]:{canary.port}/feed",
            f"http://[::1]:{canary.port}/feed",
            f"http://2130706434:{canary.port}/feed",
            f"http://127.2:{canary.port}/feed",
            "http://169.254.169.254/latest/meta-data/",
            f"//127.0.0.2:{canary.port}/feed",
            "file:///etc/hostname",
            "http://[broken",
        ]
        for target in targets:
            for url in (target, server.redirects("/away", target)):
                result = await reader.read(to_fetch(url))
                assert isinstance(result, Failed), url
                assert "127" not in result.words
                assert str(canary.port) not in result.words
        assert not canary.asked
    assert server.asked["/away"] == len(targets)
    await reader.close()


async def test_a_name_whose_address_changes_between_looks_is_caught(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["127.0.0.1", "127.0.0.2"]
    monkeypatch.setattr(guard_module, "_look_up", rebinding(answers))
    reader = Reader(SystemClock(), [ip_network("127.0.0.1/32")], parsers=1)
    async with FeedServer("127.0.0.2") as canary:
        server.puts("/feed", rss(item(1)))
        good = await reader.read(to_fetch(server.url("/feed", host="news.example")))
        assert isinstance(good, Document)
        bad = await reader.read(to_fetch(canary.url("/feed", host="news.example")))
        assert isinstance(bad, Failed)
        assert not canary.asked
    assert not answers
    await reader.close()


def rebinding(answers: list[str]) -> Callable[..., list[dict[str, object]]]:
    def look_up(host: str, port: int, _family: int) -> list[dict[str, object]]:
        address = {"hostname": host, "host": answers.pop(0), "port": port}
        return [{**address, "family": socket.AF_INET, "proto": 6, "flags": 0}]

    return look_up


async def test_localhost_is_read_where_the_operator_allows_its_network(server: FeedServer) -> None:
    url = server.url("/feed", host="localhost")
    server.puts("/feed", rss(item(1)))
    allowed = Reader(SystemClock(), LOOPBACK, parsers=1)
    assert isinstance(await allowed.read(to_fetch(url)), Document)
    await allowed.close()
    elsewhere = Reader(SystemClock(), [ip_network("10.0.0.0/8")], parsers=1)
    assert isinstance(await elsewhere.read(to_fetch(url)), Failed)
    await elsewhere.close()
