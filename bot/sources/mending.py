"""Bytes that are nearly XML in, XML out, as far as one mistake of many programs goes."""

import re

_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,24})|([0-9]{1,24}));")
_PAIR = re.compile(
    rb"&#(?:[xX][0-9a-fA-F]{1,24}|[0-9]{1,24});(?:&#(?:[xX][0-9a-fA-F]{1,24}|[0-9]{1,24});)?"
)
_BARE = re.compile(
    rb"<!\[CDATA\[(?:.*?\]\]>|.*)"  # there it is right, and stays
    rb"|&(?!#[xX][0-9a-fA-F]{1,24};|#[0-9]{1,24};|[A-Za-z_:\x80-\xff][\w:.\x80-\xff-]{0,60};)",
    re.DOTALL,
)
_SEVEN_BITS = re.compile(rb"iso-2022|hz-gb", re.IGNORECASE)
"""In these a letter may be made of bytes that look like markup."""


def mended(body: bytes, content_type: str = "") -> bytes:
    """Take out what makes XML parsers, and feedparser, give up, or guess: it is never markup."""
    if b"\x00" in body[:64] or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body  # UTF-16 or UTF-32: bytes are not characters there
    if not _SEVEN_BITS.search(content_type.encode("ascii", "replace") + body[:200]):
        body = body.translate(None, _CONTROLS)
        # Of `AT&T` feedparser would make `AT&T;`.
        body = _BARE.sub(_spelt_out, body) if b"&" in body else body
    return _PAIR.sub(_mended_reference, body) if b"&#" in body else body


def _spelt_out(found: re.Match[bytes]) -> bytes:
    return b"&amp;" if found[0] == b"&" else found[0]


def _mended_reference(found: re.Match[bytes]) -> bytes:
    """Join a surrogate pair written as two references; replace what is no character."""
    points = [int(one[1], 16) if one[1] else int(one[2]) for one in _REFERENCE.finditer(found[0])]
    if len(points) == 2 and 0xD800 <= points[0] < 0xDC00 <= points[1] < 0xE000:
        return b"&#%d;" % (0x10000 + ((points[0] - 0xD800) << 10) + points[1] - 0xDC00)
    if all(_is_character(point) for point in points):
        return found[0]
    return b"".join(b"&#%d;" % (point if _is_character(point) else 0xFFFD) for point in points)


def _is_character(point: int) -> bool:
    if point < 32:
        return point in (9, 10, 13)
    return point <= 0x10FFFF and not 0xD800 <= point < 0xE000 and point & 0xFFFE != 0xFFFE
