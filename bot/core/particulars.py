"""The names and numbers of a text: what two reports of one form differ in."""

import unicodedata

import regex

LEAD = 150
"""Characters of a text whose names and numbers say what it is about."""
_WORD = regex.compile(r"\p{Lu}[\p{L}\p{M}\p{N}]+")
_NUMBER = regex.compile(r"\d+")
_SPOKEN = regex.compile(r"[\p{L}\p{M}]+")
_BEGINS = regex.compile(r"(?:^|[.!?…:;\n\"“”«»„(\[–—]|\s-)\s*$")
_SHOUTED = 0.6
"""A headline with so many of its words in capitals writes names like all others."""
_DATES = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun
"""
_CALENDAR = frozenset(_DATES.split())


def names_of(title: str, text: str) -> str:
    """Return the names of a headline and of a text's lead, small, each once, between blanks.

    A name is a capitalised word inside a sentence; a short one that is no everyday word also at its
    start.
    Scripts without capitals have none.
    """
    lead = text[:LEAD]
    places = [lead] if _is_headlinese(title) else [title, lead]
    found = {
        unicodedata.normalize("NFKC", word.group()).casefold(): None
        for place in places
        for word in _WORD.finditer(place)
        if not _BEGINS.search(place, endpos=word.start())
    }
    return " ".join(name for name in found if name not in _CALENDAR)


def are_apart(one: str, names: str, other: str, others: str) -> bool:
    """Tell whether two texts (folded) name others only: none of their `names` is in both."""
    ours, theirs = names.split(), others.split()
    return bool(ours and theirs) and not (_in(ours, other) or _in(theirs, one))


def are_at_odds(one: str, names: str, other: str, others: str) -> bool:
    """Tell whether each of two texts (folded) has names that the other has not.

    In scripts without capitals numbers stand for them.
    """
    ours, theirs = names.split(), others.split()
    if not ours and not theirs:
        ours, theirs = _NUMBER.findall(one[:LEAD]), _NUMBER.findall(other[:LEAD])
    return len(_in(ours, other)) < len(ours) and len(_in(theirs, one)) < len(theirs)


def _in(words: list[str], text: str) -> list[str]:
    whole = f" {text} "
    return [word for word in words if f" {word} " in whole]


def _is_headlinese(title: str) -> bool:
    """Tell whether a headline capitalises most of its words."""
    words = _SPOKEN.findall(title)
    return bool(sum(word[0].isupper() for word in words) > _SHOUTED * len(words))
