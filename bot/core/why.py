"""Why a text fits a query or does not, term by term, for *Why?* and `tagwire explain`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.evidence import Hit, carries
from bot.core.match import MatchText, TagIndex, fits
from bot.core.query import Query, parse_query
from bot.core.query_nodes import FromSource, InLanguage, Named, Node, Term, Without, spell, terms
from storage.records import QueryId

_QUERY = QueryId(1)


class Verdict(StrEnum):
    """What a text says of one part of a query."""

    FOUND = "found"
    ONLY_ONCE = "only once in the text, not in its headline or lead"
    ONLY_SMALL = "only in small letters"
    ONLY_SHOUTED = "only in a headline all in capitals"
    ELSEWHERE = "in the text, but not in its headline"
    ANOTHER = "another one"
    """Another source or language."""
    ABSENT = "not there"
    LEFT_OUT = "there, though it is to be left out"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a query and what the text says of it."""

    shown: str
    verdict: Verdict
    good: bool
    """Whether this part speaks for the text."""
    hits: tuple[Hit, ...] = ()


def why(query: Query, text: MatchText) -> list[Reason]:
    """Return a reason for every part of the query; the text fits where they all work together."""
    index = TagIndex()
    index.add(_QUERY, query)
    evidence = index.evidence(text)
    return [_reason(part, excluded, query, evidence, text) for part, excluded in _parts(query.node)]


def fits_alone(query: Query, text: MatchText) -> bool:
    """Return whether the text fits the query, with no index at hand."""
    index = TagIndex()
    index.add(_QUERY, query)
    return fits(query, index.evidence(text), text)


_Part = Term | Named | FromSource | InLanguage


def _parts(node: Node, *, excluded: bool = False) -> list[tuple[_Part, bool]]:
    if isinstance(node, Without):
        return _parts(node.node, excluded=True)
    if isinstance(node, Term | Named | FromSource | InLanguage):
        return [(node, excluded)]
    return [part for child in node.nodes for part in _parts(child, excluded=excluded)]


def _reason(
    part: _Part,
    excluded: bool,  # noqa: FBT001 - the other half of a pair
    query: Query,
    evidence: dict[str, list[Hit]],
    text: MatchText,
) -> Reason:
    there = fits(Query(part, "", query.any_mention or excluded), evidence, text)
    if isinstance(part, FromSource | InLanguage):
        shown = spell(part)
        hits: tuple[Hit, ...] = ()
        verdict = Verdict.FOUND if there else Verdict.ANOTHER
    else:
        tag = part.term if isinstance(part, Named) else part
        shown = tag.shown
        names = terms(part, excluded=False)
        every = [(hit, term) for term in names for hit in evidence.get(term.sought, [])]
        hits = tuple(hit for hit, term in every if _counts(hit, term))
        verdict = Verdict.ELSEWHERE if every else _missing(tag, text)
        if there or hits:
            verdict = Verdict.FOUND if there else _too_little(hits)
    if excluded:
        verdict = Verdict.LEFT_OUT if there else Verdict.ABSENT
    return Reason(shown, verdict, there is not excluded, hits)


def _counts(hit: Hit, term: Term) -> bool:
    return hit.field == "title" or not term.title_only


def _too_little(hits: tuple[Hit, ...]) -> Verdict:
    return Verdict.ONLY_ONCE if carries(hits, any_mention=True) else Verdict.ONLY_SHOUTED


def _missing(term: Term, text: MatchText) -> Verdict:
    if term.key.isupper() and fits_alone(parse_query(f"#{term.key.lower()} mention:any"), text):
        return Verdict.ONLY_SMALL
    return Verdict.ABSENT
