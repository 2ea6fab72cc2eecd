"""The parts of a query as values: what must be there, what must not, and how they combine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, assert_never

_WORD = re.compile(r"\w[^\s,;，、()|+\"“”„«»「」『』:]*(?:\+\+)?")
"""What needs no quotation marks."""
_OPERATORS: Final = {"and": "+", "or": "|", "not": "-"}


def operator(word: str) -> str:
    """Return the sign that a bare word stands for, else an empty text."""
    return _OPERATORS.get(word.casefold(), "")


@dataclass(frozen=True, slots=True)
class Term:
    """A tag or phrase that a text must carry."""

    key: str
    shown: str = field(compare=False)
    title_only: bool = False
    quoted: bool = field(default=False, compare=False)
    parts: tuple[str, ...] = ()
    """Its words, where the spelling alone tells them and they are declined; see `parts_of`."""

    @property
    def sought(self) -> str:
        """Return what is looked for: the key, with its parts marked where there are some."""
        return "_".join(self.parts) or self.key


@dataclass(frozen=True, slots=True)
class Named:
    """A tag that also goes by other names: any of them counts as the tag."""

    term: Term
    names: tuple["Node", ...]
    """Words and phrases, or several that stand for the tag together."""

    @property
    def options(self) -> tuple["Node", ...]:
        """Return what a text may carry, the tag itself first."""
        names = map(_in_title, self.names) if self.term.title_only else self.names
        return (self.term, *names)


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


Node: TypeAlias = Term | Named | FromSource | InLanguage | Without | AllOf | AnyOf


def terms(node: Node, *, excluded: bool) -> Iterator[Term]:
    """Yield the terms that a query asks for, or those that it leaves out."""
    match node:
        case Term():
            if not excluded:
                yield node
        case Without():
            if excluded:
                yield from terms(node.node, excluded=False)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes) | Named(options=nodes):
            for child in nodes:
                yield from terms(child, excluded=excluded)
        case FromSource() | InLanguage():
            pass
        case _:
            assert_never(node)


def sources_of(node: Node) -> Iterator[FromSource]:
    """Yield the sources that a query asks for."""
    match node:
        case FromSource():
            yield node
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes) | Named(options=nodes):
            for child in nodes:
                yield from sources_of(child)
        case Term() | InLanguage() | Without():
            pass
        case _:
            assert_never(node)


def tags_of(node: Node) -> Iterator[Term | Named]:
    """Yield the tags and phrases that a query asks for; their other names are none."""
    match node:
        case Term() | Named():
            yield node
        case AllOf() | AnyOf():
            for child in node.nodes:
                yield from tags_of(child)
        case FromSource() | InLanguage() | Without():
            pass
        case _:
            assert_never(node)


def canonical(node: Node, *, inside: bool = False) -> str:
    """Return the one text of all nodes that mean the same; `inside` another node."""
    match node:
        case Term():
            key = f"#{node.key}" if operator(node.key) else node.sought
            return f"title:{key}" if node.title_only else key
        case Named():
            names = sorted(f"also:{canonical(name, inside=True)}" for name in node.names)
            text = " ".join((canonical(node.term), *names))
            return f"({text})" if inside else text
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


def spell(  # noqa: C901, PLR0911 - one case for each type
    node: Node, *, inside: bool = False
) -> str:
    """Return the node as somebody could have typed it; `inside` another one."""
    match node:
        case Term():
            word = _word(node)
            if node.title_only:
                return f"title:{word}"
            return word if word.startswith('"') else f"#{word}"
        case Named():
            return _bracketed(" ".join((spell(node.term), *map(_spell_name, node.names))), inside)
        case FromSource():
            return f'source:"{_unquoted(node.shown)}"'
        case InLanguage():
            return f"lang:{node.code}"
        case Without():
            return f"-{_bare(spell(node.node, inside=True))}"
        case AllOf():
            return _bracketed(_spell_all(node.nodes), inside)
        case AnyOf():
            return _bracketed(" | ".join(spell(n, inside=True) for n in node.nodes), inside)
        case _:
            assert_never(node)


def _spell_all(nodes: tuple[Node, ...]) -> str:
    """Return what is asked for, and what is left out behind it: `#Canada + #China -hockey`."""
    asked = [spell(node, inside=True) for node in nodes if not isinstance(node, Without)]
    left_out = [spell(node, inside=True) for node in nodes if isinstance(node, Without)]
    return " ".join((" + ".join(asked), *left_out))


def _spell_name(node: Node) -> str:
    return f"also:{_word(node) if isinstance(node, Term) else spell(node, inside=True)}"


def _word(term: Term) -> str:
    plain = _WORD.fullmatch(term.shown) and not term.quoted
    return term.shown if plain else f'"{_unquoted(term.shown)}"'


def _bare(spelt: str) -> str:
    """Return a tag without its sign, where it means the same without."""
    plain = spelt.removeprefix("#")
    return spelt if operator(plain) else plain


def _unquoted(shown: str) -> str:
    return shown.replace('"', " ")


def _bracketed(text: str, inside: bool) -> str:  # noqa: FBT001 - a plain fact
    return f"({text})" if inside else text


def grounded(node: Node) -> bool:
    """Return whether a text must carry at least one of the node's terms to fit."""
    match node:
        case Term() | Named():
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
        case Term() | Named() | FromSource() | InLanguage():
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


def _in_title(node: Node) -> Node:
    """Return the node for names of a tag that counts in the headline only."""
    match node:
        case Term():
            return replace(node, title_only=True)
        case Named():
            return replace(node, term=replace(node.term, title_only=True))
        case AllOf() | AnyOf():
            return replace(node, nodes=tuple(map(_in_title, node.nodes)))
        case FromSource() | InLanguage() | Without():
            return node
        case _:
            assert_never(node)
