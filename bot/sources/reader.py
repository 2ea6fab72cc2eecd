"""A source in, what it says out: fetch, compare, parse only what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from yarl import URL

from bot.clock import Clock
from bot.core.entries import Document, Failed, Hints, PageText, ReadResult, Unchanged
from bot.core.rhythm import LONGEST_S
from bot.core.schedule import wants_whole
from bot.core.source_state import State
from bot.core.urls import is_inward
from bot.errors import AddressError, FetchError, SilentError
from bot.sources.discover import Candidate, Discoverer
from bot.sources.fetch import Answer, Fetcher, Limits
from bot.sources.guard import Network
from bot.sources.headers import charset, hints, retry_after, words
from bot.sources.holds import Holds
from bot.sources.pages import PageReader
from bot.sources.pieces import Pieces, cut, unpack
from bot.sources.pool import ParserPool
from bot.sources.wire import Parsed, Task
from storage.records import SourceToFetch, Validators

_RESPITE = timedelta(hours=1)
"""How long a document that cost a parser is refused unread."""
_REMEMBERED = 1_000
ITEMS_READ = 50_000
"""A document with more items is no feed: a hundred bytes each, at 5 MB."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Reader:
    """Reads sources; keeps connections' limits and parsers' processes; `close` ends them."""

    def __init__(
        self,
        clock: Clock,
        allowed_networks: Sequence[Network] = (),
        *,
        limits: Limits | None = None,
        parsers: int | None = None,
        proxy: str = "",
    ) -> None:
        self._clock = clock
        self._pool = ParserPool(parsers)
        self.fetcher = Fetcher(allowed_networks, limits, proxy=proxy)
        self._public = Fetcher(limits=limits, proxy=proxy)
        self._holds = Holds()
        self._too_much: dict[bytes, datetime] = {}
        self._discoverer = Discoverer(self.fetcher, self._pool, clock)
        self._pages = PageReader(clock, self.fetcher, self._public)

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Return what the source says now; what goes wrong is a `Failed`, never an exception.

        Once a day no validators are sent: some servers keep an ETag although the content changes.
        """
        old = source.validators
        held = self._holds.remaining(source.url, self._clock.now())
        if held:
            return Failed(words=words(429), status=429, retry_after_s=held)
        whole = wants_whole(source.state, self._clock.now())
        try:
            answer = await self.fetcher.fetch(source.url, {} if whole else _conditions(old))
        except AddressError:
            return Failed(words="has, or leads to, an address that may not be read")
        except FetchError as error:
            return Failed(words=str(error), silent=isinstance(error, SilentError))
        result = await self._understand(answer, old)
        return result if isinstance(result, Failed) else replace(result, took_s=answer.took_s)

    async def understand(
        self, source: SourceToFetch, body: bytes, content_type: str
    ) -> Document | Failed:
        """Return what a source says that its hub brought; its validators stay."""
        parsed = await self.parse(body, content_type)
        if parsed.fault:
            return Failed(parsed.fault)
        kept = State.load(source.state)
        return Document(
            url=source.url,
            title="",
            language=parsed.language,
            entries=parsed.entries,
            validators=source.validators,
            hints=Hints(ttl_s=kept.ttl_s, hub=kept.hub, self_url=kept.self_url),
            total=parsed.total,
        )

    async def ask_hub(self, hub: str, form: Mapping[str, str]) -> str:
        """Ask a hub; return why it did not take it, or an empty text."""
        try:
            way = self.fetcher if is_inward(hub) else self._public
            status = await way.post(hub, form)
        except AddressError:
            return "has an address that may not be asked"
        except FetchError as error:
            return str(error)
        return "" if 200 <= status < 300 else words(status)

    async def discover(self, url: str) -> list[Candidate]:
        """Return the feeds at or behind an address; raise SourceError where there is none."""
        return await self._discoverer.discover(url)

    async def page(self, url: str, home: str) -> PageText | Failed:
        """Return what an article's page says; what goes wrong is a `Failed`, never an exception."""
        return await self._pages.read(url, home)

    async def parse(self, body: bytes, content_type: str = "") -> Parsed:
        """Parse a document that is already here, in the same kind of child."""
        return await self._pool.parse(Task(body, content_type, self._clock.now()))

    @property
    def killed(self) -> int:
        """How many parsers were killed, or died, over a document."""
        return self._pool.killed

    async def close(self) -> None:
        """Close connections and end the parsers."""
        await self.fetcher.close()
        await self._public.close()
        await self._pool.close()
        await self._pages.close()

    async def _understand(self, answer: Answer, old: Validators) -> ReadResult:
        now = self._clock.now()
        said = hints(answer.headers, now)
        if answer.status == 304:
            return Unchanged(_renewed(old, answer), said, moved_to=answer.moved_to)
        if answer.status != 200:
            return self._refused(answer, now)
        if not answer.body.strip():
            return Failed(words="answers with nothing", status=200)
        new = replace(_renewed(Validators(), answer), body_hash=_hash(answer.body))
        if new.body_hash == old.body_hash:
            new = replace(new, pieces=old.pieces)
            return Unchanged(new, said, fresh=True, moved_to=answer.moved_to)
        return await self._parse_unseen(answer, old, new, said)

    def _refused(self, answer: Answer, now: datetime) -> Failed:
        asked = retry_after(answer.headers, now)
        if answer.status in (429, 503) and asked:
            self._holds.hold(answer.url, now + timedelta(seconds=min(asked, LONGEST_S)))
        return Failed(
            words=words(answer.status),
            status=answer.status,
            retry_after_s=asked,
            gone=answer.status == 410,
            url=answer.url,
        )

    async def _parse_unseen(
        self, answer: Answer, old: Validators, new: Validators, said: Hints
    ) -> ReadResult:
        # So many cost a parser seconds, each time that the document changes.
        too_many = sum(map(answer.body.count, (b"<item", b"<entry"))) > ITEMS_READ
        if too_many or self._clock.now() < self._too_much.get(new.body_hash, _LONG_AGO):
            return Failed(words="takes too long to read", status=answer.status)
        return await self._parse(answer, old, new, said)

    def _failed(self, answer: Answer, new: Validators, parsed: Parsed) -> Failed:
        """Say why; what cost a parser is not given to another for a while."""
        if parsed.unfinished:
            while len(self._too_much) >= _REMEMBERED:
                del self._too_much[next(iter(self._too_much))]
            self._too_much[new.body_hash] = self._clock.now() + _RESPITE
        return Failed(words=parsed.fault, status=answer.status)

    async def _parse(
        self, answer: Answer, old: Validators, new: Validators, said: Hints
    ) -> ReadResult:
        pieces = cut(answer.body, charset(answer.headers))
        if pieces is None:
            return await self._parse_whole(answer, new, said)
        new = replace(new, pieces=pieces.packed())
        places = pieces.unseen(unpack(old.pieces))
        if not places and old.pieces:
            return Unchanged(new, said, fresh=True, moved_to=answer.moved_to)
        if len(places) == len(pieces.fingerprints):
            return await self._parse_whole(answer, new, said)
        parsed = await self._parse_pieces(answer, pieces, places)
        if parsed is None:
            return await self._parse_whole(answer, new, said)
        if parsed.fault:
            return self._failed(answer, new, parsed)
        total = len(pieces.fingerprints)
        return _document(answer, replace(parsed, total=total), new, said)

    async def _parse_pieces(
        self, answer: Answer, pieces: Pieces, places: tuple[int, ...]
    ) -> Parsed | None:
        """Return what the unseen pieces say; None where only the whole document can tell.

        What was too much for a parser is so within the whole document, too.
        """
        body = pieces.document(frozenset(places))
        parsed = await self.parse(body, answer.headers.get("Content-Type", ""))
        if parsed.unfinished or (not parsed.fault and len(parsed.entries) == len(places)):
            return parsed
        return None

    async def _parse_whole(self, answer: Answer, new: Validators, said: Hints) -> ReadResult:
        parsed = await self.parse(answer.body, answer.headers.get("Content-Type", ""))
        if parsed.fault:
            return self._failed(answer, new, parsed)
        return _document(answer, parsed, new, said)


