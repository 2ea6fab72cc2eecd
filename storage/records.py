"""The words shared by storage and bot: ids and frozen records; no SQLAlchemy here."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

SourceId = NewType("SourceId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TagId = NewType("TagId", int)
QueryId = NewType("QueryId", int)
SubscriptionId = NewType("SubscriptionId", int)
DeliveryId = NewType("DeliveryId", int)
ChatId = NewType("ChatId", int)
"""Telegram's own id of a chat (up to 52 bits, negative for groups and channels)."""
TopicId = NewType("TopicId", int)
"""Telegram's `message_thread_id` of a forum topic."""
NO_TOPIC = TopicId(0)
"""The chat itself, or the General topic of a forum."""
Key = NewType("Key", int)
"""A 64-bit signed hash by which an article is known again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages go: a chat, or one topic of it."""

    chat_id: ChatId
    topic_id: TopicId = NO_TOPIC


# --- sources ------------------------------------------------------------------------------------


class SourceKind(StrEnum):
    """What a source's address is."""

    FEED = "feed"
    """An address that is fetched as it stands."""
    TEMPLATE = "template"
    """An address with `{tag}` or `{query}`; never fetched itself, see `SourceKind.TAG`."""
    TAG = "tag"
    """A template filled in for one subscribed tag; lives as long as the tag has subscribers."""


class SourceState(StrEnum):
    """Whether a source is polled."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to add."""

    url: str
    title: str = ""
    language: str = ""
    country: str = ""
    topic: str = ""
    kind: SourceKind = SourceKind.FEED
    parent_id: SourceId | None = None
    tag_id: TagId | None = None
    added_by: int | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a source's last good answer leaves for the next request."""

    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    pieces: bytes = b""
    """Fingerprints of the entries of the last document, 8 bytes each."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it is kept, with its health."""

    id: SourceId
    url: str
    title: str
    language: str
    country: str
    topic: str
    kind: SourceKind
    parent_id: SourceId | None
    tag_id: TagId | None
    state: SourceState
    added_at: datetime
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    good_polls: int
    failures: int
    """Failed polls since the last good one."""
    error: str
    """The last failure in words; empty when the last poll was good."""
    interval_s: float
    """Seconds between two polls, as last decided."""
    subscribers: int = 0


@dataclass(frozen=True, slots=True)
class SourceToFetch:
    """A due source, claimed for one poll."""

    id: SourceId
    url: str
    title: str
    language: str
    kind: SourceKind
    tag_id: TagId | None
    validators: Validators
    good_polls: int
    """0: the coming poll is the source's first."""
    failures: int
    interval_s: float
    last_success_at: datetime | None
    last_new_at: datetime | None
    state: str = ""
    """JSON kept for the scheduler's own decisions (rhythm, permanent redirects seen …)."""


@dataclass(frozen=True, slots=True)
class SourcePolled:
    """What a poll leaves behind, good or bad."""

    id: SourceId
    at: datetime
    next_poll_at: datetime
    interval_s: float
    error: str = ""
    """Empty: the poll was good."""
    validators: Validators | None = None
    """None: keep the old ones."""
    title: str = ""
    language: str = ""
    new_articles: int = 0
    state: str = ""
    new_state: SourceState = SourceState.ACTIVE
    new_url: str = ""


# --- articles and stories -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An entry made fit to keep: every text clean, every limit kept."""

    keys: tuple[Key, ...]
    """By any of these the article is known again within its source."""
    url: str
    """The link to show; public http(s) or empty."""
    url_key: Key | None
    """Hash of the canonical address; the same in every source."""
    title: str
    summary: str
    """The feed's own description as plain text."""
    body: str
    """The feed's full text as plain text; may be empty."""
    publisher: str
    """Who published it, where the feed says so (Google News' `<source>`), else empty."""
    language: str
    """Two letters, or empty where unknown."""
    categories: tuple[str, ...]
    published_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is kept."""

    id: ArticleId
    source_id: SourceId
    source_title: str
    story_id: StoryId
    url: str
    url_key: Key | None
    title: str
    summary: str
    body: str
    publisher: str
    language: str
    categories: tuple[str, ...]
    published_at: datetime | None
    seen_at: datetime

    @property
    def by(self) -> str:
        """Return the name to show as its source."""
        return self.publisher or self.source_title


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its articles, oldest first; never without one."""

    id: StoryId
    first_at: datetime
    last_at: datetime
    articles: tuple[Article, ...]
    tags: tuple[str, ...] = ()
    """The tags (as shown) of the asking chat that this story carries, where one asked."""


# --- chats and subscriptions --------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What a chat chose; every field has the default of a new chat."""

    language: str = "en"
    time_zone: str = "UTC"
    previews: bool = False
    summary: str = "short"
    """`none`, `short` or `long`."""
    burst_stories: int = 10
    burst_minutes: int = 10
    quiet_from: str = ""
    """`HH:MM` in the chat's zone; empty: no quiet hours."""
    quiet_to: str = ""
    buttons: str = "few"


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


class Mode(StrEnum):
    """How a subscription's stories reach the chat."""

    INSTANT = "instant"
    DIGEST = "digest"
    BREAKING = "breaking"
    SILENT = "silent"
    """Sent at once, without a sound."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it is kept: `key` is its normal form, `shown` as somebody wrote it."""

    id: TagId
    key: str
    shown: str


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to add. Equal `query` texts are one query, evaluated once."""

    place: Place
    query: str
    """Canonical text of the query (bot.core.query); of a plain tag, its key."""
    shown: str
    """The query as people read it."""
    tags: tuple[tuple[str, str], ...]
    """(key, shown) of each tag that the query asks for."""
    mode: Mode = Mode.INSTANT
    created_by: int | None = None


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


@dataclass(frozen=True, slots=True)
class Query:
    """A distinct query that at least one subscription has."""

    id: QueryId
    text: str
    shown: str


# --- deliveries ---------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """A delivery's life; the README draws it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    EDIT_WAITING = "edit_waiting"
    EDITING = "editing"
    HELD = "held"
    """Collected for a digest, a roundup or the end of quiet hours."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class DeliveryDue:
    """A claimed delivery: one message to send to, or edit in, one place."""

    id: DeliveryId
    story_id: StoryId
    place: Place
    edit: bool
    """True: the message `message_id` is to be edited."""
    message_id: int | None
    attempts: int
    maybe_duplicate: bool
    """True: an earlier try may have arrived."""
    silent: bool
    plain: bool
    """True: Telegram refused the markup before; send as plain text."""
    created_at: datetime
    chat_kind: ChatKind
    settings: ChatSettings
    tags: tuple[str, ...] = field(default=())
    """The place's tags (as shown) that the story carries."""
