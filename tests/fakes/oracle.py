"""The official parser of Telegram's markup, offline: tdjson's own parse and detection.

What it gives is turned into the shape of this project, so that both can be compared: entities
with the Bot API's names, places in UTF-16 units.
"""

import json
from dataclasses import dataclass
from typing import Any

import tdjson

Found = tuple[str, int, int, str]
"""Kind, offset, length (UTF-16 units), argument."""

_KINDS = {
    "Mention": "mention", "Hashtag": "hashtag", "BotCommand": "bot_command", "Url": "url",
    "EmailAddress": "email", "Cashtag": "cashtag", "Bold": "bold", "Italic": "italic",
    "Underline": "underline", "Strikethrough": "strikethrough", "Spoiler": "spoiler",
    "Code": "code", "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link",
    "MentionName": "text_mention", "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote", "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}  # fmt: skip
_TD_NAMES = {kind: name for name, kind in _KINDS.items() if name != "PreCode"}


@dataclass(frozen=True)
class Refused:
    """The official parser does not take the text."""

    words: str


@dataclass(frozen=True)
class Parsed:
    """The text without markup, and what the markup said."""

    text: str
    entities: tuple[Found, ...]

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the stretches of the text that are entities of these kinds."""
        units = self.text.encode("utf-16-le", "surrogatepass")
        return [
            units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
            for kind, offset, length, _ in self.entities
            if kind in kinds
        ]


def parse_html(source: str) -> Parsed | Refused:
    """Parse Telegram's HTML; nothing is detected, trimmed or merged."""
    answer = _ask({
        "@type": "parseTextEntities", "text": source,
        "parse_mode": {"@type": "textParseModeHTML"},
    })  # fmt: skip
    if answer["@type"] == "error":
        return Refused(str(answer["message"]).removeprefix("Can't parse entities: "))
    return Parsed(answer["text"], _entities(answer))


def detect(text: str) -> tuple[Found, ...]:
    """Return what Telegram links in a plain text by itself."""
    return _entities(_ask({"@type": "getTextEntities", "text": text}))


def shown(source: str) -> Parsed | Refused:
    """Parse, and add what is detected outside of links and listings: what a reader can click.

    A detected entity that meets a link, code or listing is dropped, as the server does; bold and
    its kind don't protect.
    """
    parsed = parse_html(source)
    if isinstance(parsed, Refused):
        return parsed
    solid = [one for one in parsed.entities if one[0] in _PROTECTING]
    found = tuple(
        one
        for one in detect(parsed.text)
        if not any(one[1] < its[1] + its[2] and its[1] < one[1] + one[2] for its in solid)
    )
    return Parsed(parsed.text, parsed.entities + found)


def settle(text: str, entities: list[Found]) -> Parsed:
    """Merge and split overlapping entities as the server does, with nothing detected.

    Text must hold none of Markdown's letters, for the official way there is parseMarkdown.
    """
    answer = _ask({
        "@type": "parseMarkdown",
        "text": {
            "@type": "formattedText", "text": text,
            "entities": [_as_td(one) for one in entities],
        },
    })  # fmt: skip
    return Parsed(answer["text"], _entities(answer))


_PROTECTING = frozenset({
    "text_link", "text_mention", "code", "pre", "custom_emoji", "date_time",
})  # fmt: skip


def _as_td(one: Found) -> dict[str, Any]:
    kind, offset, length, argument = one
    content: dict[str, Any] = {"@type": f"textEntityType{_TD_NAMES[kind]}"}
    if kind == "text_link":
        content["url"] = argument
    return {"@type": "textEntity", "offset": offset, "length": length, "type": content}


def _entities(answer: dict[str, Any]) -> tuple[Found, ...]:
    return tuple(
        (_KINDS[name], one["offset"], one["length"], _argument(one["type"]))
        for one in answer["entities"]
        if (name := one["type"]["@type"].removeprefix("textEntityType")) in _KINDS
    )


def _argument(content: dict[str, Any]) -> str:
    for name in ("url", "language", "user_id", "custom_emoji_id", "unix_time"):
        if name in content:
            return str(content[name])
    return ""


def _ask(question: dict[str, Any]) -> dict[str, Any]:
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    answer = tdjson.td_execute(json.dumps(question).encode())
    read: dict[str, Any] = json.loads(answer or b"{}")
    return read
