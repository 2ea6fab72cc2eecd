"""Which words of a text a tag matches, and why, or why it does not."""

from dataclasses import dataclass

from bot.core import language
from bot.core.evidence import Hit
from bot.core.match import MatchText, TagIndex
from bot.core.query import parse_query
from bot.core.why import Reason, why
from storage.records import QueryId

TEXT_LIMIT = 1_000_000
_ASKED = QueryId(1)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a tag finds in a text."""

    shown: str
    matches: bool
    hits: tuple[Hit, ...]
    """Every mention, in the order of the text, whether or not they are enough."""
    reasons: tuple[Reason, ...]
    """What the text says of each part of the query."""


def explain(typed: str, text: str) -> Explanation:
    """Explain a tag or query on a text, whose first line counts as its title.

    Raises TagError or QueryError where what was typed is neither.
    """
    query = parse_query(typed)
    title, _, body = text[:TEXT_LIMIT].strip().partition("\n")
    looked_at = MatchText(title=title, body=body, language=language.guess(text[:1_000], ""))
    index = TagIndex()
    index.add(_ASKED, query)
    hits = [hit for found in index.evidence(looked_at).values() for hit in found]
    hits.sort(key=lambda hit: (hit.field != "title", hit.start))
    matches = bool(index.match(looked_at))
    return Explanation(query.shown, matches, tuple(hits), tuple(why(query, looked_at)))
