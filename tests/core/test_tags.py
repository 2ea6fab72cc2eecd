import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.tags import (
    Tag,
    hashtag,
    in_capitals,
    needs_question,
    parse_tag,
    run_together,
    search_words,
    slug,
)
from bot.errors import TagError


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("#SouthKorea-US-Japan", "southkoreausjapan"),
        ("southkoreausjapan", "southkoreausjapan"),
        ("#SouthKorea_US_Japan", "southkoreausjapan"),
        ("＃Canada", "canada"),
        ('"climate change"', "climatechange"),
        ("#US", "US"),
        ("U.S.", "US"),
        ("us", "us"),
        ("#COVID-19", "covid19"),
        ("AT&T", "ATT"),
        ("#C++", "C++"),
        ("#c#", "c#"),
        ("#Zürich", "zurich"),
        ("#Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("#ırak", "irak"),
        ("Ёлка", "елка"),
        ("한·미·일", "한미일"),
        ("ﾊﾞｲﾃﾞﾝ", "バイデン"),
        ("café", "cafe"),
        ("McDonald's", "mcdonald"),
        ("Ｇ７", "G7"),
        ("٢٠٢٤", "2024"),
    ],
)
def test_what_is_typed_alike_is_one_tag(typed: str, key: str) -> None:
    assert parse_tag(typed).key == key


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("  # ", "empty"),
        ("!?", "punctuation"),
        ("#---", "punctuation"),
        ("京", "one-character"),
        ("#の", "one-character"),
        ("x" * 65, "too-long"),
    ],
)
def test_what_is_no_tag_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(TagError) as caught:
        parse_tag(typed)
    assert caught.value.reason == reason
    assert caught.value.text == typed


def test_a_tag_knows_whether_it_was_typed_in_capitals() -> None:
    assert parse_tag("#NATO").capitals
    assert not parse_tag("#Nato").capitals
    assert not parse_tag("#COVID").capitals, "five letters are no abbreviation"
    assert not parse_tag("#한국").capitals


@pytest.mark.parametrize(
    ("typed", "asks"),
    [("#it", True), ("#us", True), ("#x", True), ("#IT", False), ("#Canada", False)],
)
def test_a_common_word_typed_small_is_worth_a_question(typed: str, asks: bool) -> None:
    assert needs_question(parse_tag(typed)) is asks


def test_the_question_offers_capitals() -> None:
    assert in_capitals(parse_tag("#it")) == Tag("IT", "IT")


@pytest.mark.parametrize(
    ("shown", "tagged"),
    [
        ("SouthKorea-US-Japan", "#SouthKorea_US_Japan"),
        ("#Canada", "#Canada"),
        ("climate change", "#climate_change"),
        ("C++", "#CPlusPlus"),
        ("C#", "#CSharp"),
        ("McDonald's", "#McDonalds"),
        ("2024", "#tag_2024"),
        ("한·미·일", "#한·미·일"),
        ("…", "#tag"),
    ],
)
def test_a_hashtag_is_one_that_telegram_links_whole(shown: str, tagged: str) -> None:
    assert hashtag(shown) == tagged


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("SouthKorea-US-Japan", '"South Korea" US Japan'),
        ("#COVID-19", "COVID-19"),
        ("climate change", '"climate change"'),
        ("USJapan", '"US Japan"'),
        ("iPhone", "iPhone"),
        ("ЮжнаяКорея", '"Южная Корея"'),
        ("9-11", "9 11"),
    ],
)
def test_search_words_are_what_a_person_would_type(shown: str, words: str) -> None:
    assert search_words(shown) == words


@pytest.mark.parametrize(
    ("shown", "words", "letters"),
    [
        ("SouthKorea-US-Japan", "south-korea-us-japan", "SouthKoreaUSJapan"),
        ("#COVID-19", "covid-19", "COVID19"),
        ("climate change", "climate-change", "climatechange"),
        ("don't panic!", "dont-panic", "dontpanic"),
        ("São_Paulo", "são-paulo", "SãoPaulo"),
        ("हिन्दी", "हिन्दी", "हिन्दी"),
        ("서울", "서울", "서울"),
        ("C++", "c", "C"),
        ("++", "", ""),
    ],
)
def test_addresses_have_a_tags_words_or_its_letters_alone(
    shown: str, words: str, letters: str
) -> None:
    assert slug(shown) == words
    assert run_together(shown) == letters


@given(st.text(max_size=80))
def test_no_text_raises_anything_but_tag_error_and_keys_are_stable(typed: str) -> None:
    try:
        tag = parse_tag(typed)
    except TagError:
        return
    assert parse_tag(tag.key).key == tag.key
    name = hashtag(tag.shown)
    assert name[0] == "#"
    assert all(c.isalnum() or c in "_·\u200c" for c in name[1:])
    search_words(tag.shown)
    assert not set(slug(tag.shown) + run_together(tag.shown)) & set(" /?#&%{}.")
