"""Russian and Ukrainian declension: which forms a word of a tag takes."""

import functools
import re
from typing import Final

_ADJECTIVE: Final = (
    "ый ий ой ая яя ое ее ые ие ого его ому ему ым им ом ем ую юю ою ею ых их ыми ими ей"
)
_PARADIGMS: Final = (
    # (endings of the form that people type, endings that it may take instead)
    ("ый ий ой ая яя ое ее ые ие", _ADJECTIVE),
    ("а", "ы и е у ой ою ей ам ами ах"),
    ("я", "и е ю ей ею ям ями ях й"),
    ("ь", "я ю ем е и ью ей ям ями ях"),
    ("й", "я ю ем е и ев ям ями ях"),
    ("о", "а у ом е ам ами ах"),
    ("е", "я ю ем и а у ей ий ям ями ях"),
    ("ы", "ов ам ами ах ей и"),
    ("и", "ей ев ов ям ями ях ам ами ах й"),
    ("ов ев ин ын", "+ а у ым е ой ы ых ыми ом"),
    ("", "а у ом ем е ы и ов ев ам ами ах ей"),
)
_UKRAINIAN: Final = "іїєґ"
_AS_RUSSIAN: Final = str.maketrans(_UKRAINIAN, "ииег")
_ALTERNATING: Final = re.compile("[ії](?=[^аеиіоуюяєїйь]ь?$)")
"""The vowel of a closed last syllable: Київ, Києва; Харків, Харкова; Тернопіль, Тернополя."""
_VOWELS: Final = frozenset("аеиоуыэюяьй")
_ZERO_FROM: Final = 4
"""Shortest base that may stand without an ending (Курил, but not лет for Лета)."""


@functools.cache
def _paradigms() -> tuple[tuple[tuple[str, ...], frozenset[str], bool], ...]:
    """Return typed endings, other endings, and whether the typed one stays before them."""
    rows = []
    for typed, others in _PARADIGMS:
        stays = not typed or others.startswith("+")
        rows.append((tuple(typed.split()) or ("",), frozenset(others.split()), stays))
    return tuple(rows)


def plain(token: str) -> str:
    """Return the token with Ukrainian letters as the Russian ones that end words likewise."""
    return token.translate(_AS_RUSSIAN)


def _is_ukrainian(word: str) -> bool:
    return not set(_UKRAINIAN).isdisjoint(word)


def _oblique(word: str) -> tuple[str, ...]:
    """Return a Ukrainian word as it may stand before an ending: Харков, Києв."""
    found = _ALTERNATING.search(word)
    if found is None:
        return ()
    return tuple(plain(word[: found.start()] + to + word[found.end() :]) for to in "ое")


def declines(word: str, form: str, *, alone: bool) -> bool:
    """Return whether a folded Russian or Ukrainian `form` is one that `word` takes.

    A short word that stands `alone` may not lose its ending: лет is no form of Лета.
    """
    met = plain(form)
    if _declines(plain(word), met, alone=alone):
        # Between the two languages' letters the stem must not differ: ліс is not лис.
        return all(w == f or plain(w) != plain(f) for w, f in zip(word[:-1], form, strict=False))
    if not _is_ukrainian(word):
        return False
    stem = plain(word).rstrip("ь")
    return met in {f"{stem}ови", f"{stem}еви"} or any(
        base != met and (_declines(base, met, alone=True) or met == f"{base}ови")
        for base in _oblique(word)
    )


def _declines(word: str, form: str, *, alone: bool) -> bool:
    if word == form:
        return True
    for typed, others, stays in _paradigms():
        for ending in typed:
            if not word.endswith(ending) or (not ending and word[-1] in _VOWELS):
                continue
            base = word if stays else word[: len(word) - len(ending)]
            rest = form[len(base) :] if form.startswith(base) and len(base) > 1 else "?"
            if rest in others or (not rest and (len(base) >= _ZERO_FROM or not alone)):
                return True
    return False


def forms(word: str) -> tuple[str, str, str]:
    """Return the word and some of its forms, for a stemmer that errs on one of them (Киев)."""
    oblique = _oblique(word)
    if oblique:
        first, second = (base[:-1] + "я" if base[-1] == "ь" else base + "а" for base in oblique)
        return word, first, second
    last = word[-1]
    if last in "ая":
        return word, word[:-1] + ("у" if last == "а" else "ю"), word[:-1] + "е"
    if last in "ыи":
        return word, word[:-1], word[:-1]
    return (word, word, word) if last in _VOWELS else (word, word + "а", word + "е")


def is_russian(token: str) -> bool:
    """Return whether the token is in Cyrillic letters."""
    return "Ѐ" <= token[0] <= "ԯ"


def is_case_ending(text: str) -> bool:
    """Return whether small letters after capitals are a case ending (ГАБТа, МИДом)."""
    return text in {"а", "у", "ом", "е", "ы", "и", "ов", "ам", "ами", "ах"}
