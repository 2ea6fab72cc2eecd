"""What a message is made of: pieces that know their length in every way that Telegram counts."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_UNITS = 4_096
"""UTF-16 units that a message may show (Telegram: 4,096 code points; units are the safe side)."""
MAX_BYTES = 30_000
"""Bytes of text with markup (the Bot API server refuses more than 32,768)."""
MAX_ENTITIES = 90
"""Links, hashtags and formats of a message (Telegram ignores what comes after the 100th)."""
MAX_LINK = 2_048
"""Characters of an address that is still made a link."""

WORD_JOINER = "\u2060"

# Telegram makes links of these wherever no link covers them (td/telegram/MessageEntity.cpp).
# It knows letters that Python does not yet: whatever is no blank may be one.
_SIGN = re.compile(r"[@#](?=\S)|\$(?=[^\s\d])|(?<![A-Za-z0-9_<])/(?=[A-Za-z0-9_])|:(?=//)")
_DOMAIN_DOT = re.compile(r"(?<=\S)\.(?=[^\s\d.,;:!?()\[\]\"'][^\s.,;:!?()\[\]\"'])")
_ADDRESS_DOT = re.compile(r"(?<=\d)\.(?=\d{1,3}\.\d{1,3}\.\d)")
_CARD = re.compile(r"\d(?:[ -]*\d){12,}")
_CARD_STEP = re.compile(r"((?:\d[ -]*){4})(?=\d)")

# A link that Telegram's own parser keeps; it drops the others in silence, and their text, no
# longer covered by a link, could act.
_LINK = re.compile(
    r"https?://(?P<host>[\w-]+(?:\.[\w-]+)+)(?::(?P<port>[0-9]{1,5}))?(?:[/?#][^\s\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: opens `url`, or sends `data` (at most 64 bytes) back to us."""

    text: str
    url: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent.

    `plain` says the same without any markup, for when Telegram refuses `html`. `preview_url` is
    the one address that may be previewed; empty: none.
    """

    html: str
    plain: str
    preview_url: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    stories: int = 0
    """How many stories a page of a list tells."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message; `+` joins two. Made by the functions below, never by hand."""

    html: str = ""
    plain: str = ""
    units: int = 0
    """UTF-16 units that people see."""
    entities: int = 0

    def __add__(self, other: "Piece") -> "Piece":
        return Piece(
            self.html + other.html,
            self.plain + other.plain,
            self.units + other.units,
            self.entities + other.entities,
        )

    def __bool__(self) -> bool:
        return bool(self.html)

    def fits(self) -> bool:
        """Tell whether all of Telegram's limits are kept, the plain form's too."""
        return (
            self.units <= MAX_UNITS
            and self.entities <= MAX_ENTITIES
            and len(self.html) <= MAX_BYTES
            and len(self.html.encode()) <= MAX_BYTES
            and units(self.plain) <= MAX_UNITS
        )


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def ours(text: str) -> Piece:
    """Return text of our own wording: escaped, and otherwise as it is."""
    return Piece(html.escape(text), text, units(text))


def foreign(text: str) -> Piece:
    """Return text that strangers wrote, with nothing in it that Telegram would make a link of."""
    return ours(inert(text))


def hashtag(text: str) -> Piece:
    """Return a hashtag that Telegram makes clickable; `text` comes from bot.core.tags.hashtag."""
    return Piece(html.escape(text), text, units(text), 1)


def bold(piece: Piece) -> Piece:
    """Return the piece in bold."""
    return Piece(f"<b>{piece.html}</b>", piece.plain, piece.units, piece.entities + 1)


def link(text: str, url: str) -> Piece:
    """Return strangers' text as the text of a link, where nothing in it can act.

    An address that Telegram would drop is left out; the text is made inert then.
    """
    if not is_link(url):
        return foreign(text)
    marked = f'<a href="{html.escape(url)}">{html.escape(text)}</a>'
    return Piece(marked, f"{inert(text)}\n{url}", units(text), 1)


def is_link(url: str) -> bool:
    """Tell whether Telegram makes a link of this address, and people can open it."""
    found = _LINK.fullmatch(url) if len(url) <= MAX_LINK else None
    return found is not None and 0 < int(found["port"] or 80) < 65_536


def join(pieces: Iterable[Piece], between: str = "\n") -> Piece:
    """Return the pieces that are not empty, with `between` between them."""
    kept = [piece for piece in pieces if piece]
    gap = html.escape(between)
    return Piece(
        gap.join(piece.html for piece in kept),
        between.join(piece.plain for piece in kept),
        sum(piece.units for piece in kept) + units(between) * max(0, len(kept) - 1),
        sum(piece.entities for piece in kept),
    )


def inert(text: str) -> str:
    """Return the text with a word joiner wherever Telegram would start a link, and only there.

    A word joiner (U+2060) cannot be seen; bold or italic text protects from nothing.
    """
    text = _SIGN.sub(lambda found: found[0] + WORD_JOINER, text)
    if "." in text:
        text = _DOMAIN_DOT.sub("." + WORD_JOINER, text)
        text = _ADDRESS_DOT.sub("." + WORD_JOINER, text)
    return _CARD.sub(lambda found: _CARD_STEP.sub(rf"\1{WORD_JOINER}", found[0]), text)
