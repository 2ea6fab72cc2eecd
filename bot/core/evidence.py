"""Whether words that join to a tag's key really speak of it, and how much that says."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.declension import is_case_ending
from bot.core.gazetteer import han_names
from bot.core.scan import Field, Found
from bot.core.stopwords import stop_words
from bot.core.tokens import is_word
from bot.core.words import common_words

LEAD: Final = 300
"""Code points of the body that count like a summary."""
_PLURAL_FROM: Final = 4
"""Shortest key that may stand in the plural; a capitals tag may from one letter less (UFOs)."""
_LONG_UNSPACED: Final = 5
"""Characters from which a tag of a script without spaces is as telling as several words."""
_DECIMALS = re.compile(r"[.,]\d")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text carries a term: `words` is what stands there, from `start` to `end`."""

    key: str
    field: str
    """`title`, `summary`, `body` or `category`."""
    start: int
    """Code points in the field as it came; in a category, in that category."""
    end: int
    words: str
    telling: bool = False
    """True: several words, so one mention anywhere is enough."""
    doubtful: bool = False
    """True: capitals in a headline all in capitals, which prove nothing."""


def judge(field: Field, found: Found, key: str) -> Hit | None:
    """Return the hit that a key's tokens are, or None where they mean something else."""
    start, end = field.span(found.first, found.last, found.cut)
    words = field.text[start:end]
    tokens = field.tokens[found.first : found.last + 1]
    if not _ending_fits(field, found, key, end):
        return None
    if _inside_a_number(field.text, start, end) or _cuts_a_name(field, found, tokens):
        return None
    single = all(len(token) == 1 for token in tokens)
    if single and len(tokens) > 1 and any(map(str.islower, words)):
        return None
    if key.isupper() and not _in_capitals(field, found, key, words):
        return None
    doubtful = key.isupper() and field.shouts and _could_be_a_word(key)
    long = len(tokens) >= _LONG_UNSPACED if single else len(tokens) > 1
    return Hit(key, field.name, start, end, words, long, doubtful)


def carries(hits: Sequence[Hit], *, any_mention: bool = False) -> bool:
    """Return whether hits of one term are enough to say that the text is about it.

    One word must stand in the title, the summary, a category or the first 300 characters of the
    body, or twice in the body.
    """
    sure = [hit for hit in hits if not hit.doubtful]
    if any_mention or len(sure) != 1:
        return bool(sure)
    hit = sure[0]
    return hit.field != "body" or hit.telling or hit.start < LEAD or len(hits) > 1


def _ending_fits(field: Field, found: Found, key: str, end: int) -> bool:
    """Return whether what was cut off may stand there: a plural needs a longer word or capitals."""
    if not found.cut or "가" <= field.tokens[found.last][-1] <= "힣":
        return True
    ending = field.text[end : end + found.cut]
    if key.isupper():
        plural = ending == "s" and len(key) >= _PLURAL_FROM - 1
        return plural or is_case_ending(ending)
    return ending[-1:] in {"s", "S"} and len(key) >= _PLURAL_FROM


def _inside_a_number(text: str, start: int, end: int) -> bool:
    if text[end - 1].isdecimal() and _DECIMALS.match(text, end):
        return True
    return start > 1 and text[start].isdecimal() and bool(_DECIMALS.match(text, start - 1))


def _cuts_a_name(field: Field, found: Found, tokens: Sequence[str]) -> bool:
    """Return whether a longer name begins before the words and ends among them (東京|都)."""
    if len(tokens[0]) != 1 or tokens[0] < "㐀":
        return False
    names = han_names()
    for back in range(1, min(found.first, names.longest) + 1):
        begin = found.first - back
        for end in range(found.first + 1, found.last + 1):
            if "".join(field.tokens[begin:end]) in names.names:
                return True
    return False


def _in_capitals(field: Field, found: Found, key: str, words: str) -> bool:
    small = sum(map(str.islower, words))
    if not small:
        return True
    # Isis, Nato: only where no common word looks the same. A sentence begins with a capital anyway,
    # so there it must be no common word of another language either (Der, Les), and two words must
    # follow: a headline (Nato chief warns), where a lone name proves nothing.
    begins = not found.first or not is_word(field.tokens[found.first - 1])
    following = field.tokens[found.last + 1 : found.last + 3]
    headline = len(following) == 2 and all(map(is_word, following))
    return (
        found.first == found.last
        and len(key) > 2
        and small == len(words) - 1
        and words[0].isupper()
        and key.lower() not in common_words()
        and (not begins or (headline and key.lower() not in _stop_words()))
    )


@functools.cache
def _stop_words() -> frozenset[str]:
    return frozenset().union(*stop_words().values())


def _could_be_a_word(key: str) -> bool:
    return len(key) <= 2 or key.lower() in common_words()
