"""Other names of what a tag says, offered when it is added and never applied unasked."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import pycountry
from babel import Locale

from bot.core.countries import curated
from bot.core.tags import Tag, words
from bot.core.tokens import joined
from bot.core.words import common_words

LANGUAGES = ("en", "ko", "ja", "zh", "es", "fr", "de", "ru", "ar", "hi", "pt", "id")
"""The languages of the interface, whose names of countries are known."""


@functools.cache
def names_of_countries() -> dict[str, tuple[str, ...]]:
    """Return each country's names by its two-letter code (ISO 3166, CLDR, our own table)."""
    territories = [Locale.parse(language).territories for language in LANGUAGES]
    codes = [country.alpha_2 for country in pycountry.countries]
    return {
        code: tuple(dict.fromkeys(_names(code, territories)))
        for code in dict.fromkeys([*curated(), *codes])
    }


def _names(code: str, territories: Sequence[Mapping[str, str]]) -> Iterator[str]:
    known = curated().get(code)
    if known:
        yield from known.names
    country = pycountry.countries.get(alpha_2=code)
    if country:
        yield getattr(country, "common_name", "") or country.name.partition(",")[0]
    yield from (names[code].partition(" (")[0] for names in territories if code in names)
    if country and country.alpha_3.lower() not in common_words():
        yield country.alpha_3


@functools.cache
def countries_by_key() -> dict[str, str]:
    """Return the two-letter code by the key of each name, in small letters; first come."""
    codes: dict[str, str] = {}
    for code, names in names_of_countries().items():
        for name in names:
            codes.setdefault(joined(name), code)
    return codes


def suggest(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return other names of the country that the tag names, best known first; else nothing.

    What headlines write comes first (U.S., S. Korea), then names in the other `languages`, then
    the seat of government and the demonym, which say less surely that the country is meant.
    """
    return (*other_names(tag, languages=languages), *seats_and_people(tag, languages=languages))


def other_names(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return the names of the country that the tag names, but its own; else nothing."""
    code = countries_by_key().get(tag.key.lower())
    if code is None:
        return ()
    wanted = {Locale.parse(lang).territories.get(code, "").partition(" (")[0] for lang in languages}
    others = {Locale.parse(lang).territories.get(code, "").partition(" (")[0] for lang in LANGUAGES}
    names = [name for name in names_of_countries()[code] if name in wanted or name not in others]
    return _without_doubles(names, {tag.key.lower()})


def seats_and_people(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return the seat of government and the demonym of the country that the tag names.

    Without what is one of its names in these languages already (Argentine is French for it).
    """
    code = countries_by_key().get(tag.key.lower(), "")
    known = curated().get(code)
    if known is None:
        return ()
    names = set(map(joined, other_names(tag, languages=languages)))
    return _without_doubles((*known.seats, *known.demonyms), {tag.key.lower(), *names})


def _without_doubles(said: Sequence[str], taken: AbstractSet[str]) -> tuple[str, ...]:
    kept = {joined(name): name for name in reversed(said) if len(joined(name)) > 1}
    named = dict.fromkeys(said)
    return tuple(n for n in named if kept.get(joined(n)) == n and joined(n) not in taken)


def split_suggestion(tag: Tag) -> tuple[str, ...]:
    """Return the parts of a tag that may also be meant as several together, else nothing.

    `#SouthKorea-US-Japan` may be read as South Korea and US and Japan.
    """
    parts = words(tag.shown)
    codes = countries_by_key()
    sayable = all(len(joined(part)) > 1 for part in parts)
    countries = sum(joined(part) in codes for part in parts)
    return parts if len(parts) > 1 and sayable and countries > 1 else ()
