"""What people see of a story."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import render
from bot.core.messages import Piece, foreign, inert, is_link, join, link, ours
from storage.records import Article, ArticleId, ChatSettings, SourceId, Story, StoryId

NOW = datetime(2026, 5, 21, 15, 0, tzinfo=UTC)
SETTINGS = ChatSettings()


def article(**fields: object) -> Article:
    first = Article(
        id=ArticleId(1),
        source_id=SourceId(1),
        source_title="The Korea Times",
        story_id=StoryId(1),
        url="https://example.com/a?x=1&y=2",
        url_key=None,
        title="Seoul, Tokyo and Washington agree",
        summary="The three countries agreed on drills. They meet again in June.",
        body="",
        publisher="",
        language="en",
        categories=(),
        published_at=datetime(2026, 5, 21, 14, 5, tzinfo=UTC),
        seen_at=NOW,
    )
    return replace(first, **fields)  # type: ignore[arg-type]


def story(*articles: Article, tags: tuple[str, ...] = ()) -> Story:
    kept = articles or (article(),)
    return Story(StoryId(1), kept[0].seen_at, kept[-1].seen_at, kept, tags)


def test_an_alert_has_headline_source_time_summary_and_hashtags() -> None:
    message = render.alert(story(), ("SouthKorea-US-Japan",), SETTINGS, NOW)
    assert message.html.splitlines() == [
        '<a href="https://example.com/a?x=1&amp;y=2">Seoul, Tokyo and Washington agree</a>',
        "The Korea Times · 2:05\u202fPM",
        "The three countries agreed on drills. They meet again in June.",
        "#SouthKorea_US_Japan",
    ]
    assert message.preview_url == ""


def test_the_agency_that_wrote_it_is_named_beside_the_paper() -> None:
    signed = article(body="SEOUL, May 21 (Yonhap) -- The three countries agreed on drills.")
    lines = render.alert(story(signed), (), SETTINGS, NOW).html.splitlines()
    assert lines[1].startswith("The Korea Times (Yonhap) · ")
    own = replace(signed, source_title="Yonhap News")
    assert (
        render.alert(story(own), (), SETTINGS, NOW).html.splitlines()[1].startswith("Yonhap News ·")
    )


def test_the_best_headline_is_shown_and_its_paper_named_first() -> None:
    cut = article(title="Seoul, Tokyo and Washington agree on…")
    whole = article(
        id=ArticleId(2), title="Three allies agree on drills in June", source_title="Hans India"
    )
    lines = render.alert(story(cut, whole), (), SETTINGS, NOW).html.splitlines()
    assert "Three allies agree on drills in June" in lines[0]
    assert lines[1].startswith("Hans India")
    assert "The Korea Times" in lines[3]


def test_the_time_is_the_chats_in_its_zone_and_language() -> None:
    korean = replace(SETTINGS, language="ko", time_zone="Asia/Seoul")
    assert render.when(NOW, korean, NOW) == "오전 12:00"
    assert render.when(NOW - timedelta(days=2), korean, NOW) == "5월 20일, 오전 12:00"
    assert "2025" in render.when(NOW - timedelta(days=400), SETTINGS, NOW)


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Nowhere/At_all"}, {"language": "no such"}, {"time_zone": ""}]
)
def test_an_unknown_zone_or_language_falls_back(wrong: dict[str, str]) -> None:
    settings = replace(SETTINGS, **wrong)  # type: ignore[arg-type]
    assert render.when(NOW, settings, NOW) == "3:00\u202fPM"


def test_further_sources_are_named_once() -> None:
    grown = story(
        article(),
        article(source_title="Hans India", url="https://hans.example.org/1"),
        article(source_title="Yonhap"),
        article(source_title="Hans India"),
    )
    message = render.alert(grown, (), SETTINGS, NOW)
    assert "Also: Hans India, Yonhap" in message.plain
    assert '<a href="https://hans.example.org/1">Hans India</a>' in message.html


def test_a_headline_without_an_address_is_bold_and_cannot_act() -> None:
    message = render.alert(
        story(article(url="", title="Type /start at example.com")), (), SETTINGS, NOW
    )
    assert "<b>Type /\u2060start at example.\u2060com</b>" in message.html


def test_the_preview_is_the_articles_where_the_chat_wants_previews() -> None:
    message = render.alert(story(), (), replace(SETTINGS, previews=True), NOW)
    assert message.preview_url == "https://example.com/a?x=1&y=2"


def test_a_chat_may_want_no_summary() -> None:
    message = render.alert(story(), (), replace(SETTINGS, summary="none"), NOW)
    assert "drills" not in message.plain


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    names = [
        article(source_title=f"Paper {n}", url="https://e.com/" + "é" * 2030) for n in range(40)
    ]
    message = render.alert(story(article(), *names), ("a",), SETTINGS, NOW)
    assert len(message.html.encode()) <= 30_000
    assert "Seoul, Tokyo" in message.html
    assert "Paper" not in message.html


def test_a_roundup_is_newest_first_and_drops_nothing() -> None:
    stories = [
        story(article(title=f"Story {n}", seen_at=NOW + timedelta(minutes=n))) for n in range(95)
    ]
    messages = render.roundup(stories, SETTINGS, NOW)
    assert messages[0].html.startswith("<b>95 stories</b>\n\n")
    text = "\n".join(message.plain for message in messages)
    found = [line for line in text.splitlines() if line.startswith("• ")]
    assert found == [f"• Story {n}" for n in reversed(range(95))]
    assert [message.html.count("<a ") for message in messages] == [30, 30, 30, 5]


def test_a_list_without_stories_has_its_title_alone() -> None:
    assert [m.plain for m in render.story_list([], SETTINGS, NOW, title="Nothing")] == ["Nothing"]
    assert render.story_list([], SETTINGS, NOW) == []


def test_a_story_in_a_list_names_who_else_has_it_and_its_tags() -> None:
    grown = story(article(), article(source_title="Yonhap"), tags=("Japan",))
    (page,) = render.story_list([grown], SETTINGS, NOW)
    assert page.plain.splitlines()[-2:] == [
        "The Korea Times · 2:05\u202fPM · Also: Yonhap",
        "#Japan",
    ]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com/", True),
        ("HTTP://example.com:8080?x#y", True),
        ("https://пример.рф/я", True),
        ("http://localhost/", False),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("mailto:a@b.com", False),
        ("//example.com/x", False),
        ("/relative", False),
        ("http://user:pw@e.com/", False),
        ("http://e.com:99999/", False),
        ("http://e.com:0/", False),
        ("http://e.com:٣/", False),
        ("http://[::1]/", False),
        ("https://e.com/a b", False),
        ("https://e.com/a\nb", False),
        ("https://e.com/" + "x" * 2_048, False),
        ("", False),
    ],
)
def test_only_addresses_that_telegram_links_are_links(url: str, kept: bool) -> None:
    assert is_link(url) is kept
    assert ("<a " in link("text", url).html) is kept


def test_text_that_cannot_act_stays_as_it_is() -> None:
    for text in ("U.S. and Japan, 3.5 % at 10:30", "km/h", "a @ b", "# 1", "$ 5", "1.2", "e.g. x"):
        assert inert(text) == text


def test_pieces_know_their_lengths() -> None:
    piece = join([foreign("a<b 😀"), Piece(), ours("&")], ", ")
    assert piece.html == "a&lt;b 😀, &amp;"
    assert piece.units == 6 + 2 + 1
    assert not Piece()


def test_a_teaser_is_plain_and_inert() -> None:
    title, about, url = render.teaser(story(), SETTINGS, NOW)
    assert (title, url) == ("Seoul, Tokyo and Washington agree", "https://example.com/a?x=1&y=2")
    assert about.splitlines() == [
        "The Korea Times · 2:05\u202fPM",
        "The three countries agreed on drills. They meet again in June.",
    ]
    bad = story(article(title="", url="javascript:alert(1)", summary=""))
    title, about, url = render.teaser(bad, SETTINGS, NOW)
    assert (title, url) == ("The Korea Times", "")
    assert about == "The Korea Times · 2:05\u202fPM"


def test_names_are_set_apart_in_languages_that_run_to_the_left() -> None:
    told = story(article(), article(source_title="Yonhap"), article(source_title="Hans India"))
    wording = render.Wording(also="وأيضًا:", apart=("\u2068", "\u2069"))
    message = render.alert(told, (), SETTINGS, NOW, wording=wording)
    plain = "وأيضًا: \u2068Yonhap\u2069, \u2068Hans India\u2069"
    assert plain in message.plain.splitlines()


def test_a_digest_has_each_tag_once_over_its_stories() -> None:
    told = [
        story(article(title=title), tags=tags)
        for title, tags in (
            ("Seoul agrees", ("Korea", "Japan")),
            ("Busan agrees", ("Korea",)),
            ("Tokyo agrees", ("climate change",)),
            ("Nobody agrees", ()),
            ("Somebody agrees", ("中",)),
        )
    ]
    (page,) = render.story_list(told, SETTINGS, NOW, title="Your digest", by_tag=True)
    headings = [line for line in page.html.splitlines() if line.startswith("<b>")]
    assert headings[:4] == [
        "<b>Your digest</b>", "<b>#Korea</b>", "<b>#climate_change</b>", "<b>More</b>",
    ]  # fmt: skip
    assert [line for line in page.plain.splitlines() if line.startswith("#")][:3] == [
        "#Korea", "#Japan", "#climate_change",
    ]  # fmt: skip


def test_a_tag_stands_over_its_stories_on_every_page() -> None:
    told = [story(article(title=f"Story {number}"), tags=("Korea",)) for number in range(5)]
    pages = render.story_list(told, SETTINGS, NOW, per_page=2, by_tag=True)
    assert [page.stories for page in pages] == [2, 2, 1]
    assert all(page.plain.startswith("#Korea\n\n• Story") for page in pages)
