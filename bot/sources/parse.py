"""Bytes in, entries out; runs in a child process that may be killed at any moment."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from bot.core.entries import Entry, Hints
from bot.sources import jsonfeed
from bot.sources.mending import mended
from bot.sources.pieces import ITEMS_TAKEN
from bot.sources.wire import NO_FEED, WEB_PAGE, Parsed, Task

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_EARLY = timedelta(days=1)
"""How far ahead of us a source's clock may be before its date is not believed."""
_LINE = 4_096
"""Characters taken of a guid, link or title."""
_TEXT = 65_536
"""Characters taken of a summary or content; HTML beyond 64 kB makes cleaners slow."""
_CATEGORIES = 50
_AMPLIFICATION = 43
"""Expat's XML_ERROR_AMPLIFICATION_LIMIT_BREACH."""
# What feedparser is known to raise on hostile documents, in place of setting `bozo`.
_CRASHES = (
    ValueError,
    OverflowError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    MemoryError,
    NotImplementedError,
    SAXException,
    re.error,
)
_PERIODS_S = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}
_NESTED_ENTITY = re.compile(rb"<!ENTITY\s+[^>]{1,200}?[\"'][^\"'>]*&[A-Za-z_%]", re.DOTALL)
_ROOT_END = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_ZONE = re.compile(r"\d:\d\d(?:[.,]\d+)?\s*[+-](\d\d):?\d\d\s*$")
_FARTHEST_ZONE = 14
"""Hours from Greenwich of the first island that sees a day; a date that says more is a mistake."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(task: Task) -> Parsed:
    """Return what the document says; never raises for what a document can hold."""
    if jsonfeed.looks_like_json(task.body):
        return _json(task)
    fault = _refusal(task.body)
    if fault:
        return Parsed(fault=fault)
    try:
        # Always a stream: feedparser opens bytes as a file name first.
        found = feedparser.parse(
            BytesIO(mended(task.body, task.content_type)),
            # No address of its own: guids would be joined to it, and change with each mirror.
            response_headers={"content-type": task.content_type},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        return _from_feedparser(found, task)
    except _CRASHES:
        return Parsed(fault="is written in a way that cannot be read")


def _json(task: Task) -> Parsed:
    try:
        feed = jsonfeed.read(task.body, ITEMS_TAKEN)
    except jsonfeed.NotJsonFeedError:
        return Parsed(fault=NO_FEED)
    return Parsed(
        title=_cut(feed.title, _LINE),
        language=_cut(feed.language, 40),
        entries=tuple(_bounded(entry, task.now) for entry in feed.entries),
        total=feed.total,
        hints=Hints(hub=feed.hub, self_url=feed.self_url),
    )


def _refusal(body: bytes) -> str:
    """Return why a document is not even given to feedparser, or an empty text."""
    if not body.strip():
        return "answers with nothing"
    head = body[:65_536]
    if _NESTED_ENTITY.search(head):
        return "is written in a way that cannot be read"
    root = _ROOT.search(head)
    if root is None:
        return WEB_PAGE if _HTML.search(head) else ""
    if not _ROOT_END.search(body, max(root.end(), len(body) - 65_536)):
        return "breaks off in the middle of its answer"
    return ""


def _from_feedparser(found: Any, task: Task) -> Parsed:
    if not found.get("version") and not found.entries:
        return Parsed(fault=NO_FEED)
    if _is_bomb(found.get("bozo_exception")):
        return Parsed(fault="is written in a way that cannot be read")
    feed = found.feed
    links = _links(feed)
    atom = str(found.version).startswith("atom")
    return Parsed(
        title=_cut(feed.get("title", ""), _LINE),
        language=_cut(feed.get("language", ""), 40),
        entries=tuple(_bounded(_entry(one, atom=atom), task.now) for one in _newest(found.entries)),
        total=len(found.entries),
        hints=Hints(ttl_s=_ttl(feed), hub=links.get("hub", ""), self_url=links.get("self", "")),
    )


def _is_bomb(error: object) -> bool:
    """Expat stops an entity bomb; the loose parser that runs then must not be believed."""
    inner = error.getException() if isinstance(error, SAXException) else None
    return getattr(inner, "code", 0) == _AMPLIFICATION


def _newest(entries: list[Any]) -> list[Any]:
    if len(entries) <= ITEMS_TAKEN:
        return entries
    dates = [
        dict.get(one, "published_parsed") or dict.get(one, "updated_parsed") for one in entries
    ]
    first, last = dates[0], dates[-1]
    if first and last and first < last:
        return entries[-ITEMS_TAKEN:]
    return entries[:ITEMS_TAKEN]


def _entry(item: Any, *, atom: bool) -> Entry:
    return Entry(
        guid=str(item.get("id", "")),
        link=_link(item),
        title=str(item.get("title", "")),
        # Only Atom says whether a title is plain text; RSS writes either and names neither.
        title_is_html=not atom or _type(item) != "text/plain",
        summary=str(item.get("summary", "")),
        content=max(
            (str(one.get("value", "")) for one in _dicts(item, "content")), key=len, default=""
        ),
        publisher=_publisher(item),
        author=str(item.get("author", "")),
        language=str(item.get("language", "") or ""),
        categories=tuple(_categories(item)),
        published_at=_date(item),
    )


def _publisher(item: Any) -> str:
    """Return who wrote an item of a search: RSS's `source`, or that of Bing's own namespace."""
    source = item.get("source")
    named = str(source.get("title", "")) if isinstance(source, dict) else ""
    return named or str(item.get("news_source", ""))


def _type(item: Any) -> str:
    detail = item.get("title_detail")
    return str(detail.get("type", "")) if isinstance(detail, dict) else ""


def _link(item: Any) -> str:
    if item.get("link"):
        return str(item["link"])
    for link in _dicts(item, "links"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"])
    return ""


def _dicts(item: Any, name: str) -> Iterable[dict[str, Any]]:
    values = item.get(name)
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _categories(item: Any) -> Iterable[str]:
    for tag in list(_dicts(item, "tags"))[:_CATEGORIES]:
        name = tag.get("label") or tag.get("term")
        if name:
            yield _cut(str(name), 300)


def _links(feed: Any) -> dict[str, str]:
    return {
        str(link.get("rel")): _cut(str(link.get("href", "")), 2_048)
        for link in _dicts(feed, "links")
    }


def _ttl(feed: Any) -> float | None:
    """Return the longer of `ttl` (minutes) and the syndication module's period."""
    found = []
    minutes = str(feed.get("ttl", ""))
    if minutes.isdecimal() and len(minutes) < 8:
        found.append(int(minutes) * 60.0)
    period = _PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    times = str(feed.get("sy_updatefrequency", "1")).strip()
    if period and times.isdecimal() and int(times[:6]) > 0:
        found.append(period / int(times[:6]))
    return max(found, default=None)


def _date(item: Any) -> datetime | None:
    for name in ("published", "updated", "created"):
        parts = dict.get(item, f"{name}_parsed")  # its own get() warns, and answers for another
        if parts:
            zone = _ZONE.search(str(dict.get(item, name, ""))[-40:])
            if zone is not None and int(zone[1]) > _FARTHEST_ZONE:
                return None
            try:
                return datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                return None
    return None


def _bounded(entry: Entry, now: datetime) -> Entry:
    """Cut every text and drop a date that cannot be."""
    at = entry.published_at
    return replace(
        entry,
        guid=_cut(entry.guid, _LINE),
        link=_cut(entry.link, _LINE),
        title=_cut(entry.title, _LINE),
        summary=_cut(entry.summary, _TEXT),
        content=_cut(entry.content, _TEXT),
        publisher=_cut(entry.publisher, 1_024),
        author=_cut(entry.author, 1_024),
        language=_cut(entry.language, 40),
        categories=tuple(_cut(one, 300) for one in entry.categories[:_CATEGORIES]),
        published_at=at if at is not None and _EARLIEST <= at <= now + _EARLY else None,
    )


def _cut(text: str, limit: int) -> str:
    return _SURROGATE.sub("\ufffd", text[:limit])
