"""Which articles are new, and which may alert: no second alert, no flood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.identity import alertable, unseen
from bot.core.source_state import State
from storage.records import (
    Key,
    NewArticle,
    SourceId,
    SourceKind,
    SourceToFetch,
    Validators,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = 86_400.0
SOURCE = SourceToFetch(
    id=SourceId(1),
    url="https://h.example/feed",
    title="",
    language="",
    kind=SourceKind.FEED,
    tag_id=None,
    validators=Validators(),
    good_polls=20,
    failures=0,
    interval_s=300,
    last_success_at=NOW - timedelta(minutes=5),
    last_new_at=None,
    state=State(usual=2.0).dump(),
)


def article(number: int, ago: timedelta | None = timedelta(minutes=1), *keys: int) -> NewArticle:
    return NewArticle(
        keys=tuple(map(Key, keys or (number,))),
        url=f"https://h.example/{number}",
        url_key=Key(number),
        title=f"Story {number}",
        summary="",
        body="",
        publisher="",
        language="en",
        categories=(),
        published_at=None if ago is None else NOW - ago,
        seen_at=NOW,
    )


def test_an_article_is_new_only_if_none_of_its_keys_is_known() -> None:
    fresh, same_link, same_guid = article(1), article(2, None, 20, 21), article(3, None, 30, 31)
    assert unseen([fresh, same_link, same_guid], [Key(21), Key(30)]) == [fresh]


def test_the_same_article_twice_in_a_document_is_one() -> None:
    first, again, chained = article(1, None, 1, 2), article(2, None, 2, 3), article(3, None, 3)
    assert unseen([first, again, chained], []) == [first]


def test_the_first_poll_alerts_nothing() -> None:
    found = alertable([article(1)], replace(SOURCE, good_polls=0), 1, NOW, DAY)
    assert (found.alerts, len(found.held)) == ((), 1)


def test_new_articles_alert_in_their_order() -> None:
    new = [article(1), article(2, None), article(3, timedelta(hours=23))]
    found = alertable(new, SOURCE, 20, NOW, DAY)
    assert found.alerts == tuple(new)
    assert found.held == ()
    assert not found.republished


@pytest.mark.parametrize("ago", [timedelta(hours=25), timedelta(days=900)])
def test_what_is_too_old_is_kept_and_not_alerted(ago: timedelta) -> None:
    old = article(1, ago)
    assert alertable([old], SOURCE, 20, NOW, DAY).held == (old,)


def test_what_is_dated_long_before_the_last_good_poll_is_not_new() -> None:
    late = article(1, timedelta(hours=49))
    assert alertable([late], SOURCE, 20, NOW, 30 * DAY).held == (late,)
    never = replace(SOURCE, last_success_at=None)
    assert alertable([late], never, 20, NOW, 30 * DAY).alerts == (late,)


def test_five_hundred_old_articles_at_once_raise_no_alert() -> None:
    new = [article(at, timedelta(days=2 + at)) for at in range(500)]
    found = alertable(new, SOURCE, 500, NOW, DAY)
    assert found.alerts == ()
    assert found.republished


def test_of_a_republication_a_few_of_today_alert_the_newest_first() -> None:
    new = [article(at, timedelta(hours=2, minutes=at)) for at in range(40)]
    found = alertable(new, SOURCE, 50, NOW, DAY)
    assert found.republished
    assert found.alerts == tuple(new[:5])
    assert len(found.held) == 35


def test_of_a_republication_without_dates_nothing_alerts() -> None:
    found = alertable([article(at, None) for at in range(40)], SOURCE, 40, NOW, DAY)
    assert (found.alerts, found.republished) == ((), True)


def test_what_appeared_since_the_last_poll_alerts_even_in_a_republication() -> None:
    old = [article(at, timedelta(days=3)) for at in range(40)]
    fresh = [article(100 + at, timedelta(minutes=2)) for at in range(7)]
    found = alertable([*old, *fresh], SOURCE, 50, NOW, DAY)
    assert found.republished
    assert found.alerts == tuple(fresh)


def test_after_an_outage_of_ours_all_that_is_new_alerts() -> None:
    source = replace(SOURCE, last_success_at=NOW - timedelta(hours=12))
    new = [article(at, timedelta(minutes=15 * at)) for at in range(40)]
    found = alertable(new, source, 50, NOW, DAY)
    assert len(found.alerts) == 40
    assert not found.republished


def test_after_an_outage_undated_articles_alert_where_the_document_goes_on() -> None:
    new = [article(at, None) for at in range(40)]
    away = replace(SOURCE, last_success_at=NOW - timedelta(hours=12))
    assert len(alertable(new, away, 50, NOW, DAY).alerts) == 40
    assert alertable(new, away, 40, NOW, DAY).republished, "nothing of it is known: a reset"
    assert alertable(new, SOURCE, 50, NOW, DAY).republished, "nobody was away"
    slow = replace(away, interval_s=6 * 3_600.0)
    assert alertable(new, slow, 50, NOW, DAY).republished, "that long is usual for it"
    failed = replace(slow, failures=3)
    assert len(alertable(new, failed, 50, NOW, DAY).alerts) == 40
    never = replace(SOURCE, last_success_at=None)
    assert alertable(new, never, 50, NOW, DAY).republished


@pytest.mark.parametrize(
    ("count", "total", "usual"),
    [(10, 10, 0.0), (40, 100, 2.0), (40, 50, 20.0)],
    ids=["ten are no flood", "less than half the document", "not more than three times the usual"],
)
def test_many_are_not_always_a_republication(count: int, total: int, usual: float) -> None:
    source = replace(SOURCE, state=State(usual=usual).dump())
    new = [article(at, timedelta(hours=3)) for at in range(count)]
    assert len(alertable(new, source, total, NOW, DAY).alerts) == count
