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
