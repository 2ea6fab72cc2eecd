"""Tags that somebody may have meant, or may want as well: parts of a tag, spellings, neighbours."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from bot.core.query import Query
from bot.core.query_nodes import Named, Term, terms
from bot.core.tags import Tag, needs_question, parse_tag, words
from bot.errors import TagError

ALIKE = 0.78
"""What two spellings share: #Ukrane and Ukraine share 0.92; Iran and Iraq 0.75."""
_FEWEST_LETTERS = 4
"""Shorter keys are like too many others."""
_MOST_ALIKE = 2
_LONGEST = 24
"""Characters of a neighbour; a button shows few more."""


def candidates(query: Query, known: Iterable[Tag], carried: Sequence[Tag]) -> list[Tag]:
    """Return tags that may be meant, or wanted as well, likeliest first, none of the query's own.

    `known` are tags that bring something, `carried` those that the query's own stories carry too.
    """
    asked = list(terms(query.node, excluded=False))
    left_out = terms(query.node, excluded=True)
    own = {term.key for term in (*asked, *left_out)}
    by_key: dict[str, Tag] = {}
    for tag in known:
        by_key.setdefault(tag.key.lower(), tag)
    found: dict[str, Tag] = {}
    for term in asked:
        for tag in (*_alike(term, by_key), *_parts(term)):
            found.setdefault(tag.key, tag)
    for tag in carried:
        if len(tag.shown) <= _LONGEST:
            found.setdefault(tag.key, tag)
    return [tag for key, tag in found.items() if key not in own]


def unconditioned(query: Query) -> list[Tag]:
    """Return a query's tags without its conditions; none where it has no condition."""
    if query.plain or isinstance(query.node, Named):
        return []
    return [Tag(key, shown) for key, shown in query.tags]


def _alike(term: Term, by_key: dict[str, Tag]) -> list[Tag]:
    """Return known tags spelled like it, or of which it is the beginning or the end."""
    key = term.key.lower()
    if len(key) < _FEWEST_LETTERS:
        return []
    alike = get_close_matches(key, by_key, n=_MOST_ALIKE, cutoff=ALIKE)
    longer = [
        other
        for other in by_key
        if len(other) >= _FEWEST_LETTERS and key != other and _begins_or_ends(key, other)
    ]
    return [by_key[other] for other in dict.fromkeys((*alike, *longer[:_MOST_ALIKE]))]


def _begins_or_ends(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or long.endswith(short)


def _parts(term: Term) -> Iterator[Tag]:
    """Return what a tag or phrase of several words is made of, where that is worth a tag."""
    parts = words(term.shown)
    if len(parts) == 1:
        parts = tuple(parts[0].split())
    for part in parts if len(parts) > 1 else ():
        try:
            tag = parse_tag(part)
        except TagError:
            continue
        if not needs_question(tag) and len(tag.key) > 1:
            yield tag
