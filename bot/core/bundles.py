"""Subscriptions as a file that people take along: JSON, written and read again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.query import Query, parse_query
from bot.errors import FileError, UserInputError
from storage.records import SUMMARIES, Mode, Rhythm, Subscription

MOST_BYTES = 1_000_000
"""Of a file with subscriptions; three hundred of them take some ten thousand."""
MOST = 1_000
"""Entries that are looked at."""
_MARK = "tagwire"


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription as it stands in a file."""

    query: Query
    mode: Mode = Mode.INSTANT
    summary: str = ""
    rhythm: Rhythm | None = None
    """Of a digest of its own."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file holds."""

    wishes: tuple[Wish, ...]
    bad: tuple[str, ...] = ()
    """The beginning of each entry that could not be understood."""


def write(kept: Sequence[Subscription]) -> str:
    """Return a file that `read` can read back."""
    listed = [_entry(one) for one in kept]
    return json.dumps({_MARK: 1, "subscriptions": listed}, ensure_ascii=False, indent=1)


def read(content: bytes) -> Bundle:
    """Read a file, each query once; raises FileError where it is no list of subscriptions."""
    if len(content) > MOST_BYTES:
        raise FileError("too-large", MOST_BYTES // 1_000_000)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    listed = found.get("subscriptions") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise FileError("no-list")
    if len(listed) > MOST:
        raise FileError("too-many", MOST)
    wishes: dict[str, Wish] = {}
    bad = []
    for one in listed:
        wish = _wish(one)
        if wish is None:
            bad.append(_told(one)[:60])
        else:
            wishes.setdefault(wish.query.canonical(), wish)
    return Bundle(tuple(wishes.values()), tuple(bad))


def _told(entry: Any) -> str:
    """Return an entry that is no wish: its query, where it has one, else as a file has it."""
    said = entry.get("query") if isinstance(entry, dict) else entry
    return said if isinstance(said, str) else json.dumps(entry, ensure_ascii=False)


def _entry(one: Subscription) -> dict[str, Any]:
    entry: dict[str, Any] = {"query": one.spelt, "mode": one.mode.value}
    if one.summary:
        entry["summary"] = one.summary
    if one.rhythm is not None:
        entry["digest"] = {"minute": one.rhythm.minute, "weekday": one.rhythm.weekday}
    return entry


def _wish(entry: Any) -> Wish | None:
    said = {"query": entry} if isinstance(entry, str) else entry
    if not isinstance(said, dict) or not isinstance(said.get("query"), str):
        return None
    try:
        query = parse_query(said["query"])
    except UserInputError:
        return None
    mode, summary = said.get("mode"), said.get("summary")
    known = mode if mode in [one.value for one in Mode] else Mode.INSTANT
    length = summary if summary in SUMMARIES else ""
    return Wish(query, Mode(known), length, _rhythm(said.get("digest")))


def _rhythm(said: Any) -> Rhythm | None:
    if not isinstance(said, dict):
        return None
    minute, weekday = said.get("minute"), said.get("weekday")
    if type(minute) is not int or not 0 <= minute < 24 * 60:
        return None
    if weekday is not None and (type(weekday) is not int or not 0 <= weekday < 7):
        return None
    return Rhythm(minute, weekday)
