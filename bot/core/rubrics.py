"""Which of the papers' own categories would make good tags."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import regex

from bot.core.tags import Tag, needs_question, parse_tag
from bot.errors import TagError

LONGEST = 24
"""Characters; a button shows few more."""
FEWEST = 2
"""Articles that carry a category; one alone is chance."""

_NAME = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}]*(?:[ '’-][\p{L}\p{M}\p{N}]+){0,2}")
_SHELVES = frozenset(
    {"news", "topnews", "topstories", "latest", "latestnews", "breakingnews", "headlines",
     "worldnews", "general", "home", "uncategorized", "opinion", "featured", "video", "videos",
     "podcast", "podcasts", "newsletter", "newsletters", "photos"}
)  # fmt: skip
"""Where papers put everything; nobody follows these."""


def good_tags(carried: Iterable[tuple[int, Sequence[str]]]) -> list[Tag]:
    """Return the categories worth a tag, those of most sources first, then of most articles.

    `carried` has each article's source and categories.
    """
    names: dict[str, Tag] = {}
    sources: defaultdict[str, set[int]] = defaultdict(set)
    articles: defaultdict[str, int] = defaultdict(int)
    for source, categories in carried:
        for tag in {tag.key: tag for tag in map(_tag, categories) if tag}.values():
            names.setdefault(tag.key, tag)
            sources[tag.key].add(source)
            articles[tag.key] += 1
    many = [key for key in names if articles[key] >= FEWEST]
    many.sort(key=lambda key: (-len(sources[key]), -articles[key], key))
    return [names[key] for key in many]


def _tag(category: str) -> Tag | None:
    if len(category) > LONGEST or not _NAME.fullmatch(category):
        return None
    try:
        tag = parse_tag(category)
    except TagError:
        return None
    return None if needs_question(tag) or tag.key in _SHELVES else tag
