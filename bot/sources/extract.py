"""An article's page in, its text out; runs in a child process that may be killed at any moment."""

import codecs
import re

import trafilatura
from lxml import etree, html

from bot.core.entries import PageText
from bot.sources.wire import PageRead, PageTask

TEXT = 40_000
"""Characters of a page's text that are taken."""
DESCRIPTION = 4_000
_HEAD = 4_096
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMES = ("og:description", "description", "twitter:description")
# What lxml and trafilatura are known to raise on hostile pages.
_CRASHES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    MemoryError,
    OverflowError,
    etree.LxmlError,
    re.error,
)


def extract(task: PageTask) -> PageRead:
    """Return a page's text and description; never raises for what a page can hold."""
    try:
        page = _decoded(task)
        tree = _tree(page)
        if tree is None:
            return PageRead(fault="has no text")
        description = _description(tree)
        text = trafilatura.extract(
            tree, favor_precision=True, include_comments=False, include_tables=False
        )
        # Where that is too strict, also what stands in tables, or in data for search engines.
        text = text or trafilatura.extract(page, include_comments=False)
    except _CRASHES:
        return PageRead(fault="is written in a way that cannot be read")
    return PageRead(text=PageText(_cut(text or "", TEXT), _cut(description, DESCRIPTION)))


def _tree(page: str) -> html.HtmlElement | None:
    tree: html.HtmlElement | None = trafilatura.load_html(page)
    return tree


def _decoded(task: PageTask) -> str:
    """Return the page's letters: by its header, by its own word, or as they look."""
    body = task.body
    if body.startswith(codecs.BOM_UTF8):
        return body.decode("utf-8-sig", "replace")
    said = _CHARSET.search(body[:_HEAD])
    for name in (task.charset, "utf-8", said[1].decode("ascii") if said else ""):
        try:
            return body.decode(name or "utf-8")
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1252", "replace")


def _description(tree: html.HtmlElement) -> str:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        if name in _NAMES and meta.get("content"):
            found.setdefault(name, str(meta.get("content")))
    return next((found[name] for name in _NAMES if name in found), "")


def _cut(text: str, limit: int) -> str:
    return _SURROGATE.sub("\ufffd", text[:limit])
