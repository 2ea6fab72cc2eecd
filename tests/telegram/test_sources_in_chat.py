"""/sources and /addsource: a look before anything is added, one line where it cannot be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.entries import Failed, ReadResult
from bot.core.source_state import State
from bot.errors import FetchError
from bot.services.guests import KEPT, LOOKS
from bot.services.sources import Sources
from bot.sources.discover import Candidate
from storage.records import (
    NewSource,
    SourceId,
    SourceKind,
    SourcePolled,
    SourceState,
    SourceToFetch,
)
from tests.fakes.feedserver import FeedServer
from tests.telegram.conftest import OPERATOR, House

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEMPLATE = SourceKind.TEMPLATE
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title>
<item><title>Old one</title><link>https://h.example/0</link>
<pubDate>Sun, 01 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Ferry &lt;b&gt;late&lt;/b&gt; /start @durov</title><link>https://h.example/1</link>
<pubDate>Sun, 01 Nov 2026 11:00:00 GMT</pubDate></item>
<item><title>Pier opens</title><link>https://h.example/2</link>
<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>Tide high</title><link>https://h.example/3</link>
<pubDate>Sun, 01 Nov 2026 09:00:00 GMT</pubDate></item>
</channel></rss>"""
PAGE = """<html><head><title>Harbour</title>
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/rss+xml" href="/more"></head></html>"""


@pytest.fixture
async def web() -> AsyncIterator[FeedServer]:
    async with FeedServer() as opened:
        opened.puts("/feed", FEED)
        opened.puts("/more", FEED.replace("Harbour News", "More"))
        opened.puts("/", PAGE, headers={"Content-Type": "text/html"})
        yield opened


async def urls(house: House) -> list[str]:
    return [one.url for one in await house.services.sources.listed()]


async def test_a_page_is_looked_at_and_added_after_a_question(
    house: House, web: FeedServer
) -> None:
    question = await house.ask(house.server.private(1001), f"/addsource {web.url('/')}")
    lines = question.text.split("\n")
    assert lines[0].startswith("Found Harbour News at ")
    newest = ["Ferry late /start @durov", "Pier opens", "Tide high"]
    assert [line[2:] for line in lines[1:4]] == newest == question.linked("text_link")
    assert {one.type for one in question.entities} == {"code", "text_link"}
    assert await urls(house) == []
    await house.press(question, "Add it")
    assert "✓ Added Harbour News" in question.text
    assert await urls(house) == [web.url("/feed")]
    again = await house.ask(1001, f"/addsource {web.url('/feed')}")
    assert "already among the sources" in again.text


async def test_a_source_is_known_however_its_address_is_written(
    house: House, web: FeedServer
) -> None:
    async with house.store.write() as tx:
        await tx.sources.add(NewSource(web.url("/feed"), title="Harbour News"), NOW)
    web.puts("/feed/", FEED)
    answer = await house.ask(house.server.private(1001), f"/addsource {web.url('/feed/')}")
    assert "Harbour News is already among the sources" in answer.text.replace("\n", " ")


async def test_a_guest_looks_at_so_many_addresses_an_hour_and_an_operator_at_any(
    house: House,
) -> None:
    sources, template = house.services.sources, "https://news.example.com/search?q={query}"
    for _ in range(LOOKS):
        await sources.propose(template, by=1001, guest=1001)
    answer = await house.ask(house.server.private(1001), f"/addsource {template}")
    assert "many addresses within an hour. Go on in 60 min." in answer.text
    boss = house.server.private(OPERATOR)
    for who in (house.server.private(1002), boss):
        assert "once for each" in (await house.ask(who, f"/addsource {template}")).text
    house.clock.moment += timedelta(hours=1)
    assert "once for each" in (await house.ask(1001, f"/addsource {template}")).text


async def test_a_guest_adds_so_many_sources_and_no_more(house: House, web: FeedServer) -> None:
    ada, boss = house.server.private(1001), house.server.private(OPERATOR)
    async with house.store.write() as tx:
        for number in range(KEPT):
            await tx.sources.add(NewSource(f"https://h.example/{number}", added_by=1001), NOW)
    answer = await house.ask(ada, f"/addsource {web.url('/feed')}")
    assert f"You have added {KEPT} sources, and more need an operator." in answer.text
    assert (await house.ask(boss, f"/addsource {web.url('/feed')}")).text.startswith("Found ")


