"""Sources that a query asks for by a name that nobody has, and the names that are like it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.match import MAX_NAME
from bot.core.query import Query
from bot.core.query_nodes import FromSource, sources_of
from bot.core.tokens import joined, tokenise

MOST_ALIKE = 3
ALIKE = 0.5
"""The part of a name's pairs of letters that one like it has."""
_TELLING = 3
"""Letters of a word that two names may have in common, and be alike."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A name of a source, as it was typed, and those that may be meant."""

    shown: str
    alike: tuple[str, ...]


def unheard(query: Query, names: Iterable[str]) -> list[Unheard]:
    """Return the sources that a query asks for and that none of these names answers to.

    Where there are no names at all, nothing is known, and none is returned.
    """
    known = {joined(name[:MAX_NAME]): name for name in names}
    asked = list(dict.fromkeys(sources_of(query.node))) if known else []
    return [
        Unheard(one.shown, _alike(one, known))
        for one in asked
        if not any(one.key in name for name in known)
    ]


def _alike(asked: FromSource, known: dict[str, str]) -> tuple[str, ...]:
    wanted = _pairs(asked.key)
    words = [word for word in tokenise(asked.shown) if len(word) >= _TELLING]
    found: list[tuple[float, str, str]] = []
    for name, shown in known.items():
        shared = len(wanted & _pairs(name)) / len(wanted) if wanted else 0.0
        if shared >= ALIKE or any(word in name for word in words):
            found.append((-shared, name, shown))
    return tuple(shown for _, _, shown in sorted(found)[:MOST_ALIKE])


def _pairs(key: str) -> set[str]:
    return {key[at : at + 2] for at in range(len(key) - 1)}
