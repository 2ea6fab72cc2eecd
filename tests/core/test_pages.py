"""Which articles' pages are worth a visit, and what of them is kept."""

from datetime import UTC, datetime

import pytest

from bot.core.entries import PageText
from bot.core.pages import speaks_of, wants_page, with_page
from storage.records import Key, NewArticle

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TITLE = "Harbour ferries stop for two days"
TEXT = (
    "The ferries of the harbour will not sail on Monday and Tuesday, the port said.\n"
    "Engineers want to look at a crack that divers found below the northern pier last week.\n"
    "Passengers may use the bridge, which stays open at night."
)


def article(
    title: str = TITLE, summary: str = "", body: str = "", url: str = "https://paper.example/1"
) -> NewArticle:
    return NewArticle(
        keys=(Key(1),),
        url=url,
        url_key=None,
        title=title,
        summary=summary,
        body=body,
        publisher="",
        language="en",
        categories=(),
        published_at=None,
        seen_at=NOW,
    )


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (article(), True),
        (article(summary="Comments"), True),
        (article(summary=TITLE), True),
        (article(summary="Read all about it in The Paper."), True),
        (article(summary=TEXT), False),
        (article(body=TEXT), False),
        (article(url=""), False),
        (article(url="https://[broken"), False),
        (article(url="https://news.google.com/rss/articles/CBMi"), False),
        (article(url="https://paper.example/report.PDF"), False),
        (article(url="https://paper.example/a.pdf/text"), True),
        (article("페리 운항 이틀 중단", "항만 당국은 균열을 조사하기 위해 월요일과 화요일에 페리를 "
                 "운항하지 않는다고 밝혔으며 승객들은 다리를 이용할 수 있다고 말했다."), False),
    ],
)  # fmt: skip
def test_a_page_is_wanted_where_the_feed_says_too_little(one: NewArticle, wanted: bool) -> None:
    assert wants_page(one) is wanted


def test_text_and_description_of_a_page_are_kept_clean() -> None:
    page = PageText(
        text=TEXT + "\x00\u202e",
        description="The harbour&#39;s ferries stay at the pier on Monday &amp; Tuesday.",
    )
    fuller = with_page(article(), page, "en")
    assert fuller.body == TEXT
    assert fuller.summary == "The harbour's ferries stay at the pier on Monday & Tuesday."
    assert fuller.language == "en"


def test_what_the_feed_said_stays_where_it_is_more() -> None:
    one = article(summary="The ferries of the harbour do not sail.", body=TEXT + TEXT)
    fuller = with_page(one, PageText(TEXT, "No harbour ferries."), "en")
    assert fuller is one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please enable JavaScript and cookies to go on. We want to be sure that you are human.",
        "Sign in to your account to read on. Forgotten your password? Create an account.",
    ],
)
def test_a_page_that_is_another_says_nothing(text: str) -> None:
    one = article()
    assert with_page(one, PageText(text, text), "en") is one


def test_a_language_is_told_from_more_than_the_headline() -> None:
    one = article("Merkel in Paris")
    text = "Merkel ist nach Paris gereist. Die Gespräche über den Haushalt dauern noch an."
    assert with_page(one, PageText(text), "").language == "de"


@pytest.mark.parametrize(
    ("title", "text", "speaks"),
    [
        ("Минобороны опровергло сообщения", "В министерстве обороны опровергли сообщение.", True),
        ("Минобороны опровергло сообщения", "Войдите, чтобы читать дальше.", False),
        ("日本政府が新しい予算案を発表", "日本政府は七日、来年度の予算案を発表した。", True),
        ("日本政府が新しい予算案を発表", "続きを読むにはログインしてください。", False),
        ("米", "米国の話。", True),
        ("It is on", "Anything at all.", True),
        ("It is on", "", False),
    ],
)
def test_a_text_is_about_its_headline_in_any_script(title: str, text: str, speaks: bool) -> None:
    assert speaks_of(title, text) is speaks
