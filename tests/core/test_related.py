"""Tags that may be meant, or wanted as well."""

import pytest

from bot.core.query import parse_query
from bot.core.related import candidates, unconditioned
from bot.core.tags import parse_tag

KNOWN = [parse_tag(one) for one in ("Ukraine", "North Korea", "Elections", "AI", "Samsung Display")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("#Ukrane", ["Ukraine"]),
        ("#Election", ["Elections"]),
        ("#Samsung", ["Samsung Display"]),
        ("#Korea", ["North Korea"]),
        ("#SouthKorea-US-Japan", ["South Korea", "US", "Japan"]),
        ('"climate summit"', ["climate", "summit"]),
        ("#Okapi", []),
        ("#A-Zebra", ["Zebra"]),
        ("#AI", []),
        ("#KI", []),
        ("#Ukrane -Ukraine", []),
        ("#Ukrane lang:en", ["Ukraine"]),
    ],
)
def test_parts_and_spellings_are_candidates(typed: str, meant: list[str]) -> None:
    assert [tag.shown for tag in candidates(parse_query(typed), KNOWN, [])] == meant


def test_what_the_tags_own_stories_carry_comes_last() -> None:
    carried = [parse_tag("Semiconductors"), parse_tag("Ukrane"), parse_tag("x" * 30)]
    found = candidates(parse_query("#Ukrane"), KNOWN, carried)
    assert [tag.shown for tag in found] == ["Ukraine", "Semiconductors"]


@pytest.mark.parametrize(
    ("typed", "alone"),
    [
        ("#Okapi -zoo", ["Okapi"]),
        ("#Okapi + #Zebra lang:en", ["Okapi", "Zebra"]),
        ("title:Okapi", ["Okapi"]),
        ("#Okapi", []),
        ('#Okapi also:"forest giraffe"', []),
    ],
)
def test_a_query_without_its_conditions_is_its_tags(typed: str, alone: list[str]) -> None:
    assert [tag.shown for tag in unconditioned(parse_query(typed))] == alone


def test_a_part_that_is_no_tag_is_left_out() -> None:
    assert candidates(parse_query('"여 야"'), [], []) == []
    assert candidates(parse_query('"the war ! on"'), [], []) == []
