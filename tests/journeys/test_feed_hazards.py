"""What feeds hold that is hostile, broken or odd, through the whole first pipe."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer
from tests.journeys.desk import MIB, Desk, News, open_desk, watching

LOOPBACK = (ip_network("127.0.0.0/8"),)
OLD = [News(number, hours_old=1 + number) for number in range(1, 10)]


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    clock = FakeClock()
    reader = Reader(clock, LOOPBACK, limits=Limits(deadline_s=30), parsers=2)
    async with open_desk(sqlite_url, reader, clock) as opened:
        yield opened


async def known(desk: Desk, path: str = "/paper") -> None:
    """Let a source be one that is polled for some time."""
    desk.publish(path, OLD)
    await desk.polls(path)
    await desk.polls(path)
    assert await desk.alerted() == 0


def bomb() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<!DOCTYPE r [<!ENTITY l0 "Korea ">{levels}]><rss><channel><item><title>&l9;</title>'
        "<link>https://h.example/</link></item></channel></rss>"
    ).encode()


async def test_billion_laughs_are_an_error_of_the_feed_and_no_alert(desk: Desk) -> None:
    await known(desk)
    desk.web.puts("/paper", bomb())
    async with watching() as watch:
        polled = await desk.polls("/paper")
    assert polled.error
    assert (await desk.source("/paper")).failures == 1
    assert len(await desk.stored()) == len(OLD)
    assert await desk.alerted() == 0
    assert watch.passed_s < 2
    assert watch.grown < 100 * MIB
    assert watch.stall_s < 0.2


async def test_external_entities_open_no_file_and_no_connection(desk: Desk) -> None:
    await known(desk)
    async with FeedServer("127.0.0.3") as canary:
        outside = canary.puts("/dtd", "<!ENTITY x 'Korea from outside'>")
        desk.web.puts(
            "/paper",
            f'<!DOCTYPE r SYSTEM "{outside}" [<!ENTITY f SYSTEM "file:///etc/hostname">'
            f'<!ENTITY g SYSTEM "{outside}">]><rss><channel><item><title>Korea &f;&g;.</title>'
            "<link>https://h.example/1</link></item></channel></rss>",
        )
        await desk.polls("/paper")
        assert not canary.asked
    told = " ".join((await desk.stored())[len(OLD) :])
    assert socket.gethostname() not in told
    assert "outside" not in told


@pytest.mark.parametrize("body", ["/etc/hostname", "file:///etc/hostname", "http://127.0.0.1:9/"])
async def test_a_body_that_is_a_name_is_not_opened(desk: Desk, body: str) -> None:
    desk.web.puts("/paper", body)
    assert (await desk.polls("/paper")).error == "is no feed"
    assert await desk.stored() == []


@pytest.mark.slow
@pytest.mark.parametrize("before", [0, 8], ids=["at first", "in one new entry"])
async def test_an_author_of_48000_letters_costs_its_own_source_only(
    desk: Desk, before: int
) -> None:
    await known(desk, "/well")
    author = "<author>" + "a" * 48_000 + "</author>"
    if before:
        desk.publish("/hostile", OLD[-before:])
        await desk.polls("/hostile")
    asked = desk.web.asked["/hostile"]
    desk.web.puts("/hostile", desk.rss(OLD).replace(b"<guid>", author.encode() + b"<guid>", 1))
    desk.publish("/well", [News(50), *OLD])
    async with watching() as watch:
        hostile = asyncio.create_task(desk.polls("/hostile"))
        await desk.web.arrived_at("/hostile", asked + 1)
        assert (await desk.polls("/well")).articles == 1
        assert not hostile.done()
        assert (await hostile).error == "takes too long to read"
    assert await desk.alerted() == 1
    assert watch.stall_s < 0.2
    assert watch.passed_s < 6.5


async def test_impossible_characters_cost_no_entry(desk: Desk) -> None:
    await known(desk)
    body = desk.rss([*(News(number) for number in range(50, 59)), News(60, title="Korea XX")])
    desk.web.puts("/paper", body.replace(b"XX", b"&#xD800;&#99999999999999999999;&#0;"))
    polled = await desk.polls("/paper")
    assert (polled.error, polled.articles) == ("", 10)
    assert await desk.alerted() == 10


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_feed_that_is_too_large_is_refused_by_its_size(desk: Desk, packed: bool) -> None:
    item = b"<item><title>Korea %d</title><guid>%d</guid><description>" + b"x" * 100
    many = b"".join(item % (n, n) + b"</description></item>" for n in range(100_000))
    bodies = [b"<rss><channel>" + many + b"</channel></rss>", b"<rss>" + b" " * 50_000_000]
    assert len(bodies[0]) > 17_000_000
    for at, body in enumerate(bodies):
        path = f"/{at}"
        desk.web.gzips(path, body) if packed else desk.web.puts(path, body)
    async with watching() as watch:
        for at in range(len(bodies)):
            assert (await desk.polls(f"/{at}")).error == "is larger than 5 MB"
    assert watch.passed_s < 30
    assert watch.grown < 100 * MIB
    assert watch.stall_s < 0.2
    assert await desk.stored() == []


async def test_nothing_is_kept_of_an_entry_that_was_cut_off_until_it_is_whole(desk: Desk) -> None:
    await known(desk)
    whole = desk.rss([News(50), News(51)])
    middle = whole.index(b"<guid>urn:51")
    desk.web.puts("/paper", whole[: middle + 4], kind="chunked")
    assert (await desk.polls("/paper")).error
    assert len(await desk.stored()) == len(OLD)
    desk.web.puts("/paper", whole)
    assert (await desk.polls("/paper")).articles == 2
    await desk.polls("/paper")
    assert await desk.alerted() == 2


@pytest.mark.parametrize("page", [b"", b"  ", b"<!doctype html><html><body>Log in</body></html>"])
async def test_an_empty_answer_or_a_login_page_changes_nothing_that_is_known(
    desk: Desk, page: bytes
) -> None:
    desk.web.puts("/paper", desk.rss(OLD), kind="validated")
    await desk.polls("/paper")
    await desk.polls("/paper")
    mark = desk.web.headers["/paper"][-1]["If-None-Match"]
    desk.web.puts("/paper", page)
    assert (await desk.polls("/paper")).error
    source = await desk.source("/paper")
    assert (source.failures, source.good_polls) == (1, 2)
    desk.web.puts("/paper", desk.rss([News(50), *OLD]), kind="validated")
    assert (await desk.polls("/paper")).articles == 1
    assert desk.web.headers["/paper"][-1]["If-None-Match"] == mark
    assert await desk.alerted() == 1


@pytest.mark.parametrize(
    "date",
    ["", "04/05/2026 10:00", "9999-12-31T23:59:59-12:00", "0000-00-00", "1777888800",
     "Wed, 01 Jan 2099 10:00:00 +0000", "Thu, 21 May 2026 11:00:00 +9999"],
)  # fmt: skip
async def test_a_date_that_cannot_be_costs_nothing_but_itself(desk: Desk, date: str) -> None:
    await known(desk)
    odd = desk.rss([News(50, hours_old=None)]).replace(
        b"</item>", f"<pubDate>{date}</pubDate></item>".encode()
    )
    desk.web.puts("/paper", odd)
    assert (await desk.polls("/paper")).articles == 1
    await desk.polls("/paper")
    assert await desk.alerted() == 1
    desk.publish("/paper", [News(51, hours_old=0)])
    await desk.polls("/paper")
    async with desk.store.read() as tx:
        newest = (await tx.stories.latest(limit=1))[0]
    assert newest.articles[0].title == News(51).headline, "2099 does not pin the top"


async def test_letters_are_right_whatever_the_header_says(desk: Desk) -> None:
    cyrillic = '<?xml version="1.0" encoding="windows-1251"?>'
    title = "Korea и Москва"
    body = (
        f"{cyrillic}<rss><channel><item><title>{title}</title><guid>1</guid></item></channel></rss>"
    )
    kind = {"Content-Type": "text/xml; charset=utf-8"}
    desk.web.puts("/cp1251", body.encode("cp1251"), headers=kind)
    wide = f'<?xml version="1.0" encoding="utf-16"?>{body[len(cyrillic) :]}'
    desk.web.puts("/utf16", wide.encode("utf-16-le"))
    for path in ("/cp1251", "/utf16"):
        assert (await desk.polls(path)).articles == 1, path
    assert await desk.stored() == [title, title]


async def test_entries_without_guid_and_link_alert_once_each(desk: Desk) -> None:
    await known(desk)
    bare = [News(number, guid="", link="", hours_old=None) for number in range(50, 54)]
    for _ in range(3):
        desk.publish("/paper", bare)
        await desk.polls("/paper")
    assert await desk.alerted() == 4


async def test_entries_that_share_one_guid_alert_once_each(desk: Desk) -> None:
    await known(desk)
    same = [News(number, guid="same", hours_old=None) for number in range(50, 55)]
    for shown in (same, same, [News(55, guid="same", hours_old=None), *same], same):
        desk.publish("/paper", shown)
        await desk.polls("/paper")
    assert await desk.alerted() == 6


async def test_two_hundred_guids_that_change_to_https_are_no_news(desk: Desk) -> None:
    before = [News(n, n / 50, guid=f"http://paper.example/{n}") for n in range(200)]
    desk.publish("/paper", before)
    await desk.polls("/paper")
    desk.publish(
        "/paper", [replace(one, guid=f"https://paper.example/{one.number}") for one in before]
    )
    assert (await desk.polls("/paper")).articles == 0
    desk.publish("/paper", [replace(one, guid=f"x-{one.number}") for one in before])
    assert (await desk.polls("/paper")).articles == 0
    assert await desk.alerted() == 0


async def test_five_hundred_old_entries_at_once_are_kept_and_told_to_nobody(desk: Desk) -> None:
    await known(desk)
    desk.publish("/paper", [News(number, hours_old=25 + number) for number in range(100, 600)])
    polled = await desk.polls("/paper")
    assert (polled.articles, polled.deliveries) == (500, 0)
    assert await desk.alerted() == 0
    desk.publish("/paper", [News(50)])
    await desk.polls("/paper")
    assert await desk.alerted() == 1, "the next new one is told as ever"


async def test_the_first_poll_tells_nothing_and_knows_all(desk: Desk) -> None:
    first = [News(number) for number in range(100)]
    desk.publish("/paper", first)
    assert (await desk.polls("/paper")).articles == 100
    desk.publish("/paper", [News(200), *first[:99]])
    assert (await desk.polls("/paper")).articles == 1
    assert await desk.alerted() == 1


async def test_fifty_polls_in_any_order_and_ten_edits_of_a_title_are_no_news(desk: Desk) -> None:
    await known(desk)
    news = [News(50), *OLD]
    desk.publish("/paper", news)
    await desk.polls("/paper")
    mixed = random.Random(7)  # noqa: S311 - the same order in every run
    edited = news[3]
    for at in range(50):
        if at < 10:
            edited = replace(edited, title=f"Korea edits headline number {'again ' * at}")
        shown = [edited if one.number == edited.number else one for one in news]
        mixed.shuffle(shown)
        desk.publish("/paper", shown)
        assert (await desk.polls("/paper")).articles == 0
    assert await desk.alerted() == 1


async def test_mirrors_that_alternate_are_no_news(desk: Desk) -> None:
    await known(desk)
    mirrors = [[replace(one, guid=f"{name}:{one.number}") for one in OLD] for name in ("a", "b")]
    for at in range(6):
        desk.publish("/paper", mirrors[at % 2])
        assert (await desk.polls("/paper")).articles == 0
    assert await desk.alerted() == 0


async def test_one_article_in_three_feeds_with_different_links_alerts_once(desk: Desk) -> None:
    for path in ("/a", "/b", "/c"):
        await known(desk, path)
    links = [
        "https://paper.example/story?id=7&lang=en&utm_source=rss",
        "https://paper.example:443/story?lang=en&id=7&fbclid=abc#top",
        "http://www.paper.example/story/?id=7&lang=en&utm_medium=feed&utm_campaign=x",
    ]
    for path, link in zip(("/a", "/b", "/c"), links, strict=True):
        desk.publish(path, [News(50, guid=f"{path}-1", link=link)])
        await desk.polls(path)
    assert await desk.alerted() == 1


async def test_after_an_outage_of_ours_all_that_is_new_is_told(desk: Desk) -> None:
    await known(desk)
    desk.clock.move(12 * 3_600)
    missed = [News(50 + number, hours_old=number / 2) for number in range(20)]
    desk.publish("/paper", [*missed, *OLD])
    await desk.polls("/paper")
    assert await desk.alerted() == 20
