"""What Telegram links in a text by itself: mentions, commands, hashtags, cashtags, addresses.

The rules are those of TDLib's find_entities, checked against it in the tests. Left out, for no
bot sees them: bank cards and times of a video; telephone numbers are the closed server's own.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import regex

from bot.demo.addresses import find_addresses
from bot.demo.entities import Entity

_SHORT_NAMES = frozenset({"gif", "nft", "pic", "ufc", "vid"})
_TAG_LETTERS = r"\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff"
_WORD = r"\p{L}\p{N}_"
_MENTION = regex.compile(rf"(?<![{_WORD}])@([A-Za-z0-9_]++)(?![{_WORD}])")
_COMMAND = regex.compile(rf"(?<![{_WORD}/<>])/([A-Za-z0-9_]++)(@[A-Za-z0-9_]*+)?(?![{_WORD}/<>])")
_HASHTAG = regex.compile(rf"(?<![{_TAG_LETTERS}])#([{_TAG_LETTERS}]++)(?!\#)")
_CASHTAG = regex.compile(rf"(?<![{_TAG_LETTERS}$])\$(1INCH|[A-Z]++)(?![{_TAG_LETTERS}$])")
_CHAT = regex.compile(rf"@([A-Za-z0-9_]++)(?![{_WORD}])")
_LETTER = regex.compile(r"\p{L}")
_OWN_LINK = regex.compile(
    r"(?:tg|ton)://[A-Za-z0-9_-]{1,253}"
    r"(?:/(?:{0}*(?<![.:;,('?!`]))?|[?#]{0}+(?<![.:;,('?!`]))?".replace(
        "{0}", r"[^\s\u2000-\u200b\u200e\u200f\u2016-\u206f<>«»\"]"
    ),
    regex.IGNORECASE,
)
_MARKS = regex.compile(r"[@/#$.:]")
_HASHTAG_LENGTH = 256


def detect(text: str) -> list[Entity]:
    """Return what Telegram would link in this text, in order and not overlapping."""
    if not _MARKS.search(text):
        return []
    found = [
        *_mentions(text),
        *_commands(text),
        *_hashtags(text),
        *_cashtags(text),
        *_own_links(text),
        *find_addresses(text, top_domains()),
    ]
    found.sort(key=lambda entity: (entity.offset, -entity.length))
    kept: list[Entity] = []
    for entity in found:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


@cache
def top_domains() -> frozenset[str]:
    """Return the top-level domains that make Telegram link a bare `name.domain`."""
    return frozenset((files("bot.demo") / "top_domains.txt").read_text("utf-8").split())


def _own_links(text: str) -> Iterator[Entity]:
    """Find `tg://` and `ton://`; TDLib looks no further when five bytes or fewer are left."""
    place = 0
    while (colon := text.find(":", place)) >= 0 and len(text[place:].encode()) > 5:
        starts = (start for start in (colon - 2, colon - 3) if start >= 0)
        found = next(filter(None, (_OWN_LINK.match(text, start) for start in starts)), None)
        if found:
            yield Entity("url", found.start(), len(found[0]))
        place = found.end() if found else colon + 1


def _mentions(text: str) -> list[Entity]:
    if "@" not in text:
        return []
    return [
        Entity("mention", one.start(), len(one[0]))
        for one in _MENTION.finditer(text)
        if 4 <= len(one[1]) <= 32 or one[1].lower() in _SHORT_NAMES
    ]


def _commands(text: str) -> list[Entity]:
    if "/" not in text:
        return []
    return [
        Entity("bot_command", one.start(), len(one[0]))
        for one in _COMMAND.finditer(text)
        if len(one[1]) <= 64 and (one[2] is None or 4 <= len(one[2]) <= 33)
    ]


def _hashtags(text: str) -> list[Entity]:
    if "#" not in text:
        return []
    kept = []
    for one in _HASHTAG.finditer(text):
        name = one[1][:_HASHTAG_LENGTH]
        if _LETTER.search(name):
            end = one.start() + 1 + len(name)
            kept.append(Entity("hashtag", one.start(), _with_chat(text, end) - one.start()))
    return kept


def _cashtags(text: str) -> list[Entity]:
    if "$" not in text:
        return []
    return [
        Entity("cashtag", one.start(), _with_chat(text, one.end()) - one.start())
        for one in _CASHTAG.finditer(text)
        if len(one[1]) <= 8
    ]


def _with_chat(text: str, end: int) -> int:
    """Take along the chat that a tag may name: `#tag@chat`."""
    found = _CHAT.match(text, end)
    return found.end() if found and 3 <= len(found[1]) <= 32 else end
