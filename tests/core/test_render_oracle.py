"""What Telegram's own parser makes of our messages, whatever the sources wrote."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core import render
from bot.core.messages import (
    MAX_BYTES,
    MAX_ENTITIES,
    MAX_UNITS,
    Message,
    inert,
    is_link,
    link,
    units,
)
from bot.core.text import clean_line
from storage.records import Article, ArticleId, ChatSettings, SourceId, Story, StoryId
from tests.fakes.oracle import Parsed, detect, parse_html, shown

NOW = datetime(2026, 5, 21, 15, 0, tzinfo=UTC)
TAGS = ("SouthKorea-US-Japan", "한미일", "C++", "5G")
OURS = {"text_link", "bold", "hashtag"}


def taken(html: str) -> Parsed:
    parsed = parse_html(html)
    assert isinstance(parsed, Parsed), (parsed, html)
    return parsed


BITS = st.sampled_from(
    [
        "/start", "@durov", "#tag", "$TSLA", "t.me/x", "foo.py", "example.com", "a@b.com",
        "пример.рф", "ton://abc", "https://evil.example/x", "4111 1111 1111 1111", "127.0.0.1",
        "<b>", "</a>", "<a href='x'>", "&amp;", "&#60;", "AT&T <3", '"quoted"', "U.S.", " ", "\n",
        "한미일", "日米韓", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\u202e",
        "\u2066", "\x00", "/", "@", "#", "://",
    ]
)  # fmt: skip
TEXTS = st.lists(BITS | st.text(max_size=8), max_size=12).map("".join).map(clean_line)
URLS = st.sampled_from(
    [
        "https://news.example/a?x=1&y=2#z", "", "javascript:alert(1)", "tg://user?id=1", "/rel",
        "http://localhost/", "https://news.example/\"'<>", "https://пример.рф/я", "http://e.com:99999",
    ]
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> Story:
    articles = tuple(
        Article(
            id=ArticleId(n), source_id=SourceId(n), source_title=draw(TEXTS), story_id=StoryId(1),
            url=draw(URLS), url_key=None, title=draw(TEXTS), summary=draw(TEXTS), body="",
            publisher=draw(TEXTS), language="en", categories=(), published_at=NOW, seen_at=NOW,
        )
        for n in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    return Story(StoryId(1), NOW, NOW, articles, tags=TAGS)


def one(title: str, **more: str) -> Story:
    article = Article(
        id=ArticleId(1), source_id=SourceId(1), source_title="Paper", story_id=StoryId(1),
        url="https://news.example/1", url_key=None, title=title, summary="", body="",
        publisher="", language="en", categories=(), published_at=NOW, seen_at=NOW,
    )  # fmt: skip
    return Story(StoryId(1), NOW, NOW, (replace(article, **more),))  # type: ignore[arg-type]


def check(message: Message) -> str:
    """See what people get; what Telegram finds by itself outside of links is included."""
    seen = shown(message.html)
    assert isinstance(seen, Parsed), (seen, message.html)
    assert {kind for kind, _, _, _ in seen.entities} <= OURS, seen
    assert set(seen.of_kind("hashtag")) <= SPELT
    assert units(seen.text) <= MAX_UNITS
    assert len(message.html.encode()) <= MAX_BYTES
    assert len(seen.entities) <= MAX_ENTITIES
    assert units(message.plain) <= MAX_UNITS
    return seen.text


SPELT = {"#SouthKorea_US_Japan", "#한미일", "#CPlusPlus", "#5G"}


@settings(max_examples=150, deadline=None)
@given(stories())
@example(one("Type /start now, @durov: #tag day, see t.me/x in main foo.py, $TSLA up"))
@example(one("Type /start now, @durov: #tag day, see t.me/x", url=""))
@example(one("#\U00018d80 and \u00b2/start", url=""))
@example(one("x" * 100_000))
@example(one("&" * 5_000))
@example(one("\U0001f600" * 5_000))
def test_nothing_of_a_story_can_act(story: Story) -> None:
    check(render.alert(story, TAGS, ChatSettings(summary="long"), NOW))


@settings(max_examples=60, deadline=None)
@given(st.lists(stories(), min_size=1, max_size=8), st.integers(1, 30))
def test_nothing_of_a_roundup_can_act_and_no_story_is_dropped(
    many: list[Story], times: int
) -> None:
    pages = render.roundup(many * times, ChatSettings(), NOW)
    assert sum(page.stories for page in pages) == len(many) * times
    for page in pages[:4]:
        check(page)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@example('AT&T <3 "x"')
@example("a < b")
@example("Tom & Jerry")
def test_the_headline_is_shown_as_it_is(title: str) -> None:
    text = check(render.alert(one(title), (), ChatSettings(), NOW))
    expected = title or "Paper"
    # Telegram's own clean-up takes blanks and marks at the ends.
    assert text.startswith(taken(link(expected, "https://news.example/1").html).text)


@settings(max_examples=200, deadline=None)
@given(URLS | st.text(max_size=20).map("https://news.example/".__add__))
def test_what_we_call_a_link_is_one_for_telegram(url: str) -> None:
    kinds = [kind for kind, _, _, _ in taken(link("text", url).html).entities]
    assert kinds == (["text_link"] if is_link(url) else [])


@settings(max_examples=300, deadline=None)
@given(TEXTS | st.text(alphabet="@/#$.:-_ aAbZ019comnetрф", max_size=30))
def test_nothing_starts_a_link_in_inert_text(text: str) -> None:
    assert detect(inert(text)) == ()
    assert inert(text).replace("\u2060", "") == text.replace("\u2060", "")
