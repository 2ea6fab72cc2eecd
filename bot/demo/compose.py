"""From the text that a bot sends to the message that Telegram shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from bot.demo.detect import detect
from bot.demo.entities import Entity, moved, settle, utf16_len, utf16_places, without_blanks
from bot.demo.markup import MarkupError, parse_html
from bot.demo.refusals import bad_request

MAX_TEXT = 4096
"""UTF-16 units after parsing. The real server counts code points; this is the stricter count."""
MAX_CAPTION = 1024
MAX_RAW_BYTES = 32_768
MAX_ENTITIES = 100

_TO_CLEAN = regex.compile(r"[\x00-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a]|[\u200e\u200f]+")
_GONE = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")
_INVISIBLE = regex.compile(r"[\s\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\u00ad\u180e]*")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message's text as shown, with its settled entities."""

    text: str
    entities: tuple[Entity, ...]


def compose(
    raw: str, parse_mode: str, given: Sequence[Entity] | None, *, limit: int = MAX_TEXT
) -> Composed:
    """Parse, clean, trim, check the limits and detect links, in the order of the real server.

    Raises Refusal with the words of Telegram. What was composed lately is kept, for one text goes
    to many chats.
    """
    return _composed(raw, parse_mode, None if given is None else tuple(given), limit)


@lru_cache(maxsize=512)
def _composed(raw: str, parse_mode: str, given: tuple[Entity, ...] | None, limit: int) -> Composed:
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_RAW_BYTES:
        raise bad_request("text is too long" if limit == MAX_TEXT else "caption is too long")
    text, written = _parsed(raw, parse_mode, given)
    text, written = _cleaned(text, written)
    text, written = _trimmed(text, without_blanks(text, written))
    if raw and _INVISIBLE.fullmatch(text):
        raise bad_request("text must be non-empty")
    if utf16_len(text) > limit:
        words = "message is too long" if limit == MAX_TEXT else "message caption is too long"
        raise bad_request(words)
    settled = settle(written, detect(text))
    return Composed(text, tuple(settled[:MAX_ENTITIES]))


def entities_given(raw: str, listed: Sequence[dict[str, object]]) -> list[Entity]:
    """Read the `entities` parameter; places there are UTF-16 units."""
    units = utf16_places(raw)
    place = {units(point): point for point in range(len(raw) + 1)}
    read = []
    for one in listed:
        start, length = int(str(one.get("offset", 0))), int(str(one.get("length", 0)))
        if start not in place or start + length not in place:
            raise bad_request("entity begins after the end of the text")
        begin, end = place[start], place[start + length]
        argument = str(one.get("url", "") or one.get("language", ""))
        read.append(Entity(str(one.get("type", "")), begin, end - begin, argument))
    return read


def _parsed(raw: str, parse_mode: str, given: Sequence[Entity] | None) -> tuple[str, list[Entity]]:
    match parse_mode.lower():
        case "":
            return raw, list(given or ())
        case "html":
            try:
                return parse_html(raw)
            except MarkupError as mistake:
                raise bad_request(f"can't parse entities: {mistake}") from mistake
        case _:
            raise bad_request("unsupported parse_mode")


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    if not _TO_CLEAN.search(text):
        return text, entities
    places, parts, length, last = [0] * (len(text) + 1), [], 0, 0
    for found in _TO_CLEAN.finditer(text):
        for place in range(last, found.start()):
            places[place] = length + place - last
        parts.append(text[last : found.start()])
        length += found.start() - last
        kept = _replacement(found[0])
        for step, place in enumerate(range(found.start(), found.end())):
            places[place] = length + min(step, len(kept))
        parts.append(kept)
        length += len(kept)
        last = found.end()
    for place in range(last, len(text) + 1):
        places[place] = length + place - last
    parts.append(text[last:])
    return "".join(parts), moved(entities, places)


def _replacement(found: str) -> str:
    if found[0] in "\u200e\u200f":
        return found if len(found) == 1 else "\u200c" * (len(found) - 1) + found[-1]
    return "" if found in _GONE else " "


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    lead = len(text) - len(text.lstrip(" \n"))
    kept = text.strip(" \n")
    if len(kept) == len(text):
        return text, entities
    places = [min(max(place - lead, 0), len(kept)) for place in range(len(text) + 1)]
    return kept, moved(entities, places)
