"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), typed and strict."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from bot.core.entries import Entry

Object = dict[str, object]


class NotJsonFeedError(ValueError):
    """The bytes are no JSON Feed."""


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """What a JSON Feed says."""

    title: str
    language: str
    entries: tuple[Entry, ...]
    total: int
    hub: str = ""
    self_url: str = ""


def looks_like_json(body: bytes) -> bool:
    """Tell whether the body begins as a JSON object does."""
    return body.removeprefix(b"\xef\xbb\xbf")[:64].lstrip().startswith(b"{")


def read(body: bytes, limit: int) -> JsonFeed:
    """Return the feed with its first items; items without any content are left out.

    Raises NotJsonFeedError where it is no JSON or does not say that it is a JSON Feed.
    """
    try:
        loaded = json.loads(body)
    except (ValueError, RecursionError):
        raise NotJsonFeedError("is no JSON") from None
    if not isinstance(loaded, dict):
        raise NotJsonFeedError("is no JSON Feed")
    feed = cast("Object", loaded)
    items = feed.get("items")
    if "jsonfeed.org/version/" not in _text(feed, "version") or not isinstance(items, list):
        raise NotJsonFeedError("is no JSON Feed")
    entries = [_entry(cast("Object", item)) for item in items[:limit] if isinstance(item, dict)]
    return JsonFeed(
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        entries=tuple(entry for entry in entries if entry is not None),
        total=len(items),
        hub=_hub(feed),
        self_url=_text(feed, "feed_url"),
    )


def _entry(item: Object) -> Entry | None:
    guid = _identity(item)
    html = _text(item, "content_html")
    plain = _text(item, "content_text")
    title = _text(item, "title")
    link = _text(item, "url") or _text(item, "external_url")
    if not (title or link or html or plain):
        return None
    return Entry(
        guid=guid,
        link=link,
        title=title,
        title_is_html=False,
        summary=_text(item, "summary"),
        content=html or _escaped(plain),
        author=_author(item),
        language=_text(item, "language"),
        categories=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        published_at=_time(_text(item, "date_published") or _text(item, "date_modified")),
    )


def _identity(item: Object) -> str:
    """Return the id; the specification wants a number to be read as a string."""
    value = item.get("id")
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _author(item: Object) -> str:
    authors = [one for one in _list(item, "authors") if isinstance(one, dict)]
    single = item.get("author")
    if isinstance(single, dict):
        authors.append(single)
    return ", ".join(name for one in authors if (name := _text(cast("Object", one), "name")))


def _hub(feed: Object) -> str:
    for hub in _list(feed, "hubs"):
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub":
            return _text(cast("Object", hub), "url")
    return ""


def _text(item: Object, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _list(item: Object, name: str) -> list[object]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _escaped(plain: str) -> str:
    """Plain text as the HTML that content is taken for."""
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
