"""The index of queries: which of them a text fits, found in one pass over the text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, assert_never

from bot.core.evidence import Hit, carries, judge
from bot.core.inflection import InflectedTags
from bot.core.particles import endings
from bot.core.query import Query
from bot.core.query_nodes import (
    AllOf,
    AnyOf,
    FromSource,
    InLanguage,
    Named,
    Node,
    Term,
    Without,
    terms,
)
from bot.core.scan import Field, KeyTable
from bot.core.tokens import joined
from storage.records import QueryId

MAX_HITS: Final = 20
"""Hits of one term that are told of one field; more say no more."""


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
        self._inflected = InflectedTags()
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
        times: Counter[str] = Counter()
        both = (self._table.search(field, endings), self._inflected.search(field))
        for found in chain(*both):
            for key in self._keys(found.key):
                if times[key] < MAX_HITS and (hit := judge(field, found, key)):
                    times[key] += 1
                    yield hit

    def _keys(self, folded: str) -> Iterable[str]:
        return [key for key in dict.fromkeys((folded, folded.upper())) if key in self._asking]

    def _look_for(self, term: Term) -> None:
        self._table.add(term.key.lower() if term.key.isupper() else term.key)
        self._inflected.add(term.key, term.shown)

    def _look_no_more_for(self, key: str) -> None:
        self._table.discard(key.lower() if key.isupper() else key)
        self._inflected.discard(key)


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
        case AnyOf(nodes=nodes) | Named(options=nodes):
            return any(_fits(n, evidence, text, any_mention=any_mention) for n in nodes)
        case _:
            assert_never(node)


def _hits_of(query: Query, evidence: Evidence) -> tuple[Hit, ...]:
    asked = dict.fromkeys(term.key for term in terms(query.node, excluded=False))
    return tuple(hit for key in asked for hit in evidence.get(key, ()))


def _all_terms(node: Node) -> list[Term]:
    """Return the query's terms, wanted and not, each key once."""
    both = (*terms(node, excluded=False), *terms(node, excluded=True))
    return list({term.key: term for term in both}.values())
