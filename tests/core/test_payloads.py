"""What a deep link carries."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.payloads import MOST, Kept, payload, payload_of_kept, proves, read_payload
from bot.core.query import parse_query
from bot.errors import UserInputError

LETTERS = re.compile(r"[A-Za-z0-9_-]{1,64}")


@pytest.mark.parametrize(
    ("typed", "carried"),
    [
        ("#Samsung", "Samsung"),
        ("#SouthKorea-US-Japan", "SouthKorea-US-Japan"),
        ("#Samsung -baseball", "_I1NhbXN1bmcgLWJhc2ViYWxs"),
        ("#서울", "_I-yEnOyauA"),
        ('"climate summit"', "_ImNsaW1hdGUgc3VtbWl0Ig"),
        ("#and", "_I2FuZA"),
        ("#" + "x" * 64, "x" * 64),
        ('#Samsung -baseball -"Galaxy Watch" -football lang:en', ""),
    ],
)
def test_a_link_carries_a_query(typed: str, carried: str) -> None:
    query = parse_query(typed)
    assert payload(query) == carried
    if carried:
        assert LETTERS.fullmatch(carried)
        assert read_payload(carried) == query


@given(st.text(alphabet='abZ9_-#+|() 한é"', min_size=1, max_size=12))
def test_what_is_carried_comes_back(typed: str) -> None:
    try:
        query = parse_query(typed)
    except UserInputError:
        return
    carried = payload(query)
    assert len(carried) <= MOST
    if carried:
        assert read_payload(carried) == query


@given(st.from_regex(LETTERS, fullmatch=True))
def test_no_payload_breaks_anything(carried: str) -> None:
    found = read_payload(carried)
    if isinstance(found, Kept):
        assert not proves(found.proof, "samsung")


def test_a_long_query_is_called_by_its_number() -> None:
    carried = payload_of_kept(2**53, "a long text")
    assert LETTERS.fullmatch(carried)
    kept = read_payload(carried)
    assert isinstance(kept, Kept)
    assert kept.number == 2**53
    assert proves(kept.proof, "a long text")
    assert not proves(kept.proof, "another")


def test_what_is_no_base64_is_a_tag_as_it_stands() -> None:
    found = read_payload("_a")
    assert found == parse_query("_a")
    assert read_payload("-") is None
