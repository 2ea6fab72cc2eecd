"""Time zones by what people say: a city or a country in their language, or where they are."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from math import asin, cos, radians, sin, sqrt

from babel import Locale

from bot.core.aliases import LANGUAGES
from bot.core.render import locale_of
from bot.core.zones import zone_of

MOST = 10
"""Zones that are suggested at once."""
_OFFSET = re.compile(
    r"(?:utc|gmt)? ?(?P<sign>[+\-\N{MINUS SIGN}]) ?(?P<hours>[0-9]{1,2})"
    r"(?::?(?P<minutes>[0-9]{2}))?"
)
_LARGE = (
    "Europe/Athens", "Africa/Cairo", "Africa/Johannesburg", "America/Chicago", "America/Denver",
    "America/Bogota", "America/Halifax", "Asia/Karachi", "Asia/Dhaka",
)  # fmt: skip
"""Cities that more people know than the first of the table whose clocks show the same."""
LIKE = 0.75
"""What a mistyped city shares with the one that was meant."""
_SEASONS = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
"""By what clocks show in winter and in summer zones are told apart."""


@dataclass(frozen=True, slots=True)
class _City:
    """The city that a zone is named after."""

    country: str
    latitude: float
    longitude: float
    zone: str


def find_zone(typed: str, language: str = "en") -> str:
    """Return the zone of a name, a city, or a country that has one only; empty: none."""
    wanted = _folded(typed)
    named = _zones().get(wanted) or _cities_in(language).get(wanted) or _in_any_language(wanted)
    if named:
        return named
    zones = _of_country(wanted, language)
    return zones[0] if len(zones) == 1 else ""


def suggest_zones(typed: str, language: str = "en", first: Sequence[str] = ()) -> list[str]:
    """Return the zones that may be meant: of a country, of `UTC+2`, or of cities spelt alike.

    Of those whose clocks show the same, one of `first` stands for all.
    """
    wanted = _folded(typed)
    if found := _OFFSET.fullmatch(wanted):
        return _of_offset(found, first)[:MOST]
    if zones := _of_country(wanted, language):
        return zones[:MOST]
    cities = {**_cities_in("en"), **_cities_in(language)}
    near = get_close_matches(wanted, cities, MOST, LIKE)
    return list(dict.fromkeys(cities[one] for one in near))


def nearest_zone(latitude: float, longitude: float) -> str:
    """Return the zone of the city, among those that zones are named after, that is nearest."""
    return min(_cities(), key=lambda city: _distance(city, latitude, longitude)).zone


def city_of(zone: str, language: str = "en") -> str:
    """Return the name of a zone's city, in a language where that has its own."""
    return _named(locale_of(language), zone) or zone.rpartition("/")[2].replace("_", " ")


def _distance(city: _City, latitude: float, longitude: float) -> float:
    """Return how far a city is, as an angle (the haversine formula)."""
    north, south = radians(latitude), radians(city.latitude)
    high = sin((north - south) / 2) ** 2
    wide = sin(radians(longitude - city.longitude) / 2) ** 2
    return 2 * asin(sqrt(min(1.0, high + cos(north) * cos(south) * wide)))


@lru_cache(maxsize=1)
def _cities() -> tuple[_City, ...]:
    """Read the tz database's own table of zones and the cities that they are named after."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found = []
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, place, zone = line.split("\t")[:3]
            split = max(place.rfind("+"), place.rfind("-"))
            found.append(_City(country, _degrees(place[:split]), _degrees(place[split:]), zone))
    return tuple(found)


def _degrees(written: str) -> float:
    """Read `+DDMM[SS]` or `+DDDMM[SS]`."""
    digits = written[1:]
    whole = 3 if len(digits) in {5, 7} else 2
    seconds = int(digits[whole + 2 :] or 0)
    degrees = int(digits[:whole]) + int(digits[whole : whole + 2]) / 60 + seconds / 3600
    return -degrees if written.startswith("-") else degrees


def _of_country(wanted: str, language: str) -> list[str]:
    """Return the zones of a country by its name in English or in that language, or its code.

    Of zones whose clocks show the same all year only the first, which is the largest city's.
    """
    codes = {
        code
        for locale in (locale_of("en"), locale_of(language))
        for code, name in locale.territories.items()
        if wanted in {_folded(name), code.casefold()}
    }
    zones = [city.zone for city in _cities() if city.country in codes]
    alike = {_shown_by(zone_of(zone)): zone for zone in reversed(zones)}
    return sorted(alike.values(), key=zones.index)


def _of_offset(said: re.Match[str], first: Sequence[str]) -> list[str]:
    """Return zones whose clocks are so far from UTC in winter or in summer."""
    ahead = timedelta(hours=int(said["hours"]), minutes=int(said["minutes"] or 0))
    offset = -ahead if said["sign"] in {"-", "\N{MINUS SIGN}"} else ahead
    alike: dict[tuple[timedelta | None, ...], str] = {}
    for zone in (*first, *_LARGE, *(city.zone for city in _cities())):
        if offset in (shown := _shown_by(zone_of(zone))):
            alike.setdefault(shown, zone)
    return list(alike.values())


def _shown_by(zone: tzinfo) -> tuple[timedelta | None, ...]:
    """Return how far from UTC a zone's clocks are, season by season."""
    return tuple(moment.astimezone(zone).utcoffset() for moment in _SEASONS)


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    """Return each zone by its name in small letters, and by its city where that is one zone's."""
    names = sorted(name for name in zoneinfo.available_timezones() if _is_plain(name))
    cities: dict[str, str] = {}
    for name in names:
        cities.setdefault(_folded(name.rpartition("/")[2]), name)
    return cities | {_folded(name): name for name in names}


@lru_cache(maxsize=32)
def _cities_in(language: str) -> Mapping[str, str]:
    """Return zones by their cities' names in a language, where that has them."""
    return {_folded(city_of(city.zone, language)): city.zone for city in _cities()}


def _in_any_language(city: str) -> str:
    """Return the zone of a city by its name in another of the bot's languages; empty: none."""
    return next(filter(None, (_cities_in(one).get(city) for one in LANGUAGES)), "")


def _named(locale: Locale, zone: str) -> str:
    return str(dict(locale.time_zones.get(zone, {})).get("city", ""))


def _is_plain(name: str) -> bool:
    return name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/")))


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
