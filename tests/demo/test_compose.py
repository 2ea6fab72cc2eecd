"""From what a bot sends to what is shown: cleaning, trimming, limits, given entities."""

import pytest

from bot.demo.compose import compose, entities_given
from bot.demo.entities import Entity
from bot.demo.refusals import Refusal


def shown(raw: str, parse_mode: str = "HTML") -> tuple[str, list[tuple[str, int, int]]]:
    composed = compose(raw, parse_mode, None)
    return composed.text, [(one.type, one.offset, one.length) for one in composed.entities]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  <b>x</b> \n", ("x", [("bold", 0, 1)])),
        ("<b> x</b>y", ("xy", [("bold", 0, 1)])),
        ("a<b> </b>b", ("a b", [])),
        ("a\x01\r\u202e<b>b\u2028c</b>", ("a bc", [("bold", 2, 2)])),
        ("a\u200e\u200e<i>b</i>", ("a\u200c\u200eb", [("italic", 3, 1)])),
        ("a\u200eb", ("a\u200eb", [])),
        ("<b>see #tag now</b>", ("see #tag now", [
            ("bold", 0, 4), ("hashtag", 4, 4), ("bold", 4, 4), ("bold", 8, 4),
        ])),
        ('<a href="http://e.com">#tag</a> #b', ("#tag #b", [
            ("text_link", 0, 4), ("hashtag", 5, 2),
        ])),
        ("<code>/start</code> <pre> </pre>.", ("/start  .", [("code", 0, 6), ("pre", 7, 1)])),
        ("<blockquote>x e.c</blockquote>om", ("x e.com", [("blockquote", 0, 5)])),
    ],
)  # fmt: skip
def test_what_is_shown(raw: str, expected: tuple[str, list[tuple[str, int, int]]]) -> None:
    assert shown(raw) == expected


@pytest.mark.parametrize(
    ("raw", "parse_mode", "words"),
    [
        ("😀" * 2049, "", "message is too long"),
        ("&amp;" * 6554, "HTML", "text is too long"),
        (" \u2060\u200b ", "", "text must be non-empty"),
        ("</b>", "HTML", "can't parse entities: Unexpected end tag at byte offset 0"),
        ("x", "Markdown", "unsupported parse_mode"),
    ],
)  # fmt: skip
def test_what_is_refused(raw: str, parse_mode: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        compose(raw, parse_mode, None)
    assert str(refusal.value) == f"Bad Request: {words}"


def test_the_limit_counts_utf16_units_after_parsing() -> None:
    assert len(compose("<b>" + "😀" * 2048 + "</b>", "html", None).text) == 2048


def test_after_a_hundred_entities_formatting_is_lost() -> None:
    composed = compose("<b>x</b> " * 120, "HTML", None)
    assert len(composed.entities) == 100


def test_entities_may_be_given_in_utf16_units() -> None:
    listed: list[dict[str, object]] = [
        {"type": "bold", "offset": 2, "length": 1},
        {"type": "text_link", "offset": 3, "length": 1, "url": "http://e.com/"},
    ]
    assert entities_given("😀ab", listed) == [
        Entity("bold", 1, 1),
        Entity("text_link", 2, 1, "http://e.com/"),
    ]
    with pytest.raises(Refusal):
        entities_given("😀", [{"type": "bold", "offset": 1, "length": 1}])