async def test_the_other_sources_of_a_page_are_one_press_away(
    house: House, web: FeedServer
) -> None:
    question = await house.ask(house.server.private(1001), f"/addsource {web.url('/')}")
    await house.press(question, f"More · {web.url('/more').removeprefix('http://')}")
    assert question.text.startswith("Found More at ")
    await house.press(question, "Cancel")
    assert await urls(house) == []


async def test_a_template_is_asked_about_without_being_read(house: House) -> None:
    url = "https://news.example.com/search?q={query}"
    question = await house.ask(house.server.private(1001), f"/addsource {url}")
    assert "asked once for each subscribed tag" in question.text
    await house.press(question, "Add it")
    (kept,) = await house.services.sources.listed()
    assert (kept.url, kept.kind) == (url, SourceKind.TEMPLATE)
    assert "asked for 0 tags" in (await house.ask(1001, "/sources")).text


@pytest.mark.parametrize(
    "typed",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "http://10.0.0.1/feed",
        "http://nosuchhost.invalid/",
        "http://127.0.0.1:22/",
        "gopher://x",
        "javascript:alert(1)",
        "<b>x</b>",
        "x" * 3000,
        "http://[::1",
        "\u202e\x00http://\x01",
    ],
)
async def test_what_cannot_be_a_source_gets_one_friendly_line(house: House, typed: str) -> None:
    answer = await house.ask(house.server.private(1001), f"/addsource {typed}")
    assert answer.text.startswith("I can't use that source. ")
    assert "\n" not in answer.text
    assert len(answer.text) < 300
    assert "169.254.169.254" not in answer.text or "169.254" in typed
    assert await urls(house) == []


async def test_a_page_without_a_feed_gets_one_friendly_line(house: House) -> None:
    async with FeedServer() as web:
        url = web.puts("/", "<html><p>hello</p></html>", headers={"Content-Type": "text/html"})
        answer = await house.ask(house.server.private(1001), f"/addsource {url}")
    assert "offers no feed" in answer.text


async def test_what_does_not_answer_comes_with_advice(house: House, web: FeedServer) -> None:
    async with FeedServer() as closed:
        url = closed.url("/feed")
    answer = await house.ask(house.server.private(1001), f"/addsource {url}")
    advice = "Check the address, or try again later."
    assert answer.text == f"I can't use that source. 127.0.0.1 does not answer. {advice}"
    web.puts("/gone", "gone", status=404)
    answer = await house.ask(1001, f"/addsource {web.url('/gone')}")
    assert answer.text.startswith("I can't use that source. 127.0.0.1 ")
    assert answer.text.endswith(advice)


async def test_a_source_that_fails_at_the_second_look_is_named(house: House) -> None:
    sources = Sources(house.store, house.clock, SecondThoughts())
    with pytest.raises(FetchError, match=r"^h\.example/feed answers with nothing\. Check "):
        await sources.propose("https://h.example/feed?key=s3cret")


class SecondThoughts:
    """A web that finds a source and then cannot read it."""

    async def discover(self, url: str) -> list[Candidate]:
        return [Candidate(url, "")]

    async def read(self, _source: SourceToFetch) -> ReadResult:
        return Failed(words="answers with nothing", status=200)


