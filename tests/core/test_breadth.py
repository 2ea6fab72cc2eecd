"""What a story's articles say together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import breadth
from storage.records import Article, ArticleId, SourceId, StoryId

NOON = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)


def told(number: int, by: str, minutes: float, title: str = "", **fields: object) -> Article:
    at = NOON + timedelta(minutes=minutes)
    article = Article(
        id=ArticleId(number),
        source_id=SourceId(number),
        source_title=by,
        story_id=StoryId(1),
        url=f"https://example.com/{number}",
        url_key=None,
        title=title or "Three ministers meet in Busan over ships",
        summary="",
        body="",
        publisher="",
        language="en",
        categories=(),
        published_at=at,
        seen_at=at,
    )
    return replace(article, **fields)  # type: ignore[arg-type]


def test_first_latest_and_who_told_it() -> None:
    late, early = told(1, "Late Post", 30), told(2, "Early Post", 0)
    again = told(3, "Late Post", 60)
    articles = (late, early, again)
    assert breadth.first(articles) == early
    assert breadth.latest(articles) == again
    assert breadth.tellers(articles) == ("Early Post", "Late Post")


@pytest.mark.parametrize(
    ("minutes", "breaking"),
    [
        ((0, 20, 59), True),
        ((0, 30, 61), False),
        ((0, 300, 310, 320), True),
        ((0, 10), False),
        ((), False),
    ],
)
def test_three_sources_within_an_hour_are_breaking(
    minutes: tuple[float, ...], breaking: bool
) -> None:
    articles = [told(n, f"Paper {n}", at) for n, at in enumerate(minutes)]
    assert breadth.is_breaking(articles) is breaking


def test_one_source_alone_is_never_breaking() -> None:
    assert not breadth.is_breaking([told(n, "The Paper", n) for n in range(9)])


def test_a_date_in_the_future_makes_nothing_breaking() -> None:
    future = NOON + timedelta(days=9)
    articles = [told(n, f"Paper {n}", 100 * n, published_at=future) for n in range(3)]
    assert not breadth.is_breaking(articles)


GOOD = "Ministers of three countries meet in Busan"


@pytest.mark.parametrize(
    ("titles", "best"),
    [
        ((GOOD, "Three ministers gather in Busan for talks"), 0),
        (("Ministers of three countries meet in B…", GOOD), 1),
        (("Ministers of three countries meet in...", GOOD), 1),
        (("MINISTERS OF THREE COUNTRIES MEET IN BUSAN", GOOD), 1),
        (("Busan talks", GOOD), 1),
        (("부산에서 세 나라 장관 회의", GOOD), 0),
        (("Ministers " * 12, GOOD), 1),
        (("Busan", "Ministers of three countries meet in B…"), 0),
    ],
)
def test_the_best_headline_is_whole_calm_and_says_enough(
    titles: tuple[str, ...], best: int
) -> None:
    articles = [told(n, f"Paper {n}", n, title) for n, title in enumerate(titles)]
    assert breadth.best_headline(articles) == articles[best]
