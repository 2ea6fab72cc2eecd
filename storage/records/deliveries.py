"""Deliveries: one message each, to one place."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.chats import ChatKind, ChatSettings
from storage.records.ids import DeliveryId, Place, StoryId


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


DIGEST = "digest"
"""Held for the next digest, or part of one."""
BREAKING = "breaking"
"""Held until the story breaks."""
QUIET = "quiet"
"""Held until quiet hours or a pause end."""
QUIET_UNLESS_BREAKING = "quiet, unless it breaks"
ENOUGH = "enough"
"""Held until the reader wants more again."""
ROUNDUP = "roundup"
"""Part of what was held back."""


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
    uncertain: int = 0
    """How many tries ended without an answer while others had theirs."""
    expires_at: datetime | None = None
    """From then on it is too old to be pushed by itself."""
    held_until: datetime | None = None
    """Until when its chat had to be left alone, as whoever wrote to it last noted."""
    together: str = ""
    """Goes in one message with all at its place that have the same word here; empty: alone."""
    paused_until: datetime | None = None
    collects: bool = False
    """True: its place has a digest."""


@dataclass(frozen=True, slots=True)
class Done:
    """Telegram took the message."""

    id: DeliveryId
    message_id: int | None
    """None: told in a roundup with others; never edited."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Telegram took the edit, or there was nothing to edit any more."""

    id: DeliveryId


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: back to waiting, until then."""

    id: DeliveryId
    until: datetime
    counts: bool
    """True: the try speaks against the message (`attempts` + 1)."""
    plain: bool = False
    """True: from now on as plain text."""
    maybe_duplicate: bool = False
    """True: this try may have arrived."""
    excused: bool = False
    """True: nothing passes, and so the lost answer is not counted in `uncertain`."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It never goes out; `reason` says why."""

    id: DeliveryId
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """Collected for a digest, a roundup or the end of quiet hours."""

    id: DeliveryId
    reason: str = "quiet"
    """What it waits for, one of the words above; `Shelf.release` asks for the same one."""


Settled = Done | Edited | Postponed | GivenUp | Held
"""How a claimed delivery ended."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """How much is before a place, and how much it had lately."""

    waiting: int
    """Messages that wait for it, those claimed left out."""
    told: int
    """Stories that it was told lately."""
    first_told_at: datetime | None
    """When it was told the first of these."""
