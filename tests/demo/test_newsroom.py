"""The newsroom: opening, timetable, conditional answers, and its end."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta

import aiohttp
import feedparser
import pytest

from bot.demo.edition import Edition, Paper, Piece, load_edition
from bot.demo.newsroom import Newsroom, OwnProgramme


class QuickClock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


def titles(body: bytes) -> list[str]:
    if body.startswith(b"{"):
        return [item["title"] for item in json.loads(body)["items"]]
    read = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    assert not read.bozo, read.get("bozo_exception")
    return [entry.title for entry in read.entries]


async def fetch_all(session: aiohttp.ClientSession, newsroom: Newsroom) -> dict[str, bytes]:
    bodies = {}
    for url in newsroom.urls:
        async with session.get(url) as answer:
            assert answer.status == 200
            bodies[url.removeprefix(newsroom.base_url)] = await answer.read()
    return bodies


async def test_every_paper_opens_with_a_back_catalogue_and_ends_with_all(
    session: aiohttp.ClientSession,
) -> None:
    clock = QuickClock()
    newsroom = Newsroom(clock=clock)
    await newsroom.start()
    opening = await fetch_all(session, newsroom)
    assert len(opening) == 7
    assert all(titles(body) for body in opening.values())
    await newsroom.first_polled()
    newsroom.begin()
    newsroom.begin()
    finishing = asyncio.create_task(newsroom.finished())
    assert newsroom._timetable is not None
    await asyncio.wait({newsroom._timetable})
    assert len(newsroom.published) == 12
    assert not finishing.done()
    closing = await fetch_all(session, newsroom)
    await finishing
    assert 40 <= clock.passed <= 50
    edition = load_edition()
    slugs = {(piece.paper, piece.slug) for piece in edition.pieces}
    assert sum(len(titles(body)) for body in closing.values()) == len(slugs)
    assert titles(closing["/harbour.xml"])[0].startswith("Update: ferry crews")
    assert titles(closing["/saebyeok.xml"])[1].startswith("한미일")
    assert "震度3の地震、津波の心配なし" in titles(closing["/shiomi.json"])
    await newsroom.stop()


async def test_an_unchanged_paper_answers_304_and_an_unknown_one_404(
    session: aiohttp.ClientSession,
) -> None:
    newsroom = Newsroom(clock=QuickClock())
    await newsroom.start()
    async with session.get(newsroom.urls[0]) as answer:
        tag = answer.headers["ETag"]
    async with session.get(newsroom.urls[0], headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    async with session.get(f"{newsroom.base_url}/nothing.xml") as answer:
        assert answer.status == 404
    assert newsroom.fetches()["/harbour.xml"] == 2
    await newsroom.stop()


async def test_the_doors_may_close_while_the_timetable_runs() -> None:
    async with Newsroom() as newsroom:
        newsroom.begin()
        assert newsroom.summary() == "7 invented papers, 14 stories in print, 12 to come"
    assert newsroom.published == []


async def test_a_source_that_nobody_fetches_is_not_waited_for_for_ever() -> None:
    async with Newsroom(clock=QuickClock()) as newsroom:
        newsroom.begin()
        assert len(await newsroom.finished(patience_s=0.01)) == 7


def grams(piece: Piece) -> set[str]:
    kept = "".join(letter if letter.isalnum() else " " for letter in piece.title + " " + piece.body)
    text = " ".join(kept.casefold().split())
    return {text[place : place + 8] for place in range(len(text) - 7)}


def by_slug(edition: Edition, slug: str) -> list[Piece]:
    return [piece for piece in edition.pieces if piece.slug == slug]


def test_two_papers_tell_the_trilateral_story_nearly_alike() -> None:
    edition = load_edition()
    (one,) = by_slug(edition, "sea-rescue-pact")
    (other,) = by_slug(edition, "three-coast-guards")
    assert one.title != other.title
    assert one.body.split(".")[0] != other.body.split(".")[0]
    shared = grams(one) & grams(other)
    assert len(shared) / min(len(grams(one)), len(grams(other))) >= 0.7
    assert all("South Korea, US, Japan" in piece.title + piece.body for piece in (one, other))


def test_the_edition_has_an_update_and_a_hostile_headline() -> None:
    edition = load_edition()
    before, after = by_slug(edition, "ferry-delay")
    assert (before.paper, before.at < after.at) == (after.paper, True)
    (hostile,) = by_slug(edition, "prize")
    for trap in ("<b>", "/start@", "@free", "tg://", "<script>", "#FreePrize", "example.com"):
        assert trap in hostile.title


@pytest.mark.parametrize("paper", load_edition().papers, ids=lambda paper: paper.key)
def test_every_release_of_a_paper_can_be_read(paper: Paper) -> None:
    programme = OwnProgramme(load_edition())
    now = datetime(2026, 11, 24, tzinfo=UTC)
    programme.opening(now)
    mine = [one for one in programme.releases() if one.path.startswith(f"/{paper.key}.")]
    assert mine
    for release in mine:
        assert release.headline in titles(release.document(now))
