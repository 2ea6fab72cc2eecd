"""How an address is asked: straight, with the guard beside it, or through the operator's proxy."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import aiohttp
from yarl import URL

from bot.errors import SilentError
from bot.sources.guard import Guard, Resolver
from bot.sources.headers import refused_by_proxy

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)
_ENDLESS_LINE = 16_384
PROXY_SILENT = "cannot be reached: the proxy does not answer"


class Ways:
    """Sends requests: through the proxy, if there is one, but to networks that are allowed.

    A straight connection is looked at by the guard when its address is known for good. Behind a
    proxy only the proxy knows that; what our own resolver tells of the name is looked at before.
    """

    def __init__(self, guard: Guard, *, connect_s: float, proxy: str = "") -> None:
        self._guard = guard
        self._connect_s = connect_s
        self._proxy = URL(proxy) if proxy else None
        self._resolver: Resolver | None = None
        self._sessions: dict[URL | None, aiohttp.ClientSession] = {}

    @asynccontextmanager
    async def request(
        self, method: str, url: URL, **how: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request, which follows no redirect.

        Raises RefusedError where it may not be sent, SilentError where the proxy does not do its
        part, and aiohttp's own errors.
        """
        proxy = self._proxy if self._proxy is not None and await self._goes_out(url) else None
        with _proxy_in_words(proxy):
            async with self._open(proxy).request(
                method, url, proxy=proxy, allow_redirects=False, **how
            ) as response:
                yield response

    async def close(self) -> None:
        """Close what is open."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
        resolver, self._resolver = self._resolver, None
        if resolver is not None:
            await resolver.close()

    async def _goes_out(self, url: URL) -> bool:
        return self._guard.goes_out(url, await self._names().known(url))

    def _names(self) -> Resolver:
        if self._resolver is None:
            self._resolver = Resolver(self._guard)
        return self._resolver

    def _open(self, proxy: URL | None) -> aiohttp.ClientSession:
        if proxy not in self._sessions:
            self._sessions[proxy] = self._make(self._straight() if proxy is None else _by_proxy())
        return self._sessions[proxy]

    def _straight(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            limit=0,
            force_close=True,  # a kept connection would not be looked at again
            socket_factory=self._guard.connect,
            resolver=self._names(),
        )

    def _make(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            headers={
                "User-Agent": user_agent(),
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_s),
            auto_decompress=False,
            trust_env=False,  # a proxy is one only where the settings name it
            max_line_size=_ENDLESS_LINE,
            max_field_size=_ENDLESS_LINE,
        )


def _by_proxy() -> aiohttp.TCPConnector:
    """Return a connector for the proxy alone, which may live wherever the operator put it."""
    return aiohttp.TCPConnector(limit=0, force_close=True)


@contextmanager
def _proxy_in_words(proxy: URL | None) -> Iterator[None]:
    """Tell the proxy's faults from those of whom it was to ask; no error of it tells a secret."""
    try:
        yield
    except aiohttp.ClientHttpProxyError as error:
        raise SilentError(refused_by_proxy(error.status)) from None
    except (aiohttp.ClientProxyConnectionError, aiohttp.ClientConnectorDNSError):
        if proxy is None:
            raise
        raise SilentError(PROXY_SILENT) from None


def user_agent() -> str:
    """Return the line by which servers know us; robots.txt may name it `Tagwire`."""
    try:
        number = version("tagwire")
    except PackageNotFoundError:
        number = "0"
    return f"Tagwire/{number} (news alerts by tag; reads feeds at their own pace)"
