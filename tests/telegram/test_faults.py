"""What goes wrong is said in the reader's language, wherever it was found out."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.core.query import parse_query
from bot.errors import FetchError, QueryError, UserInputError
from bot.telegram.faults import _patterns
from bot.telegram.languages import Languages
from tests.telegram.conftest import House

ROOM = Path(__file__).parents[2] / "bot" / "sources"
RAISED = {
    "FetchError",
    "SilentError",
    "DocumentError",
    "AddressError",
    "NotJsonFeedError",
    "Failed",
}
OWN_WORDS = {
    # Said to operators on the command line, or about pages, whose faults nobody is shown.
    "The list is larger than 7 MB. Divide it into several.",
    "The file is no OPML list of sources.",
    "has an address that may not be read",
    "leads to an address that may not be read",
    "wants to be left alone for now",
    "is no page with text",
    "has no text",
    "asks us to come less often",
    "does not let robots read its pages",
}


def _text(node: ast.expr, known: Mapping[str, object]) -> str:
    """Return a text as it would be said, with a number wherever a value stands in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(one, known) for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, known) or "7"
    said: object = node.value if isinstance(node, ast.Constant) else None
    if isinstance(node, ast.Name):
        said = known.get(node.id)
    return said if isinstance(said, str) else ""


def said() -> Iterator[tuple[str, str]]:
    """Return every line that the room of sources says of a source, and where."""
    for path in sorted(ROOM.glob("*.py")):
        known = vars(importlib.import_module(f"bot.sources.{path.stem}"))
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            words = [one.value for one in node.keywords if one.arg in {"fault", "words"}]
            if node.func.id in RAISED:
                words += node.args[:1]
            for one in words:
                if text := _text(one, known):
                    yield text, f"{path.name}:{node.lineno}"


def test_every_fault_of_a_source_can_be_translated() -> None:
    every = list(said())
    assert len(every) > 25
    for text, where in every:
        known = any(pattern.fullmatch(text) for _, pattern in _patterns())
        assert known or text in OWN_WORDS, f"{where}: {text}"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("#a + ", "태그가 빠졌습니다"),
        ('"', "따옴표"),
        ("#a #b " * 200, "낱말이 너무 많습니다"),
        ("#a +and", "“and”"),
        ("-x", "먼저"),
        ("人", "한 글자"),
    ],
)
def test_a_query_that_is_none_is_explained_in_the_readers_language(typed: str, told: str) -> None:
    with pytest.raises(UserInputError) as caught:
        parse_query(typed)
    assert told in Languages().of("ko").reason(caught.value)


def test_a_fault_is_translated_with_what_it_is_about() -> None:
    korean = Languages().of("ko")
    whole = "news.example answers with an error (500). Check the address, or try again later."
    assert korean.fault(whole).startswith("news.example: 오류로 답합니다(500).")
    assert korean.reason(FetchError(whole)) == korean.fault(whole)
    assert "{tag}" in korean.fault(
        "{word} is no place that can be filled; use {query}, {slug}, {hashtag}, {tag}, {lang} or "
        "{country}."
    )
    assert korean.fault("says something new") == "says something new"
    assert korean.fault("") == ""
    assert Languages().of("en").fault(whole) == whole


def test_values_stand_in_the_line_itself_too() -> None:
    error = QueryError("x", 0, "Too many words in one query: {most} at most.", most=5)
    assert str(error) == "Too many words in one query: 5 at most."


async def test_a_chat_hears_in_its_language_what_is_wrong(house: House) -> None:
    house.server.private(1001, language="ko")
    assert "따옴표" in (await house.ask(1001, '/subscribe "x')).text
    refused = await house.ask(1001, "/addsource https://user:pw@news.example/feed")
    assert refused.text.startswith("이 출처는 쓸 수 없습니다.")
    assert "password" not in refused.text
