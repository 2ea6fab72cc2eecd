"""Sources, and what a poll needs and leaves behind."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.ids import SourceId, TagId


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
    scheduling: str = ""
    """JSON kept for the scheduler's own decisions."""
    tags: int = 0
    """Of a template: for how many tags it is asked."""
    added_by: int | None = None
    """The user who added it."""


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
    ours: bool = False
    """The fault was on our side: it adds nothing to those of the source."""
    validators: Validators | None = None
    """None: keep the old ones."""
    title: str = ""
    language: str = ""
    new_articles: int = 0
    state: str = ""
    new_state: SourceState = SourceState.ACTIVE
    new_url: str = ""
    """Where the source moved for good; see `Sources.move`."""
    held_url: str = ""
    """An address whose whole host wants its peace until `next_poll_at`; empty: nobody does."""
