"""Reads the language of queries: text in, nodes out, or an error that points at the place."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.inflection import parts_of
from bot.core.query_nodes import (
    FromSource,
    InLanguage,
    Named,
    Node,
    Term,
    Without,
    all_of,
    any_of,
    grounded,
    operator,
    positive,
)
from bot.core.tags import parse_tag
from bot.core.tokens import joined
from bot.errors import QueryError, TagError, sentence

MAX_QUERY: Final = 4_096
"""Code points of a query or a list of them, as typed and as kept; a message holds no more."""
MAX_TERMS: Final = 32
"""Tags and words in one query; ours."""
MAX_DEPTH: Final = 8
"""Brackets in brackets; ours."""

_QUOTES: Final = {'"': '"', "“": "”", "”": "”", "„": "“”", "«": "»", "「": "」", "『": "』"}
_PIECE = re.compile(
    r"(?P<space>\s+|[-−–]+(?=[\s,]|$))"
    r"|(?P<comma>[,;，、])"
    r"|(?P<sign>[()|+])"
    r"|(?P<minus>[-−–])"
    r"|(?P<field>(?:source|lang|title|mention|also):)?"
    r"(?:#*(?P<open>[\"“”„«「『])|(?P<word>[^\s,;，、()|+\"“”„«»「」『』]+(?:\+\+(?![^\s,;|()+]))?))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a query: `kind` is a sign, `word`, `phrase` or the name of a field.

    A sign that was written as a word (*and*, *or*, *not*) keeps it as its `value`.
    """

    kind: str
    value: str
    start: int
    end: int
    quoted: bool = False


def lex(text: str) -> list[Piece]:
    """Return the pieces of a query; raises QueryError where a quote is never closed."""
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        piece = _piece(text, at)
        if piece.kind != " ":
            pieces.append(piece)
        at = piece.end
    return pieces


def _piece(text: str, at: int) -> Piece:
    found = _PIECE.match(text, at)
    kind = found.lastgroup if found else None
    if found is None or found.end() == at:
        return Piece(" ", "", at, at + 1)  # a closing quote that closes nothing
    signs = {"space": " ", "comma": ",", "minus": "-", "sign": found[0]}
    if kind in signs:
        return Piece(signs[kind], "", at, found.end())
    name = (found["field"] or "").rstrip(":").lower()
    if found["open"]:
        end = _closing(text, found.end() - 1)
        return Piece(name or "phrase", text[found.end() : end], at, end + 1, quoted=True)
    word = found["word"] or ""
    sign = "" if name else operator(word)
    return Piece(sign or name or "word", word, at, found.end())


def _closing(text: str, opening: int) -> int:
    ends = [text.find(close, opening + 1) for close in _QUOTES[text[opening]]]
    if max(ends) < 0:
        line = sentence("This quotation mark is never closed. Add the second one.")
        raise QueryError(text, opening, line)
    return min(end for end in ends if end >= 0)


def too_long(text: str) -> QueryError:
    """Return the error of a text that is more than a query."""
    line = sentence("This is too long for a query: {most} characters at most.")
    return QueryError(text, min(len(text), MAX_QUERY), line, most=f"{MAX_QUERY:,}")


