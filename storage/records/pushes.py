"""What hubs push: a source's agreement with the hub that its feed names (WebSub)."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.records.ids import PushId, SourceId


@dataclass(frozen=True, slots=True)
class NewPush:
    """An agreement to ask a hub for."""

    source_id: SourceId
    hub: str
    topic: str
    token: str = field(repr=False)
    """Nobody else knows it: it ends the address that the hub delivers to."""
    secret: str = field(repr=False)
    """What the hub signs its deliveries with."""


@dataclass(frozen=True, slots=True)
class Push:
    """An agreement as it is kept."""

    id: PushId
    source_id: SourceId | None
    """None: the source is gone, or has another hub now; the agreement is to be ended."""
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    due_at: datetime
    """When the hub is asked next."""
    attempts: int
    """How often it was asked since it last agreed."""
    lease_until: datetime | None
    """Until when it agreed to push; None: it never did."""
    pushed_at: datetime | None
    error: str
    """Why it does not push, in words; empty where it does or may."""


@dataclass(frozen=True, slots=True)
class SourceWithHub:
    """A polled source whose feed may name a hub."""

    id: SourceId
    url: str
    state: str
    """What the scheduler keeps of it; the hub is in there."""
