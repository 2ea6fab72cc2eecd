"""What a deep link carries: a whole query in 64 letters, digits, `_` and `-`."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from hashlib import blake2b
from typing import NamedTuple

from bot.core.query import Query, parse_query
from bot.errors import UserInputError

MOST = 64
"""Telegram's limit (core.telegram.org/bots/features, deep linking)."""
_PLAIN = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,63}")
_WRITTEN = "_"
"""Before base64url of a query. No text begins with a byte that is written `_` there."""
_KEPT = re.compile(r"__(?P<number>[0-9]{1,18})-(?P<proof>[A-Za-z0-9_-]{12})")


class Kept(NamedTuple):
    """A query too long for a link, called by its number; the proof knows its text."""

    number: int
    proof: str


def payload(query: Query) -> str:
    """Return what a link to a query carries: the tag itself where it can be read; empty: no room.

    >>> payload(parse_query("#Samsung"))
    'Samsung'
    """
    shown = query.shown.removeprefix("#")
    if _PLAIN.fullmatch(shown) and _reads_as(shown, query):
        return shown
    written = _WRITTEN + urlsafe_b64encode(query.shown.encode()).decode().rstrip("=")
    return written if len(written) <= MOST else ""


def payload_of_kept(number: int, text: str) -> str:
    """Return what a link carries to a query that is kept under a number, with this text."""
    return f"__{number}-{_proof(text)}"


def read_payload(carried: str) -> Query | Kept | None:
    """Return what a link leads to; anybody may have made it up."""
    kept = _KEPT.fullmatch(carried)
    if kept is not None:
        return Kept(int(kept["number"]), kept["proof"])
    typed = carried
    if carried.startswith(_WRITTEN):
        typed = _decoded(carried.removeprefix(_WRITTEN)) or carried
    try:
        return parse_query(typed)
    except UserInputError:
        return None


def proves(proof: str, text: str) -> bool:
    """Tell whether who made a link knew the text of the query."""
    return proof == _proof(text)


def _proof(text: str) -> str:
    digest = blake2b(text.encode(), digest_size=9, person=b"tagwire.link").digest()
    return urlsafe_b64encode(digest).decode()


def _decoded(written: str) -> str:
    try:
        return urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
    except (NotBase64Error, ValueError):
        return ""


def _reads_as(typed: str, query: Query) -> bool:
    try:
        return parse_query(typed) == query
    except UserInputError:
        return False
