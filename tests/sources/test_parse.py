"""What documents say, and what is made of those that are hostile or broken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.entries import Entry
from bot.sources.jsonfeed import NotJsonFeedError, read
from bot.sources.parse import parse
from bot.sources.wire import FRAME, Parsed, Task, pack_parsed, pack_task, unpack_parsed, unpack_task
from tests.sources.conftest import item, rss

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def parsed(body: bytes | str, content_type: str = "") -> Parsed:
    packed = body.encode() if isinstance(body, str) else body
    return parse(Task(packed, content_type, NOW))


def only(body: bytes | str) -> Entry:
    found = parsed(body)
    assert found.fault == ""
    assert len(found.entries) == 1
    return found.entries[0]


def test_an_rss_item_is_read_with_all_that_it_says() -> None:
    entry = only(
        rss(
            """<title>Ferries &lt;b&gt;stop&lt;/b&gt;</title><link>https://h.example/1</link>
            <guid isPermaLink="false">h-1</guid><description>Storm &amp;amp; tide</description>
            <content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">
            <![CDATA[<p>All of it</p>]]></content:encoded>
            <source url="https://wire.example/rss">The Wire</source><author>Ann</author>
            <category>Sea</category><category domain="x">Weather</category>
            <pubDate>Tue, 24 Nov 2026 09:00:00 +0100</pubDate>"""
        )
    )
    assert entry == Entry(
        guid="h-1",
        link="https://h.example/1",
        title="Ferries <b>stop</b>",
        title_is_html=True,
        summary="Storm &amp; tide",
        content="<p>All of it</p>",
        publisher="The Wire",
        author="Ann",
        categories=("Sea", "Weather"),
        published_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&T and Q&A", "AT&T and Q&A"),
        ("A & B &", "A & B &"),
        ("Tom &amp; Jerry &#38; R&D", "Tom & Jerry & R&D"),
        ("<![CDATA[AT&T &amp; Q&A]]> R&D", "AT&T &amp; Q&A R&D"),
        ("&nbsp;x AT&T", "x AT&T"),
        ("R&D &#xZZ; &#;", "R&D &#xZZ; &#;"),
    ],
)
def test_an_ampersand_that_stands_alone_is_one(written: str, title: str) -> None:
    link = "https://h.example/?a=1&b=2&lt=3"
    entry = only(rss(f"<title>{written}</title><link>{link}</link>"))
    assert (entry.title.strip(), entry.link) == (title, link)


def test_what_looks_like_an_ampersand_in_seven_bits_is_left_alone() -> None:
    title = "うたう"
    body = rss(f"<title>{title}</title>".encode("iso-2022-jp").decode("latin-1"))
    assert b"&" in body
    (entry,) = parsed(body, "text/xml; charset=iso-2022-jp").entries
    assert entry.title == title


@pytest.mark.parametrize(
    ("kind", "html"), [("", False), ('type="text"', False), ('type="html"', True)]
)
def test_atom_says_whether_a_title_is_html(kind: str, html: bool) -> None:
    entry = only(
        f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>A</title><entry>
        <id>urn:1</id><title {kind}>a &lt; b</title><link href="https://h.example/1"/>
        <updated>2026-11-24T08:00:00Z</updated></entry></feed>"""
    )
    assert entry.title_is_html is html
    assert entry.title == "a < b"
    assert entry.published_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_rdf_is_read() -> None:
    found = parsed(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
        <channel><title>R</title><sy:updatePeriod>hourly</sy:updatePeriod>
        <sy:updateFrequency>2</sy:updateFrequency><dc:language>fr</dc:language></channel>
        <item rdf:about="a"><title>One</title><link>https://h.example/1</link>
        <dc:date>2026-11-24T08:00:00+00:00</dc:date></item></rdf:RDF>"""
    )
    assert (found.title, found.language, found.hints.ttl_s) == ("R", "fr", 1_800.0)
    assert [one.title for one in found.entries] == ["One"]


def test_the_head_says_when_to_come_back_and_who_pushes() -> None:
    head = (
        '<title>H</title><ttl>15</ttl><atom:link xmlns:atom="http://www.w3.org/2005/Atom" '
        'rel="hub" href="https://hub.example/"/><atom:link xmlns:atom='
        '"http://www.w3.org/2005/Atom" rel="self" href="https://h.example/feed"/>'
    )
    hints = parsed(rss(item(1), head=head)).hints
    assert (hints.ttl_s, hints.hub, hints.self_url) == (
        900.0,
        "https://hub.example/",
        "https://h.example/feed",
    )


BOMB = (
    "<!DOCTYPE r ["
    '<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]><rss><channel><item><title>&l9;</title><link>https://h.example/</link></item>"
    + "</channel></rss>"
)


def test_an_entity_bomb_is_a_fault_and_no_item() -> None:
    assert parsed(BOMB) == Parsed(fault="is written in a way that cannot be read")


def test_no_file_and_no_address_is_opened_for_an_entity() -> None:
    found = parsed(
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel><item>'
        "<title>&f;x</title><link>https://h.example/</link></item></channel></rss>"
    )
    assert all("x" in one.title and len(one.title) < 8 for one in found.entries)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#99999999999999999999;", "&#0;", "&#xFFFF;"])
def test_an_impossible_character_costs_no_item(reference: str) -> None:
    found = parsed(rss(f"<title>A{reference}B</title>", *map(item, range(9))))
    assert len(found.entries) == 10
    assert found.entries[0].title == "A\ufffdB"


def test_two_halves_of_a_character_are_joined() -> None:
    assert only(rss("<title>&#55357;&#56832;!</title>")).title == "😀!"
    assert only(rss("<title>&#xD83D;&#xDE00;&#65;</title>")).title == "😀A"


def test_control_characters_do_not_break_a_document() -> None:
    found = parsed(rss(item(1), item(2)).replace(b"Ferry", b"Fe\x0brry\x00"))
    assert [one.title for one in found.entries] == ["Ferry number 1", "Ferry number 2"]


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Tue, 24 Nov 2026 09:00:00 GMT", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("", None),
        ("04/05/2026 10:00", None),
        ("1777888800", None),
        ("0000-00-00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("Tue, 24 Nov 2099 09:00:00 GMT", None),
        ("Tue, 24 Nov 2026 09:00:00 +1400", datetime(2026, 11, 23, 19, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 09:00:00 +9999", None),
        ("Wed, 25 Nov 2026 09:00:00 GMT", datetime(2026, 11, 25, 9, tzinfo=UTC)),
    ],
)
def test_only_possible_dates_are_believed(date: str, at: datetime | None) -> None:
    assert only(rss(f"<title>A</title><pubDate>{date}</pubDate>")).published_at == at


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        (
            '<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item>'
            "<title>Привет</title></item></channel></rss>".encode("cp1251"),
            "text/xml; charset=utf-8",
            "Привет",
        ),
        (
            '<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><item>'
            "<title>Привет</title></item></channel></rss>".encode("utf-16-le"),
            "",
            "Привет",
        ),
        (
            '<?xml version="1.0" encoding="EUC-KR"?><rss version="2.0"><channel><item>'
            "<title>한국</title></item></channel></rss>".encode("euc-kr"),
            "",
            "한국",
        ),
    ],
)
def test_letters_come_out_right(body: bytes, content_type: str, title: str) -> None:
    assert [one.title for one in parsed(body, content_type).entries] == [title]


def test_only_so_many_items_are_taken_and_the_newest_of_those() -> None:
    def dated(number: int) -> str:
        at = NOW - timedelta(minutes=number)
        return f"<title>{number}</title><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"

    newest_first = parsed(rss(*map(dated, range(1_100))))
    assert [one.title for one in newest_first.entries] == [str(n) for n in range(1_000)]
    assert newest_first.total == 1_100
    oldest_first = parsed(rss(*map(dated, reversed(range(1_100)))))
    assert {one.title for one in oldest_first.entries} == {str(n) for n in range(1_000)}


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0" encoding="punycode"?><rss><channel><item/></channel></rss>',
        '<?xml version="1.0" encoding="unicode_escape"?><rss>\\ud800<item/></rss>',
        '<!DOCTYPE x [<!ENTITY a "\\1">]><rss><channel><item/></channel></rss>',
        "<rss>" + "<a>" * 20_000 + "</rss>",
        "<" * 1_000,
        "&" * 1_000,
    ],
)
def test_what_crashes_parsers_is_a_fault_at_most(document: str) -> None:
    assert isinstance(parsed(document), Parsed)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 40))
def test_no_damage_to_a_document_raises(rubbish: bytes, at: int, length: int) -> None:
    whole = rss(item(1), item(2))
    found = parsed(whole[:at] + rubbish + whole[at + length :])
    assert unpack_parsed(pack_parsed(found)[FRAME.size :]) == found


# --- JSON Feed ----------------------------------------------------------------------------------

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "en",
 "feed_url": "https://j.example/feed.json", "hubs": [{"type": "WebSub", "url": "https://hub/"}],
 "items": [
  {"id": 7, "url": "https://j.example/7", "title": "a < b", "content_text": "x < y & z",
   "date_published": "2026-11-24T09:00:00+01:00", "tags": ["Sea", 5],
   "authors": [{"name": "Ann"}, "Ben"], "author": {"name": "Cid"}},
  {"id": "8", "external_url": "https://k.example/8", "content_html": "<p>x</p>",
   "date_published": "yesterday", "language": "fr"},
  {"id": true, "title": "no id"}, {"id": "9"}, 3, null]}"""


def test_a_json_feed_is_read() -> None:
    found = parsed(JSON)
    assert (found.title, found.language, found.total) == ("J", "en", 6)
    assert (found.hints.hub, found.hints.self_url) == (
        "https://hub/",
        "https://j.example/feed.json",
    )
    first, second, third = found.entries
    assert first == Entry(
        guid="7",
        link="https://j.example/7",
        title="a < b",
        title_is_html=False,
        content="x &lt; y &amp; z",
        author="Ann, Cid",
        categories=("Sea",),
        published_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
    )
    assert (second.link, second.content, second.published_at, second.language) == (
        "https://k.example/8",
        "<p>x</p>",
        None,
        "fr",
    )
    assert (third.guid, third.title) == ("", "no id")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"version": 1, "items": []}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b'{"version": "https://example.com", "items": []}',
        b'{"a":' * 100_000,
        b"\xff\xfe{",
    ],
)
def test_other_json_is_no_feed(body: bytes) -> None:
    with pytest.raises(NotJsonFeedError):
        read(body, 10)


