"""The catalogues: nothing in them breaks a message, whatever language a chat speaks."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.core.aliases import LANGUAGES
from bot.core.spoken import SPOKEN, nearest
from bot.core.timing import MORNING, Wish, WishWords, read_wish
from bot.telegram.commands.every import make_table
from bot.telegram.commands.menu import LONGEST
from bot.telegram.languages import FOLDER, Languages
from bot.telegram.manual import USAGES, Manual
from storage.records import Rhythm

ROOT = Path(__file__).parents[2]
TRANSLATED = [code for code in SPOKEN if code != "en"]
LONGEST_LABEL = 40
"""Characters of our own on a button; a phone shows few more."""


@cache
def messages(code: str) -> list[Message]:
    with (FOLDER / f"{code}.po").open("rb") as file:
        return [one for one in read_po(file, locale=code.replace("-", "_")) if one.id]


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Return each translation of a message beside the English that it stands for."""
    if isinstance(message.id, tuple):
        yield from ((message.id[1], said) for said in message.string or () if said)
    elif message.string:
        yield str(message.id), str(message.string)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def commands(text: str) -> list[str]:
    return sorted(re.findall(r"(?<![\w/])/[a-z]+", text))


def sourced() -> list[Path]:
    return sorted((ROOT / "bot").rglob("*.py"))


def texts_in(path: Path) -> Iterator[tuple[ast.Call, bool]]:
    """Return the calls that mark a text for translation, and whether an f-string hides them."""
    tree = ast.parse(path.read_text())
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in {"_", "_n", "sentence"}:
                yield node, id(node) in hidden


def test_every_language_has_its_catalogue() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == sorted(TRANSLATED)
    assert {code.partition("-")[0] for code in SPOKEN} <= set(LANGUAGES)
    assert next(iter(SPOKEN)) == "en"


def test_the_catalogues_are_in_step_with_the_code_and_lack_nothing() -> None:
    asked = [sys.executable, ".ci/texts.py", "--check"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_text_can_be_found_by_who_looks_for_texts() -> None:
    found = [(path, call, hidden) for path in sourced() for call, hidden in texts_in(path)]
    assert len(found) > 150
    for path, call, hidden in found:
        where = f"{path}:{call.lineno}"
        assert not hidden, f"{where}: in an f-string it is not found; give it a name first"
        words = call.args[: 2 if len(call.args) > 1 else 1]
        assert all(isinstance(one, ast.Constant) for one in words), where


def test_what_follows_commands_can_be_translated() -> None:
    used = {one.usage for one in make_table().commands if re.search("[A-Z]", one.usage)}
    assert used - {"URL"} == set(USAGES)
    for code in TRANSLATED:
        for words in USAGES:
            said = Languages().of(code).usage(words)
            typed = set(re.findall("[a-z]{2,}|1d", words))
            assert typed <= set(re.findall("[a-z]{2,}|1d", said)), said


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_breaks_nothing(code: str) -> None:
    kept = messages(code)
    assert len(kept) > 150
    for message in kept:
        for english, said in pairs(message):
            assert placeholders(said) <= placeholders(english), said
            if not isinstance(message.id, tuple):
                assert placeholders(said) == placeholders(english), said
            assert not set("<>&") & set(said), said
            assert commands(said) == commands(english), said
            assert said.count("\n") == english.count("\n"), said
            assert said.strip() == said, said


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_every_plural(code: str) -> None:
    counted = [one for one in messages(code) if isinstance(one.id, tuple)]
    assert len(counted) > 5
    chosen = Languages().of(code)._translations.plural  # type: ignore[attr-defined]
    plural = Locale.parse(code, sep="-").plural_form
    said = {(str(plural(count)), chosen(count)) for count in range(300)}
    assert len(said) == len({kind for kind, _ in said}) == len({form for _, form in said})
    for message in counted:
        told = [one for one in message.string or () if one]
        assert not told or any(placeholders(one) for one in told), message.id


def methods(*, ending: str) -> list[str]:
    """Return the names of the sentences without a parameter that end so."""
    return [
        name
        for name, method in inspect.getmembers(Manual, inspect.isfunction)
        if name.endswith(ending) and len(inspect.signature(method).parameters) == 1
    ]


POP_UPS: list[Callable[[Manual], str]] = [
    lambda texts: texts.only_administrators(),
    lambda texts: texts.only_operators(),
    lambda texts: texts.stale_button(),
    lambda texts: texts.story_gone(),
    lambda texts: texts.no_reason_left(),
]


@pytest.mark.parametrize("code", SPOKEN)
def test_what_telegram_limits_is_short_enough(code: str) -> None:
    texts = Languages().of(code)
    assert all(1 <= len(one.menu(texts)) <= LONGEST for one in make_table().commands)
    assert 1 <= len(texts.description()) <= 512
    assert 1 <= len(texts.short_description()) <= 120
    assert all(len(pop_up(texts)) <= 200 for pop_up in POP_UPS)
    labels = methods(ending="_label")
    assert len(labels) > 5
    for name in labels:
        assert len(getattr(texts, name)()) <= LONGEST_LABEL, name
    assert len(texts.wording().why) <= LONGEST_LABEL


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("ko_KR", "ko"),
        ("en-gb", "en"),
        ("pt-br", "pt"),
        ("zh-hans", "zh"),
        ("zh-CN", "zh"),
        ("zh-hant", "zh-hant"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh_TW", "zh-hant"),
        ("zh-hk", "zh-hant"),
        ("tlh", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_is_taken(given: str, code: str) -> None:
    assert nearest(given) == code


def test_a_language_that_is_none_is_english() -> None:
    assert Languages().of("xx").language == "en"
    assert Languages().wording("xx").also == "Also:"
    assert Languages().wording("ko").also == "함께 보도:"


def test_the_words_of_an_alert_are_looked_up_once() -> None:
    assert Languages().wording("ko") is Languages().wording("ko")
    assert Languages().wording("xx") is Languages().wording("en")


@pytest.mark.parametrize("code", sorted(set(SPOKEN) - {"en"}))
def test_a_digest_may_be_asked_for_in_each_language(code: str) -> None:
    words, english = Languages().of(code).digest_words(), WishWords()
    for kind in ("daily", "weekly", "off", "fillers"):
        assert getattr(words, kind) > getattr(english, kind), kind
    assert not words.daily & words.weekly
    assert not words.off & (words.daily | words.weekly | words.fillers)
    day = min(words.daily - english.daily)
    week = min(words.weekly - english.weekly)
    assert read_wish(f"{day} 08:30", code, words) == Wish(Rhythm(510))
    assert read_wish(week, code, words) == Wish(Rhythm(MORNING, 0))
    assert read_wish(min(words.off - english.off), code, words) == Wish(off=True)
