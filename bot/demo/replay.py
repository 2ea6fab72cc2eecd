"""Replays captures of real feeds: a folder of files becomes a programme of the newsroom.

Each file is a source at its own path. Files of one series (`bbchome-20210920-0727.xml`,
`bbchome-20210920-0737.xml` …) are polls of one source: the first is the opening, the others come
one by one, as their bytes are. A single capture is cut into its items: the opening holds the
older ones, and the newest come one by one; documents are built of the capture's own bytes, never
re-encoded. Where the cut is unsure the capture is served whole from the start.

Dates are moved only as far as needed: all dates of a source by one and the same span, so that
the newest date of its last document is the moment of the opening. Order and distances stay; a
date in a form that cannot be read stays as it is. What asks readers to wait (`ttl`,
`sy:updatePeriod`) is emptied, for minutes pass in seconds here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.demo.cutting import Cut, cut, newest_date, shift_dates, without_pauses
from bot.demo.newsroom import Offer, Release

_KINDS = frozenset({".xml", ".rss", ".atom", ".rdf", ".json"})
_SERIES = re.compile(r"(?P<series>.+)-(?P<time>\d{8}-\d{4})")
FRESH = 3
"""How many items of a single capture come one by one."""
STEP_S = 3.0
"""Seconds between two steps; all sources take their step within it."""


@dataclass(slots=True)
class _Capture:
    """One source of the replay: the documents that it will show, first to last."""

    path: str
    title: str
    documents: list[bytes]
    files: int
    items: int = 0
    whole: str = ""
    """Why it is served whole, empty where it was cut or is a series."""
    shift: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Report:
    """What a folder holds, as the replay sees it."""

    files: int
    sources: int
    series: int
    items: int
    """Items over all files, those of a series counted in each poll."""
    steps: int
    unread: dict[str, str] = field(default_factory=dict)
    """Files that cannot be read, and why."""
    whole: dict[str, str] = field(default_factory=dict)
    """Sources that are served whole, and why."""


class Captures:
    """A folder of captured feeds as a newsroom's programme."""

    def __init__(self, folder: Path, *, fresh: int = FRESH, step_s: float = STEP_S) -> None:
        self._step_s = step_s
        self._unread: dict[str, str] = {}
        self._captures = [
            _capture(series, files, fresh) for series, files in self._grouped(folder).items()
        ]

    def offers(self) -> Sequence[Offer]:
        """Return one source a capture or series."""
        return [Offer(one.path, one.title, _content_type(one.path)) for one in self._captures]

    def opening(self, now: datetime) -> Mapping[str, bytes]:
        """Return the first document of each source, its dates moved towards `now`."""
        for one in self._captures:
            newest = newest_date(one.documents[-1])
            one.shift = now - newest if newest else timedelta()
        return {one.path: _moved(one, one.documents[0], now) for one in self._captures}

    def releases(self) -> Sequence[Release]:
        """Return every further document of every source, spread over the steps."""
        spread = self._step_s / max(len(self._captures), 1)
        releases = [
            Release(
                (step + 1) * self._step_s + place * spread,
                one.path,
                partial(_moved, one, document),
                f"{one.title} ({step + 2} of {len(one.documents)})",
            )
            for place, one in enumerate(self._captures)
            for step, document in enumerate(one.documents[1:])
        ]
        return sorted(releases, key=lambda release: release.at)

    def summary(self) -> str:
        """Return one line on the folder."""
        found = self.report()
        whole = "".join(f"; {name} served whole: {why}" for name, why in found.whole.items())
        unread = "".join(f"; {name} not read: {why}" for name, why in found.unread.items())
        return (
            f"{found.files} captures of {found.sources} sources ({found.series} series of polls), "
            f"{found.items} items{whole}{unread}"
        )

    def report(self) -> Report:
        """Return what was found in the folder."""
        return Report(
            files=sum(one.files for one in self._captures),
            sources=len(self._captures),
            series=sum(one.files > 1 for one in self._captures),
            items=sum(one.items for one in self._captures),
            steps=sum(len(one.documents) - 1 for one in self._captures),
            unread=dict(self._unread),
            whole={one.title: one.whole for one in self._captures if one.whole},
        )

    def _grouped(self, folder: Path) -> dict[str, dict[Path, bytes]]:
        """Return the folder's feed files by series; a file alone is a series of one."""
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _KINDS)
        groups: dict[str, dict[Path, bytes]] = {}
        for path in paths:
            try:
                body = path.read_bytes()
            except OSError as error:
                self._unread[path.name] = error.strerror or type(error).__name__
                continue
            found = _SERIES.fullmatch(path.stem)
            groups.setdefault(found["series"] if found else path.stem, {})[path] = body
        return groups


def _capture(series: str, files: Mapping[Path, bytes], fresh: int) -> _Capture:
    paths, bodies = list(files), list(files.values())
    cuts = [cut(body) for body in bodies]
    items = sum(len(one.pieces) for one in cuts if isinstance(one, Cut))
    path = f"/{series}{paths[0].suffix}"
    if len(paths) > 1:
        return _Capture(path, series, bodies, len(paths), items)
    parts = cuts[0]
    if isinstance(parts, str):
        return _Capture(path, series, bodies, 1, items, whole=parts)
    return _Capture(path, series, _item_by_item(parts, fresh), 1, items)


def _item_by_item(parts: Cut, fresh: int) -> list[bytes]:
    """Return documents that grow by one item each; the newest stands first, as usual."""
    new = min(fresh, len(parts.pieces) - 1)
    return [parts.document(parts.pieces[left:]) for left in range(new, -1, -1)]


def _moved(capture: _Capture, document: bytes, _: datetime) -> bytes:
    return without_pauses(shift_dates(document, capture.shift))


def _content_type(path: str) -> str:
    return "application/feed+json" if path.endswith(".json") else "application/xml"
