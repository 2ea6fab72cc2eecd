"""The marked stretches of a message's text, and how Telegram settles those that overlap."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import regex

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
PRE = frozenset({"code", "pre"})
HIDDEN_DATA = PRE | {"text_link", "text_mention"}
_RANKS = {
    name: rank
    for rank, names in enumerate([
        ("blockquote", "expandable_blockquote"), ("pre",), ("code",),
        ("text_link", "text_mention", "date_time"),
        ("mention", "hashtag", "bot_command", "url", "email", "cashtag"),
        ("bold",), ("italic",), ("underline",), ("strikethrough",), ("spoiler",),
        ("custom_emoji",),
    ])
    for name in names
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text that means something; places are code points of the text."""

    type: str
    """The Bot API's name, such as `bold` or `text_link`."""
    offset: int
    length: int
    argument: str = ""
    """The address of a link, a user's id, the language of a listing …"""

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.offset + self.length


def settle(entities: Sequence[Entity], found: Sequence[Entity]) -> list[Entity]:
    """Join written entities with those found in the text, as Telegram's server does.

    Found ones give way to links, listings and quotes that they would cross; bold and its kind
    don't protect, they are split (TDLib, MessageEntity.cpp: merge_new_entities).
    """
    if not entities:
        return sorted(found, key=_order)
    quotes = _apart(entity for entity in entities if entity.type in QUOTES)
    links = _apart(
        entity for entity in entities if entity.type not in QUOTES and entity.type not in SPLITTABLE
    )
    links = [link for link in links if not _crosses_any(link, quotes)]
    links += [
        new
        for new in found
        if not _crosses_any(new, quotes) and not any(_touches(new, link) for link in links)
    ]
    solid = sorted(links + quotes, key=_order)
    soft = [entity for entity in entities if entity.type in SPLITTABLE]
    return sorted(solid + _split(soft, solid), key=_order)


def without_blanks(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """Leave out entities over nothing but blanks, and blanks at the start of the others."""
    kept = []
    for entity in entities:
        if entity.type in HIDDEN_DATA:
            kept.append(entity)
            continue
        stretch = text[entity.offset : entity.end]
        lead = len(stretch) - len(stretch.lstrip(" \n"))
        if lead < entity.length:
            kept.append(replace(entity, offset=entity.offset + lead, length=entity.length - lead))
    return kept


def moved(entities: Iterable[Entity], places: Sequence[int]) -> list[Entity]:
    """Carry entities to a changed text; `places[old]` is the new place of each old one."""
    carried = (
        replace(
            entity,
            offset=places[entity.offset],
            length=places[entity.end] - places[entity.offset],
        )
        for entity in entities
    )
    return [entity for entity in carried if entity.length > 0]


def as_json(text: str, entities: Sequence[Entity]) -> list[dict[str, Any]]:
    """Return the entities as the Bot API gives them, places counted in UTF-16 units."""
    units = utf16_places(text)
    return [
        {
            "type": entity.type,
            "offset": units(entity.offset),
            "length": units(entity.end) - units(entity.offset),
            **_argument(entity),
        }
        for entity in entities
    ]


class utf16_places:  # noqa: N801 - used like a function
    """Turns code-point places of a text into UTF-16 places."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [found.start() for found in _WIDE.finditer(text)]

    def __call__(self, place: int) -> int:
        """Return how many UTF-16 units stand before that code point."""
        return place + bisect_right(self._wide, place - 1) if self._wide else place


_WIDE = regex.compile("[\U00010000-\U0010ffff]")


def utf16_len(text: str) -> int:
    """Return the text's length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _argument(entity: Entity) -> dict[str, Any]:
    match entity.type:
        case "text_link":
            return {"url": entity.argument}
        case "text_mention":
            user = {"id": int(entity.argument), "is_bot": False, "first_name": "User"}
            return {"user": user}
        case "custom_emoji":
            return {"custom_emoji_id": entity.argument}
        case "pre" if entity.argument:
            return {"language": entity.argument}
        case "date_time":
            unix, _, layout = entity.argument.partition(" ")
            return {"unix_time": int(unix), "date_time_format": layout}
        case _:
            return {}


def _order(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _RANKS[entity.type]


def _touches(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _crosses_any(entity: Entity, quotes: Sequence[Entity]) -> bool:
    return any(
        _touches(entity, quote) and not (quote.offset <= entity.offset and entity.end <= quote.end)
        for quote in quotes
    )


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in sorted(entities, key=_order):
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _split(soft: Sequence[Entity], solid: Sequence[Entity]) -> list[Entity]:
    spans = [
        (name, start, end)
        for name in SPLITTABLE
        for start, end in _joined([one for one in soft if one.type == name])
    ]
    cuts = sorted(
        {start for _, start, _ in spans}
        | {place for one in solid for place in (one.offset, one.end)}
    )
    listings = [one for one in solid if one.type in PRE]
    pieces = []
    for name, start, end in spans:
        edges = [start, *(cut for cut in cuts if start < cut < end), end]
        for left, right in pairwise(edges):
            if not any(one.offset <= left and right <= one.end for one in listings):
                pieces.append(Entity(name, left, right - left))
    return pieces


def _joined(entities: Sequence[Entity]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for entity in sorted(entities, key=_order):
        if spans and entity.offset <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], entity.end))
        else:
            spans.append((entity.offset, entity.end))
    return spans
