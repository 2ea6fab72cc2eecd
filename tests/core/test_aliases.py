import pytest

from bot.core.aliases import (
    LANGUAGES,
    countries_by_key,
    names_of_countries,
    other_names,
    seats_and_people,
    split_suggestion,
    suggest,
)
from bot.core.countries import curated
from bot.core.tags import parse_tag
from bot.core.tokens import joined
from bot.core.words import common_words

EN = ("en",)


def test_a_country_is_offered_its_other_names_and_never_its_own() -> None:
    offered = suggest(parse_tag("#SouthKorea"), languages=("en", "ko"))
    assert {"S. Korea", "ROK", "대한민국", "Seoul", "South Korean"} <= set(offered)
    assert "South Korea" not in offered
    assert "Corea del Sur" not in offered
    assert "Corea del Sur" in suggest(parse_tag("#SouthKorea"))


@pytest.mark.parametrize(
    ("typed", "names", "less_sure"),
    [
        ("#US", ("USA", "United States"), ("White House", "Washington", "America", "American")),
        ("#SouthKorea", ("S. Korea", "Republic of Korea", "ROK"), ("Seoul", "South Korean")),
        ("#DPRK", ("North Korea", "N. Korea"), ("Pyongyang", "North Korean")),
        ("#Korea", ("ROK",), ("Seoul", "Korean")),
        ("#EU", ("European Union",), ("Brussels",)),
        ("#UN", ("United Nations",), ()),
        ("#England", (), ()),
        ("#Scotland", (), ("Holyrood", "Edinburgh", "Scottish")),
        ("#Vatican", ("Holy See",), ("Pope",)),
        ("#Kosovo", (), ("Pristina", "Kosovar")),
        ("#Gaza", (), ("Gazan", "Rafah")),
        ("#GazaStrip", ("Gaza",), ("Gazan", "Rafah")),
        ("#HongKong", ("HK",), ("Hong Konger",)),
        ("#Congo", (), ("Kinshasa", "Brazzaville", "Congolese")),
        ("#Poland", (), ("Warsaw",)),
        ("#Iceland", (), ()),
        ("#CAN", ("Canada",), ("Ottawa", "Canadian")),
        ("#can", (), ()),
        ("#climate", (), ()),
        ("#XYZ", (), ()),
    ],
)
def test_what_a_reader_of_english_is_offered(
    typed: str, names: tuple[str, ...], less_sure: tuple[str, ...]
) -> None:
    tag = parse_tag(typed)
    assert other_names(tag, languages=EN) == names
    assert seats_and_people(tag, languages=EN) == less_sure


@pytest.mark.parametrize(
    ("typed", "languages", "offered", "left_out"),
    [
        ("#EU", ("en", "es"), "UE", "유럽연합"),
        ("#EU", ("en", "ko"), "유럽연합", "UE"),
        ("#US", ("en", "es"), "EE.UU.", "США"),
        ("#Russia", ("en", "ru"), "РФ", "Rusia"),
        ("#США", EN, "Соединенные Штаты", "EE.UU."),
        ("#США", ("ru",), "Белый дом", "EE.UU."),
        ("#ЕС", EN, "Евросоюз", "UE"),
        ("#한국", EN, "대한민국", "Corea"),
        ("#USA", LANGUAGES, "United States", "AMERICA"),
    ],
)
def test_names_have_languages_the_readers_and_that_of_the_tag(
    typed: str, languages: tuple[str, ...], offered: str, left_out: str
) -> None:
    suggested = suggest(parse_tag(typed), languages=languages)
    assert offered in suggested
    assert left_out not in suggested


@pytest.mark.parametrize("code", ["HUN", "CHE", "MAC", "GEO", "NAM", "POL", "NIC", "EST", "ISL"])
def test_a_three_letter_code_is_understood_and_never_offered(code: str) -> None:
    offered = suggest(parse_tag(f"#{code}"))
    assert offered, "it names a country"
    assert code not in {said.name for names in names_of_countries().values() for said in names}
    assert code.lower() not in countries_by_key()


def test_no_offered_name_is_an_everyday_word() -> None:
    names = {
        said.name
        for known in curated().values()
        for said in (*known.names, *known.seats_and_people)
        if not said.languages and not said.name.isupper()
    }
    assert len(names) > 150
    assert {name for name in names if joined(name) in common_words()} == {"Pope"}


def test_a_name_that_the_tag_finds_anyway_is_not_offered() -> None:
    assert "Mainland China" in other_names(parse_tag("#PRC"))
    assert "Mainland China" not in other_names(parse_tag("#China"))


def test_countries_in_one_tag_may_be_meant_together() -> None:
    parts = split_suggestion(parse_tag("#SouthKorea-US-Japan"))
    assert parts == ("South Korea", "US", "Japan")
    assert split_suggestion(parse_tag("#KOR-JPN")) == ("KOR", "JPN")
    assert split_suggestion(parse_tag("#Israel-Gaza")) == ("Israel", "Gaza")
    assert split_suggestion(parse_tag("#ClimateChange")) == ()
    assert split_suggestion(parse_tag("#climate-change")) == ()
    assert split_suggestion(parse_tag("#Japan")) == ()


def test_a_demonym_is_offered_where_it_is_no_name_in_the_readers_languages() -> None:
    tag = parse_tag("#Argentina")
    assert "Argentine" in seats_and_people(tag, languages=EN)
    assert "Argentine" in other_names(tag)
    assert "Argentine" not in seats_and_people(tag)
