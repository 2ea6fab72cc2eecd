"""Time zones by what people say, and by where they are."""

import zoneinfo

import pytest

from bot.services.zones import city_of, find_zone, nearest_zone, suggest_zones


@pytest.mark.parametrize(
    ("typed", "language", "zone"),
    [
        ("Lisbon", "en", "Europe/Lisbon"),
        ("europe/LISBON", "en", "Europe/Lisbon"),
        ("new  york", "en", "America/New_York"),
        ("utc", "en", "UTC"),
        ("서울", "ko", "Asia/Seoul"),
        ("베를린", "ko", "Europe/Berlin"),
        ("Lissabon", "de", "Europe/Lisbon"),
        ("東京", "ja", "Asia/Tokyo"),
        ("서울", "en", "Asia/Seoul"),
        ("Москва", "ko", "Europe/Moscow"),
        ("القاهرة", "en", "Africa/Cairo"),
        ("South Korea", "en", "Asia/Seoul"),
        ("대한민국", "ko", "Asia/Seoul"),
        ("KR", "en", "Asia/Seoul"),
        ("Seoul", "xx", "Asia/Seoul"),
        ("Germany", "en", "Europe/Berlin"),
        ("Argentina", "en", "America/Argentina/Buenos_Aires"),
        ("United States", "en", ""),
        ("Atlantis", "en", ""),
        ("", "en", ""),
    ],
)
def test_a_zone_is_found(typed: str, language: str, zone: str) -> None:
    assert find_zone(typed, language) == zone


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("Lisbonne", "en", "Europe/Lisbon"),
        ("Sao Paolo", "en", "America/Sao_Paulo"),
        ("united states", "en", "America/New_York"),
        ("Kanada", "de", "America/Toronto"),
        ("Berlinn", "de", "Europe/Berlin"),
    ],
)
def test_zones_are_suggested(typed: str, language: str, meant: str) -> None:
    assert meant in suggest_zones(typed, language)


def test_of_zones_that_are_alike_one_is_suggested() -> None:
    assert suggest_zones("United States") == [
        "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
        "America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("UTC+9", ["Asia/Seoul"]),
        ("gmt +5:30", ["Asia/Kolkata"]),
        ("+0545", ["Asia/Kathmandu"]),
        ("UTC\N{MINUS SIGN}3:30", ["America/St_Johns"]),
        ("UTC+25", []),
        ("UTC+", []),
    ],
)
def test_of_an_offset_those_that_show_it_are_suggested(typed: str, meant: list[str]) -> None:
    assert suggest_zones(typed, first=["Asia/Seoul"]) == meant


def test_an_offset_of_winter_or_summer_suggests_both() -> None:
    first = ["Europe/London", "Europe/Berlin", "Africa/Lagos"]
    assert suggest_zones("UTC+1", first=first) == first
    assert suggest_zones("utc+2", first=first)[:2] == ["Europe/Berlin", "Europe/Athens"]


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert suggest_zones("Atlantis") == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (37.5, 127.0, "Asia/Seoul"),
        (35.1, 129.0, "Asia/Seoul"),
        (52.5, 13.4, "Europe/Berlin"),
        (40.7, -74.0, "America/New_York"),
        (-33.9, 151.2, "Australia/Sydney"),
        (-17.8, 179.9, "Pacific/Fiji"),
        (-17.8, -179.9, "Pacific/Fiji"),
        (90.0, 0.0, "Arctic/Longyearbyen"),
        (-78.0, 166.0, "Antarctica/McMurdo"),
    ],
)
def test_the_nearest_citys_zone_is_taken(latitude: float, longitude: float, zone: str) -> None:
    assert nearest_zone(latitude, longitude) == zone
    assert zone in zoneinfo.available_timezones()


def test_a_zone_is_named_by_its_city() -> None:
    assert city_of("America/New_York") == "New York"
    assert city_of("Asia/Seoul", "ko") == "서울"
    assert city_of("UTC") == "UTC"
