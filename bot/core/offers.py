"""What may be offered for a query's tags: other names, or several tags in one; taken and undone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.aliases import other_names, seats_and_people, split_suggestion, suggest
from bot.core.naming import name, names_of, say, together, with_names
from bot.core.query import Query
from bot.core.query_nodes import AllOf, Named, Node, Term
from bot.core.query_reader import MAX_TERMS
from bot.core.tags import Tag, parse_tag

MOST_NAMES: Final = 8
"""Names in one offer; more say less surely that the tag is meant."""
MOST_TAGS: Final = 3
"""Tags of one query that something is offered for."""


class Kind(StrEnum):
    """What is offered; the letter travels in a button."""

    NAMES = "n"
    SEATS = "s"
    """The seat of government and the people: less sure than a name."""
    TOGETHER = "t"
    """The countries in one tag, wherever all of them are told of."""
    TOGETHER_BY_NAMES = "p"
    """The same, each by any of its names."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Names that one tag of a query could go by too, or does already."""

    at: int
    """Which of the query's tags, from 0."""
    tag: str
    kind: Kind
    words: tuple[str, ...]
    """The names as people read them."""
    names: tuple[Node, ...]
    taken: bool

    def adds(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each tag, or part of one, and the names that taking this adds to it."""
        if self.kind in {Kind.NAMES, Kind.SEATS}:
            yield f"#{self.tag}", self.words
        for part in _children(self.names[0]):
            if isinstance(part, Named):
                yield part.term.shown, tuple(map(say, part.names))


def offers(query: Query, languages: tuple[str, ...]) -> list[Offer]:
    """Return what may be offered, and what of it is taken; `languages` are the reader's."""
    found = []
    for at, (key, shown) in enumerate(query.tags[:MOST_TAGS]):
        tag = Tag(key, shown)
        has = names_of(query, key)
        found += [*_of_country(at, tag, has, languages), *_of_several(at, tag, has, languages)]
    return found


def toggle(query: Query, offer: Offer) -> Query:
    """Return the query with what is offered taken, or undone where it was taken."""
    key = query.tags[offer.at][0]
    has = names_of(query, key)
    if offer.kind in {Kind.TOGETHER, Kind.TOGETHER_BY_NAMES}:
        parts = _parts(offer.names[0])
        others = [one for one in has if _parts(one) != parts]
        if not offer.taken:
            others += offer.names
        elif offer.kind is Kind.TOGETHER_BY_NAMES:
            others.append(together(map(_tag, _children(offer.names[0]))))
        return with_names(query, key, others)
    if offer.taken:
        return with_names(query, key, [one for one in has if one not in offer.names])
    return with_names(query, key, [*has, *offer.names])


def with_own_names(query: Query, key: str, names: Sequence[Node]) -> Query:
    """Return the query with a reader's own names of a tag in place of those before.

    What buttons offer stays taken; without any name nothing stays.
    """
    tag = Tag(key, dict(query.tags).get(key, key))
    words = split_suggestion(tag)
    parts = _parts(together(map(name, words))) if words else frozenset()
    offered = set(map(name, suggest(tag)))
    stays = [
        one for one in names_of(query, key) if one in offered or (parts and _parts(one) == parts)
    ]
    return with_names(query, key, [*stays, *names] if names else ())


def _of_country(
    at: int, tag: Tag, has: tuple[Node, ...], languages: tuple[str, ...]
) -> Iterator[Offer]:
    for kind, words in (
        (Kind.NAMES, other_names(tag, languages=languages)[:MOST_NAMES]),
        (Kind.SEATS, seats_and_people(tag, languages=languages)),
    ):
        names: tuple[Node, ...] = tuple(map(name, words))
        if names:
            yield Offer(at, tag.shown, kind, words, names, set(names) <= set(has))


def _of_several(
    at: int, tag: Tag, has: tuple[Node, ...], languages: tuple[str, ...]
) -> Iterator[Offer]:
    words = split_suggestion(tag)
    plain = together(map(name, words)) if words else None
    if not isinstance(plain, AllOf):
        return  # Twice the same, as in #Japan-Japan, is no more than one.
    room = min(MOST_NAMES, (MAX_TERMS - 1 - len(words)) // len(words))
    named = together(_with_names(word, languages, room) for word in words)
    there = next((one for one in has if _parts(one) == _parts(plain)), None)
    yield Offer(at, tag.shown, Kind.TOGETHER, words, (plain,), there is not None)
    if there is not None and named != plain:
        yield Offer(at, tag.shown, Kind.TOGETHER_BY_NAMES, words, (named,), there != plain)


def _with_names(word: str, languages: tuple[str, ...], room: int) -> Node:
    names = tuple(map(name, other_names(parse_tag(word), languages=languages)[:room]))
    return Named(name(word), names) if names else name(word)


def _parts(node: Node) -> frozenset[str]:
    """Return the keys of the tags that a text must carry together, else nothing."""
    return frozenset(term.key for term in map(_tag, _children(node)) if isinstance(term, Term))


def _children(node: Node) -> tuple[Node, ...]:
    return node.nodes if isinstance(node, AllOf) else ()


def _tag(node: Node) -> Node:
    return node.term if isinstance(node, Named) else node
