"""How a parser's child process is spoken to: frames of a JSON head and a body."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from struct import Struct
from typing import Any

from bot.core.entries import Entry, Hints, PageText

FRAME = Struct(">II")
"""Two lengths, of the head and of the body, in front of both."""
READY = b"!"
"""What a child says first, once it has loaded its code."""
NO_FEED = "is no feed"
WEB_PAGE = "is a web page, not a feed"


@dataclass(frozen=True, slots=True)
class Task:
    """A document to parse."""

    body: bytes = field(repr=False)
    content_type: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed as its document tells it, or (`fault`) why it tells nothing."""

    fault: str = ""
    title: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    total: int = 0
    hints: Hints = field(default_factory=Hints)
    unfinished: bool = False
    """True: it cost a child, which came to no end with it; `fault` says why."""


def pack_task(task: Task) -> bytes:
    """Return the frame that asks for a document to be parsed."""
    head = json.dumps({"type": task.content_type, "now": task.now.timestamp()}).encode()
    return FRAME.pack(len(head), len(task.body)) + head + task.body


def unpack_task(head: bytes, body: bytes) -> Task:
    """Return what a frame asks for."""
    said = json.loads(head)
    return Task(
        body=body,
        content_type=said["type"],
        now=datetime.fromtimestamp(said["now"], UTC),
    )


def pack_parsed(parsed: Parsed) -> bytes:
    """Return the frame that answers."""
    said = {name: getattr(parsed, name) for name in Parsed.__slots__}
    said["entries"] = [_plain(entry) for entry in parsed.entries]
    said["hints"] = asdict(parsed.hints)
    body = json.dumps(said).encode()
    return FRAME.pack(0, len(body)) + body


def unpack_parsed(body: bytes) -> Parsed:
    """Return what an answer's body says."""
    said = json.loads(body)
    said["entries"] = tuple(_entry(one) for one in said["entries"])
    said["hints"] = Hints(**said["hints"])
    return Parsed(**said)


@dataclass(frozen=True, slots=True)
class PageTask:
    """An article's page to read."""

    body: bytes = field(repr=False)
    charset: str = ""
    """What the answer's header calls its letters; may be empty or wrong."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page says, or (`fault`) why it says nothing."""

    fault: str = ""
    text: PageText = field(default_factory=PageText)


def pack_page(task: PageTask) -> bytes:
    """Return the frame that asks for a page to be read."""
    head = json.dumps({"charset": task.charset}).encode()
    return FRAME.pack(len(head), len(task.body)) + head + task.body


def unpack_page(head: bytes, body: bytes) -> PageTask:
    """Return what a frame asks for."""
    return PageTask(body=body, charset=json.loads(head)["charset"])


def pack_page_text(read: PageRead) -> bytes:
    """Return the frame that answers."""
    body = json.dumps(asdict(read)).encode()
    return FRAME.pack(0, len(body)) + body


def unpack_page_text(body: bytes) -> PageRead:
    """Return what an answer's body says."""
    said = json.loads(body)
    return PageRead(fault=said["fault"], text=PageText(**said["text"]))


def _plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it; `asdict` would copy every text."""
    said = {name: getattr(entry, name) for name in Entry.__slots__}
    at = entry.published_at
    said["published_at"] = None if at is None else at.timestamp()
    return said


def _entry(said: dict[str, Any]) -> Entry:
    at = said["published_at"]
    said["published_at"] = None if at is None else datetime.fromtimestamp(at, UTC)
    said["categories"] = tuple(said["categories"])
    return Entry(**said)
