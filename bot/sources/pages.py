"""An article's address in, what its page says out: politely, within seconds, off the loop."""

import asyncio
from collections import Counter, OrderedDict, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from yarl import URL

from bot.clock import Clock
from bot.core.entries import Failed, PageText
from bot.core.rhythm import LONGEST_S
from bot.core.urls import is_at_home
from bot.errors import AddressError, FetchError
from bot.sources.fetch import Answer, Fetcher
from bot.sources.headers import charset, retry_after, words
from bot.sources.holds import Holds
from bot.sources.pool import Craft, Pool
from bot.sources.robots import RobotsFiles
from bot.sources.wire import PageRead, PageTask, pack_page, unpack_page_text

READING: Craft[PageTask, PageRead] = Craft(
    "bot.sources.page_worker", pack_page, unpack_page_text, lambda words: PageRead(fault=words)
)
PAGE_S = 6.0
"""How long one page may take to come, its redirects with it; as long again its robots.txt."""
APART_S = 1.0
"""Between two pages of one host; more where its robots.txt asks for more."""
LATE_S = 8.0
"""A page whose turn comes later than this is not asked for."""
_AT_ONCE = 16
_PEACE_S = 900.0
"""How long a host is left alone that does not want us, or twice did not answer."""
_UNWANTED = frozenset({401, 403, 429, 503})
_KEPT = 2_000
_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9"}


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to the web, with what its sites let robots read."""

    fetcher: Fetcher
    robots: RobotsFiles

    async def permitted(self, url: URL) -> float:
        """Return the seconds between two requests that the site asks for.

        Raises FetchError where robots may not read this.
        """
        rules = await self.robots.of(url)
        if not rules.allows(url.raw_path_qs):
            raise FetchError("does not let robots read its pages")
        return rules.delay_s


class PageReader:
    """Reads articles' pages, one at a time of each host; `close` ends its child processes."""

    def __init__(
        self,
        clock: Clock,
        fetcher: Fetcher,
        public: Fetcher,
        *,
        page_s: float = PAGE_S,
        wall_s: float = 5.0,
    ) -> None:
        """`fetcher` reads pages of a source in the operator's own network, from its own host.

        Other pages are read by `public` in the open web, or not at all: else a stranger's feed
        could have us tell what stands in that network.
        """
        self._clock = clock
        self._at_home = _Way(fetcher, RobotsFiles(fetcher, clock))
        self._outside = _Way(public, RobotsFiles(public, clock))
        self._page_s = page_s
        self._pool = Pool(READING, 2, wall_s=wall_s)
        self._holds = Holds()
        self._overall = asyncio.Semaphore(_AT_ONCE)
        self._turns = _Turns()
        self._next_at: OrderedDict[str, float] = OrderedDict()
        self._silent: Counter[str] = Counter()

    async def read(self, address: str, home: str) -> PageText | Failed:
        """Return what the page says; what goes wrong is a `Failed`, never an exception.

        `home` is the address of the source that names it.
        """
        way = self._at_home if is_at_home(address, home) else self._outside
        try:
            url = way.fetcher.guard.check(address)
        except AddressError:
            return Failed("has an address that may not be read")
        host = url.host or ""
        async with self._turns.of(host):
            if self._holds.remaining(address, self._clock.now()):
                return Failed("wants to be left alone for now")
            try:
                answer = await self._fetch(way, url)
            except TimeoutError:
                return self._was_silent(address, host)
            except AddressError:
                return Failed("leads to an address that may not be read")
            except FetchError as error:
                return Failed(str(error))
        self._silent.pop(host, None)
        return await self._understand(answer)

    async def close(self) -> None:
        """End the child processes."""
        await self._pool.close()

    async def _fetch(self, way: _Way, url: URL) -> Answer:
        async with asyncio.timeout(self._page_s):
            delay_s = await way.permitted(url)
        await self._take_turn(url.host or "", max(APART_S, delay_s))
        async with self._overall, asyncio.timeout(self._page_s):
            return await way.fetcher.fetch(str(url), _HEADERS, at_hop=way.permitted)

    async def _take_turn(self, host: str, apart_s: float) -> None:
        """Wait until the host had its pause; raise FetchError where it wants a long one."""
        now = self._clock.monotonic()
        turn = max(now, self._next_at.get(host, now))
        if turn - now > LATE_S:
            raise FetchError("asks us to come less often")
        self._next_at[host] = turn + apart_s
        self._next_at.move_to_end(host)
        if len(self._next_at) > _KEPT:
            self._next_at.popitem(last=False)
        if turn > now:
            await self._clock.sleep(turn - now)

    async def _understand(self, answer: Answer) -> PageText | Failed:
        if answer.status != 200:
            self._leave_alone(answer)
            return Failed(words(answer.status), answer.status)
        kind = answer.headers.get("Content-Type", "").lower()
        if kind and "html" not in kind:
            return Failed("is no page with text")
        read = await self._pool.ask(PageTask(answer.body, charset(answer.headers)))
        return Failed(read.fault) if read.fault else read.text

    def _was_silent(self, address: str, host: str) -> Failed:
        """Leave a host alone whose pages twice in a row did not come."""
        self._silent[host] += 1
        if self._silent[host] > 1:
            del self._silent[host]
            self._holds.hold(address, self._clock.now() + timedelta(seconds=_PEACE_S))
        return Failed("does not answer in time")

    def _leave_alone(self, answer: Answer) -> None:
        if answer.status in _UNWANTED:
            now = self._clock.now()
            asked = retry_after(answer.headers, now) or _PEACE_S
            self._holds.hold(answer.url, now + timedelta(seconds=min(asked, LONGEST_S)))


class _Turns:
    """Lets one at a time have a host."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: defaultdict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(host, asyncio.Lock())
        self._users[host] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._locks[host]
