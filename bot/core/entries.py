"""What a source said, as values: the way from bytes to articles."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.records import Validators


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed as parsed; nothing is cleaned yet, everything is hostile."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = True
    summary: str = ""
    content: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    """Aware, UTC; None where the feed has no date or an impossible one."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer says of when to come back; seconds, None where it says nothing."""

    ttl_s: float | None = None
    max_age_s: float | None = None
    retry_after_s: float | None = None
    hub: str = ""
    self_url: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing new: 304, or the same bytes, or the same entries."""

    validators: Validators
    hints: Hints = field(default_factory=Hints)
    fresh: bool = False
    """True: the whole document came and was compared; False: the server said 304."""
    moved_to: str = ""
    """Where an unbroken chain of 301/308 leads, else empty."""
    took_s: float = field(default=0.0, compare=False)
    """How long its server took to answer, which is no part of what it says; 0: nobody was asked."""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed that was read; `entries` leaves out those whose piece was seen before."""

    url: str
    """The address that answered in the end; links are resolved against it."""
    title: str
    language: str
    entries: tuple[Entry, ...]
    validators: Validators
    hints: Hints = field(default_factory=Hints)
    total: int = 0
    """How many entries the document has, those left out included."""
    moved_to: str = ""
    """Where an unbroken chain of 301/308 leads, else empty."""
    took_s: float = field(default=0.0, compare=False)
    """How long its server took to answer, which is no part of what it says; 0: nobody was asked."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The source could not be read; `words` may be shown to people."""

    words: str
    status: int = 0
    """The HTTP status, 0 where there was none."""
    retry_after_s: float | None = None
    gone: bool = False
    """True: 410."""
    url: str = ""
    """The address that answered in the end, where one did."""
    silent: bool = False
    """True: nobody answered at all."""
    ours: bool = False
    """True: and not only there; the fault is on our side."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What an article's page says; nothing is cleaned yet, everything is hostile."""

    text: str = ""
    """The article's own text, a line a paragraph."""
    description: str = ""
    """What the page calls itself to search engines and previews."""


ReadResult = Unchanged | Document | Failed
