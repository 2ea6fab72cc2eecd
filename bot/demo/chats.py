"""The people, chats and messages of the Bot API server's small world."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.demo.entities import Entity, as_json

Kind = Literal["private", "group", "supergroup", "channel"]
ANONYMOUS_ADMIN_ID = 1_087_968_824
"""The user in whose name Telegram shows administrators who hide themselves."""


@dataclass(slots=True)
class User:
    """A person, or a bot."""

    id: int
    first_name: str
    username: str = ""
    language: str = "en"
    is_bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the user as the Bot API gives it."""
        known = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            known["username"] = self.username
        return known if self.is_bot else known | {"language_code": self.language}


@dataclass(slots=True)
class Topic:
    """A topic of a forum."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(slots=True)
class SentMessage:
    """A message of a chat as it stands now; an edit changes it in place."""

    message_id: int
    chat_id: int
    topic_id: int
    date: int
    sender: User | None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    """Places are code points of `text`."""
    markup: dict[str, Any] | None = None
    """`reply_markup` as the bot gave it."""
    raw: str = ""
    """The text as the bot sent it, with its markup."""
    silent: bool = False
    edited: int = 0
    """How many times it was edited."""
    media: dict[str, Any] = field(default_factory=dict)
    file: bytes = b""
    """What was sent along as photo or document."""
    preview: dict[str, Any] | None = None
    """`link_preview_options`."""
    reply_to: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    """All parameters of the request that sent or last edited it."""

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        """Its inline buttons, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(
            tuple(
                Button(one["text"], one.get("callback_data", ""), one.get("url", "")) for one in row
            )
            for row in rows
        )

    @property
    def keyboard(self) -> tuple[tuple[dict[str, Any], ...], ...]:
        """The buttons that it puts in place of the person's keyboard, row by row."""
        return tuple(map(tuple, (self.markup or {}).get("keyboard", [])))

    def linked(self, kind: str) -> list[str]:
        """Return the stretches of the text that are a `kind` of entity, such as `hashtag`."""
        return [self.text[one.offset : one.end] for one in self.entities if one.type == kind]


@dataclass(slots=True, eq=False)
class Chat:
    """A chat with its members and messages."""

    id: int
    kind: Kind
    title: str
    username: str = ""
    forum: bool = False
    admins: set[int] = field(default_factory=set)
    members: dict[int, User] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    bot_status: str = "member"
    """`member`, `administrator`, `left`, `kicked`, or `restricted` (may not write)."""
    lacking: dict[int, set[str]] = field(default_factory=dict)
    """The rights that an administrator, or the bot as one, does not have."""
    moved_to: int = 0
    """The supergroup that this group became."""
    messages: dict[int, SentMessage] = field(default_factory=dict)
    keep: int | None = None
    """How many messages are remembered; None: all."""

    def __int__(self) -> int:
        return self.id

    def put(self, message: SentMessage) -> None:
        """Remember a message, and forget the oldest where there are too many."""
        self.messages[message.message_id] = message
        if self.keep is not None and len(self.messages) > self.keep:
            del self.messages[next(iter(self.messages))]

    def as_json(self) -> dict[str, Any]:
        """Return the chat as it stands in messages."""
        known: dict[str, Any] = {"id": self.id, "type": self.kind}
        known["first_name" if self.kind == "private" else "title"] = self.title
        if self.username:
            known["username"] = self.username
        return known | {"is_forum": True} if self.forum else known


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the ledger: what a bot asked for, and how it was answered."""

    method: str
    chat_id: int
    topic_id: int
    at: float
    """Monotonic seconds at which the request came in."""
    status: int
    """0: never answered."""
    description: str = ""
    text: str = ""
    message_id: int = 0


Ledger = deque[Request]


def message_json(message: SentMessage, chat: Chat) -> dict[str, Any]:
    """Return a message as the Bot API gives it."""
    told: dict[str, Any] = {
        "message_id": message.message_id,
        "date": message.date,
        "chat": chat.as_json(),
    }
    if message.sender is not None and chat.kind != "channel":
        told["from"] = message.sender.as_json()
    if chat.kind == "channel" or (message.sender and message.sender.id == ANONYMOUS_ADMIN_ID):
        told["sender_chat"] = chat.as_json()
    if message.topic_id:
        told |= {"message_thread_id": message.topic_id, "is_topic_message": True}
    if message.edited:
        told["edit_date"] = message.date
    told |= message.media
    _tell_text(told, message)
    if message.markup and "inline_keyboard" in message.markup:
        told["reply_markup"] = message.markup
    if message.reply_to in chat.messages:
        told["reply_to_message"] = message_json(chat.messages[message.reply_to], chat)
    return told


def _tell_text(told: dict[str, Any], message: SentMessage) -> None:
    name = "caption" if message.media else "text"
    if message.text or not message.media:
        told[name] = message.text
    if message.entities:
        told["caption_entities" if message.media else "entities"] = as_json(
            message.text, message.entities
        )
