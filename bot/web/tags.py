"""Pages of tags for anybody's browser, and their feeds for anybody's reader."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from bot.core.breadth import best_headline, tellers
from bot.core.messages import is_link
from bot.core.summary import summarise
from bot.core.tags import Tag
from bot.services.tag_pages import TagPage
from storage.errors import StoreError
from storage.records import Article, Story

_AGE = "public, max-age=120"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "article{margin:1.5rem 0}h2{font-size:1.1rem;margin:0}p{margin:.2rem 0}small{opacity:.7}"
)

_GAPS = re.compile(r"[\s/]+")


class ReadsTags(Protocol):
    """Where pages come from; raises StoreError."""

    async def tags(self) -> Mapping[str, Tag]:
        """Return the tags that have a page."""
        ...

    async def page(self, name: str) -> TagPage | None:
        """Return a tag's page, if it has one."""
        ...


class TagSide:
    """Serves `/tags/`, `/tags/<tag>` and `/tags/<tag>.xml`."""

    def __init__(self, reads: ReadsTags, origin: str) -> None:
        """`origin` is where the world reaches these pages; empty: nobody told us."""
        self._reads = reads
        self._origin = origin

    def routes(self) -> list[web.RouteDef]:
        """Return the pages."""
        return [
            web.get("/tags/", _kept(self._index)),
            web.get("/tags/{name:[^/]{1,200}}.xml", _kept(self._feed)),
            web.get("/tags/{name:[^/]{1,200}}", _kept(self._page)),
        ]

    async def _index(self, _: web.Request) -> web.Response:
        tags = (await self._reads.tags()).values()
        items = "".join(
            f'<li><a href="{escape(_path(tag))}">{escape(_shown(tag))}</a></li>' for tag in tags
        )
        return _html("Tags", "", f"<ul>{items}</ul>" if items else "<p>No tags yet.</p>")

    async def _page(self, request: web.Request) -> web.Response:
        page = await self._found(request)
        feed = escape(_path(page.tag) + ".xml")
        title = f"Newest stories with {_shown(page.tag)}"
        link = f'<link rel="alternate" type="application/atom+xml" href="{feed}">'
        told = "".join(map(_article, page.stories)) or "<p>No stories in the last days.</p>"
        end = f'<p><small><a href="{feed}">Feed</a> · <a href="./">All tags</a></small></p>'
        return _html(title, link, told + end)

    async def _feed(self, request: web.Request) -> web.Response:
        page = await self._found(request)
        updated = max((story.last_at for story in page.stories), default=page.at)
        itself = f"{self._origin}{_path(page.tag)}"
        link = f'<link rel="self" href="{escape(itself)}.xml"/>' if self._origin else ""
        body = (
            '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
            f"<id>{_id('tag', page.tag.key)}</id>{link}"
            f"<title>{escape(_shown(page.tag))}</title><updated>{_time(updated)}</updated>"
            f"{''.join(map(_entry, page.stories))}</feed>\n"
        )
        return web.Response(text=body, content_type="application/atom+xml", charset="utf-8")

    async def _found(self, request: web.Request) -> TagPage:
        page = await self._reads.page(request.match_info["name"])
        if page is None:
            raise web.HTTPNotFound
        return page


Page = Callable[[web.Request], Awaitable[web.Response]]


def _kept(page: Page) -> Page:
    """Let whoever has a page already keep it; the database being away is no fault of theirs."""

    async def answer(request: web.Request) -> web.Response:
        try:
            response = await page(request)
        except StoreError:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        body = response.body if isinstance(response.body, bytes) else b""
        mark = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers = {"ETag": mark, "Cache-Control": _AGE}
        if mark in request.headers.get("If-None-Match", ""):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers |= {
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        response.headers.update(headers)
        return response

    return answer


def _html(title: str, head: str, body: str) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title>{head}<style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def _article(story: Story) -> str:
    told = best_headline(story.articles)
    title = escape(told.title or told.by)
    if is_link(told.url):
        title = f'<a href="{escape(told.url)}" rel="noopener noreferrer nofollow">{title}</a>'
    at = told.published_at or told.seen_at
    time = f'<time datetime="{_time(at)}">{at:%Y-%m-%d %H:%M} UTC</time>'
    names = escape(", ".join(tellers(story.articles)))
    return (
        f'<article lang="{escape(told.language)}" dir="auto"><h2>{title}</h2>'
        f"<p><small>{names} · {time}</small></p>"
        f"<p>{escape(_summary(told))}</p></article>"
    )


def _entry(story: Story) -> str:
    told = best_headline(story.articles)
    link = f'<link href="{escape(told.url)}"/>' if is_link(told.url) else ""
    return (
        f"<entry><id>{_id('story', str(story.id))}</id>"
        f"<title>{escape(told.title or told.by)}</title>{link}"
        f"<author><name>{escape(told.by or 'Tagwire')}</name></author>"
        f"<published>{_time(story.first_at)}</published><updated>{_time(story.last_at)}</updated>"
        f"<summary>{escape(_summary(told))}</summary></entry>"
    )


def _summary(told: Article) -> str:
    return summarise(told.title, told.summary, told.body, told.language)


def _shown(tag: Tag) -> str:
    return f"“{tag.shown}”" if " " in tag.shown else f"#{tag.shown}"


def _path(tag: Tag) -> str:
    name = _GAPS.sub("-", tag.shown)
    return f"/tags/{quote(name, safe='-_')}"


def _id(kind: str, name: str) -> str:
    """Return an id that stays the same wherever the page is served."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'tagwire:{kind}:{name}')}"


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
