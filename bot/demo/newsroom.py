"""A newsroom on loopback: several sources that publish by a timetable."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, Self

from aiohttp import web

from bot.clock import Clock, SystemClock
from bot.demo import documents
from bot.demo.documents import Item
from bot.demo.edition import Edition, Paper, Piece, load_edition


@dataclass(frozen=True, slots=True)
class Offer:
    """A source of the newsroom: where it lies on the server, and its name."""

    path: str
    title: str
    content_type: str = "application/xml"


@dataclass(frozen=True, slots=True)
class Release:
    """Something new: at `at` seconds after the opening, `document(now)` lies at `path`."""

    at: float
    path: str
    document: Callable[[datetime], bytes]
    headline: str = ""


PATIENCE_S = 20.0
"""How long the newsroom stays open for sources that nobody has fetched since they changed."""


class Programme(Protocol):
    """What a newsroom shows: the demo's own edition, or captures of real feeds."""

    def summary(self) -> str:
        """Return one line on what there is."""
        ...

    def offers(self) -> Sequence[Offer]:
        """Return the sources."""
        ...

    def opening(self, now: datetime) -> Mapping[str, bytes]:
        """Return what lies at each path before anything new comes: the back catalogue."""
        ...

    def releases(self) -> Sequence[Release]:
        """Return what will come, in order."""
        ...


@dataclass(slots=True)
class _Page:
    body: bytes
    content_type: str
    tag: str = ""
    fetches: int = 0
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: this version was fetched."""


class Newsroom:
    """Serves a programme's sources on 127.0.0.1 and publishes by its timetable.

        newsroom = Newsroom()
        await newsroom.start()           # newsroom.urls; the back catalogue can be polled
        await newsroom.first_polled()    # every source was fetched once
        newsroom.begin()                 # the timetable runs
        await newsroom.finished()        # the last story was published, and fetched

    `pace` 2.0 runs the timetable at twice the speed.
    """

    def __init__(
        self,
        programme: Programme | None = None,
        *,
        clock: Clock | None = None,
        pace: float = 1.0,
    ) -> None:
        self._programme = programme or OwnProgramme(load_edition())
        self._clock = clock or SystemClock()
        self._pace = pace
        self._pages: dict[str, _Page] = {}
        self._runner: web.ServerRunner | None = None
        self._timetable: asyncio.Task[None] | None = None
        self.published: list[str] = []
        """Headlines published since the opening."""
        self.base_url = ""

    @property
    def urls(self) -> list[str]:
        """The sources' addresses, for the bot to poll."""
        return [f"{self.base_url}{offer.path}" for offer in self._programme.offers()]

    @property
    def offers(self) -> Sequence[Offer]:
        """The sources with their names."""
        return self._programme.offers()

    async def start(self, port: int = 0) -> None:
        """Open the doors, with the back catalogue in the papers."""
        opening = self._programme.opening(self._clock.now())
        for offer in self._programme.offers():
            self._pages[offer.path] = _Page(b"", offer.content_type)
            self._put(offer.path, opening[offer.path])
        server = web.Server(self._serve, access_log=None)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the doors."""
        if self._timetable is not None:
            self._timetable.cancel()
            await asyncio.gather(self._timetable, return_exceptions=True)
            self._timetable = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def begin(self) -> None:
        """Let the timetable run; a second call does nothing."""
        if self._timetable is None:
            self._timetable = asyncio.create_task(self._run(), name="newsroom")

    async def first_polled(self) -> None:
        """Wait until every source was fetched once."""
        await self._all_seen()

    async def finished(self, patience_s: float = PATIENCE_S) -> list[str]:
        """Wait until the last story was published, and every source fetched after that.

        A source that nobody fetches within `patience_s` after the last story (a reader that
        backs off from broken documents) is waited for no longer; returns the paths of such.
        """
        if self._timetable is not None:
            await asyncio.shield(self._timetable)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_seen(), patience_s)
        return [path for path, page in self._pages.items() if not page.seen.is_set()]

    @property
    def to_come(self) -> int:
        """How many stories will be published."""
        return len(self._programme.releases())

    @property
    def length_s(self) -> float:
        """How long the timetable runs."""
        return max((one.at for one in self._programme.releases()), default=0.0) / self._pace

    def summary(self) -> str:
        """Return one line on what is shown here."""
        return self._programme.summary()

    def fetches(self) -> dict[str, int]:
        """Return how often each path was asked for."""
        return {path: page.fetches for path, page in self._pages.items()}

    async def _all_seen(self) -> None:
        for page in self._pages.values():
            await page.seen.wait()

    async def _run(self) -> None:
        opened = self._clock.monotonic()
        for release in self._programme.releases():
            due = opened + release.at / self._pace
            await self._clock.sleep(max(0.0, due - self._clock.monotonic()))
            self._put(release.path, release.document(self._clock.now()))
            self.published.append(release.headline)

    def _put(self, path: str, body: bytes) -> None:
        page = self._pages[path]
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if tag != page.tag:
            page.body, page.tag = body, tag
            page.seen.clear()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        page = self._pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="There is no such paper here.")
        page.fetches += 1
        page.seen.set()
        headers = {"ETag": page.tag, "Content-Type": page.content_type}
        if request.headers.get("If-None-Match") == page.tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=page.body, headers=headers)


class OwnProgramme:
    """The edition written for the demo."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._papers = {paper.key: paper for paper in edition.papers}
        self._printed: dict[str, dict[str, Item]] = {paper.key: {} for paper in edition.papers}

    def summary(self) -> str:
        """Return one line on the edition."""
        old, new = len(self._edition.back_catalogue()), len(self._edition.to_come())
        return f"{len(self._papers)} invented papers, {old} stories in print, {new} to come"

    def offers(self) -> Sequence[Offer]:
        """Return the papers."""
        return [
            Offer(_path(paper), paper.title, documents.CONTENT_TYPES[paper.format])
            for paper in self._edition.papers
        ]

    def opening(self, now: datetime) -> Mapping[str, bytes]:
        """Return the back catalogue, printed in the hours before."""
        for piece in self._edition.back_catalogue():
            self._print(piece, now - timedelta(hours=piece.before_h))
        return {_path(paper): self._document(paper) for paper in self._edition.papers}

    def releases(self) -> Sequence[Release]:
        """Return the pieces to come."""
        return [
            Release(
                piece.at,
                _path(self._papers[piece.paper]),
                partial(self._publish, piece),
                piece.title,
            )
            for piece in self._edition.to_come()
        ]

    def _publish(self, piece: Piece, now: datetime) -> bytes:
        self._print(piece, now)
        return self._document(self._papers[piece.paper])

    def _print(self, piece: Piece, at: datetime) -> None:
        """Print a piece; one with a slug that is in print is an update of it."""
        items = self._printed[piece.paper]
        old = items.pop(piece.slug, None)
        item = Item(piece, at, at)
        items[piece.slug] = replace(item, published=old.published) if old else item

    def _document(self, paper: Paper) -> bytes:
        return documents.write(paper, list(self._printed[paper.key].values())[::-1])


def _path(paper: Paper) -> str:
    return f"/{paper.key}.{'json' if paper.format == 'json' else 'xml'}"
