"""The index of queries: which of them a text fits, found in one pass over the text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.evidence import Hit, carries, judge
from bot.core.particles import endings
from bot.core.query import Query
from bot.core.query_nodes import (
    AllOf,
    AnyOf,
    FromSource,
    InLanguage,
    Node,
    Term,
    Without,
    terms,
)
from bot.core.scan import Field, KeyTable
from bot.core.stems import Stemmer, has_stemmer
from bot.core.tags import words
from bot.core.tokens import joined, tokenise
from storage.records import QueryId


@dataclass(frozen=True, slots=True)
class MatchText:
    """What is looked at of an article; plain text, never markup."""

    title: str = ""
    summary: str = ""
    body: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A query that a text fits, and the words that say so."""

    query_id: QueryId
    hits: tuple[Hit, ...]


Evidence = Mapping[str, list[Hit]]
"""Hits by the key of their term."""


class TagIndex:
    """All queries of the house, in memory; queries come and go between two texts."""

    def __init__(self) -> None:
        self._table = KeyTable()
        self._stems = KeyTable()
        self._stemmer = Stemmer()
        self._stem_of: dict[str, str] = {}
        self._keys_of_stem: dict[str, tuple[str, ...]] = {}
        self._queries: dict[QueryId, Query] = {}
        self._asking: dict[str, tuple[QueryId, ...]] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, query_id: QueryId, query: Query) -> None:
        """Match the query from now on; one of the same id is replaced."""
        self.remove(query_id)
        self._queries[query_id] = query
        for term in _all_terms(query.node):
            asking = self._asking.get(term.key, ())
            self._asking[term.key] = (*asking, query_id)
            if not asking:
                self._look_for(term)

    def remove(self, query_id: QueryId) -> None:
        """Match the query no more; nothing happens where it is not known."""
        query = self._queries.pop(query_id, None)
        if query is None:
            return
        for term in _all_terms(query.node):
            left = tuple(asking for asking in self._asking[term.key] if asking != query_id)
            if left:
                self._asking[term.key] = left
            else:
                del self._asking[term.key]
                self._look_no_more_for(term.key)

    def match(self, text: MatchText) -> list[Match]:
        """Return the queries that the text fits, lowest id first."""
        evidence = self.evidence(text)
        candidates = {query_id for key in evidence for query_id in self._asking[key]}
        matches: list[Match] = []
        for query_id in sorted(candidates):
            query = self._queries[query_id]
            if fits(query, evidence, text):
                matches.append(Match(query_id, _hits_of(query, evidence)))
        return matches

    def evidence(self, text: MatchText) -> dict[str, list[Hit]]:
        """Return the hits of every term of every query, whether or not they are enough."""
        found: dict[str, list[Hit]] = {}
        for name, content in (
            ("title", text.title),
            ("summary", text.summary),
            ("body", text.body),
        ):
            for hit in self._hits(Field(name, content)) if content else ():
                found.setdefault(hit.key, []).append(hit)
        for category in text.categories:
            folded = joined(category)
            for key in self._keys(folded):
                hit = Hit(key, "category", 0, len(category), category)
                found.setdefault(key, []).append(hit)
        return found

    def _hits(self, field: Field) -> Iterator[Hit]:
        seen: set[tuple[str, int]] = set()
        for found in self._table.search(field, endings):
            for key in self._keys(found.key):
                if hit := judge(field, found, key):
                    seen.add((key, hit.start))
                    yield hit
        if self._keys_of_stem and not field.text.isascii():
            stemmed = field.reworded(self._stemmer)
            for found in self._stems.search(stemmed, _no_endings):
                for key in self._keys_of_stem[found.key]:
                    hit = judge(field, found, key)
                    if hit and (key, hit.start) not in seen:
                        yield hit

    def _keys(self, folded: str) -> Iterable[str]:
        return [key for key in {folded, folded.upper()} if key in self._asking]

    def _look_for(self, term: Term) -> None:
        self._table.add(term.key.lower() if term.key.isupper() else term.key)
        stem = "" if term.key.isupper() else self._stem(term)
        if stem:
            self._stem_of[term.key] = stem
            self._keys_of_stem[stem] = (*self._keys_of_stem.get(stem, ()), term.key)
            self._stems.add(stem)

    def _look_no_more_for(self, key: str) -> None:
        self._table.discard(key.lower() if key.isupper() else key)
        stem = self._stem_of.pop(key, "")
        if stem:
            self._stems.discard(stem)
            left = tuple(other for other in self._keys_of_stem[stem] if other != key)
            if left:
                self._keys_of_stem[stem] = left
            else:
                del self._keys_of_stem[stem]

    def _stem(self, term: Term) -> str:
        """Return a key of stems, token by token; empty where the script has no stemmer."""
        tokens = [t for part in words(term.shown) for t in tokenise(part)]
        return "".join(map(self._stemmer, tokens)) if any(map(has_stemmer, tokens)) else ""


def fits(query: Query, evidence: Evidence, text: MatchText) -> bool:
    """Return whether a text with this evidence is what the query wants."""
    return _fits(query.node, evidence, text, any_mention=query.any_mention)


def _fits(node: Node, evidence: Evidence, text: MatchText, *, any_mention: bool) -> bool:
    match node:
        case Term():
            hits = evidence.get(node.key, [])
            if node.title_only:
                hits = [hit for hit in hits if hit.field == "title"]
            return carries(hits, any_mention=any_mention)
        case FromSource():
            return node.key in joined(text.source)
        case InLanguage():
            return text.language.lower().partition("-")[0] == node.code
        case Without():
            return not _fits(node.node, evidence, text, any_mention=True)
        case AllOf():
            return all(_fits(n, evidence, text, any_mention=any_mention) for n in node.nodes)
        case AnyOf():
            return any(_fits(n, evidence, text, any_mention=any_mention) for n in node.nodes)


def _hits_of(query: Query, evidence: Evidence) -> tuple[Hit, ...]:
    return tuple(hit for key, _ in query.tags for hit in evidence.get(key, ()))


def _all_terms(node: Node) -> list[Term]:
    """Return the query's terms, wanted and not, each key once."""
    both = (*terms(node, excluded=False), *terms(node, excluded=True))
    return list({term.key: term for term in both}.values())


def _no_endings(_token: str) -> tuple[int, ...]:
    return ()
