"""Chats and what they subscribed to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.ids import ChatId, MuteId, Place, QueryId, SubscriptionId, TagId


class ChatKind(StrEnum):
    """Telegram's kinds of chats."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    """Whether a chat can be sent to."""

    ACTIVE = "active"
    ASLEEP = "asleep"
    """Blocked, kicked, no right to write: wakes when Telegram or its people say so."""
    GONE = "gone"
    """Deleted for good."""


SUMMARIES = ("none", "short", "long")
"""Lengths of summaries, shortest first."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What a chat chose; every field has the default of a new chat."""

    language: str = "en"
    time_zone: str = "UTC"
    previews: bool = False
    summary: str = "short"
    """One of `SUMMARIES`; a story that several subscriptions bring has the longest of theirs."""
    burst_stories: int = 10
    burst_minutes: int = 10
    quiet_from: str = ""
    """`HH:MM` in the chat's zone; empty: no quiet hours."""
    quiet_to: str = ""
    quiet_breaking: bool = False
    """True: stories that break come through quiet hours."""
    buttons: str = "few"
    """`none`: alerts have no buttons."""
    pictures: str = "light"
    """`dark`: pictures have a dark ground."""
    topics: bool = False
    """True: in a forum, what is subscribed in General gets a topic of its own."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as it is kept."""

    id: ChatId
    kind: ChatKind
    title: str
    state: ChatState
    state_reason: str
    allowed: bool
    """Whether an operator let it in (only asked when access is private)."""
    settings: ChatSettings
    created_at: datetime
    manages: ChatId | None = None
    """The channel or group that a private chat manages just now; None: itself."""


class Mode(StrEnum):
    """How a subscription's stories reach the chat."""

    INSTANT = "instant"
    DIGEST = "digest"
    BREAKING = "breaking"
    SILENT = "silent"
    """Sent at once, without a sound."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a digest comes, in the chat's own time."""

    minute: int
    """Of the day, from 0 to 1439."""
    weekday: int | None = None
    """0 is Monday; None: every day."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it is kept: `key` is its normal form, `shown` as somebody wrote it."""

    id: TagId
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class OwnQuery:
    """The query that finds one tag alone, with all that counts as the tag where it is asked for."""

    key: str
    """The tag's."""
    text: str
    """The query's canonical text."""
    shown: str


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to add. Equal `query` texts are one query, evaluated once."""

    place: Place
    query: str
    """Canonical text of the query (bot.core.query); of a plain tag, its key."""
    shown: str
    """What people call it: the query without other names of its tags."""
    tags: tuple[tuple[str, str], ...]
    """(key, shown) of each tag that the query asks for."""
    mode: Mode = Mode.INSTANT
    created_by: int | None = None
    spelt: str = ""
    """The whole query as it can be typed; empty: `shown` is the whole query."""
    own: tuple[OwnQuery, ...] = ()
    """Of the tags; one that has none here is found by its key."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it is kept."""

    id: SubscriptionId
    place: Place
    query_id: QueryId
    query: str
    shown: str
    mode: Mode
    active: bool
    created_at: datetime
    spelt: str
    """The whole query as it can be typed."""
    summary: str
    """How long its alerts' summaries are; empty: as the chat has it."""
    rhythm: Rhythm | None = None
    """Of a digest of its own; None: its stories go into the place's."""
    digest_at: datetime | None = None
    digested_at: datetime | None = None
    """When its own last digest was due, however late it went."""


@dataclass(frozen=True, slots=True)
class Query:
    """A distinct query that at least one subscription has."""

    id: QueryId
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Mute:
    """What a place does not want to hear of, until then or for good."""

    id: MuteId
    shown: str
    """The tag, or the name of who tells it."""
    is_tag: bool
    until: datetime | None
    """None: for good."""

    @property
    def called(self) -> str:
        """Return what it is called in a chat: a tag of one word has its sign."""
        return f"#{self.shown}" if self.is_tag and " " not in self.shown else self.shown
