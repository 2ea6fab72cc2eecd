"""What could be left out so that a story would not have come, and what else would go with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import regex

from bot.core.breadth import tellers
from bot.core.match import TagIndex, text_of
from bot.core.query import Query, made, parse_query
from bot.core.query_nodes import AllOf, Node, Term, Without, all_of, spell
from bot.core.stopwords import stop_words
from bot.errors import QueryError
from storage.records import QueryId, Story

MOST: Final = 3
"""Proposals at once."""
TRIED: Final = 40
"""Words that are tried."""
_FEW: Final = 4
"""Of so few stories any share may go."""
_WORDS = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[’'-][\p{L}\p{M}\p{N}]+)*")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Thai}]")
"""Scripts without borders between words: there a word cannot be told from a part of one."""
_HANGUL = regex.compile(r"\p{Hangul}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to leave out."""

    node: Node
    others: int
    """How many of the other stories would not have come either."""

    @property
    def typed(self) -> str:
        """Return it as it can be typed behind a tag, without the minus."""
        return spell(self.node).removeprefix("#")


def without(query: Query, node: Node) -> Query:
    """Return the query that leaves this out too."""
    return made(all_of([query.node, Without(node)]), any_mention=query.any_mention)


def left_out(typed: str) -> Node | None:
    """Read what `Proposal.typed` wrote; None: it is nothing that can be left out."""
    try:
        node = parse_query(f"x -{typed}").node
    except QueryError:
        return None
    last = node.nodes[-1] if isinstance(node, AllOf) else None
    return last.node if isinstance(last, Without) else None


def proposals(story: Story, others: Sequence[Story], queries: Sequence[Query]) -> list[Proposal]:
    """Return up to three things whose leaving out keeps the story away and fewest others.

    `queries` are those that found it, `others` what they found lately. The first costs the fewest
    stories; the rest are those that cost the fewest and tell of a theme, as they cost some.
    """
    tried = list(_candidates(story, queries))
    lost = _lost(tried, [story, *others], queries)
    most = len(others) if len(others) < _FEW else len(others) // 2
    found = [
        Proposal(node, len(gone) - 1)
        for node, gone in zip(tried, lost, strict=True)
        if 0 in gone and len(gone) - 1 <= most
    ]
    found.sort(key=lambda one: one.others)
    themes = [one for one in found if one.others]
    return list(dict.fromkeys([*found[:1], *themes[: MOST - 1], *found]))[:MOST]


def effect(node: Node, story: Story, others: Sequence[Story], queries: Sequence[Query]) -> int:
    """Return how many others would not have come either without this."""
    (gone,) = _lost([node], [story, *others], queries)
    return len(gone - {0})


def _lost(
    tried: Sequence[Node], stories: Sequence[Story], queries: Sequence[Query]
) -> list[set[int]]:
    """Return for each thing that is left out the numbers of the stories that no query finds."""
    index = TagIndex()
    for number, node in enumerate(tried):
        for at, query in enumerate(queries):
            index.add(QueryId(number * len(queries) + at), without(query, node))
    lost: list[set[int]] = [set() for _ in tried]
    for number, story in enumerate(stories):
        kept = {
            match.query_id // len(queries)
            for article in story.articles
            for match in index.match(text_of(article))
        }
        for at in range(len(tried)):
            if at not in kept:
                lost[at].add(number)
    return lost


def _candidates(story: Story, queries: Sequence[Query]) -> Iterator[Node]:
    """Yield what may be left out: themes, names, words of the headline and the summary, sources."""
    asked = {key for query in queries for key, _ in query.tags}
    seen: set[str] = set()
    for word in _words(story):
        node = left_out(f'"{word}"') if len(seen) < TRIED else None
        if not isinstance(node, Term) or node.key in seen:
            continue
        seen.add(node.key)
        if not any(node.key in key for key in asked):
            yield node
    names = tellers(story.articles)
    node = left_out(f'source:"{names[0]}"') if len(names) == 1 else None
    if node is not None:
        yield node


def _words(story: Story) -> Iterator[str]:
    for article in story.articles:
        yield from (one for one in article.categories if len(one.split()) <= MOST)
    for article in story.articles:
        title = _WORDS.findall(article.title)
        for first, second in pairwise(title):
            if first.istitle() and second.istitle():
                yield f"{first} {second}"
    for article in story.articles:
        for word in _WORDS.findall(f"{article.title} {article.summary}"):
            if _tells(word, article.language):
                yield word


def _tells(word: str, language: str) -> bool:
    """Tell whether a word may be what a story is about."""
    stop = stop_words()
    folded = word.casefold()
    if word.isdigit() or folded in stop.get(language, frozenset()) | stop["en"]:
        return False
    if _DENSE.search(word):
        return False
    return len(word) >= (2 if _HANGUL.search(word) else 4)
