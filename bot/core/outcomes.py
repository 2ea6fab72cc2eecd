"""How sending can end, as Telegram answered it."""

from dataclasses import dataclass
from enum import StrEnum

from storage.records import ChatId


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it (an edit that changed nothing counts too)."""

    message_id: int


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not taken now."""

    seconds: float
    """How long Telegram, or our back-off, asks to wait."""
    whole_bot: bool = False
    """True: the fault is not this chat's."""
    counts: bool = True
    """False: says nothing against this message (a flood wait)."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: the answer was lost."""

    words: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat cannot be sent to; it sleeps, or is dead for good."""

    words: str
    forever: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """The bot may not write there now; somebody may give it the right at any time."""

    words: str
    unknown: bool = False
    """True: Telegram says that there is no such chat, which it sometimes takes back."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with another id."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The topic is closed or deleted; the chat's other topics are well."""

    words: str


class Mend(StrEnum):
    """How a refused message may still pass."""

    PLAIN = "plain"
    SHORTER = "shorter"
    BARE = "bare"
    """The headline and its link, without markup; the last try of what is too long."""
    NO_BUTTONS = "no_buttons"
    NO_REPLY = "no_reply"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will never take this message as it is."""

    words: str
    mend: Mend = Mend.NONE


@dataclass(frozen=True, slots=True)
class MessageLost:
    """The message to edit is deleted or too old; no error."""

    words: str


@dataclass(frozen=True, slots=True)
class TokenRejected:
    """Telegram no longer knows the bot: stop everything, keep everything."""


Outcome = (
    Sent
    | TryLater
    | Uncertain
    | Gone
    | Denied
    | Moved
    | TopicGone
    | Refused
    | MessageLost
    | TokenRejected
)
