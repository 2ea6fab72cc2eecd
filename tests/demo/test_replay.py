"""Captures of feeds cut into items, their dates moved, and replayed."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from bot.demo.cutting import Cut, cut, newest_date, shift_dates, without_pauses
from bot.demo.replay import Captures

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    body = "\n".join(items)
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel>'
        f"<title>한국 Ünder</title>\n{body}\n</channel></rss>"
    ).encode(encoding, "xmlcharrefreplace")


def item(name: str, date: str = "Mon, 20 Sep 2021 07:27:00 GMT") -> str:
    return f"<item><title>{name} é</title><guid>{name}</guid><pubDate>{date}</pubDate></item>"


def names(document: bytes) -> list[str]:
    read = feedparser.parse(io.BytesIO(document))
    return [entry.id for entry in read.entries]


def test_a_document_is_cut_and_put_together_byte_by_byte() -> None:
    document = rss(item("a"), item("b"), item("c"), encoding="iso-8859-1")
    parts = cut(document)
    assert isinstance(parts, Cut)
    assert parts.document(parts.pieces) == document
    assert names(parts.document(parts.pieces[1:])) == ["b", "c"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (rss(item("a")).decode().encode("utf-16"), "two bytes"),
        (b"<html><p>Log in</p></html>", "no items"),
        (rss(item("a"), "<item><title>b"), "not clearly apart"),
        (rss(item("a"), "<image>x</image>", item("b")), "between the items"),
    ],
)
def test_what_is_unsure_stays_whole(document: bytes, reason: str) -> None:
    assert reason in str(cut(document))


def test_items_inside_of_cdata_and_comments_are_no_items() -> None:
    document = rss(
        "<item><guid>a</guid><description><![CDATA[<item>x</item>]]></description></item>",
        "<!-- <item>old</item> -->",
        item("b"),
    )
    parts = cut(document)
    assert isinstance(parts, Cut)
    assert len(parts.pieces) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<pubDate>Mon, 20 Sep 2021 07:27:00 GMT</pubDate>", b"Tue, 21 Sep 2021 07:27:00 +0000"),
        (b"<pubDate>Mon, 20 Sep 2021 07:27:00 +0900</pubDate>", b"21 Sep 2021 07:27:00 +0900"),
        (b"<updated>2021-09-20T07:27:00Z</updated>", b">2021-09-21T07:27:00Z<"),
        (b"<dc:date>2021-09-20T07:27:00+02:00</dc:date>", b">2021-09-21T07:27:00+02:00<"),
        (b"<pubDate><![CDATA[2021-09-20 07:27:00]]></pubDate>", b"[2021-09-21 07:27:00]"),
        (b'"date_published": "2021-09-20T07:27:00+00:00"', b'"2021-09-21T07:27:00+00:00"'),
        (b"<pubDate>2013.12.24 16:29:20</pubDate>", b"2013.12.24 16:29:20"),
        (b"<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>", b"01 Jan 1970"),
        (b"<updated>2021-99-99T07:27:00Z</updated>", b"2021-99-99T07:27:00Z"),
        (b"<title>2021-09-20T07:27:00Z</title>", b"2021-09-20T07:27:00Z"),
    ],
)
def test_dates_move_in_the_form_they_have(before: bytes, after: bytes) -> None:
    assert after in shift_dates(before, timedelta(days=1))


def test_nobody_is_asked_to_wait() -> None:
    asked = b"<ttl>15</ttl><sy:updatePeriod>\nhourly</sy:updatePeriod><title>ttl 15</title>"
    assert without_pauses(asked) == (
        b"<ttl></ttl><sy:updatePeriod></sy:updatePeriod><title>ttl 15</title>"
    )


def test_nothing_moves_by_nothing_nor_in_utf16() -> None:
    dated = b"<pubDate>Mon, 20 Sep 2021 07:27:00 GMT</pubDate>"
    assert shift_dates(dated, timedelta()) == dated
    wide = dated.decode().encode("utf-16")
    assert shift_dates(wide, timedelta(days=1)) == wide
    assert newest_date(b"<rss/>") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    polls = [[item("a")], [item("b"), item("a")], [item("c"), item("b")]]
    for minute, items in enumerate(polls):
        (tmp_path / f"post-20210920-070{minute}.xml").write_bytes(rss(*items))
    many = [
        item(str(number), f"Mon, 20 Sep 2021 0{number}:00:00 GMT") for number in range(9, 0, -1)
    ]
    (tmp_path / "wire-20170107.xml").write_bytes(rss(*many))
    (tmp_path / "broken.rss").write_bytes(b"<html>")
    (tmp_path / "README.md").write_text("no feed")
    return tmp_path


def test_a_folder_becomes_sources_series_and_items(folder: Path) -> None:
    captures = Captures(folder, fresh=2, step_s=3.0)
    report = captures.report()
    assert (report.files, report.sources, report.series, report.items) == (5, 3, 1, 14)
    assert report.whole == {"broken": "no items found"}
    assert captures.summary() == (
        "5 captures of 3 sources (1 series of polls), 14 items; broken served whole: no items found"
    )
    assert [offer.path for offer in captures.offers()] == [
        "/broken.rss", "/post.xml", "/wire-20170107.xml",
    ]  # fmt: skip
    opening = captures.opening(NOW)
    assert names(opening["/post.xml"]) == ["a"]
    assert names(opening["/wire-20170107.xml"]) == ["7", "6", "5", "4", "3", "2", "1"]
    shown = [(one.path, names(one.document(NOW))) for one in captures.releases()]
    assert shown == [
        ("/post.xml", ["b", "a"]),
        ("/wire-20170107.xml", ["8", "7", "6", "5", "4", "3", "2", "1"]),
        ("/post.xml", ["c", "b"]),
        ("/wire-20170107.xml", ["9", "8", "7", "6", "5", "4", "3", "2", "1"]),
    ]
    assert [one.at for one in captures.releases()] == pytest.approx([4.0, 5.0, 7.0, 8.0])


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_shown(folder: Path) -> None:
    (folder / "gone.xml").symlink_to(folder / "nowhere")
    (folder / "post-20210920-0701.xml").unlink()
    (folder / "post-20210920-0701.xml").mkdir()
    captures = Captures(folder)
    assert captures.report().unread == {
        "gone.xml": "No such file or directory",
        "post-20210920-0701.xml": "Is a directory",
    }
    assert "; gone.xml not read: No such file or directory" in captures.summary()
    assert [offer.path for offer in captures.offers()] == [
        "/broken.rss", "/post.xml", "/wire-20170107.xml",
    ]  # fmt: skip


def test_the_newest_date_of_a_source_becomes_now(folder: Path) -> None:
    captures = Captures(folder)
    captures.opening(NOW)
    last = captures.releases()[-1].document(NOW)
    assert newest_date(last) == NOW
    assert len(re.findall(rb"24 Nov 2026", last)) == 9
