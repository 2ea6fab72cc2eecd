"""Takes captured feed documents apart without re-encoding a byte, and moves their dates."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

_HIDDEN = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_ITEM = re.compile(rb"<(item|entry)(?=[\s>]).*?</\1\s*>", re.DOTALL)
_START = re.compile(rb"<(?:item|entry)(?=[\s>])")
_DATED = re.compile(
    rb"(<(?:pubDate|published|updated|lastBuildDate|(?:dc|dcterms|a10|atom):"
    rb"(?:date|created|modified|issued|updated|published)|issued|modified|created)(?:\s[^>]*)?>"
    rb"\s*(?:<!\[CDATA\[)?\s*)([^<\]]{6,60}?)(\s*(?:\]\]>)?\s*</)"
)
_JSON_DATED = re.compile(rb'("date_(?:published|modified)"\s*:\s*")([^"]{6,60})(")')
_PAUSES = re.compile(rb"(<(?:ttl|[a-z]+:updatePeriod)(?:\s[^>]*)?>)[^<]*(</)")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A document in pieces; `head + any pieces + tail` is a document again."""

    head: bytes
    pieces: tuple[bytes, ...]
    tail: bytes

    def document(self, pieces: Sequence[bytes]) -> bytes:
        """Return the document with these pieces only."""
        return self.head + b"\n".join(pieces) + self.tail


def cut(document: bytes) -> Cut | str:
    """Return the document in pieces, or the reason why it is better served whole."""
    if b"\0" in document[:200]:
        return "in an encoding of two bytes or more a letter"
    blind = _HIDDEN.sub(lambda found: b"\x01" * len(found[0]), document)
    found = list(_ITEM.finditer(blind))
    if not found:
        return "no items found"
    if len(found) != len(_START.findall(blind)):
        return "items not clearly apart"
    for one, following in itertools.pairwise(found):
        if blind[one.end() : following.start()].strip().strip(b"\x01"):
            return "something stands between the items"
    pieces = tuple(document[one.start() : one.end()] for one in found)
    return Cut(document[: found[0].start()], pieces, document[found[-1].end() :])


def newest_date(document: bytes) -> datetime | None:
    """Return the latest date of the items in a document, None where there is none."""
    parts = cut(document)
    text = b"".join(parts.pieces) if isinstance(parts, Cut) else document
    dates = [
        read[0]
        for pattern in (_DATED, _JSON_DATED)
        for found in pattern.finditer(text)
        if (read := _read(found[2])) is not None
    ]
    return max(dates, default=None)


def shift_dates(document: bytes, by: timedelta) -> bytes:
    """Move every date of a document by the same time, each in the form that it has.

    Dates in a form of their own (other languages, no year) stay as they are.
    """
    if not by or b"\0" in document[:200]:
        return document

    def moved(found: re.Match[bytes]) -> bytes:
        read = _read(found[2])
        if read is None:
            return found[0]
        at, write = read
        return found[1] + write(at + by).encode() + found[3]

    return _JSON_DATED.sub(moved, _DATED.sub(moved, document))


def without_pauses(document: bytes) -> bytes:
    """Empty what asks readers to come back late: a replay runs faster than the clock."""
    return _PAUSES.sub(rb"\1\2", document)


def _read(raw: bytes) -> tuple[datetime, Callable[[datetime], str]] | None:
    """Return a date and a way to write another in the same form."""
    text = raw.decode("ascii", "replace").strip()
    if found := _ISO.fullmatch(text):
        return _read_iso(found)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    if not 1990 <= at.year <= 2100:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)), format_datetime


def _read_iso(found: "re.Match[str]") -> tuple[datetime, Callable[[datetime], str]] | None:
    zone = (found[4] or "").upper()
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[3]}{zone or 'Z'}")
    except ValueError:
        return None

    def write(later: datetime) -> str:
        shown = later.isoformat(sep=found[2], timespec="seconds")
        return shown if zone not in {"", "Z"} else shown.removesuffix("+00:00") + zone

    return at, write