def test_a_date_without_a_zone_is_utc_and_an_absurd_one_none() -> None:
    def dated(date: str) -> datetime | None:
        body = (
            '{"version": "https://jsonfeed.org/version/1", "items": '
            f'[{{"id": "1", "title": "A", "date_modified": "{date}"}}]}}'
        )
        return read(body.encode(), 10).entries[0].published_at

    assert dated("2026-11-24T09:00:00") == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert dated("0001-01-01T00:00:00+23:00") is None


def test_a_task_survives_its_way_to_the_child() -> None:
    task = Task(b"\x00<rss>", "text/xml", NOW)
    frame = pack_task(task)
    head, body = FRAME.unpack(frame[: FRAME.size])
    rest = frame[FRAME.size :]
    assert unpack_task(rest[:head], rest[head : head + body]) == task


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<html><head/></html>", "is a web page, not a feed"),
        (b" ", "answers with nothing"),
        (b"\xff\xfe<\x00x\x00", "is no feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "is no feed"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, fault: str) -> None:
    assert parsed(body).fault == fault


def test_atoms_first_alternate_link_counts() -> None:
    entry = only(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id>
        <title>x</title><link rel="enclosure" href="https://h.example/1.mp3"/>
        <link rel="alternate" href="https://h.example/1"/></entry></feed>"""
    )
    assert entry.link == "https://h.example/1"


def test_bing_names_the_paper_in_a_namespace_of_its_own() -> None:
    body = (
        b'<rss version="2.0" xmlns:News="https://www.bing.com/news/search?q=x"><channel>'
        b"<title>x</title><item><title>Ships</title><News:Source>The Paper</News:Source></item>"
        b"</channel></rss>"
    )
    [entry] = parse(Task(body, "", NOW)).entries
    assert entry.publisher == "The Paper"
