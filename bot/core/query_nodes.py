"""The parts of a query as values: what must be there, what must not, and how they combine."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class Term:
    """A tag or phrase that a text must carry."""

    key: str
    shown: str = field(compare=False)
    title_only: bool = False
    quoted: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class FromSource:
    """The article must come from a source with this in its name."""

    key: str
    shown: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The article must be in this language (two or three letters)."""

    code: str


@dataclass(frozen=True, slots=True)
class Without:
    """The article must not carry this, not even once."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    nodes: tuple["Node", ...]


Node: TypeAlias = Term | FromSource | InLanguage | Without | AllOf | AnyOf


def terms(node: Node, *, excluded: bool) -> Iterator[Term]:
    """Yield the terms that a query asks for, or those that it leaves out."""
    match node:
        case Term():
            if not excluded:
                yield node
        case Without():
            if excluded:
                yield from terms(node.node, excluded=False)
        case AllOf() | AnyOf():
            for child in node.nodes:
                yield from terms(child, excluded=excluded)
        case FromSource() | InLanguage():
            pass
        case _:
            assert_never(node)


def canonical(node: Node, *, inside: bool = False) -> str:
    """Return the one text of all nodes that mean the same; `inside` another node."""
    match node:
        case Term():
            return f"title:{node.key}" if node.title_only else node.key
        case FromSource():
            return f"source:{node.key}"
        case InLanguage():
            return f"lang:{node.code}"
        case Without():
            return f"-{canonical(node.node, inside=True)}"
        case AllOf() | AnyOf():
            sign = " + " if isinstance(node, AllOf) else " | "
            text = sign.join(sorted(canonical(child, inside=True) for child in node.nodes))
            return f"({text})" if inside else text
        case _:
            assert_never(node)


def grounded(node: Node) -> bool:
    """Return whether a text must carry at least one of the node's terms to fit."""
    match node:
        case Term():
            return True
        case AllOf():
            return any(map(grounded, node.nodes))
        case AnyOf():
            return all(map(grounded, node.nodes))
        case FromSource() | InLanguage() | Without():
            return False
        case _:
            assert_never(node)


def positive(node: Node) -> bool:
    """Return whether the node leaves nothing out."""
    match node:
        case Without():
            return False
        case AllOf() | AnyOf():
            return all(map(positive, node.nodes))
        case Term() | FromSource() | InLanguage():
            return True
        case _:
            assert_never(node)


def all_of(nodes: list[Node]) -> Node:
    """Return the node that asks for each of them."""
    flat = [n for node in nodes for n in (node.nodes if isinstance(node, AllOf) else (node,))]
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else AllOf(kept)


def any_of(nodes: list[Node]) -> Node:
    """Return the node that asks for one of them."""
    flat = [n for node in nodes for n in (node.nodes if isinstance(node, AnyOf) else (node,))]
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else AnyOf(kept)
