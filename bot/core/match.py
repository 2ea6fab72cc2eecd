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
from bot.core.scan import Field, Found, KeyTable
from bot.core.tokens import joined
from storage.records import Article, QueryId

MAX_HITS: Final = 20
"""Hits of one term that are told of one field; more say no more."""


MAX_NAME: Final = 256
"""Code points of a category, or of a source's name, that are looked at; ours."""


@dataclass(frozen=True, slots=True)
class MatchText:
    """What is looked at of an article; plain text, never markup."""

    title: str = ""
    summary: str = ""
    body: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    source: str = ""


def text_of(article: Article) -> MatchText:
    """Return the parts of an article that tags are looked for in."""
    return MatchText(
        title=article.title,
        summary=article.summary,
        body=article.body,
        categories=article.categories,
        language=article.language,
        source=article.by,
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A query that a text fits, and the words that say so."""

    query_id: QueryId
    hits: tuple[Hit, ...]


Evidence = Mapping[str, list[Hit]]
"""Hits by what their term seeks."""


class TagIndex:
    """All queries of the house, in memory; queries come and go between two texts."""

    def __init__(self) -> None:
        self._table = KeyTable()
        self._inflected = InflectedTags()
        self._queries: dict[QueryId, Query] = {}
        self._asking: dict[str, tuple[QueryId, ...]] = {}
        """Queries by what they seek: a key, or one spelling of it where that makes a difference."""
        self._sought: dict[str, tuple[str, ...]] = {}
        """The same by its key."""

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, query_id: QueryId, query: Query) -> None:
        """Match the query from now on; one of the same id is replaced."""
        self.remove(query_id)
        self._queries[query_id] = query
        for term in _all_terms(query.node):
            asking = self._asking.get(term.sought, ())
            self._asking[term.sought] = (*asking, query_id)
            if not asking:
                self._look_for(term)

    def remove(self, query_id: QueryId) -> None:
        """Match the query no more; nothing happens where it is not known."""
        query = self._queries.pop(query_id, None)
        if query is None:
            return
        for term in _all_terms(query.node):
            left = tuple(asking for asking in self._asking[term.sought] if asking != query_id)
            if left:
                self._asking[term.sought] = left
            else:
                del self._asking[term.sought]
                self._look_no_more_for(term)

    def match(self, text: MatchText) -> list[Match]:
        """Return the queries that the text fits, lowest id first."""
        evidence = self.evidence(text)
        candidates = {query_id for sought in evidence for query_id in self._asking[sought]}
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
            for sought, hit in self._hits(Field(name, content)) if content else ():
                found.setdefault(sought, []).append(hit)
        for category in (whole[:MAX_NAME] for whole in text.categories):
            folded = joined(category)
            for key in self._keys(folded):
                hit = Hit(key, "category", 0, len(category), category)
                for sought in self._sought[key]:
                    found.setdefault(sought, []).append(hit)
        return found

    def _hits(self, field: Field) -> Iterator[tuple[str, Hit]]:
        """Yield what is sought, and where the field has it."""
        times: Counter[str] = Counter()
        for found, key, all_sought in chain(self._as_typed(field), self._declined(field)):
            wanted = [sought for sought in all_sought if times[sought] < MAX_HITS]
            hit = judge(field, found, key) if wanted else None
            if hit is not None:
                times.update(wanted)
                yield from ((sought, hit) for sought in wanted)

    def _as_typed(self, field: Field) -> Iterator[tuple[Found, str, tuple[str, ...]]]:
        for found in self._table.search(field, endings):
            for key in self._keys(found.key):
                yield found, key, self._sought[key]

    def _declined(self, field: Field) -> Iterator[tuple[Found, str, tuple[str, ...]]]:
        for found in self._inflected.search(field):
            yield found, found.key.replace("_", ""), (found.key,)

    def _keys(self, folded: str) -> Iterable[str]:
        return [key for key in dict.fromkeys((folded, folded.upper())) if key in self._sought]

    def _look_for(self, term: Term) -> None:
        self._inflected.add(term.sought, term.parts)
        before = self._sought.get(term.key, ())
        self._sought[term.key] = (*before, term.sought)
        if not before:
            self._table.add(_folded(term.key))

    def _look_no_more_for(self, term: Term) -> None:
        self._inflected.discard(term.sought)
        left = tuple(other for other in self._sought[term.key] if other != term.sought)
        if left:
            self._sought[term.key] = left
        else:
            del self._sought[term.key]
            self._table.discard(_folded(term.key))


def fits(query: Query, evidence: Evidence, text: MatchText) -> bool:
    """Return whether a text with this evidence is what the query wants."""
    return _fits(query.node, evidence, text, any_mention=query.any_mention)


def _fits(node: Node, evidence: Evidence, text: MatchText, *, any_mention: bool) -> bool:
    match node:
        case Term():
            hits = evidence.get(node.sought, [])
            if node.title_only:
                hits = [hit for hit in hits if hit.field == "title"]
            return carries(hits, any_mention=any_mention)
        case FromSource():
            return node.key in joined(text.source[:MAX_NAME])
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
    asked = dict.fromkeys(term.sought for term in terms(query.node, excluded=False))
    return tuple(hit for sought in asked for hit in evidence.get(sought, ()))


def _all_terms(node: Node) -> list[Term]:
    """Return the query's terms, wanted and not, each that is sought once."""
    both = (*terms(node, excluded=False), *terms(node, excluded=True))
    return list({term.sought: term for term in both}.values())


def _folded(key: str) -> str:
    return key.lower() if key.isupper() else key
