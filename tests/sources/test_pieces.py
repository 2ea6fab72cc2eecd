"""A feed is cut into its items, or left whole where that is not beyond doubt."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.pieces import Pieces, cut, unpack
from tests.sources.conftest import item, rss

ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>1</id>'
    b"<link rel='alternate' href='https://a.example/1'/></entry> between "
    b'<entry><id>2</id><link href="https://a.example/2"/></entry></feed>'
)

TOKENS = [
    "<item>",
    "</item>",
    "<entry>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<guid>",
    "a",
    "<link>",
]


def pieces_of(body: bytes, charset: str = "") -> Pieces:
    pieces = cut(body, charset)
    assert pieces is not None
    return pieces


@pytest.mark.parametrize("body", [rss(item(1), item(2), item(3)), ATOM])
def test_all_pieces_together_are_the_document(body: bytes) -> None:
    pieces = pieces_of(body)
    assert pieces.document(range(len(pieces.bodies))) == body


def test_without_seen_pieces_head_and_tail_stay() -> None:
    pieces = pieces_of(rss(item(1), item(2)))
    seen = unpack(pieces.packed()[:8])
    assert pieces.unseen(seen) == (1,)
    small = pieces.document(pieces.unseen(seen))
    assert small.startswith(b"<?xml")
    assert small.endswith(b"</rss>")
    assert b"h-2" in small
    assert b"h-1" not in small


@given(st.lists(st.integers(0, 200), min_size=1, max_size=30, unique=True), st.randoms())
def test_the_order_of_items_makes_no_difference(numbers: list[int], random: object) -> None:
    pieces = pieces_of(rss(*map(item, numbers)))
    shuffled = sorted(numbers, key=lambda _number: getattr(random, "random")())  # noqa: B009 - hypothesis gives it untyped
    again = pieces_of(rss(*map(item, shuffled)))
    assert again.unseen(unpack(pieces.packed())) == ()


@pytest.mark.parametrize("name", ["pubDate", "updated", "published", "dc:date"])
def test_a_new_date_makes_no_new_item_of_one_with_an_identity(name: str) -> None:
    def dated(date: str, identity: str) -> Pieces:
        return pieces_of(rss(f"<title>A</title>{identity}<{name} x='y'>{date}</{name}>"))

    for identity in ("<guid>1</guid>", "<link>https://a.example/</link>"):
        before = unpack(dated("Monday", identity).packed())
        assert dated("Tuesday", identity).unseen(before) == ()
    before = unpack(dated("Monday", "").packed())
    assert dated("Tuesday", "").unseen(before) == (0,)


@pytest.mark.parametrize(
    ("reason", "body", "charset"),
    [
        ("no items", b"<rss><channel><title>x</title></channel></rss>", ""),
        ("only the list of items", b"<rdf:RDF><items><li/></items></rdf:RDF>", ""),
        ("an item in CDATA", rss("<description><![CDATA[<item>x</item>]]></description>"), ""),
        ("an end in CDATA", rss("<description><![CDATA[</item>]]></description>"), ""),
        ("an item in a comment", b"<rss><!-- <item>a</item> --><item>b</item></rss>", ""),
        ("an item within an item", b"<rss><item><item>a</item></item></rss>", ""),
        ("an entry within an item", b"<rss><item><entry>a</entry></item></rss>", ""),
        ("an item without end", b"<rss><item>a</item><item>b", ""),
        ("UTF-16", "<rss><item>a</item></rss>".encode("utf-16"), ""),
        ("UTF-16 without a mark", "<rss><item>a</item></rss>".encode("utf-16-le"), ""),
        ("hidden letters", b'<?xml version="1.0" encoding="ISO-2022-JP"?><rss><item/></rss>', ""),
        ("hidden by the header", b"<rss><item>a</item></rss>", "utf-7"),
        ("a guid twice", rss("<guid>a</guid><link>1</link>", "<guid>a</guid><link>2</link>"), ""),
        ("a link twice", rss("<link>a#1</link>", "<link>a#2</link>"), ""),
        (
            "an href twice",
            b"<feed><entry><link href='a'/></entry><entry><link href='a'/></entry></feed>",
            "",
        ),
        ("too many items", b"<rss>" + b"<item></item>" * 5_001 + b"</rss>", ""),
    ],
)
def test_in_doubt_the_document_stays_whole(reason: str, body: bytes, charset: str) -> None:
    assert cut(body, charset) is None, reason


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "EUC-KR", "Shift_JIS", "GB18030"])
def test_other_encodings_are_cut_too(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel>'.encode()
    assert len(pieces_of(head + b"<item>a</item></channel></rss>", encoding).bodies) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><item>" + b"<link><![CDATA[" * 300_000 + b"</item></rss>",
        b"<rss><item>" + b"<guid>" * 700_000 + b"</item></rss>",
        b"<rss>" + b"<item>" * 700_000,
        b"<rss>" + b"<item></item>" * 350_000,
        b"<item " * 800_000,
        b"<rss><item><link " + b"href=" * 900_000 + b"></item></rss>",
    ],
)
def test_no_five_megabytes_keep_the_loop(body: bytes) -> None:
    taken = []
    for _ in range(3):  # Once the collector of garbage may come between.
        before = time.thread_time()
        cut(body)
        taken.append(time.thread_time() - before)
    assert min(taken) < 0.2


@given(st.lists(st.sampled_from(TOKENS), max_size=40))
def test_whatever_is_cut_can_be_put_together(parts: list[str]) -> None:
    body = "".join(parts).encode()
    pieces = cut(body)
    if pieces is not None:
        assert pieces.document(range(len(pieces.bodies))) == body
        assert len(pieces.between) == len(pieces.bodies) + 1
