"""A cut line of ours is told from sources that are down."""

from dataclasses import replace

import pytest

from bot.core.entries import Failed, ReadResult, Unchanged
from bot.services.reach import Reach
from storage.records import SourceToFetch, Validators
from tests.core.test_schedule import SOURCE, document

SILENT = Failed("does not answer", silent=True)


class Web:
    """Answers for each host what a test wants."""

    def __init__(self) -> None:
        self.says: dict[str, ReadResult] = {}

    async def read(self, source: SourceToFetch) -> ReadResult:
        return self.says.get(source.url, SILENT)


async def ours(reach: Reach, *hosts: str) -> list[bool]:
    """Read a source of each host; tell of each whether its silence is our own fault."""
    found = []
    for host in hosts:
        result = await reach.read(replace(SOURCE, url=host))
        found.append(isinstance(result, Failed) and result.ours)
    return found


def url(name: str) -> str:
    return f"https://{name}.example/feed"


A, B, C, D, E, F = map(url, "abcdef")


async def test_host_after_host_in_silence_is_our_own_fault() -> None:
    reach = Reach(Web())
    assert await ours(reach, A, A, A, B, B) == [False] * 5
    assert await ours(reach, C, A, D, E, F) == [True, True, True, True, True]


@pytest.mark.parametrize(
    "answer",
    [document(), Unchanged(Validators()), Failed("answers with an error (500)", 500)],
    ids=["a document", "nothing new", "an error"],
)
async def test_whoever_answers_shows_that_our_line_is_up(answer: ReadResult) -> None:
    web = Web()
    web.says = {F: answer}
    reach = Reach(web)
    assert await ours(reach, F, A, B, C) == [False] * 4, "four of five are not enough"
    assert await ours(reach, D, E) == [False, True]
    assert await ours(reach, F, A, B, C, D) == [False] * 5
    assert await ours(reach, E) == [True]


async def test_where_few_are_read_all_of_them_must_be_silent() -> None:
    web = Web()
    web.says = {A: document(), B: document(), C: document()}
    reach = Reach(web)
    assert await ours(reach, A, B, C) == [False] * 3
    web.says = {}
    assert await ours(reach, A, B, C) == [False, False, True]
    web.says = {C: document()}
    assert await ours(reach, A, C, A) == [True, False, False]


async def test_what_was_not_asked_tells_nothing() -> None:
    web = Web()
    web.says = {D: Failed("has an address that may not be read"), "http://[x": Failed("odd")}
    reach = Reach(web)
    assert await ours(reach, A, B, D, "http://[x", C, E, F) == [False] * 6 + [True]
