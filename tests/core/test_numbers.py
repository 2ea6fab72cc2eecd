"""Numbers that come roughly one after the other, against a plain set."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.core.numbers import MOST_RANGES, Numbers

few = st.lists(st.integers(0, 60), max_size=80)


def numbers(*given: int) -> Numbers:
    made = Numbers()
    for number in given:
        made = made.adding(number)
    return made


@given(few)
def test_it_holds_what_a_set_would_hold(given: list[int]) -> None:
    made = numbers(*given)
    assert [n for n in range(-1, 62) if n in made] == sorted(set(given))


@given(few)
def test_ranges_ascend_and_never_touch(given: list[int]) -> None:
    ranges = numbers(*given).ranges
    assert all(first <= last for first, last in ranges)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(ranges))


def test_a_run_needs_one_range_whatever_its_order() -> None:
    assert numbers(5, 7, 6, 4).ranges == ((4, 7),)
    assert numbers(1, 9, 5).ranges == ((1, 1), (5, 5), (9, 9))


def test_with_too_many_gaps_the_lowest_range_is_forgotten() -> None:
    made = numbers(*range(0, 2 * MOST_RANGES + 2, 2))
    assert len(made.ranges) == MOST_RANGES
    assert 0 not in made
    assert 2 in made


def test_what_was_written_as_json_is_read() -> None:
    assert Numbers.of([[1, 3], [7, 7]]) == numbers(1, 2, 3, 7)
