"""URL in, bytes out: within limits of time, size, redirects and reach."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from yarl import URL

from bot.clock import SystemClock
from bot.errors import AddressError, FetchError, SilentError
from bot.sources.guard import NOT_PUBLIC, Guard, Network, RefusedError
from bot.sources.inflate import Inflater
from bot.sources.turns import Turns
from bot.sources.ways import Ways

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORDS: tuple[tuple[tuple[type[aiohttp.ClientError], ...], str], ...] = (
    (
        (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError),
        "has no valid certificate",
    ),
    (
        (aiohttp.ClientConnectorDNSError,),
        "cannot be found: there is no such address, or this machine is offline",
    ),
    ((aiohttp.ConnectionTimeoutError,), "does not answer in time"),
    ((aiohttp.InvalidURL,), "redirects to something that is no web address"),
    ((aiohttp.ClientPayloadError,), "breaks off in the middle of its answer"),
    ((aiohttp.ClientResponseError,), "answers with something that is not HTTP"),
)


_SILENCE = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


AtHop = Callable[[URL], Awaitable[object]]
"""Raises where an address that a redirect leads to is not wanted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take; the figures stand for what hostile servers were seen to do."""

    deadline_s: float = 30.0
    """Everything, redirects and body included; only this ends a body of one byte a second."""
    connect_s: float = 10.0
    redirects: int = 5
    body: int = 5_000_000
    """Bytes after decompression."""
    per_host: int = 2
    apart_s: float = 0.25
    """Between the beginnings of two requests to one host, but in networks that are allowed."""
    overall: int = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is empty unless the status is 200."""

    status: int
    url: str
    moved_to: str
    """Where an unbroken chain of 301/308 led, else empty."""
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    took_s: float = 0.0
    """How long the server took, redirects and body included."""


class Fetcher:
    """Asks politely: few at once per host, no cookies, one line of who we are.

    `proxy` is an http address, with a name and a password where it wants them. What lives in the
    allowed networks is asked without it.
    """

    def __init__(
        self,
        allowed_networks: Sequence[Network] = (),
        limits: Limits | None = None,
        *,
        proxy: str = "",
    ) -> None:
        self.limits = limits or Limits()
        self.guard = Guard(allowed_networks)
        self._ways = Ways(self.guard, connect_s=self.limits.connect_s, proxy=proxy)
        self._turns = Turns(
            SystemClock(),  # Other machines live in the world's own time.
            per_host=self.limits.per_host,
            overall=self.limits.overall,
            apart_s=self.limits.apart_s,
        )

    async def fetch(
        self, address: str, headers: Mapping[str, str] | None = None, at_hop: AtHop | None = None
    ) -> Answer:
        """Return the answer of any status; `at_hop` is asked before a redirect is followed.

        Raises AddressError where the address, or one it redirects to, may not be read, and
        FetchError ("does not answer", to follow a source's name) where there is no whole answer.
        """
        left = _Left(self.limits.deadline_s)
        with _in_our_words():
            url = self.guard.check(address)
            answer = await self._follow(url, headers or {}, at_hop, left)
        return replace(answer, took_s=left.spent_s)

    async def post(self, address: str, form: Mapping[str, str]) -> int:
        """Send a form, and again where a 307 or 308 leads; return the status of the answer.

        Raises like `fetch`; the answer's body is not read.
        """
        with _in_our_words():
            return await self._post(self.guard.check(address), form)

    async def close(self) -> None:
        """Close what is open."""
        await self._ways.close()

    @asynccontextmanager
    async def _ask(
        self, method: str, url: URL, left: "_Left", **how: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request when its turn has come; waiting for that is no time of the server."""
        own = self.guard.is_own(url)
        async with (
            self._turns.of(url.host or "", paced=not own),
            left.running(),
            self._ways.request(method, url, **how) as response,
        ):
            yield response

    async def _follow(
        self, url: URL, headers: Mapping[str, str], at_hop: AtHop | None, left: "_Left"
    ) -> Answer:
        permanent = True
        moved_to = ""
        for _hop in range(self.limits.redirects + 1):
            async with self._ask("GET", url, left, headers=headers) as response:
                target = response.headers.get("Location", "")
                if response.status not in _REDIRECTS or not target:
                    return Answer(
                        status=response.status,
                        url=str(url),
                        moved_to=moved_to if permanent else "",
                        headers=response.headers,
                        body=await self._body(response) if response.status == 200 else b"",
                    )
                status = response.status
            here, url = url, self.guard.check(_join(url, target))
            permanent = permanent and _is_for_good(status, here, url)
            moved_to = str(url)
            if at_hop is not None:
                await at_hop(url)
        raise FetchError(f"redirects more than {self.limits.redirects} times")

    async def _post(self, url: URL, form: Mapping[str, str]) -> int:
        left = _Left(self.limits.deadline_s)
        for _hop in range(self.limits.redirects + 1):
            async with self._ask("POST", url, left, data=form) as response:
                target = response.headers.get("Location", "")
                if response.status not in (307, 308) or not target:
                    return response.status
            url = self.guard.check(_join(url, target))
        raise FetchError(f"redirects more than {self.limits.redirects} times")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        length = response.content_length
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if length is not None and length > self.limits.body:
            raise FetchError(f"is larger than {self.limits.body // 1_000_000 or 1} MB")
        inflater = Inflater(encoding, self.limits.body)
        async for chunk in response.content.iter_any():
            inflater.feed(chunk)
        return inflater.finish()


class _Left:
    """The time that is left of a fetch; it runs while its server is asked."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.spent_s = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the time run; raises TimeoutError when it is over."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(max(0.0, self._seconds - self.spent_s)):
                yield
        finally:
            self.spent_s += clock() - began


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Turn what goes wrong into what may be told."""
    try:
        yield
    except TimeoutError:
        raise SilentError("does not answer in time") from None
    except aiohttp.ClientError as error:
        raise _in_words(error) from error
    except RefusedError as error:
        raise AddressError(NOT_PUBLIC) from error
    except OSError as error:
        raise SilentError("does not answer") from error
    except ValueError as error:
        raise FetchError("does not answer") from error


def _is_for_good(status: int, here: URL, there: URL) -> bool:
    """Tell a permanent move; one from https to http is followed, but nobody moves there."""
    return status in _PERMANENT and (here.scheme, there.scheme) != ("https", "http")


def _join(url: URL, target: str) -> str:
    """Resolve a Location; what yarl cannot join is left for the guard to refuse."""
    try:
        return str(url.join(URL(target)))
    except ValueError:
        return target


def _in_words(error: aiohttp.ClientError) -> AddressError | FetchError:
    if isinstance(error, aiohttp.ClientConnectorError) and _was_refused(error):
        return AddressError(NOT_PUBLIC)
    kind = SilentError if _is_silence(error) else FetchError
    for kinds, words in _WORDS:
        if isinstance(error, kinds):
            return kind(words)
    return kind("does not answer")


def _is_silence(error: aiohttp.ClientError) -> bool:
    connected = isinstance(error, aiohttp.ClientSSLError)
    return isinstance(error, _SILENCE) and not connected


def _was_refused(error: BaseException | None) -> bool:
    """Look for our own refusal among the causes of a failed connection."""
    seen = 0
    while error is not None and seen < 8:
        if isinstance(error, RefusedError):
            return True
        inner = getattr(error, "os_error", None)
        error = (
            inner if isinstance(inner, BaseException) and inner is not error else error.__cause__
        )
        seen += 1
    return False
