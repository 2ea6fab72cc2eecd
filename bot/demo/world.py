"""What the Bot API server knows: people, chats, messages, updates, and who waits for a change."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.clock import Clock
from bot.demo.chats import Chat, Kind, Ledger, SentMessage, Topic, User, message_json
from bot.demo.flood import FloodGuard, Limits
from bot.demo.refusals import Moved, Refusal, bad_request, forbidden
from bot.demo.updates import UpdateQueue

Found = TypeVar("Found")
QUERY_LIFETIME_S = 30.0
"""How long a pressed button waits for its answer; Telegram publishes no figure."""


@dataclass(slots=True)
class Press:
    """A button that was pressed, and the bot's answer."""

    id: str
    data: str
    until: float
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Profile:
    """What the bot told about itself; keys are (scope, language)."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """By (field, language), such as ("description", "ko")."""
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_trouble: dict[str, Any] = field(default_factory=dict)
    """Why the last delivery failed, as `getWebhookInfo` tells it."""


class World:
    """The state behind the methods; one bot, its chats, and a ledger of its requests."""

    def __init__(
        self, clock: Clock, limits: Limits, *, keep: int | None, create_chats: bool
    ) -> None:
        self.clock = clock
        self.me = User(7_000_000_001, "Tagwire", "tagwire_demo_bot", is_bot=True)
        self.flood = FloodGuard(limits, clock.monotonic)
        self.updates = UpdateQueue()
        self.profile = Profile()
        self.proxies: dict[str, str] = {}
        """Public addresses, and where the reverse proxies behind them lead."""
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {}
        self.presses: dict[str, Press] = {}
        self.inline_answers: dict[str, list[dict[str, Any]]] = {}
        self.inline_said: dict[str, dict[str, Any]] = {}
        """What an inline answer told beside its results: paging, caching, the button over them."""
        self.files: dict[str, tuple[str, bytes]] = {}
        self.ledger: Ledger = deque(maxlen=keep)
        self._keep = keep
        self._create_chats = create_chats
        self._next_message_id = 1
        self._next_serial = 1
        self._waiters: set[asyncio.Event] = set()

    def serial(self) -> int:
        """Return a number never given before."""
        self._next_serial += 1
        return self._next_serial

    def unix_time(self) -> int:
        """Return now in seconds of the epoch."""
        return int(self.clock.now().timestamp())

    def add_user(self, user: User) -> User:
        """Make a person known."""
        self.users[user.id] = user
        return user

    def add_chat(self, chat_id: int, kind: Kind, title: str, **details: Any) -> Chat:
        """Open a chat."""
        chat = Chat(chat_id, kind, title, keep=self._keep, **details)
        self.chats[chat_id] = chat
        return chat

    def chat(self, asked: object) -> Chat:
        """Find a chat by id or @name; raise Refusal where the bot would get one."""
        text = str(asked)
        if text.startswith("@"):
            chat = next((one for one in self.chats.values() if _named(one, text)), None)
        else:
            chat = self._by_id(text)
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to:
            raise Moved(chat.moved_to).refusal()
        return chat

    def _by_id(self, text: str) -> Chat | None:
        if not text.lstrip("-").isdecimal():
            return None
        chat = self.chats.get(int(text))
        if chat is None and self._create_chats and int(text):
            kind: Kind = "private" if int(text) > 0 else "supergroup"
            chat = self.add_chat(int(text), kind, "Reader")
        return chat

    def check_may_write(self, chat: Chat) -> None:
        """Raise the refusal that a bot without access gets."""
        match chat.bot_status, chat.kind:
            case ("kicked", "private"):
                raise forbidden("bot was blocked by the user")
            case ("left", "private"):
                raise forbidden("bot can't initiate conversation with a user")
            case ("kicked", kind):
                raise forbidden(f"bot was kicked from the {kind} chat")
            case ("left", kind):
                raise forbidden(f"bot is not a member of the {kind} chat")
            case ("restricted", _):
                raise bad_request("not enough rights to send text messages to the chat")
            case ("member", "channel"):
                raise bad_request("need administrator rights in the channel chat")
            case _:
                pass

    @staticmethod
    def topic(chat: Chat, topic_id: int) -> Topic | None:
        """Find the topic to write into; raise Refusal for one that is closed or gone."""
        if not topic_id:
            return None
        topic = chat.topics.get(topic_id)
        if topic is None:
            raise bad_request("message thread not found")
        if topic.deleted:
            raise bad_request("TOPIC_DELETED")
        if topic.closed:
            raise bad_request("TOPIC_CLOSED")
        return topic

    def new_message(self, chat: Chat, topic_id: int, sender: User | None) -> SentMessage:
        """Make an empty message with its number; `chat.put` it when it is filled."""
        number = self._next_message_id
        self._next_message_id += 1
        return SentMessage(number, chat.id, topic_id, self.unix_time(), sender)

    def tell(self, kind: str, content: dict[str, Any]) -> int:
        """Queue an update for the bot; return its id."""
        return self.updates.put(kind, content)

    def tell_message(self, chat: Chat, message: SentMessage) -> int:
        """Queue the update of a message that somebody wrote."""
        kind = "channel_post" if chat.kind == "channel" else "message"
        return self.tell(kind, message_json(message, chat))

    def changed(self) -> None:
        """Let those who wait look again."""
        for waiter in self._waiters:
            waiter.set()

    async def wait_for(self, predicate: Callable[[], Found], timeout: float | None) -> Found:  # noqa: ASYNC109 - the bound is part of the promise
        """Return the first true value of `predicate`, looked at after every change.

        Raises TimeoutError after `timeout` seconds; None: never.
        """
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    waiter.clear()
                    await waiter.wait()
                return found
        finally:
            self._waiters.discard(waiter)

    def press(self, query_id: str) -> Press:
        """Find a pressed button that still waits; raise Refusal for one that is too old."""
        press = self.presses.get(query_id)
        if press is None or self.clock.monotonic() > press.until:
            raise Refusal(
                400,
                "query is too old and response timeout expired or query ID is invalid",
            )
        return press


def _named(chat: Chat, name: str) -> bool:
    return bool(chat.username) and chat.username.lower() == name[1:].lower()
