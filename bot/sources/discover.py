"""Page in, feed addresses out."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html
from yarl import URL

from bot.clock import Clock
from bot.core.urls import is_template
from bot.errors import AddressError, DocumentError, FetchError, SourceError
from bot.sources import templates
from bot.sources.fetch import Answer, Fetcher
from bot.sources.headers import words
from bot.sources.platforms import COMMON_PATHS, feeds_in, feeds_of, page_of
from bot.sources.pool import ParserPool
from bot.sources.wire import NO_FEED, WEB_PAGE, Parsed, Task

_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
        "application/json",
    }
)
_PAGE_LIMIT = 300_000
"""Bytes of a page that are looked through; its head is at the beginning."""
_LINKS = 100
"""Links of a page that are looked at; few of them are tried."""
_TRIED = 6
PATIENCE_S = 45.0
"""How long all of it may take: somebody waits for the answer."""
_LIKE_A_FEED = re.compile(
    r"(?:/|\b)(?:rss|atom|feeds?)(?:[/._?-]|$)|\.(?:rss|rdf|atom)\b", re.IGNORECASE | re.ASCII
)
_AGAIN = "Check the address, or try again later."
_NOTHING = "offers no feed. Look on the site for an RSS or Atom link and add that."


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that was read and is a feed."""

    url: str
    title: str
    language: str = ""
    entries: int = 0


class Discoverer:
    """Finds the feeds of a page, as `sources add` and `/addsource` need them."""

    def __init__(
        self, fetcher: Fetcher, pool: ParserPool, clock: Clock, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._patience_s = patience_s
        self._fetcher = fetcher
        self._pool = pool
        self._clock = clock

    async def discover(self, address: str) -> list[Candidate]:
        """Return the feeds at or behind an address, the likeliest first; never an empty list.

        Raises SourceError with one line where there is none, it does not answer, or it may not
        be read. A template is returned as it stands. Where the scheme is left out, `https` is
        tried before `http`.
        """
        typed = page_of(address.strip())
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._in_either_scheme(typed)
        except TimeoutError:
            raise FetchError(f"{typed[:80]} does not answer in time. {_AGAIN}") from None

    async def _in_either_scheme(self, typed: str) -> list[Candidate]:
        try:
            return await self._discover(with_scheme(typed))
        except FetchError as error:
            if "://" in typed:
                raise
            try:
                return await self._discover(f"http://{typed}")
            except SourceError:
                raise error from None

    async def _discover(self, address: str) -> list[Candidate]:
        if is_template(address):
            templates.check(address)
            self._fetcher.guard.check(templates.fill(address, "News", "news"))
            return [Candidate(address, "")]
        url = self._fetcher.guard.check(address)
        known = await self._feeds_among(feeds_of(url))
        if known:
            return known
        answer = await self._fetch(str(url))
        itself = await self._parsed(answer)
        if not itself.fault:
            return [_candidate(answer, itself)]
        there = URL(answer.url)
        for addresses, enough in (
            (feeds_of(there) if there != url else [], _TRIED),
            (feeds_in(there, answer.body), _TRIED),
            (feed_links(answer.body, answer.url)[:_TRIED], _TRIED),
            (feed_anchors(answer.body, answer.url)[:_TRIED], _TRIED),
            (_common(answer.url), 1),
        ):
            found = await self._feeds_among(addresses, enough)
            if found:
                return found
        if itself.fault in (NO_FEED, WEB_PAGE):
            raise DocumentError(f"{url.host} {_NOTHING}")
        raise DocumentError(f"{url.host} {itself.fault}. {_AGAIN}")

    async def _fetch(self, address: str) -> Answer:
        host = URL(address).host
        try:
            answer = await self._fetcher.fetch(address)
        except FetchError as error:
            raise FetchError(f"{host} {error}. {_AGAIN}") from error
        if answer.status != 200:
            raise FetchError(f"{host} {words(answer.status)}. {_AGAIN}")
        return answer

    async def _feeds_among(self, addresses: Sequence[str], enough: int = _TRIED) -> list[Candidate]:
        """Read the addresses, two at a time, until enough of them are feeds."""
        found: list[Candidate] = []
        for at in range(0, len(addresses), 2):
            tried = await asyncio.gather(*map(self._try, addresses[at : at + 2]))
            found += [one for one in tried if one is not None and one not in found]
            if len(found) >= enough:
                break
        return found

    async def _try(self, address: str) -> Candidate | None:
        try:
            return await self._feed_in(await self._fetcher.fetch(address))
        except (AddressError, FetchError):
            return None

    async def _feed_in(self, answer: Answer) -> Candidate | None:
        if answer.status != 200 or not answer.body:
            return None
        parsed = await self._parsed(answer)
        return None if parsed.fault else _candidate(answer, parsed)

    async def _parsed(self, answer: Answer) -> Parsed:
        kind = answer.headers.get("Content-Type", "")
        return await self._pool.parse(Task(answer.body, kind, self._clock.now()))


def _candidate(answer: Answer, parsed: Parsed) -> Candidate:
    url = answer.moved_to or answer.url
    return Candidate(url, parsed.title, parsed.language, parsed.total)


def with_scheme(address: str) -> str:
    """Return the address with `https://` where somebody left it out."""
    address = address.strip()
    return address if "://" in address else f"https://{address}"


def feed_links(page: bytes, base: str) -> list[str]:
    """Return the addresses of the feeds that a page names in its head, each once.

    Those of comments come last: they are named by every blog, and are no news.
    """
    root = _root(page)
    if root is None:
        return []
    hrefs = islice(_hrefs(root), _LINKS)
    found = dict.fromkeys(_resolved(hrefs, _base_of(root, base)))
    return sorted(found, key=lambda address: "comment" in address.lower())


def feed_anchors(page: bytes, base: str) -> list[str]:
    """Return the addresses of a page's links that look like feeds, each once."""
    root = _root(page)
    if root is None:
        return []
    hrefs = (str(anchor.get("href", "")).strip() for anchor in root.iter("a"))
    like = islice(filter(_LIKE_A_FEED.search, hrefs), _LINKS)
    found = _resolved(like, _base_of(root, base))
    return list(dict.fromkeys(found))


def _root(page: bytes) -> html.HtmlElement | None:
    try:
        return html.document_fromstring(page[:_PAGE_LIMIT] or b" ")
    except (etree.ParserError, ValueError):
        return None


def _hrefs(root: html.HtmlElement) -> Iterable[str]:
    """Give what links say; JSON last, as it is seldom a feed."""
    json = []
    for link in root.iter("link"):
        relation = str(link.get("rel", "")).lower().split()
        kind = str(link.get("type", "")).lower().partition(";")[0].strip()
        named = "feed" in relation or ("alternate" in relation and kind in _TYPES)
        if named and link.get("href"):
            href = str(link.get("href")).strip()
            if kind == "application/json":
                json.append(href)
            else:
                yield href
    yield from json


def _base_of(root: html.HtmlElement, base: str) -> str:
    for element in root.iter("base"):
        if element.get("href"):
            return next(iter(_resolved([str(element.get("href"))], base)), base)
    return base


def _resolved(addresses: Iterable[str], base: str) -> Iterable[str]:
    for address in addresses:
        try:
            yield str(URL(base).join(URL(address)))
        except ValueError:
            continue


def _common(address: str) -> list[str]:
    url = URL(address)
    below = [str(url.with_query(None)).rstrip("/") + "/feed"] if url.path.strip("/") else []
    return [*below, *(str(url.origin()) + path for path in COMMON_PATHS)]
