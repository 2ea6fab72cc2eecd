"""What servers do that is hostile, broken or odd, through the whole first pipe."""

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime
from ipaddress import ip_network

import pytest

from bot.errors import SourceError
from bot.services.ailing import Ailing
from bot.services.sources import Sources
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import Source, SourceState
from tests.fakes.clock import FakeClock
from tests.journeys.desk import MIB, Desk, News, open_desk, watching

LOOPBACK = (ip_network("127.0.0.0/8"),)
OLD = [News(number, hours_old=1 + number) for number in range(1, 10)]
DAY_S = 86_400.0


@pytest.fixture
def deadline_s() -> float:
    return 5.0


@pytest.fixture
async def desk(sqlite_url: str, deadline_s: float) -> AsyncIterator[Desk]:
    clock = FakeClock()
    reader = Reader(clock, LOOPBACK, limits=Limits(deadline_s=deadline_s), parsers=1)
    async with open_desk(sqlite_url, reader, clock) as opened:
        yield opened


async def known(desk: Desk, path: str = "/paper") -> None:
    """Let a source be one that is polled for some time."""
    desk.publish(path, OLD)
    await desk.polls(path)
    await desk.polls(path)


def two_gigabytes() -> bytes:
    """Return two megabytes of gzip that grow to two gigabytes; its end is never reached."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * 2_047


@pytest.mark.slow
@pytest.mark.parametrize("deadline_s", [30.0])
async def test_a_bomb_an_endless_body_and_a_byte_a_second_end_at_the_limits(desk: Desk) -> None:
    bomb = two_gigabytes()
    assert len(bomb) > 2_000_000
    desk.web.puts("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    desk.web.puts("/endless", kind="endless")
    desk.web.puts("/drip", b"<rss>" * 20_000, kind="drip")
    async with watching() as watch:
        told = await asyncio.gather(*map(desk.polls, ("/bomb", "/endless", "/drip")))
    assert [one.error for one in told] == [
        "is larger than 5 MB",
        "is larger than 5 MB",
        "does not answer in time",
    ]
    assert watch.passed_s < 31
    assert watch.grown < 50 * MIB
    assert watch.stall_s < 0.2


async def test_a_circle_of_redirects_ends_after_five(desk: Desk) -> None:
    desk.web.redirects("/circle", "/circle", status=301)
    assert (await desk.polls("/circle")).error == "redirects more than 5 times"
    assert desk.web.asked["/circle"] == 6


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (307, False)]
)
async def test_a_source_moves_after_three_days_of_a_permanent_redirect_only(
    desk: Desk, status: int, moved: bool
) -> None:
    await known(desk)
    desk.publish("/new", [News(50, hours_old=-20), *OLD])
    desk.web.redirects("/paper", "/new", status=status)
    for _ in range(3):
        assert (await desk.source("/paper")).url == desk.web.url("/paper")
        assert (await desk.polls("/paper", after_s=DAY_S)).error == ""
    assert (await desk.source("/paper")).url == desk.web.url("/new" if moved else "/paper")
    assert await desk.alerted() == 1


async def test_a_source_that_moves_onto_a_known_one_tells_nothing_again(desk: Desk) -> None:
    await known(desk)
    await known(desk, "/new")
    desk.web.redirects("/paper", "/new", status=301)
    for _ in range(3):
        await desk.polls("/paper", after_s=DAY_S)
    async with desk.store.read() as tx:
        assert [one.url for one in await tx.sources.all()] == [desk.web.url("/new")]
    desk.publish("/new", [News(50, hours_old=0), *OLD])
    assert (await desk.polls("/new")).articles == 1
    assert await desk.alerted() == 1


class Ear:
    """An operator who is told of what ails."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def sources_ail(self, _user: int, sources: list[Source]) -> bool:
        self.heard += [f"{one.url} {one.error}" for one in sources]
        return True


async def test_two_410_end_a_source_and_are_told_once(desk: Desk) -> None:
    await known(desk)
    desk.web.puts("/paper", status=410)
    ear = Ear()
    ailing = Ailing(desk.store, desk.clock, {1}, ear)  # type: ignore[arg-type]
    await desk.polls("/paper")
    await ailing.look()
    assert (await desk.source("/paper")).state is SourceState.ACTIVE
    await desk.polls("/paper", after_s=4_000)
    for _ in range(3):
        await ailing.look()
    assert (await desk.source("/paper")).state is SourceState.GONE
    assert ear.heard == [f"{desk.web.url('/paper')} is gone for good (410)"]
    async with desk.store.write() as tx:
        later = desk.clock.now() + timedelta(days=9)
        assert await tx.sources.claim_due(later, 9, 60, "me") == []


