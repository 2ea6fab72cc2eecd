"""How much of one text stands in another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.duplicates import (
    DENSE_GRAM,
    FULL,
    GRAM,
    MIXED,
    SHORT,
    Prober,
    containment,
    fingerprint,
    fold,
    grams,
    other_numbers,
)

TEXT = (
    "A freight ship ran aground near the harbour of Lindau on Tuesday night, blocking the only "
    "channel for ferries. Nobody was hurt, the coast guard said, but the tugs that were sent could "
    "not free the ship before the tide fell. Captain Mara Voss said that the steering had failed "
    "twice in the week before, and that she had told the owners so."
)
OTHER = (
    "Voters in the province of Karsk elected a new governor on Sunday after a campaign about water "
    "prices. Counting took until midnight, and the opposition candidate conceded at once. Turnout "
    "was higher than in any year since the war, said the head of the electoral commission there."
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (TEXT, TEXT, True),
        (TEXT, f"LINDAU (Agency) -- {TEXT} The owners did not answer.", True),
        (TEXT, TEXT.replace("on Tuesday night", "late on Tuesday"), True),
        (TEXT, TEXT[:200], True),
        (TEXT, OTHER, False),
        (TEXT[:200], OTHER[:200], False),
        (f"{TEXT} {TEXT.upper()[::-1]}", f"{OTHER} {OTHER.upper()[::-1]}", False),
        (TEXT, "", False),
        ("", "", False),
        ("배가 항구 앞에서 좌초해 여객선이 다니지 못했다고 당국이 밝혔다.",
         "배가 항구 앞에서 좌초해 여객선이 다니지 못했다고 당국이 전했다.", True),
        ("配が港の前で座礁した。", "知事選挙が日曜日に行われた。", False),
    ],
)  # fmt: skip
def test_a_text_is_known_again(one: str, other: str, same: bool) -> None:
    left, right = fingerprint("", one), fingerprint("", other)
    assert Prober(left).is_duplicate(right) is same
    assert Prober(right).is_duplicate(left) is same


def test_the_same_form_with_other_figures_is_a_bulletin_not_a_copy() -> None:
    form = f"{TEXT} Figures: {{}}, {{}}, {{}}, {{}} and {{}} tons."
    one = fingerprint("", form.format(1201, 3302, 4403, 5504, 6605))
    other = fingerprint("", form.format(9101, 8202, 7303, 6404, 5505))
    assert not Prober(one).is_duplicate(other)
    assert Prober(one).is_duplicate(fingerprint("", form.format(1201, 3302, 4403, 5504, 1)))
    assert not other_numbers("1 2 3", "7 8 9"), "three figures say too little"


@given(st.text(max_size=80))
def test_grams_are_those_of_the_text(text: str) -> None:
    plain = fold(text)
    runs = {plain[at : at + GRAM] for at in range(len(plain) - GRAM + 1)}
    assert len(grams(plain, GRAM)) == len(runs)


@given(st.text("ab c", max_size=60), st.text("ab c", max_size=60))
def test_containment_is_a_part_and_the_same_both_ways(one: str, other: str) -> None:
    left, right = grams(one, DENSE_GRAM), grams(other, DENSE_GRAM)
    part = containment(left, right)
    assert 0 <= part <= 1
    assert part == containment(right, left)
    assert containment(left, left) == (1.0 if len(left) else 0.0)
    assert containment(left, np.empty(0, np.uint64)) == 0.0
    shared = set(left.tolist()) & set(right.tolist())
    assert part == len(shared) / max(1, min(len(left), len(right)))


@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 250))
def test_a_sample_decides_as_the_whole_would(start: int, end: int, cut: int) -> None:
    both = f"{TEXT} {OTHER}"
    one, other = fingerprint("", both[start:][:400]), fingerprint("", both[end:][cut:])
    left, right = grams(one.text, GRAM), grams(other.text, GRAM)
    needed = MIXED if one.full != other.full else FULL if one.full else SHORT
    assert Prober(one).is_duplicate(other) is (containment(left, right) >= needed)
