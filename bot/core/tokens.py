"""Text into tokens: runs of letters and digits of one script, and barriers between sentences.

Scripts written without spaces (Han, hiragana, Thai …) give one token for each character; then
"consecutive tokens that join to the key" is a substring search there and a word search elsewhere.
"""

import functools
import re
from typing import Final

from bot.core.folding import fold, prepare

LATIN: Final = r"0-9a-z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff"
HANGUL: Final = r"\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"
KATAKANA: Final = r"\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005-\u3007\U00020000-\U0003ffff"
SPACELESS: Final = rf"\u3041-\u309f{HAN}\u0e00-\u0eff\u1000-\u1049\u1050-\u109f\u1780-\u17ff"
"""Hiragana, Han, Thai, Lao, Burmese, Khmer."""
_MARKS = r"\u0900-\u0963\u0966-\u0dff\u0483-\u0489"
_JOINERS = r"・·‧•‐\-"
_ABBREVIATIONS = (
    "st mt ft mr mrs ms dr jr sr gen adm lt col maj sgt capt cmdr gov sen rep prof rev hon no vs "
    "sept sep oct nov dec jan feb mar apr jun jul aug bros inc corp co ltd bzw ca ул им гг тыс"
)


@functools.cache
def token_pattern() -> re.Pattern[str]:
    """Return the pattern of a token in folded text; a barrier is a match of another kind."""
    letters = f"{LATIN}{HANGUL}{KATAKANA}{SPACELESS}"
    unspaced = f"{KATAKANA}{SPACELESS}"
    abbreviated = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS.split())
    return re.compile(
        rf"c\+\+(?![\w+])|[cf]\#(?![\w#])|[{LATIN}]+|[{HANGUL}]+|[{KATAKANA}]+|[{SPACELESS}]"
        rf"|(?:[^\W_{letters}]|[{_MARKS}])+"
        rf"|(?<=[{unspaced}])[^\w{_JOINERS}]++(?=[{unspaced}])"
        r"|[!?。।॥؟۔|\n\r\v\f\x85\u2028\u2029]"
        rf"|\.\.|(?<!\b\w){abbreviated}\.(?=[\"'»”’)\]]*+(?:\s|$))"
    )


@functools.cache
def plain_pattern() -> re.Pattern[str]:
    """Return the same pattern for texts that are ASCII once folded, where it is faster."""
    abbreviated = "".join(rf"(?<!\b{w}\.)" for w in _ABBREVIATIONS.split() if w.isascii())
    return re.compile(
        r"[0-9a-z]+(?:\+\+(?<=\bc\+\+)(?![\w+])|\#(?<=\b[cf]\#)(?![\w#]))?"
        rf"|\.(?:\.|(?<!\b\w\.){abbreviated}(?=[\"')\]]*+(?:\s|$)))"
        r"|[!?|\n\r\v\f]"
    )


def pattern_for(folded: str) -> re.Pattern[str]:
    """Return the pattern to cut a folded text with."""
    return plain_pattern() if folded.isascii() else token_pattern()


@functools.lru_cache(maxsize=4096)
def is_word(token: str) -> bool:
    """Return whether a match of the pattern is a token and not a barrier."""
    return any(map(str.isalnum, token)) or re.match(f"[{SPACELESS}{_MARKS}]", token) is not None


def tokenise(text: str) -> list[str]:
    """Return a text's tokens in normal form, barriers left out."""
    folded = drop_possessives(fold(prepare(text)))
    return list(filter(is_word, pattern_for(folded).findall(folded)))


def joined(text: str) -> str:
    """Return a text's tokens in normal form, without anything between them."""
    return "".join(tokenise(text))


def drop_possessives(folded: str) -> str:
    """Return folded text with each possessive 's blanked out, nothing moved."""
    return re.sub(r"'s(?<=\w's)(?!\w)", "  ", folded) if "'s" in folded else folded
