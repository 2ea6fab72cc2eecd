"""Other names of what a tag says, offered when it is added and never applied unasked."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

import pycountry
from babel import Locale

from bot.core.countries import Said, curated
from bot.core.tags import Tag, parse_tag, words
from bot.core.tokens import joined, tokenise

LANGUAGES = ("en", "ko", "ja", "zh", "es", "fr", "de", "ru", "ar", "hi", "pt", "id")
"""The languages of the interface, whose names of countries are known."""


@functools.cache
def names_of_countries() -> dict[str, tuple[Said, ...]]:
    """Return each country's names by its two-letter code (our own table, ISO 3166, CLDR)."""
    territories = {language: Locale.parse(language).territories for language in LANGUAGES}
    codes = [country.alpha_2 for country in pycountry.countries]
    return {code: tuple(_names(code, territories)) for code in dict.fromkeys([*curated(), *codes])}


def _names(code: str, territories: Mapping[str, Mapping[str, str]]) -> Iterator[Said]:
    known = curated().get(code)
    if known:
        yield from known.names
    else:
        country = pycountry.countries.lookup(code)
        name = getattr(country, "common_name", "") or country.name
        if "," not in name:  # «Virgin Islands, British»
            yield Said(name.partition(" (")[0], ("en",))
    for language, names in territories.items():
        name = names.get(code, "").partition(" (")[0]
        if name and " - " not in name and "SAR" not in name:  # Nobody writes Hong Kong SAR China.
            yield Said(name, (language,))


@functools.cache
def countries_by_key() -> dict[str, str]:
    """Return the two-letter code by the key of each name, in small letters; first come."""
    codes: dict[str, str] = {}
    for code, names in names_of_countries().items():
        for said in names:
            codes.setdefault(joined(said.name), code)
    return codes


def country_of(tag: Tag) -> str:
    """Return the code of the country that the tag names, else nothing.

    Three-letter codes (ISO 3166) count in capitals, and are never offered: HUN is Hun Sen too.
    """
    code = countries_by_key().get(tag.key.lower(), "")
    if not code and tag.capitals and len(tag.key) == 3:
        country = pycountry.countries.get(alpha_3=tag.key)
        code = country.alpha_2 if country else ""
    return code


def suggest(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return other names of the country that the tag names, best known first; else nothing.

    What headlines write comes first (U.S., S. Korea), then names in `languages` and in that of the
    tag, then the seat of government and the people, which say less surely that the country is
    meant. A name that the tag finds anyway is left out (South Korea, of Korea).
    """
    return (*other_names(tag, languages=languages), *seats_and_people(tag, languages=languages))


def other_names(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return the names of the country that the tag names, but its own; else nothing."""
    names = names_of_countries().get(country_of(tag), ())
    return _new(names, tag, _with_its_own(languages, tag, names), frozenset())


def seats_and_people(tag: Tag, *, languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Return the seat of government and the people of the country that the tag names.

    Without what is one of its names in these languages already (Argentine is French for it).
    """
    code = country_of(tag)
    known = curated().get(code)
    if known is None:
        return ()
    names = set(map(joined, other_names(tag, languages=languages)))
    spoken = _with_its_own(languages, tag, names_of_countries()[code])
    return _new(known.seats_and_people, tag, spoken, names)


def _with_its_own(languages: tuple[str, ...], tag: Tag, names: Iterable[Said]) -> tuple[str, ...]:
    """Return the languages, and those of the tag where they are others: who types 미국 reads it."""
    typed = [said for said in names if joined(said.name) == tag.key.lower()]
    if any(said.fits(languages) for said in typed):
        return languages
    return (*languages, *(language for said in typed for language in said.languages))


def _new(
    names: Iterable[Said], tag: Tag, languages: tuple[str, ...], taken: AbstractSet[str]
) -> tuple[str, ...]:
    """Return the names that readers of the languages know and that find what the tag does not."""
    found: dict[str, str] = {}
    for said in names:
        key = joined(said.name)
        if said.fits(languages) and key not in taken and not _holds(said.name, tag):
            found.setdefault(key, said.name)
    return tuple(found.values())


def _holds(name: str, tag: Tag) -> bool:
    """Return whether the tag stands in the name already, at the borders of its words."""
    tokens = tokenise(name)
    starts = range(len(tokens))
    return any(
        "".join(tokens[start:end]) == tag.key.lower()
        for start in starts
        for end in range(start + 1, len(tokens) + 1)
    )


def split_suggestion(tag: Tag) -> tuple[str, ...]:
    """Return the parts of a tag that may also be meant as several together, else nothing.

    `#SouthKorea-US-Japan` may be read as South Korea and US and Japan.
    """
    parts = words(tag.shown)
    sayable = len(parts) > 1 and all(len(joined(part)) > 1 for part in parts)
    countries = sum(bool(country_of(parse_tag(part))) for part in parts) if sayable else 0
    return parts if countries > 1 else ()
