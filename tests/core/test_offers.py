"""What is offered for a tag, taken and undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.naming import name, with_names
from bot.core.offers import Kind, offers, toggle, with_own_names
from bot.core.query import Query, parse_query

EN = ("en",)


def take(query: Query, kind: Kind, at: int = 0) -> Query:
    (offer,) = (one for one in offers(query, EN) if (one.kind, one.at) == (kind, at))
    return toggle(query, offer)


def taken(query: Query) -> list[tuple[Kind, bool]]:
    return [(one.kind, one.taken) for one in offers(query, EN)]


def test_a_country_is_offered_names_and_seats_apart() -> None:
    query = parse_query("#SouthKorea")
    names, seats = offers(query, EN)
    assert names.words == ("S. Korea", "Republic of Korea", "ROK")
    assert (seats.kind, seats.words) == (Kind.SEATS, ("Seoul", "South Korean"))
    assert offers(parse_query("#climate"), EN) == []
    assert offers(parse_query("#Japan-Japan"), EN) == []
    assert [one.kind for one in offers(parse_query("#HK"), EN)] == [Kind.NAMES, Kind.SEATS]
    assert [one.words for one in offers(parse_query("#UN"), EN)] == [("United Nations",)]


def test_names_are_taken_and_taken_back_and_leave_a_readers_own_alone() -> None:
    mine = parse_query("#SouthKorea also:Hanguk -hockey")
    query = take(mine, Kind.NAMES)
    assert taken(query) == [(Kind.NAMES, True), (Kind.SEATS, False)]
    both = take(query, Kind.SEATS)
    assert taken(both) == [(Kind.NAMES, True), (Kind.SEATS, True)]
    assert take(take(both, Kind.NAMES), Kind.SEATS).canonical() == mine.canonical()


def test_each_tag_of_a_query_has_its_own_offers() -> None:
    query = take(parse_query("#Japan + #France mention:any"), Kind.SEATS, 1)
    assert query.canonical() == (
        "((france also:elysee also:french also:paris) + japan) mention:any"
    )
    many = parse_query("#Japan | #France | #Spain | #Italy")
    assert {one.at for one in offers(many, EN)} == {0, 1, 2}


def test_countries_in_one_tag_are_understood_together() -> None:
    query = parse_query("#Turkey-China")
    assert taken(query) == [(Kind.TOGETHER, False)]
    plain = take(query, Kind.TOGETHER)
    assert plain.canonical() == "turkeychina also:(china + turkey)"
    assert taken(plain) == [(Kind.TOGETHER, True), (Kind.TOGETHER_BY_NAMES, False)]
    named = take(plain, Kind.TOGETHER_BY_NAMES)
    assert named.canonical() == ("turkeychina also:((china also:PRC) + (turkey also:turkiye))")
    assert taken(named) == [(Kind.TOGETHER, True), (Kind.TOGETHER_BY_NAMES, True)]
    assert take(named, Kind.TOGETHER_BY_NAMES).canonical() == plain.canonical()
    assert take(named, Kind.TOGETHER) == query


def test_an_offer_tells_all_that_it_adds() -> None:
    (names, seats) = offers(parse_query("#SouthKorea"), EN)
    assert list(names.adds()) == [("#SouthKorea", ("S. Korea", "Republic of Korea", "ROK"))]
    assert list(seats.adds()) == [("#SouthKorea", ("Seoul", "South Korean"))]
    plain, named = offers(take(parse_query("#China-Peru-UK"), Kind.TOGETHER), EN)
    assert list(plain.adds()) == []
    assert list(named.adds()) == [
        ("China", ("PRC",)),
        ("UK", ("Britain", "Great Britain", "United Kingdom")),
    ]


def test_countries_without_other_names_are_only_together() -> None:
    query = take(parse_query("#Canada-Peru"), Kind.TOGETHER)
    assert taken(query) == [(Kind.TOGETHER, True)]


@pytest.mark.parametrize("typed", ["#US-UK-EU-China", "#SouthKorea-US-Japan-Russia-Germany"])
def test_many_countries_with_all_their_names_still_fit_into_a_query(typed: str) -> None:
    query = take(take(parse_query(typed), Kind.TOGETHER), Kind.TOGETHER_BY_NAMES)
    assert parse_query(query.shown).canonical() == query.canonical()


def test_own_names_take_the_place_of_own_names_alone() -> None:
    mine = with_own_names(take(parse_query("#Japan"), Kind.SEATS), "japan", [name("Nippon")])
    assert mine.canonical() == "japan also:japanese also:nippon also:tokyo"
    other = with_own_names(mine, "japan", [name("Nihon")])
    assert other.canonical() == "japan also:japanese also:nihon also:tokyo"
    assert with_own_names(other, "japan", []).canonical() == "japan"
    both = take(parse_query("#Japan-France also:(a + b)"), Kind.TOGETHER)
    both = with_own_names(both, "japanfrance", [name("Nifu")])
    assert both.canonical() == "japanfrance also:(france + japan) also:nifu"
    assert with_own_names(both, "okapi", [name("x1")]) == both


SOME = st.sampled_from(
    ["#SouthKorea", "#US + #Japan", "#US-Japan-China", "#UK -rugby", "#a also:b"]
)


@given(SOME, st.lists(st.integers(0, 5), max_size=6))
def test_whatever_is_pressed_can_be_typed_and_undone(typed: str, presses: list[int]) -> None:
    query = parse_query(typed)
    for number in presses:
        found = offers(query, EN)
        if not found:
            return
        pressed = found[number % len(found)]
        query = toggle(query, pressed)
        assert parse_query(query.shown).canonical() == query.canonical()
        again = {(one.at, one.kind): one.taken for one in offers(query, EN)}
        assert again[pressed.at, pressed.kind] is not pressed.taken
    for key, _ in query.tags:
        query = with_names(query, key, ())
    assert offers(query, EN) == offers(parse_query(query.shown), EN)
