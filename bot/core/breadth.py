"""What a story's articles say together: who tells it, how broadly, under which headline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.records import Article

BREAKING_SOURCES, BREAKING_WITHIN = 3, timedelta(hours=1)
"""A story is breaking that so many sources told within so long."""
GOOD_HEADLINE = range(30, 111)
"""Characters of a headline that says enough and not too much."""


def first(articles: Sequence[Article]) -> Article:
    """Return the article that was seen first."""
    return min(articles, key=lambda article: (article.seen_at, article.id))


def latest(articles: Sequence[Article]) -> Article:
    """Return the article that was seen last."""
    return max(articles, key=lambda article: (article.seen_at, article.id))


def tellers(articles: Sequence[Article]) -> tuple[str, ...]:
    """Return the names of the sources, each once, in the order in which they told it."""
    ordered = sorted(articles, key=lambda article: (article.seen_at, article.id))
    return tuple(dict.fromkeys(article.by for article in ordered))


def _moment(article: Article) -> datetime:
    return min(article.published_at or article.seen_at, article.seen_at)


def is_breaking(articles: Sequence[Article]) -> bool:
    """Tell whether three sources told it within an hour."""
    told = sorted((_moment(article), article.by) for article in articles)
    for at, (start, _) in enumerate(told):
        within = {by for moment, by in told[at:] if moment - start <= BREAKING_WITHIN}
        if len(within) >= BREAKING_SOURCES:
            return True
    return False


def best_headline(articles: Sequence[Article]) -> Article:
    """Return the article whose headline to show: not shouted, not cut, not a stub, then first.

    An early headline is kept as long as it is good, lest a message change with every article.
    """
    ordered = sorted(articles, key=lambda article: (article.seen_at, article.id))
    return max(ordered, key=_quality)


def _quality(article: Article) -> int:
    title = article.title
    shouted = title.isupper() and len(title) > GOOD_HEADLINE.start
    cut = title.endswith(("…", "..."))
    stub = len(title) < GOOD_HEADLINE.start and title.isascii()
    return -(4 * cut + 3 * shouted + 2 * stub + (len(title) >= GOOD_HEADLINE.stop))
