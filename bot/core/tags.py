"""The grammar of tags: their normal form, how they are shown, and how they are searched for."""

import re
from dataclasses import dataclass
from typing import Final

import regex

from bot.core.folding import prepare
from bot.core.tokens import KATAKANA, SPACELESS, joined
from bot.core.words import common_words
from bot.errors import TagError, sentence

MAX_KEY: Final = 64
"""Longest normal form, in code points; ours. Longer headlines' worth of text is no tag."""
MAX_TYPED: Final = 256
"""Longest tag as typed that is looked at at all, in code points; ours."""
MAX_CAPITALS: Final = 4
"""A tag typed in capitals with at most this many letters matches capitals only."""

_CODE = frozenset({"c++", "c#", "f#"})
_LONE = re.compile(f"[{SPACELESS}{KATAKANA}]")
_HASHTAG_STOP = re.compile(r"[^\w·\u200c]+")
_NO_LETTER = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_APOSTROPHE = str.maketrans("", "", "'’")
_SEPARATOR = re.compile(r"[\s_·•/]+|-(?!\d)|(?<=\d)-")
_CAMEL = regex.compile(r"(?<=\p{Ll}{2})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: `key` is its normal form, `shown` as somebody wrote it, without the leading #."""

    key: str
    """Folded and joined; in capitals where the tag matches capitals only (`US`, `NATO`)."""
    shown: str

    @property
    def capitals(self) -> bool:
        """Return whether only capitals in a text count."""
        return self.key.isupper()


def parse_tag(text: str) -> Tag:
    """Return the tag that was typed, with or without #.

    Raises TagError with the reason `empty`, `punctuation`, `one-character` or `too-long`.
    """
    too_long = sentence("This tag is too long: {most} letters at most.")
    if len(text) > MAX_TYPED:
        raise TagError(text, "too-long", too_long, most=MAX_KEY)
    shown = " ".join(prepare(text).split()).lstrip("#＃").strip(" \"'“”„«»,;")
    if not shown:
        line = sentence("A tag is missing. Type one, such as #Canada.")
        raise TagError(text, "empty", line)
    folded = joined(shown)
    if folded not in _CODE:
        folded = folded.translate({ord("+"): "", ord("#"): ""})
    if not folded:
        line = sentence("A tag needs letters or digits, such as #Canada.")
        raise TagError(text, "punctuation", line)
    if len(folded) > MAX_KEY:
        raise TagError(text, "too-long", too_long, most=MAX_KEY)
    if len(folded) == 1 and _LONE.match(folded):
        line = sentence("A single character such as {one} is in too many words. Type two or more.")
        raise TagError(text, "one-character", line, one=folded)
    return Tag(folded.upper() if _in_capitals(shown, folded) else folded, shown)


def _in_capitals(shown: str, folded: str) -> bool:
    letters = [c for c in shown if c.isalpha()]
    small = bool(letters) and sum(map(str.isalpha, folded)) <= MAX_CAPITALS
    # What does not come back the same (ß, ŉ) would not be found again by its key.
    return small and all(c.isupper() for c in letters) and folded.upper().lower() == folded


def needs_question(tag: Tag) -> bool:
    """Return whether the tag is a word so common that it is worth asking what was meant.

    `#it` may mean `#IT`, which matches capitals only; `#us` may mean `#US`.
    """
    return not tag.capitals and (len(tag.key) == 1 or tag.key in common_words())


def in_capitals(tag: Tag) -> Tag:
    """Return the tag that matches capitals only, to offer where `needs_question`."""
    return Tag(tag.key.upper(), tag.shown.upper())


def hashtag(shown: str) -> str:
    """Return a hashtag that Telegram links as a whole: `#SouthKorea_US_Japan`.

    Telegram ends a hashtag at anything but a letter, a digit, `_`, `·` and U+200C, and wants one
    letter (tdlib, td/telegram/MessageEntity.cpp).
    """
    plain = shown.lstrip("#").replace("++", "PlusPlus")
    if len(plain) == 2 and plain.endswith("#"):
        plain = plain[0] + "Sharp"
    plain = re.sub(r"(?<=\w)['’]s(?!\w)", "s", plain)
    name = _HASHTAG_STOP.sub("_", plain).strip("_·\u200c") or "tag"
    return f"#{name}" if any(c.isalpha() for c in name) else f"#tag_{name}"


def words(shown: str) -> tuple[str, ...]:
    """Return a tag's parts as phrases: `SouthKorea-US` is ("South Korea", "US")."""
    plain = shown.lstrip("#")
    if " " in plain:
        return (plain,)
    parts = (part for part in _SEPARATOR.split(plain) if part)
    return tuple(" ".join(_CAMEL.split(part)) for part in parts)


def search_words(shown: str) -> str:
    """Return what to type into a search engine: `"South Korea" US Japan`."""
    parts = (part.replace('"', "") for part in words(shown))
    return " ".join(f'"{part}"' if " " in part else part for part in parts)


def run_together(shown: str) -> str:
    """Return a tag's letters and digits alone, as they were typed: `SouthKoreaUSJapan`."""
    return _NO_LETTER.sub("", shown)


def slug(shown: str) -> str:
    """Return a tag's words as addresses have them: `south-korea-us-japan`."""
    spaced = " ".join(words(shown)).translate(_APOSTROPHE).lower()
    return _NO_LETTER.sub("-", spaced).strip("-")
