"""Articles' pages: read politely, and a hostile one costs itself alone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.entries import Failed, PageText
from bot.sources import page_worker
from bot.sources.extract import extract
from bot.sources.fetch import Fetcher, Limits
from bot.sources.pages import APART_S, PageReader
from bot.sources.wire import FRAME, PageRead, PageTask, pack_page, unpack_page_text
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer
from tests.sources.conftest import LOOPBACK, longest_stall

HTML = {"Content-Type": "text/html; charset=utf-8"}
FIRST = "The ferries of the harbour will not sail on Monday and Tuesday, the port said on Friday."
SECOND = "Engineers want to look at a crack that divers found below the northern pier last week."
MENU = "".join(f'<li><a href="/{number}">Section {number}</a></li>' for number in range(20))
PAGE = (
    '<!doctype html><html><head><title>Ferries stop - The Paper</title><meta charset="utf-8">'
    '<meta name="description" content="A crack keeps the ferries in the harbour.">'
    '<meta property="og:description" content="A crack stops the ferries."></head>'
    f"<body><nav><ul>{MENU}</ul></nav><article><h1>Ferries stop</h1>"
    + f"<p>{FIRST}</p><p>{SECOND}</p>" * 3
    + "<script>alert('no')</script></article><footer>Imprint</footer></body></html>"
)
STALL = "<article>" + "<p>word word word word. " * 120_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def pages(clock: FakeClock) -> AsyncIterator[PageReader]:
    fetcher = Fetcher(LOOPBACK, Limits(body=3_000_000))
    public = Fetcher(limits=fetcher.limits)
    made = PageReader(clock, fetcher, public, page_s=0.5, wall_s=2.0)
    yield made
    await made.close()
    await fetcher.close()
    await public.close()


async def read(pages: PageReader, clock: FakeClock, address: str) -> PageText | Failed:
    """Read a page when its host's turn has come."""
    clock.move(APART_S)
    return await pages.read(address, address)


def words(read: PageText | Failed) -> str:
    assert isinstance(read, Failed)
    return read.words


# --- what a page says -----------------------------------------------------------------------------


def test_the_text_of_a_page_comes_without_what_stands_round_it() -> None:
    found = extract(PageTask(PAGE.encode()))
    assert FIRST in found.text.text
    assert SECOND in found.text.text
    assert "Section 3" not in found.text.text
    assert "alert" not in found.text.text
    assert found.text.description == "A crack stops the ferries."


@pytest.mark.parametrize(
    "page",
    [
        f"<div id=nav>Home</div><div class=text>{FIRST}<br><br>{SECOND}<br></div>",
        f"<table><tr><td>Menu</td><td><p>{FIRST}</p><p>{SECOND}</p></td></tr></table>",
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":'
            f'"{FIRST} {SECOND}"}}</script><div id=app></div>'
        ),
    ],
)
def test_the_text_is_found_however_a_page_is_built(page: str) -> None:
    found = extract(PageTask(f"<html><body>{page}</body></html>".encode())).text.text
    assert FIRST in found
    assert SECOND in found


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (PAGE.replace("port", "Döner").encode("utf-8-sig"), "latin-1"),
        (PAGE.replace("port", "Döner").encode("latin-1"), "iso-8859-1"),
        (PAGE.replace("port", "Döner").replace("utf-8", "cp1252").encode("cp1252"), ""),
        (PAGE.replace("port", "Döner").encode("cp1252"), "no-such-letters"),
        (PAGE.replace("port", "Döner").encode(), "ascii"),
        (PAGE.replace("port", "Döner").encode(), "base64"),
    ],
)
def test_letters_are_read_as_header_or_page_say(body: bytes, charset: str) -> None:
    assert "the Döner said" in extract(PageTask(body, charset)).text.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 100,
        b"\x1f\x8b" + bytes(50),
        b"<" * 10_000,
        b"{}",
        b"<html></html>",
        b"%PDF-1",
    ],
)
def test_a_page_that_is_none_says_nothing(body: bytes) -> None:
    assert extract(PageTask(body)).text == PageText()


@given(st.binary(max_size=2_000), st.text(max_size=20))
def test_no_bytes_make_the_reader_of_pages_fall(body: bytes, charset: str) -> None:
    found = extract(PageTask(b"<html><body><p>" + body, charset))
    assert found.fault or isinstance(found.text.text, str)


