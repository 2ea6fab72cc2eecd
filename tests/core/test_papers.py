"""Names of sources that nobody has, and those that are like them."""

import pytest

from bot.core.papers import MOST_ALIKE, unheard
from bot.core.query import parse_query

NAMES = ["Yonhap News Agency", "BBC News", "BBC Sport", "Korea Herald", "연합뉴스", "El País"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("#Korea", []),
        ("#Korea source:yonhap", []),
        ("#Korea source:bbc", []),
        ("#Korea source:pais", []),
        ("#Korea -source:atlantis", []),
        ("#Korea source:Yonhop", [("Yonhop", ("Yonhap News Agency",))]),
        ('#Korea source:"BBC World"', [("BBC World", ("BBC Sport", "BBC News"))]),
        ("#Korea source:연합뉴쓰", [("연합뉴쓰", ("연합뉴스",))]),
        ("#Korea source:Atlantis", [("Atlantis", ())]),
        ("#Korea source:x", [("x", ())]),
        ("#Korea (source:Atlantis | source:bbc) source:atlantis", [("Atlantis", ())]),
    ],
)
def test_who_answers_to_no_name_is_told_with_those_like_it(
    asked: str, told: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = unheard(parse_query(asked), NAMES)
    assert [(one.shown, one.alike) for one in found] == told


def test_of_many_names_the_likest_are_told() -> None:
    names = [f"Harbour News {number}" for number in range(20)]
    (found,) = unheard(parse_query("#Korea source:Harbor"), names)
    assert len(found.alike) == MOST_ALIKE


def test_where_nothing_is_known_nothing_is_told() -> None:
    assert unheard(parse_query("#Korea source:bbc"), []) == []