async def test_without_an_address_the_command_explains_itself(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/addsource")
    assert "Which page or feed?" in answer.text


async def test_a_source_that_vanished_meanwhile_is_not_added(house: House, web: FeedServer) -> None:
    ada = house.server.private(1001)
    question = await house.ask(ada, f"/addsource {web.url('/feed')}")
    web.puts("/feed", "gone", status=404)
    house.server.press(question, "Add it")
    await house.server.wait_for(lambda: "I can't use" in house.server.last(ada).text)
    assert await urls(house) == []


async def test_sources_show_how_they_are_doing_in_pages(house: House) -> None:
    ada = house.server.private(1001)
    assert "No sources yet" in (await house.ask(ada, "/sources")).text
    for number in range(22):
        await house.publish("A", source=f"Paper{number:02}")
    now = house.clock.now()
    ids = {one.title: one.id for one in await house.services.sources.listed()}
    await polled(house, ids["Paper00"], ago=timedelta(minutes=7))
    await polled(house, ids["Paper01"], ago=timedelta(hours=5))
    await polled(house, ids["Paper02"], ago=timedelta(days=4))
    await polled(house, ids["Paper03"], error="answers with 500 <i>")
    assert house.clock.now() == now
    message = await house.ask(ada, "/sources")
    lines = message.text.split("\n")
    assert lines[:6] == [
        "22 sources: 3 read, 18 not yet, 1 failing",
        "• Paper00 · 7 min ago",
        "• Paper01 · 5 h ago",
        "• Paper02 · 4 days ago",
        "⚠ Paper03 · answers with 500 <i>",
        "• Paper04 · not read yet",
    ]
    await house.press(message, "▶︎")
    assert message.text.split("\n")[1:] == ["• Paper20 · not read yet", "• Paper21 · not read yet"]


async def test_a_source_that_is_well_shows_its_rhythm_and_one_that_ended_why(house: House) -> None:
    for number in range(4):
        await house.publish("A", source=f"Paper{number}")
    now = house.clock.now()
    ids = {one.title: one.id for one in await house.services.sources.listed()}
    known = State(times=tuple((now - timedelta(minutes=40 * at)).timestamp() for at in (2, 1, 0)))
    slow = State(times=tuple((now - timedelta(days=3 * at)).timestamp() for at in (2, 1, 0)))
    failing = State(failing_since=(now - timedelta(days=3)).timestamp())
    polled = [SourcePolled(ids[f"Paper{at}"], now, now, 300) for at in range(4)]
    polled[0] = replace(
        polled[0],
        next_poll_at=now + timedelta(minutes=4),
        new_articles=1,
        state=known.dump(),
    )
    slow = replace(slow, pushed_at=now.timestamp())
    polled[1] = replace(polled[1], next_poll_at=now + timedelta(hours=3), state=slow.dump())
    polled[2] = replace(polled[2], error="is gone for good (410)", new_state=SourceState.GONE)
    polled[3] = replace(polled[3], error="does not answer", state=failing.dump())
    async with house.store.write() as tx:
        for one in polled:
            await tx.sources.record(one)
    message = await house.ask(house.server.private(1001), "/sources")
    assert message.text.split("\n") == [
        "4 sources: 2 read, 1 failing, 1 ended",
        "• Paper0 · 0 min ago · newest story 0 min ago · one every 40 min · next in 4 min",
        "• Paper1 · 0 min ago · one every 3 days · its hub tells us at once · next in 3 h",
        "⚠ Paper2 · is gone for good (410) · not read any more",
        "⚠ Paper3 · does not answer · for 3 days",
    ]


SECRET = "https://user:pass@h.example:8443/feeds/of/me.xml?key=s3cret#frag"


async def test_strangers_do_not_see_the_secrets_in_an_address(house: House) -> None:
    async with house.store.write() as tx:
        await tx.sources.add(NewSource(SECRET), house.clock.now())
        await tx.sources.add(NewSource("https://h.example/s?q={tag}", kind=TEMPLATE), NOW)
    shown = (await house.ask(house.server.private(1001), "/sources")).text.split("\n")
    assert shown == [
        "2 sources: 1 not yet, 1 asked by tag",
        "• h.example/s · asked for 0 tags",
        "• h.example/feeds/… · not read yet",
    ]
    assert SECRET in (await house.ask(house.server.private(OPERATOR), "/sources")).text


async def polled(
    house: House, source: SourceId, *, ago: timedelta = timedelta(0), error: str = ""
) -> None:
    at = house.clock.now() - ago
    async with house.store.write() as tx:
        await tx.sources.record(
            SourcePolled(source, at=at, next_poll_at=at, interval_s=60, error=error)
        )


async def test_removing_a_source(house: House) -> None:
    await house.publish("A", source="Paper")
    (kept,) = await house.services.sources.listed()
    removed = await house.services.sources.remove(kept.url)
    assert removed is not None
    assert removed.title == "Paper"
    assert await house.services.sources.remove(kept.url) is None
    assert await urls(house) == []