def _conditions(old: Validators) -> Mapping[str, str]:
    headers = {}
    if old.etag:
        headers["If-None-Match"] = old.etag
    if old.last_modified:
        headers["If-Modified-Since"] = old.last_modified
    return headers


def _renewed(old: Validators, answer: Answer) -> Validators:
    """Take the answer's validators; those that could break a request's line are no good."""
    return replace(
        old,
        etag=_line(answer, "ETag") or old.etag,
        last_modified=_line(answer, "Last-Modified") or old.last_modified,
    )


def _line(answer: Answer, name: str) -> str:
    value = answer.headers.get(name, "")
    return value if len(value) <= 512 and value.isascii() and value.isprintable() else ""


def _hash(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


def _hints(answer: Answer, parsed: Hints, said: Hints) -> Hints:
    """Join what the document asks for with what its headers say: these go before it."""
    return replace(
        parsed,
        max_age_s=said.max_age_s,
        hub=_resolved(answer, said.hub or parsed.hub),
        self_url=_resolved(answer, said.self_url or parsed.self_url),
    )


def _resolved(answer: Answer, address: str) -> str:
    try:
        return str(URL(answer.url).join(URL(address))) if address else ""
    except ValueError:
        return ""


def _document(answer: Answer, parsed: Parsed, validators: Validators, said: Hints) -> Document:
    return Document(
        url=answer.url,
        title=parsed.title,
        language=parsed.language,
        entries=parsed.entries,
        validators=validators,
        hints=_hints(answer, parsed.hints, said),
        total=parsed.total,
        moved_to=answer.moved_to,
    )
