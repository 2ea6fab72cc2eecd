from bot.core.aliases import other_names, seats_and_people, split_suggestion, suggest
from bot.core.tags import parse_tag


def test_a_country_is_offered_its_other_names_and_never_its_own() -> None:
    offered = suggest(parse_tag("#SouthKorea"), languages=("en", "ko"))
    assert {"S. Korea", "ROK", "대한민국", "Seoul", "South Korean"} <= set(offered)
    assert "South Korea" not in offered
    assert "Corea del Sur" not in offered
    assert "Corea del Sur" in suggest(parse_tag("#SouthKorea"))


def test_a_code_and_a_name_in_any_language_are_the_same_country() -> None:
    assert "United States" in suggest(parse_tag("#USA"))
    assert "U.S.A." in suggest(parse_tag("미국"))
    assert "Royaume-Uni" in suggest(parse_tag("#UK"))


def test_a_country_without_a_row_of_its_own_has_its_names() -> None:
    assert "ISL" in suggest(parse_tag("#Iceland"))
    assert "CAN" not in suggest(parse_tag("#Canada")), "a headline in capitals says CAN"


def test_what_is_no_country_is_offered_nothing() -> None:
    assert suggest(parse_tag("#climate")) == ()


def test_countries_in_one_tag_may_be_meant_together() -> None:
    parts = split_suggestion(parse_tag("#SouthKorea-US-Japan"))
    assert parts == ("South Korea", "US", "Japan")
    assert split_suggestion(parse_tag("#ClimateChange")) == ()
    assert split_suggestion(parse_tag("#climate-change")) == ()
    assert split_suggestion(parse_tag("#Japan")) == ()


def test_a_demonym_is_offered_where_it_is_no_name_in_the_readers_languages() -> None:
    tag = parse_tag("#Argentina")
    assert "Argentine" in seats_and_people(tag, languages=("en",))
    assert "Argentine" in other_names(tag)
    assert "Argentine" not in seats_and_people(tag)
