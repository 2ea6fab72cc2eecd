"""What `tagwire check` says of a source besides whether it can be read now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.source_state import State
from bot.services.check import past
from storage.records import Source, SourceState
from tests.core.test_health import NOW, SOURCE

ILL = replace(
    SOURCE,
    failures=9,
    last_new_at=None,
    scheduling=State(failing_since=(NOW - timedelta(days=3)).timestamp()).dump(),
)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (SOURCE, ["last story 2 h ago", "one every 10 min", "next poll in 3 min"]),
        (replace(SOURCE, last_success_at=None, last_new_at=None, scheduling=""), []),
        (ILL, ["failing for 3 days", "next poll in 3 min"]),
        (replace(ILL, state=SourceState.GONE), ["not asked any more"]),
    ],
    ids=["well", "new", "failing", "gone"],
)
def test_the_past_of_a_source_is_told_in_short(source: Source, words: list[str]) -> None:
    assert past(source, NOW) == words