def test_the_child_takes_pages_and_gives_texts() -> None:
    frame = pack_page(PageTask(PAGE.encode(), "utf-8"))
    head_size, _ = FRAME.unpack(frame[: FRAME.size])
    head, body = frame[FRAME.size :][:head_size], frame[FRAME.size :][head_size:]
    answer = page_worker.answer(head, body)
    found = unpack_page_text(answer[FRAME.size :])
    assert found == PageRead(text=found.text)
    assert FIRST in found.text.text


# --- how it is asked for --------------------------------------------------------------------------


async def test_a_page_is_read_off_the_loop(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    done = asyncio.Event()
    watch = asyncio.create_task(longest_stall(done))
    found = await read(pages, clock, server.puts("/a?b=c", PAGE, headers=HTML))
    done.set()
    assert isinstance(found, PageText)
    assert SECOND in found.text
    assert await watch < 0.2
    [asked] = server.headers["/a?b=c"]
    assert asked["User-Agent"].startswith("Tagwire/")
    assert asked["Accept"].startswith("text/html")


async def test_robots_txt_is_asked_once_a_day_and_kept_to(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    server.puts("/robots.txt", "User-agent: *\nDisallow: /no\n")
    for path in ("/no/a", "/no/b", "/yes"):
        server.puts(path, PAGE, headers=HTML)
    assert words(await read(pages, clock, server.url("/no/a"))) == (
        "does not let robots read its pages"
    )
    await read(pages, clock, server.url("/no/b"))
    assert isinstance(await read(pages, clock, server.url("/yes")), PageText)
    assert server.asked == {"/robots.txt": 1, "/yes": 1}
    server.puts("/robots.txt", "User-agent: tagwire\nAllow: /\n")
    clock.move(86_400)
    assert isinstance(await read(pages, clock, server.url("/no/a")), PageText)
    assert server.asked["/robots.txt"] == 2


@pytest.mark.parametrize(
    ("status", "may"), [(200, True), (403, True), (404, True), (429, False), (503, False)]
)
async def test_a_site_that_cannot_say_what_may_be_read_is_left_for_a_while(
    pages: PageReader, clock: FakeClock, server: FeedServer, status: int, may: bool
) -> None:
    server.puts("/robots.txt", b"", status=status)
    server.puts("/a", PAGE, headers=HTML)
    found = await read(pages, clock, server.url("/a"))
    assert isinstance(found, PageText) is may
    server.puts("/robots.txt", b"")
    clock.move(600)
    assert isinstance(await read(pages, clock, server.url("/a")), PageText)


async def test_a_robots_txt_that_cannot_be_had_forbids(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    server.redirects("/robots.txt", "http://10.0.0.1/robots.txt")
    server.puts("/a", PAGE, headers=HTML)
    assert "robots" in words(await read(pages, clock, server.url("/a")))


async def test_a_redirect_is_asked_about_at_the_site_it_leads_to(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    async with FeedServer("127.0.0.2") as other:
        other.puts("/robots.txt", "User-agent: *\nDisallow: /")
        other.puts("/b", PAGE, headers=HTML)
        found = await read(pages, clock, server.redirects("/a", other.url("/b")))
        assert "robots" in words(found)
        assert other.asked == {"/robots.txt": 1}


async def test_pages_of_one_host_are_asked_for_one_after_the_other(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    server.puts("/robots.txt", "User-agent: *\nCrawl-delay: 3")
    for path in ("/a", "/b", "/c"):
        server.puts(path, PAGE, headers=HTML)
    tasks = [
        asyncio.create_task(pages.read(server.url(path), server.url())) for path in ("/a", "/b")
    ]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    assert server.asked.total() == 2
    clock.move(3)
    assert all(isinstance(one, PageText) for one in await asyncio.gather(*tasks))
    assert server.most_at_once == 1


async def test_a_host_that_wants_long_pauses_is_not_waited_for(
    pages: PageReader, server: FeedServer
) -> None:
    server.puts("/robots.txt", "User-agent: *\nCrawl-delay: 60")
    server.puts("/a", PAGE, headers=HTML)
    assert isinstance(await pages.read(server.url("/a"), server.url()), PageText)
    for _ in range(2):
        assert (
            words(await pages.read(server.url("/a"), server.url())) == "asks us to come less often"
        )
    assert server.asked["/a"] == 1


@pytest.mark.parametrize("status", [401, 403, 429, 503])
async def test_a_host_that_does_not_want_us_is_left_alone(
    pages: PageReader, clock: FakeClock, server: FeedServer, status: int
) -> None:
    server.puts("/a", b"", status=status)
    server.puts("/b", PAGE, headers=HTML)
    assert words(await read(pages, clock, server.url("/a")))
    assert words(await read(pages, clock, server.url("/b"))) == "wants to be left alone for now"
    assert server.asked["/b"] == 0
    clock.move(900)
    assert isinstance(await read(pages, clock, server.url("/b")), PageText)


async def test_a_host_that_twice_does_not_answer_is_left_alone(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    server.puts("/robots.txt", b"")
    server.puts("/slow", kind="hang")
    server.puts("/a", PAGE, headers=HTML)
    silent = "does not answer in time"
    assert words(await read(pages, clock, server.url("/slow"))) == silent
    assert isinstance(await read(pages, clock, server.url("/a")), PageText)
    assert words(await read(pages, clock, server.url("/slow"))) == silent
    assert words(await read(pages, clock, server.url("/slow"))) == silent
    assert words(await read(pages, clock, server.url("/a"))) == "wants to be left alone for now"


# --- hostile pages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostility", "said"),
    [
        ("bomb", "is larger than 3 MB"),
        ("endless", "is larger than 3 MB"),
        ("drip", "does not answer in time"),
        ("inward", "leads to an address that may not be read"),
        ("loop", "redirects more than 5 times"),
        ("missing", "has nothing at this address (404)"),
        ("film", "is no page with text"),
        ("cut off", "breaks off in the middle of its answer"),
    ],
)
async def test_a_hostile_page_costs_that_page_only(
    pages: PageReader, clock: FakeClock, server: FeedServer, hostility: str, said: str
) -> None:
    match hostility:
        case "bomb":
            server.bombs("/x", 100)
        case "endless" | "drip":
            server.puts("/x", b"x" * 1_000, kind=hostility, headers=HTML)
        case "inward":
            server.redirects("/x", "http://10.0.0.1/admin")
        case "loop":
            server.redirects("/x", server.url("/x"))
        case "film":
            server.puts("/x", b"film", headers={"Content-Type": "video/mp4"})
        case "cut off":
            server.gzips("/x", PAGE.encode(), cut=20)
        case _:
            pass
    assert words(await read(pages, clock, server.url("/x"))) == said
    found = await read(pages, clock, server.puts("/good", PAGE, headers=HTML))
    assert isinstance(found, PageText)


@pytest.mark.parametrize("address", ["http://10.0.0.1/", "http://[", "ftp://127.0.0.1/a"])
async def test_an_address_that_may_not_be_read_is_not_asked_for(
    pages: PageReader, address: str
) -> None:
    assert (
        words(await pages.read(address, "http://paper.example/feed"))
        == "has an address that may not be read"
    )


async def test_a_strangers_feed_cannot_have_us_read_what_is_the_operators_own(
    pages: PageReader, server: FeedServer
) -> None:
    url = server.puts("/secret", PAGE, headers=HTML)
    assert isinstance(await pages.read(url, server.url("/feed")), PageText)
    for home in ("https://stranger.example/feed", "http://127.0.0.2/feed", ""):
        assert words(await pages.read(url, home)) == "has an address that may not be read"
    async with FeedServer("127.0.0.2") as own:
        own.puts("/a", PAGE, headers=HTML)
        found = await pages.read(own.url("/a"), server.url("/feed"))
        assert words(found) == "has an address that may not be read"
        assert own.asked == {}


async def test_a_page_that_takes_long_to_read_costs_its_child(
    pages: PageReader, clock: FakeClock, server: FeedServer
) -> None:
    bad = server.puts("/bad", STALL, headers=HTML)
    good = server.puts("/good", PAGE, headers=HTML)
    await read(pages, clock, good)
    assert words(await read(pages, clock, bad)) == "takes too long to read"
    assert isinstance(await read(pages, clock, good), PageText)
