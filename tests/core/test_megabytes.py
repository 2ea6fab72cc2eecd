"""A megabyte of any one pattern takes less than a second, wherever a stranger's text comes in."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.core import duplicates, language, sentences, summary, tags
from bot.core.match import MatchText, TagIndex
from bot.core.query import parse_list, parse_query
from bot.core.query_reader import MAX_QUERY
from bot.core.why import why
from bot.errors import QueryError, TagError, UserInputError
from storage.records import QueryId

PATTERNS = [
    "a", "a ", ". ", "A. ", "1. ", "ﷺ", "#", '"', "(", ")", "-a ", "'s", "\u0301", "가", "東",
    "「", "c++", "C#", "also:a ", "and ", "not ", "a|", "Aa", "AAa", "_", "\n", "\u00ad", "ﾞ",
]  # fmt: skip


def _match(text: str) -> None:
    index = TagIndex()
    index.add(QueryId(1), parse_query("#Canada source:x"))
    index.match(MatchText(title="Canada", categories=(text,), source=text))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "parse_list": parse_list,
    "parse_query": parse_query,
    "parse_tag": tags.parse_tag,
    "match": _match,
    "why": lambda text: why(parse_query("#Canada"), MatchText(summary=text, body=text)),
    "summarise a description": lambda text: summary.summarise("x", text, "", "en"),
    "summarise a body": lambda text: summary.summarise(text, "", text, "en", "long"),
    "split": lambda text: sentences.split(text, "en"),
    "guess": lambda text: language.guess(text, text),
    "fingerprint": lambda text: duplicates.fingerprint(text, text),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_megabyte_takes_less_than_a_second(name: str) -> None:
    language.guess("Loads the model, once.")
    for pattern in PATTERNS:
        text = pattern * (1_000_000 // len(pattern))
        before = time.thread_time()
        with suppress(UserInputError):
            FUNCTIONS[name](text)
        assert time.thread_time() - before < 1, pattern


def test_what_is_too_long_is_refused_with_the_reason() -> None:
    for parse in (parse_query, parse_list):
        with pytest.raises(QueryError, match="4,096 characters at most") as caught:
            parse("a " * MAX_QUERY)
        assert caught.value.position == MAX_QUERY
    with pytest.raises(TagError, match="64 letters at most"):
        tags.parse_tag("-" * 257)


def test_what_could_not_be_read_again_is_refused() -> None:
    typed = "|".join(f"a{'-' * 123}{n:02}" for n in range(32))
    assert len(typed) < MAX_QUERY, "as it was typed there is room for it"
    with pytest.raises(QueryError, match="4,096"):
        parse_query(typed)
