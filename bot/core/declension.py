"""Russian declension: the forms that a word of a tag may take, and those that only look so."""

import functools
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


def declines(word: str, form: str, *, alone: bool) -> bool:
    """Return whether a folded Russian `form` is one that `word` takes.

    A short word that stands `alone` may not lose its ending: лет is no form of Лета.
    """
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


def forms(word: str) -> tuple[str, ...]:
    """Return the word and some of its forms, for a stemmer that errs on one of them (Киев)."""
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
