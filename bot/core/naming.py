"""What a query is called, and the other names that its tags go by: added, taken back, shown."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.inflection import parts_of
from bot.core.query import Query, made
from bot.core.query_nodes import (
    AllOf,
    AnyOf,
    Named,
    Node,
    Term,
    Without,
    all_of,
    spell,
    tags_of,
)
from bot.core.tags import parse_tag


def bare(query: Query) -> Query:
    """Return the query without other names and without any mention: what it is called by."""
    node = _without_names(query.node)
    return query if node == query.node and not query.any_mention else made(node)


def with_any_mention(query: Query, *, any_mention: bool) -> Query:
    """Return the query for which one mention in passing is enough, or is not."""
    return made(query.node, any_mention=any_mention)


def with_names(query: Query, key: str, names: Iterable[Node]) -> Query:
    """Return the query in which the tag of that key goes by just these other names."""
    kept = tuple(dict.fromkeys(name for name in names if not _is(name, key)))
    return made(_renamed(query.node, key, kept), any_mention=query.any_mention)


def narrowed(query: Query) -> str:
    """Return the key of the tag of which the query leaves out a part, else an empty text."""
    nodes = query.node.nodes if isinstance(query.node, AllOf) else ()
    wanted = [_without_names(node) for node in nodes if not isinstance(node, Without)]
    only = wanted[0] if len(wanted) == 1 else None
    return only.key if isinstance(only, Term) else ""


def names_of(query: Query, key: str) -> tuple[Node, ...]:
    """Return the other names that the tag of that key goes by in the query."""
    for node in tags_of(query.node):
        if isinstance(node, Named) and node.term.key == key:
            return node.names
    return ()


def named_tags(query: Query) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return key, tag and other names as people read them, of each tag that has such names."""
    return [
        (node.term.key, spell(node.term), tuple(map(say, node.names)))
        for node in tags_of(query.node)
        if isinstance(node, Named)
    ]


def name(words: str) -> Term:
    """Return the name that these words are; raises TagError where they are none."""
    tag = parse_tag(words)
    return Term(tag.key, tag.shown, quoted=" " in tag.shown, parts=parts_of(tag))


def together(parts: Iterable[Node]) -> Node:
    """Return the name that several tags are together: a text must carry each of them."""
    return all_of(list(parts))


def say(node: Node) -> str:
    """Return a name as people read it: `S. Korea`, `South Korea + US`."""
    match node:
        case Term():
            return node.shown
        case Named():
            return node.term.shown
        case AllOf():
            return " + ".join(map(say, node.nodes))
        case _:
            return spell(node)


def _is(node: Node, key: str) -> bool:
    return isinstance(node, Term) and node.key == key


def _without_names(node: Node) -> Node:
    match node:
        case Named():
            return node.term
        case AllOf() | AnyOf():
            return replace(node, nodes=tuple(map(_without_names, node.nodes)))
        case Without():
            return Without(_without_names(node.node))
        case _:
            return node


def _renamed(node: Node, key: str, names: tuple[Node, ...]) -> Node:
    match node:
        case Term() if node.key == key:
            return Named(node, names) if names else node
        case Named() if node.term.key == key:
            return Named(node.term, names) if names else node.term
        case AllOf() | AnyOf():
            return replace(node, nodes=tuple(_renamed(child, key, names) for child in node.nodes))
        case _:
            return node
