"""Cut a feed into its items without parsing it, so that only unseen ones are parsed."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import blake2b

FINGERPRINT = 8
"""Bytes of one piece's fingerprint."""
PIECES_MOST = 5_000
"""A document with more items is not cut: finding out would keep the event loop too long."""
ITEMS_TAKEN = 1_000
"""Items parsed of one document; a flood of more is no news."""

_OPENING = re.compile(rb"<(item|entry)(?=[\s>])")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00")
_TAG = 4_096
"""Bytes in which a tag that is looked into must end."""
_DATES = (
    (b"<pubDate", b"</pubDate"),
    (b"<updated", b"</updated"),
    (b"<published", b"</published"),
    (b"<dc:date", b"</dc:date"),
)
# In these no byte of a longer character is ever "<" or ">".
_TRANSPARENT = re.compile(
    rb"utf-?8|us-ascii|ascii|iso-?8859-\d+|latin-?1|windows-\d+|cp125\d|koi8-[ru]|"
    rb"shift_jis|shift-jis|sjis|euc-(?:jp|kr|tw)|gb2312|gbk|gb18030|big5|tis-620",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document as a head, its items with what stands between them, and a tail."""

    bodies: tuple[bytes, ...] = field(repr=False)
    between: tuple[bytes, ...] = field(repr=False)
    """One more than bodies: the head first, the tail last."""
    fingerprints: tuple[bytes, ...]

    def unseen(self, seen: Collection[bytes]) -> tuple[int, ...]:
        """Return the places of the first pieces that are not among these fingerprints."""
        places = [at for at, mark in enumerate(self.fingerprints) if mark not in seen]
        return tuple(places[:ITEMS_TAKEN])

    def document(self, places: Collection[int]) -> bytes:
        """Return the document with the pieces at these places only."""
        parts = [self.between[0]]
        for at, after in enumerate(self.between[1:]):
            if at in places:
                parts.append(self.bodies[at])
            parts.append(after)
        return b"".join(parts)

    def packed(self) -> bytes:
        """Return the fingerprints as they are kept."""
        return b"".join(self.fingerprints)


def unpack(packed: bytes) -> frozenset[bytes]:
    """Return kept fingerprints as a set."""
    return frozenset(
        packed[at : at + FINGERPRINT] for at in range(0, len(packed) - FINGERPRINT + 1, FINGERPRINT)
    )


def cut(body: bytes, charset: str = "") -> Pieces | None:
    """Return the document's pieces, or None where it is safer to parse the whole.

    Unsure are: encodings that may hide a "<", comments or CDATA that hold items, items within
    items, elements with a prefix, and guids or links that more than one item has: what they
    mean can only be told from the whole document. Takes time in proportion to the size, whatever
    the bytes: it runs on the event loop.
    """
    if not _is_transparent(body, charset):
        return None
    found = _OPENING.search(body)
    if found is None:
        return None
    opening = b"<" + found[1]
    closing = b"</" + found[1] + b">"
    spans = _spans(body, found.start(), opening, closing)
    if spans is None:
        return None
    bodies = tuple(body[start:end] for start, end in spans)
    identities = [(_guid(piece), _link(piece)) for piece in bodies]
    if _repeats(identities):
        return None
    edges = [0, *(edge for span in spans for edge in span), len(body)]
    between = tuple(body[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
    if not all(map(_is_closed, between)):
        return None
    marks = map(_fingerprint, bodies, (any(one) for one in identities))
    return Pieces(bodies, between, tuple(marks))


def _is_transparent(body: bytes, charset: str) -> bool:
    if any(mark in body[:4] for mark in _WIDE_MARKS):
        return False
    declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf"))
    names = [charset.encode("ascii", "replace")] if charset else []
    if declared is not None:
        names.append(declared[1])
    return all(_TRANSPARENT.fullmatch(name) for name in names)


def _spans(body: bytes, start: int, opening: bytes, closing: bytes) -> list[tuple[int, int]] | None:
    """Return where each item begins and ends; None where that is not beyond doubt."""
    spans: list[tuple[int, int]] = []
    other = b"<entry" if opening == b"<item" else b"<item"
    while start >= 0:
        end = body.find(closing, start)
        if end < 0:
            return None
        end += len(closing)
        piece = body[start:end]
        if piece.count(opening) != 1 or other in piece or not _is_closed(piece):
            return None
        spans.append((start, end))
        if len(spans) > PIECES_MOST:
            return None
        start = body.find(opening, end)
    return spans


def _is_closed(part: bytes) -> bool:
    """Tell whether no comment or CDATA reaches into or out of this part."""
    if part.find(b"<!") < 0 and part.find(b"]]>") < 0:
        return True
    return part.count(b"<![CDATA[") == part.count(b"]]>") and part.count(b"<!--") == part.count(
        b"-->"
    )


def _repeats(identities: list[tuple[bytes, bytes]]) -> bool:
    for names in zip(*identities, strict=True):
        found = [name for name in names if name]
        if len(set(found)) != len(found):
            return True
    return False


def _guid(piece: bytes) -> bytes:
    return _content(piece, b"<guid", b"</guid") or _content(piece, b"<id", b"</id")


def _link(piece: bytes) -> bytes:
    """Return the first link without its fragment, which makes no difference to what it is."""
    text = _content(piece, b"<link", b"</link")
    if not text:
        start = piece.find(b"<link")
        tag = piece[start : piece.find(b">", start, start + _TAG)] if start >= 0 else b""
        value = tag.partition(b"href=")[2]
        text = value[1:].partition(value[:1])[0] if value else b""
    return text.partition(b"#")[0].strip()


def _content(piece: bytes, opening: bytes, closing: bytes) -> bytes:
    """Return what stands in the first such element, found without a regular expression."""
    start = piece.find(opening)
    end = piece.find(closing, start) if start >= 0 else -1
    return piece[piece.find(b">", start) + 1 : end].strip() if end >= 0 else b""


def _fingerprint(piece: bytes, has_identity: bool) -> bytes:  # noqa: FBT001 - mapped over
    """Hash an item without its dates: one that has an identity is no news for a new date.

    Several publishers move their dates forward with every edit, some with every fetch.
    """
    if has_identity:
        for opening, closing in _DATES:
            start = piece.find(opening)
            end = piece.find(closing, start) if start >= 0 else -1
            if end >= 0:
                piece = piece[:start] + piece[end:]
    return blake2b(piece, digest_size=FINGERPRINT).digest()
