"""Markup, detection and merging agree with Telegram's own parser, case by case and at random.

There is no known difference in what is compared. Not compared: telephone numbers, bank cards and
times in a video, which no bot is shown.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.detect import detect, top_domains
from bot.demo.entities import Entity, as_json, settle
from bot.demo.markup import MarkupError, parse_html
from tests.fakes import oracle

HTML = [
    "a <b>x</b> y", "<b>x <i>y</b></i>", "<foo>", "<3", "x <", "a < b", "<b></b>", "x</b>", "</b>",
    "<b>x", "<b>x</>", "<b>x</ b>", "<b>x</b y>z", "<b>x</b", "<b>x</", "<", "</", "<b/>x", "<br/>",
    "<b / >x</b>", "<b =x>", "<b x", "<b x=", "<b x=1", "<b x='1'", "<b x='1'y>", "<b x= 1 >k</b>",
    "<b x=@>", "<b x='1>y</b>", "<b\nx>y</b\n>", "<b <i>x</b>", "<!-- x -->", "<p>x</p>",
    "<pre><code class='language-py'>x</code></pre>",
    "<code class='language-py'><pre>x</pre></code>",
    "<pre>a<code class='language-x'>b</code></pre>", "<code class='language-x'>b</code>",
    "<span>x</span>", "<span class='tg-spoiler'>x</span>", "<span class=tg-spoiler>x</span>",
    "<tg-emoji emoji-id='5'>😀</tg-emoji>", "<tg-emoji emoji-id='x'>😀</tg-emoji>",
    "<tg-time unix=1>x</tg-time>", "<tg-time>x</tg-time>",
    "<tg-time unix='1' format='wDT'>x</tg-time>", "<tg-time unix='1' format='q'>x</tg-time>",
    "<tg-time format='r' unix='7'>x</tg-time>",
    "&lt;&gt;&amp;&quot;&apos;&nbsp;&#39;&#x27;&#0;&#x110000;&#1114110;&lt b&#65 &x;&#;&;",
    "&#xD83D;&#xDE00;", "<a>example.com</a>", "<a href='x'>y</a>",
    "<a href='HTTP://EXAMPLE.com:80/A b?<>'>y</a>", "<a href='https://e.com?x=1&amp;y=2'>y</a>",
    "<a href='https://e.com#f'>y</a>", "<a href='http://u:p@e.com'>y</a>",
    "<a href='http://[::1]/'>y</a>", "<a href='http://e.com:0/'>y</a>",
    "<a href='http://e.com:99999/'>y</a>", "<a href='mailto:a@b.com'>y</a>",
    "<a href='tg://user?id=123'>y</a>", "<a href='tg://resolve?domain=x'>y</a>",
    "<a href='ton://x'>y</a>", "<a href='TG:resolve'>x</a>", "<a href='tg://a.b/c'>x</a>",
    "<a href='//x.com'>y</a>", "<a href='/x.y'>y</a>", "<a href='javascript:alert(1.1)'>y</a>",
    "<a href='data:text/html,x.y'>y</a>", "<a href='http://한국.com/한국'>y</a>",
    "<a href='http://e com/'>y</a>", "<a href=' http://e.com/ '>y</a>", "<A HREF='http://e.com'>y</A>",
    "<blockquote expandable='x'>y</blockquote>", "<blockquote EXPANDABLE>y</blockquote>",
    "<b>한국<i>😀</i></b></u>",
]  # fmt: skip
TEXTS = [
    "#tag /start@bot @durov $TSLA example.com a@b.com foo.py http://x.y/z tg://x #a@chat",
    "@gif @abc @uf c @ufc @nft x@durov @toolongtoolongtoolongtoolongtoolong @dur\u00f6v",
    "#SouthKorea-US-Japan #SouthKorea_US_Japan #日・米 #US·Japan #2024 x#tag #a#b #हिन्दी",
    "see t.me/x, (http://a.com/b_(c)) x a.com/?q a.com? a.com# a.com/«x»",
    "a.b.c.com..de http://user:pw@e.com:8080/x?y=1#z. e.com:99999/x www.@@127.0.0.1",
    "ASP.NET README.md x.COM Foo.Com foo.zz http://foo.zz http://localhost 1.2.3.4 1.2.3.400",
    "mailto:a@b.com a.b@c.d.org x@y.z ftp://a.com sftp://a.com xhttp://a.com shttp://a.com",
    "http://a_b.com http://a.b_c.com xn--e1aybc.xn--p1ai x.xn-- teiegram.org -a.com a-.com",
    "$1INCH $A $TOOLONGNAME $AAA$ $AAPL@chat x$AAA /a/b /a@b /a@bot x/start </start>",
    "tg://resolve?domain=x. ton://abc/ TG://x tg://? #tg://tg://_ #tg://tg://tag tg://",
    "日本.com한국 сайт.рф x.москва 삼성.삼성 😀example.com 😀 @durov",
    "@\u2060durov /\u2060start #\u2060tag $\u2060TSLA example\u2060.com",
]


def found_by(text: str, entities: list[Entity]) -> list[oracle.Found]:
    names = ("url", "language", "custom_emoji_id", "unix_time")
    return sorted(
        (
            one["type"],
            one["offset"],
            one["length"],
            str(
                next(
                    (one[name] for name in names if name in one), one.get("user", {}).get("id", "")
                )
            ),
        )
        for one in as_json(text, entities)
    )


def ours(source: str) -> object:
    try:
        text, entities = parse_html(source)
    except MarkupError as mistake:
        return str(mistake)
    return text, found_by(text, entities)


def official(source: str) -> object:
    parsed = oracle.parse_html(source)
    if isinstance(parsed, oracle.Refused):
        return parsed.words
    return parsed.text, sorted(parsed.entities)


@pytest.mark.parametrize("source", HTML)
def test_html_is_read_as_telegram_reads_it(source: str) -> None:
    assert ours(source) == official(source)


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_is_linked_in_a_text(text: str) -> None:
    assert found_by(text, detect(text)) == sorted(oracle.detect(text))


def test_every_top_level_domain_of_the_list_is_linked() -> None:
    assert len(top_domains()) > 1400
    text = " ".join(f"name.{top}" for top in sorted(top_domains()))
    assert len(oracle.detect(text)) == len(top_domains())


PIECES_OF_HTML = st.sampled_from([
    "<b>", "</b>", "<i>", "</i>", '<a href="', '">', "'", "=", "</a>", "<code>", "</code>", "<pre>",
    "<", "</", ">", "/>", "&", "&amp;", "&lt", "&#", "&#x", "1F600;", "x", "http://e.com", "e.com",
    "tg://user?id=5", "  ", "\n", "<blockquote expandable>", "</blockquote>", "</pre>", "</span>",
    '<span class="tg-spoiler">', "<tg-spoiler>", "</tg-spoiler>", '<code class="language-py">',
    "한", "😀", "<u", "<foo>", "65;", ";", '<tg-emoji emoji-id="7">', "</tg-emoji>", "\t", "é",
    '<tg-time unix="5" format="r">', "</tg-time>", "expandable", "\u00a0", "class",
])  # fmt: skip
PIECES_OF_TEXT = st.sampled_from([
    "@", "#", "$", "/", "tag", "durov", "gif", "x", "start", "TSLA", "AAPL1", "1INCH", " ", "\n",
    ".", "com", "example.com", "http://", "https://", "ftp://", "tg://", "ton://", "mailto:", "bot",
    "a@b.com", ":", "8080", "443", "?q=1", "(", ")", "[", "]", "«", "»", "_", "-", "~", "한국",
    "日本", "москва", "рф", "😀", "é", "1", "2024", "·", "\u200c", "!", "'", '"', "<", ">",
    "user:pw@", "www.", "..", "XN--", "xn--p1ai", "127.0.0.1", "\u2060", "\u00a0", "\u2013", "&",
    ",", ";", "A", "z",
])  # fmt: skip
KINDS = st.sampled_from([
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link",
    "blockquote", "expandable_blockquote",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES_OF_HTML, max_size=14).map("".join))
def test_any_html_is_read_as_telegram_reads_it(source: str) -> None:
    assert ours(source) == official(source)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES_OF_TEXT, max_size=12).map("".join))
def test_the_same_is_linked_in_any_text(text: str) -> None:
    assert found_by(text, detect(text)) == sorted(oracle.detect(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(KINDS, st.integers(0, 9), st.integers(1, 10)), max_size=6))
def test_overlapping_entities_are_settled_alike(drawn: list[tuple[str, int, int]]) -> None:
    text = "abcdefghijkl"
    given_ = [
        (kind, start, min(length, len(text) - start), "http://e.com/" * (kind == "text_link"))
        for kind, start, length in drawn
    ]
    mine = settle([Entity(*one) for one in given_], [])
    assert found_by(text, mine) == sorted(oracle.settle(text, given_).entities)


def test_a_headline_in_a_link_cannot_act_and_in_bold_it_can() -> None:
    headline = "Type /start now, @durov #tag t.me/x $TSLA"
    linked = oracle.shown(f'<a href="https://e.example/">{headline}</a>')
    bold = oracle.shown(f"<b>{headline}</b>")
    assert isinstance(linked, oracle.Parsed)
    assert isinstance(bold, oracle.Parsed)
    kinds = ("bot_command", "mention", "hashtag", "url", "cashtag")
    assert linked.of_kind(*kinds) == []
    assert sorted(bold.of_kind(*kinds)) == ["#tag", "$TSLA", "/start", "@durov", "t.me/x"]
