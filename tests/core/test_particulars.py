"""Names and numbers: what two reports of one form differ in."""

import pytest

from bot.core.duplicates import Prober, fingerprint
from bot.core.particulars import are_apart, are_at_odds, names_of


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        ("Ferry runs aground near Lindau", "The ship was built in Ulm, said Mara Voss.",
         "lindau ulm mara voss"),
        ("Ferry Runs Aground Near Lindau", "Nobody was hurt on Monday.", ""),
        ("", "Tesla fell. Police said so. (Reuters) reported May 3.", ""),
        ("", "Berlin. Wien", ""),
        ("배가 좌초했다", "여객선 3척이 멈췄다", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_names_are_capitalised_inside_a_sentence(title: str, text: str, names: str) -> None:
    assert set(names_of(title, text).split()) == set(names.split())


def test_texts_are_apart_where_no_name_is_in_both() -> None:
    assert are_apart("bus crash in peru", "peru", "bus crash in nepal", "nepal")
    assert not are_apart("trump meets xi", "trump xi", "trump meets putin", "trump putin")
    assert not are_apart("bus crash in peru", "peru", "bus crash", "")


def test_texts_are_at_odds_where_each_names_others() -> None:
    assert are_at_odds("trump meets xi", "trump xi", "trump meets putin", "trump putin")
    assert not are_at_odds("trump meets xi", "trump xi", "trump meets", "trump")
    assert are_at_odds("新增12例", "", "新增8例", "")
    assert not are_at_odds("新增 12 例", "", "新增 12 例", "")


BUS = "At least 20 people died when a bus plunged into a ravine in the hills of {} on Sunday."


@pytest.mark.parametrize(
    ("one", "other", "same"), [("Peru", "Nepal", False), ("Peru", "Peru", True)]
)
def test_reports_of_one_form_are_no_copies(one: str, other: str, same: bool) -> None:
    title = "Bus crash in {} kills 20"
    left = fingerprint(title.format(one), BUS.format(one))
    right = fingerprint(title.format(other), BUS.format(other).replace("At least", "Some"))
    assert Prober(left).is_duplicate(right) is same
