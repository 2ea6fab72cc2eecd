"""Texts as terms."""

import pytest

from bot.core import terms as terms_module
from bot.core.terms import TermMaker


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("announcement", "announced", "en"),
        ("Россию", "России", "ru"),
        ("Häfen", "häfen", "de"),
        ("harbour's", "harbour", "en"),
        ("ｈａｒｂｏｕｒ", "harbour", "en"),
        ("word", "word", "xx"),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str, language: str) -> None:
    maker = TermMaker()
    assert maker.terms(one, language) == maker.terms(other, language) != []


def test_words_of_two_languages_are_two_terms() -> None:
    maker = TermMaker()
    assert maker.terms("park", "en") != maker.terms("park", "nl")


def test_compounds_that_begin_alike_are_kept_apart_where_a_language_builds_them() -> None:
    maker = TermMaker()
    assert maker.terms("Bundestag", "de") != maker.terms("Bundesliga", "de")


def test_stop_words_and_single_letters_are_no_terms_but_digits_are() -> None:
    maker = TermMaker()
    assert maker.terms("the and of a x", "en") == []
    assert len(maker.terms("7 ships, 1,250 tons", "en")) == 4


def test_in_dense_scripts_pairs_of_characters_are_terms_and_lone_ones_not() -> None:
    maker = TermMaker()
    assert len(maker.terms("大阪城公園", "ja")) == 4
    assert maker.terms("城", "ja") == []


def test_what_is_remembered_stays_bounded_and_changes_nothing() -> None:
    maker, fresh = TermMaker(), TermMaker()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(terms_module, "CACHED_WORDS", 3)
        text = "ships meet off Busan, and ships leave"
        assert maker.terms(text, "en") == fresh.terms(text, "en")
        assert len(maker._known["en"]) <= 3