class QueryReader:
    """Reads one text of pieces from left to right."""

    def __init__(self, text: str, *, list_of_queries: bool) -> None:
        if len(text) > MAX_QUERY:
            raise too_long(text)
        self._text = text
        self._pieces = lex(text)
        self._at = 0
        self._list = list_of_queries
        self._depth = 0
        self._terms = 0
        self._any_mention = False
        self.skip_commas()

    def at_end(self) -> bool:
        """Return whether all is read."""
        return self._at >= len(self._pieces)

    def skip_commas(self) -> None:
        """Pass over commas."""
        while self._peek() == ",":
            self._at += 1

    def expect_end(self) -> None:
        """Raise QueryError unless all is read."""
        if not self.at_end():
            raise self._error(sentence("This does not belong here. Leave it out."))

    def one(self) -> tuple[Node, str, bool]:
        """Return the next query's node, its text, and whether any mention is enough."""
        self._any_mention = False
        self._terms = 0
        start = self._position()
        node = self._any_of()
        if not grounded(node):
            line = sentence("Say what you want before what you leave out, such as #Canada.")
            if positive(node):
                line = sentence(
                    "A source or a language alone is too much. Name a tag too, such as #Canada."
                )
            raise QueryError(self._text, start, line)
        end = self._pieces[self._at - 1].end
        return node, " ".join(self._text[start:end].split()), self._any_mention

    def _any_of(self) -> Node:
        nodes = [self._all_of()]
        while self._take("|"):
            nodes.append(self._all_of())
        return any_of(nodes)

    def _all_of(self) -> Node:
        nodes = [self._unit()]
        while self._take("+") or self._continues():
            nodes.append(self._unit())
        kept = [node for node in nodes if node is not None]
        if not kept:
            raise self._error(sentence("A tag is missing here. Type one, such as #Canada."))
        return all_of(kept)

    def _continues(self) -> bool:
        """Return whether the next piece belongs to this *and* without a + before it."""
        if self.at_end() or self._peek() in {"|", ")", "+"}:
            return False
        if self._list and self._depth == 0:
            piece = self._pieces[self._at]
            return piece.kind == "-" or piece.kind in {"source", "lang", "mention"}
        self.skip_commas()
        return not self.at_end() and self._peek() not in {"|", ")", "+"}

    def _unit(self) -> Node | None:
        if self.at_end():
            raise self._missing()
        piece = self._pieces[self._at]
        self._at += 1
        match piece.kind:
            case "-":
                return self._without(piece)
            case "(":
                return self._group(piece)
            case "word" | "phrase" | "title":
                return self._with_names(self._term(piece))
            case "source" | "lang" | "mention":
                return self._filter(piece)
            case "also":
                line = sentence(
                    "Other names stand right after their tag, such as #Seoul also:Hanyang."
                )
                raise QueryError(self._text, piece.start, line)
            case _:
                self._at -= 1
                raise self._missing()

    def _missing(self) -> QueryError:
        """Return the error of a place where a tag should stand."""
        at_end = self.at_end()
        piece = self._pieces[-1 if at_end else self._at] if self._pieces else None
        if piece is not None and operator(piece.value):
            before = sentence(
                "A tag is missing before “{word}”. Type one; if you mean the word itself, type "
                "#{word}."
            )
            after = sentence(
                "A tag is missing after “{word}”. Type one; if you mean the word itself, type "
                "#{word}."
            )
            line = after if at_end else before
            return QueryError(self._text, piece.start, line, word=piece.value)
        if at_end:
            line = sentence("A tag is missing at the end. Type one, or leave the sign out.")
            return self._error(line)
        return self._error(sentence("A tag is missing before this. Type one, or leave this out."))

    def _without(self, piece: Piece) -> Node:
        sign = f"{piece.value} " if piece.value else "-"
        node = None if self._peek() == "-" else self._unit()
        if node is None or not positive(node):
            line = sentence("What {sign} leaves out must be a word or a phrase, such as {example}.")
            raise QueryError(
                self._text, piece.start, line, sign=sign.strip(), example=f"{sign}hockey"
            )
        return Without(node)

    def _group(self, piece: Piece) -> Node:
        if self._depth >= MAX_DEPTH:
            line = sentence("Too many brackets in one another. Some can be left out.")
            raise QueryError(self._text, piece.start, line)
        self._depth += 1
        node = self._any_of()
        self._depth -= 1
        if not self._take(")"):
            line = sentence("This bracket is never closed. Add the ) that belongs to it.")
            raise QueryError(self._text, piece.start, line)
        return node

    def _term(self, piece: Piece) -> Term:
        self._terms += 1
        if self._terms > MAX_TERMS:
            line = sentence("Too many words in one query: {most} at most.")
            raise QueryError(self._text, piece.start, line, most=MAX_TERMS)
        try:
            tag = parse_tag(piece.value)
        except TagError as error:
            raise QueryError(self._text, piece.start, error.template, **error.values) from error
        return Term(tag.key, tag.shown, piece.kind == "title", piece.quoted, parts_of(tag))

    def _with_names(self, term: Term) -> Node:
        names: list[Node] = []
        while self._peek() == "also":
            names.append(self._name(self._pieces[self._at]))
        kept = tuple(name for name in dict.fromkeys(names) if name != term)
        return Named(term, kept) if kept else term

    def _name(self, piece: Piece) -> Node:
        self._at += 1
        if piece.value or piece.quoted:
            return self._term(piece)
        start = self._position()
        node = self._group(self._pieces[self._at - 1]) if self._take("(") else None
        if node is None or not positive(node) or not grounded(node):
            line = sentence("After also: comes a word or a phrase, such as also:Hanyang.")
            raise QueryError(self._text, start, line)
        return node

    def _filter(self, piece: Piece) -> Node | None:
        value = piece.value.strip()
        match piece.kind:
            case "mention" if value.casefold() == "any":
                self._any_mention = True
                return None
            case "lang" if value.isascii() and value.isalpha() and 2 <= len(value) <= 3:
                return InLanguage(value.lower())
            case "source" if key := joined(value):
                return FromSource(key, value)
            case _:
                known = {"mention": "mention:any", "lang": "lang:en", "source": "source:BBC"}
                line = sentence("This cannot be understood; it should look like {example}.")
                raise QueryError(self._text, piece.start, line, example=known[piece.kind])

    def _peek(self) -> str:
        return "" if self.at_end() else self._pieces[self._at].kind

    def _take(self, kind: str) -> bool:
        if self._peek() != kind:
            return False
        self._at += 1
        return True

    def _position(self) -> int:
        return len(self._text) if self.at_end() else self._pieces[self._at].start

    def _error(self, line: str) -> QueryError:
        return QueryError(self._text, self._position(), line)
