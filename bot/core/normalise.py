"""Entry -> NewArticle: every text clean, every limit kept, every identity hashed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.core import language
from bot.core.entries import Entry
from bot.core.text import clean_line, clean_text, has_substance, html_to_text, shorten
from bot.core.urls import canonical_url, hashed, public_link, url_key
from storage.records import Key, NewArticle

MAX_TITLE = 300
MAX_SUMMARY = 1_000
MAX_BODY = 20_000
"""UTF-16 units that are kept of each."""
MAX_PUBLISHER = 100
MAX_CATEGORY = 64
MAX_CATEGORIES = 20
MAX_GUID = 1_024
FALLBACK_TITLE = 80
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No feed is older; earlier dates are mistakes (epoch seconds read as a year, zeros)."""
AHEAD = timedelta(days=1)
"""How far in the future a date may lie: time zones go wrong by hours."""

_LISTS_OTHERS = frozenset({"news.google.com"})
"""Where a description is only a list of other papers' headlines."""

__all__ = ["canonical_url", "to_article", "to_articles", "url_key"]


def to_article(
    entry: Entry, document_url: str, source_language: str, now: datetime
) -> NewArticle | None:
    """Return the article that an entry makes, or None where it has nothing to show.

    `document_url` is the address that answered, `source_language` what document or source say.
    Use `to_articles` for a whole document: it knows which guids are used twice.
    """
    url = public_link(entry.link or (entry.guid if "://" in entry.guid else ""), document_url)
    publisher = clean_line(entry.publisher, MAX_PUBLISHER)
    own_title = _title(entry, publisher)
    if urlsplit(url).hostname in _LISTS_OTHERS:
        entry = replace(entry, summary="", content="")
    description = html_to_text(entry.summary, MAX_BODY)
    body = html_to_text(entry.content, MAX_BODY)
    summary = clean_line(description, MAX_SUMMARY)
    if not body and len(description) > MAX_SUMMARY:
        body = description  # A feed that puts the whole text into its description.
    title = own_title or _fallback_title(summary or clean_line(body), url)
    if not title:
        return None
    published = _date(entry.published_at, now)
    hint = entry.language or source_language
    return NewArticle(
        keys=_keys(entry, url, own_title, published),
        url=url,
        url_key=url_key(url),
        title=title,
        summary=summary,
        body=clean_text(body, MAX_BODY),
        publisher=publisher,
        language=language.guess(f"{title}\n{summary or body[:500]}", hint),
        categories=_categories(entry.categories),
        published_at=published,
        seen_at=now,
    )


def to_articles(
    entries: Iterable[Entry], document_url: str, source_language: str, now: datetime
) -> list[NewArticle]:
    """Return the articles of a document in its order, each once.

    A guid or link that several entries share says nothing of its own: a shared guid counts
    together with the link, a shared link not at all.
    """
    known = list(entries)
    guids = Counter(entry.guid for entry in known)
    articles = []
    for entry in known:
        if entry.guid and guids[entry.guid] > 1:
            entry = replace(entry, guid=f"{entry.guid[:MAX_GUID]}|{entry.link}")  # noqa: PLW2901 - the same entry with a better guid
        article = to_article(entry, document_url, source_language, now)
        if article is not None:
            articles.append(article)
    return _once_each(articles)


def _once_each(articles: list[NewArticle]) -> list[NewArticle]:
    """Return the articles without repeats, and without links as keys that several titles share."""
    titles: dict[Key, set[str]] = {}
    for article in articles:
        if article.url_key is not None:
            titles.setdefault(article.url_key, set()).add(article.title)
    seen: set[Key] = set()
    kept = []
    for article in articles:
        if article.url_key is not None and len(titles[article.url_key]) > 1:
            shared = hashed(f"link|{article.url_key}")
            keys = tuple(key for key in article.keys if key != shared)
            article = replace(article, url_key=None, keys=keys or article.keys)  # noqa: PLW2901 - the same article with fewer keys
        if seen.isdisjoint(article.keys):
            kept.append(article)
        seen.update(article.keys)
    return kept


def _title(entry: Entry, publisher: str) -> str:
    """Return the entry's own headline, or empty where it has none that can be seen."""
    raw = html_to_text(entry.title, 2 * MAX_TITLE) if entry.title_is_html else entry.title
    title = clean_line(raw, MAX_TITLE)
    for dash in (" - ", " – ", " — ", " | "):
        if publisher and title.endswith(dash + publisher):
            title = title.removesuffix(dash + publisher).rstrip()
    return title if has_substance(title) else ""


def _fallback_title(words: str, url: str) -> str:
    """Return a title for an entry without one: its first words, or the host of its link."""
    if has_substance(words):
        return shorten(words, FALLBACK_TITLE)
    return urlsplit(url).hostname or ""


def _keys(entry: Entry, url: str, title: str, published: datetime | None) -> tuple[Key, ...]:
    """Return the hashes of guid, canonical link and title with day; never none of them.

    Where no day tells one *Daily briefing* from the next, its text does.
    """
    link = url_key(url)
    texts = []
    if entry.guid.strip():
        texts.append(f"guid|{entry.guid.strip()}")
    if link is not None:
        texts.append(f"link|{link}")
    day = published.date().isoformat() if published else ""
    said = "" if title and day else clean_line(entry.summary or entry.content)
    if not day and texts:  # Without guid and link, an edited text is no news.
        day = said
    if title or said:
        texts.append(f"title|{day}|{(title or said).casefold()}")
    return tuple(map(hashed, texts or [f"address|{url}"]))


def _date(published: datetime | None, now: datetime) -> datetime | None:
    """Return the date where it can be true."""
    if published is None or published.tzinfo is None:
        return None
    try:
        moment = published.astimezone(UTC)
    except OverflowError:  # The first and last day of the calendar, in other zones.
        return None
    return moment if EARLIEST <= moment <= now + AHEAD else None


def _categories(raw: tuple[str, ...]) -> tuple[str, ...]:
    """Return the feed's own categories, clean, each once whatever its capitals."""
    found: dict[str, str] = {}
    for category in raw[: 4 * MAX_CATEGORIES]:
        clean = clean_line(html_to_text(category, 2 * MAX_CATEGORY), MAX_CATEGORY)
        if has_substance(clean):
            found.setdefault(clean.casefold(), clean)
    return tuple(found.values())[:MAX_CATEGORIES]
