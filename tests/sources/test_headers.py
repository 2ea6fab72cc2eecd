"""Headers and hosts that say when to come back."""

from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict

from bot.sources.headers import charset, hints, retry_after, words
from bot.sources.holds import Holds

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3600", 3_600),
        ("Tue, 24 Nov 2026 12:10:00 GMT", 600),
        ("Tue, 24 Nov 2026 12:10:00", 600),
        ("Tue, 24 Nov 2026 11:00:00 GMT", None),
        ("-5", None),
        ("0", None),
        ("999999999999", None),
        ("9" * 5_000, None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(said: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": said}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": 'max-age="60"'}, 60),
        ({"Cache-Control": "max-age=x"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "private"}, None),
        ({"Expires": "Tue, 24 Nov 2026 12:05:00 GMT"}, 300),
        ({"Expires": "Tue, 24 Nov 2026 12:05:00 GMT", "Cache-Control": "max-age=60"}, 60),
        (
            {"Expires": "Tue, 24 Nov 2026 13:00:00 GMT", "Date": "Tue, 24 Nov 2026 12:59:00 GMT"},
            60,
        ),
        ({"Expires": "0"}, None),
    ],
)
def test_how_long_an_answer_stays_good(headers: dict[str, str], seconds: float | None) -> None:
    assert hints(headers, NOW).max_age_s == seconds


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('text/xml;x=1; CHARSET="EUC-KR"', "EUC-KR"),
        ("text/xml", ""),
        ("", ""),
    ],
)
def test_the_character_set_is_found(said: str, name: str) -> None:
    assert charset({"Content-Type": said}) == name


def test_a_status_without_words_of_its_own_is_told_by_its_number() -> None:
    assert words(599) == "answers with an error (599)"


def test_a_hub_is_named_by_headers_too() -> None:
    said = CIMultiDict(
        [("Link", '<https://hub.example/>; rel="hub"'), ("Link", "</feed>; rel=self")]
    )
    found = hints(said, NOW)
    assert (found.hub, found.self_url) == ("https://hub.example/", "/feed")


def test_a_host_is_held_until_its_time_is_over() -> None:
    holds = Holds()
    assert holds.remaining("https://h.example/a", NOW) == 0
    holds.hold("https://h.example/a", NOW + timedelta(seconds=60))
    holds.hold("https://h.example/b", NOW + timedelta(seconds=30))
    assert holds.remaining("https://h.example/c", NOW) == 60
    assert holds.remaining("https://k.example/c", NOW) == 0
    assert holds.remaining("http://[broken", NOW) == 0
    assert holds.remaining("https://h.example/c", NOW + timedelta(seconds=60)) == 0
    assert holds.remaining("https://h.example/c", NOW) == 0