async def test_404_for_three_days_backs_off_to_a_day_and_is_told_once(desk: Desk) -> None:
    await known(desk)
    desk.web.puts("/paper", status=404)
    ear = Ear()
    ailing = Ailing(desk.store, desk.clock, {1}, ear)  # type: ignore[arg-type]
    waited: list[float] = []
    for _ in range(14):
        await desk.polls("/paper", after_s=waited[-1] if waited else 300)
        source = await desk.source("/paper")
        assert source.next_poll_at is not None
        waited.append((source.next_poll_at - desk.clock.now()).total_seconds())
        await ailing.look()
    assert all(300 <= wait <= DAY_S for wait in waited)
    assert waited[-1] > DAY_S / 2
    assert ear.heard == [f"{desk.web.url('/paper')} has nothing at this address (404)"]
    desk.publish("/paper", OLD)
    assert (await desk.polls("/paper", after_s=DAY_S)).error == ""
    assert (await desk.source("/paper")).failures == 0


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("3600", 3_600, 3_600),
        ("a date", 7_198, 7_202),
        ("-5", 300, 400),
        ("999999999999", 300, DAY_S),
        ("soon", 300, 400),
        ("1", 300, 300),
        ("700000", DAY_S, DAY_S),
    ],
)
async def test_retry_after_is_kept_between_the_interval_and_a_day_by_the_whole_host(
    desk: Desk, asked: str, least: float, most: float
) -> None:
    await known(desk)
    await known(desk, "/other")
    if asked == "a date":
        asked = format_datetime(desk.clock.now() + timedelta(hours=2, minutes=5), usegmt=True)
    desk.web.puts("/paper", status=429, headers={"Retry-After": asked})
    await desk.polls("/paper")
    for path in ("/paper", "/other"):
        next_poll_at = (await desk.source(path)).next_poll_at
        assert next_poll_at is not None
        assert least <= (next_poll_at - desk.clock.now()).total_seconds() <= most
    assert (await desk.source("/other")).failures == 0


async def test_an_etag_that_stays_although_the_content_changes_hides_it_for_a_day(
    desk: Desk,
) -> None:
    desk.web.puts("/paper", desk.rss(OLD), kind="validated", headers={"ETag": '"always"'})
    await desk.polls("/paper")
    desk.web.puts("/paper", status=304, headers={"ETag": '"always"'})
    assert (await desk.polls("/paper", after_s=DAY_S / 2)).error == ""
    desk.publish("/paper", [News(50), *OLD], ETag='"always"')
    await desk.polls("/paper", after_s=DAY_S / 2)
    assert "If-None-Match" in desk.web.headers["/paper"][1]
    assert "If-None-Match" not in desk.web.headers["/paper"][2]
    assert await desk.alerted() == 1


async def test_an_etag_that_is_new_each_time_brings_nothing_again(desk: Desk) -> None:
    await known(desk)
    for number in range(5):
        desk.publish("/paper", [News(50), *OLD], ETag=f'"{number}"')
        await desk.polls("/paper")
    assert await desk.alerted() == 1


FORBIDDEN = (
    "http://127.0.0.2:{port}/", "http://localhost:{port}/", "http://10.0.0.1/",
    "http://169.254.169.254/", "http://[::1]:{port}/", "http://2130706434:{port}/",
    "http://127.2:{port}/", "http://127.0.0.2:22/", "http://user:pw@127.0.0.2:{port}/",
)  # fmt: skip


async def test_no_forbidden_address_is_connected_to_nor_told_of(sqlite_url: str) -> None:
    clock = FakeClock()
    reader = Reader(clock, [ip_network("127.0.0.1/32")], parsers=1)
    async with open_desk(sqlite_url, reader, clock) as desk, canary() as (port, connections):
        adding = Sources(desk.store, clock, reader)
        for number, form in enumerate(FORBIDDEN):
            target = form.format(port=port)
            desk.web.redirects(f"/away{number}", target)
            for url in (target, desk.web.url(f"/away{number}")):
                with pytest.raises(SourceError) as refused:
                    await adding.propose(url)
                said = str(refused.value)
                assert str(port) not in said, url
                assert "127.0.0.2" not in said or url == target, url
            polled = await desk.polls(f"/away{number}")
            assert polled.error
            assert "127" not in polled.error
        assert connections == []
        assert desk.web.asked["/away0"] == 2


class canary:  # noqa: N801 - read as a function: `async with canary()`
    """Listens on addresses where nothing may connect, and notes who does."""

    def __init__(self) -> None:
        self.connections: list[object] = []
        self.servers: list[asyncio.Server] = []

    async def __aenter__(self) -> tuple[int, list[object]]:
        first = await asyncio.start_server(self._came, "127.0.0.2", 0)
        port = first.sockets[0].getsockname()[1]
        self.servers.append(first)
        if socket.has_ipv6:
            with suppress(OSError):  # Not every machine has IPv6 on loopback.
                self.servers.append(await asyncio.start_server(self._came, "::1", port))
        return port, self.connections

    async def _came(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer.get_extra_info("peername"))
        writer.close()

    async def __aexit__(self, *_: object) -> None:
        for server in self.servers:
            server.close()
            await server.wait_closed()
