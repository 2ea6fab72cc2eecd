"""What people do: write, press buttons, block the bot, add it, upgrade groups."""

from typing import Any

from bot.demo.chats import (
    ANONYMOUS_ADMIN_ID,
    Chat,
    Request,
    SentMessage,
    Topic,
    User,
    message_json,
)
from bot.demo.detect import detect
from bot.demo.membership import bot_member_json
from bot.demo.world import QUERY_LIFETIME_S, Press, World

_FIRST_GROUP = -5_000_000
_FIRST_SUPERGROUP = -1_002_000_000_000


class People:
    """The side of the world that no bot can touch; tests and the terminal act through it."""

    def __init__(self, world: World) -> None:
        self.world = world

    # Chats

    def user(
        self, user_id: int, name: str = "", *, username: str = "", language: str = "en"
    ) -> User:
        """Make a person known, or find the one with that id."""
        known = self.world.users.get(user_id)
        return known or self.world.add_user(
            User(user_id, name or f"User {user_id}", username, language)
        )

    def private(self, user_id: int, name: str = "", **details: str) -> Chat:
        """Open a person's private chat with the bot."""
        user = self.user(user_id, name, **details)
        chat = self.world.add_chat(user.id, "private", user.first_name, username=user.username)
        chat.members[user.id] = user
        return chat

    def group(
        self, title: str = "Group", *, admins: tuple[int, ...] = (), chat_id: int = 0
    ) -> Chat:
        """Open a basic group with the bot in it."""
        chat_id = chat_id or _FIRST_GROUP - self.world.serial()
        return self.world.add_chat(chat_id, "group", title, admins=set(admins))

    def supergroup(
        self, title: str = "Supergroup", *, admins: tuple[int, ...] = (), chat_id: int = 0,
        forum: bool = False, username: str = "",
    ) -> Chat:  # fmt: skip
        """Open a supergroup, a forum if wanted, with the bot in it."""
        return self.world.add_chat(
            chat_id or _FIRST_SUPERGROUP - self.world.serial(), "supergroup", title,
            admins=set(admins), forum=forum, username=username,
        )  # fmt: skip

    def channel(
        self, title: str = "Channel", *, admins: tuple[int, ...] = (), chat_id: int = 0,
        username: str = "", bot_status: str = "administrator",
    ) -> Chat:  # fmt: skip
        """Open a channel; the bot may post in it."""
        return self.world.add_chat(
            chat_id or _FIRST_SUPERGROUP - self.world.serial(), "channel", title,
            admins=set(admins), username=username, bot_status=bot_status,
        )  # fmt: skip

    def topic(self, chat: Chat, name: str = "Topic", topic_id: int = 0) -> Topic:
        """Open a topic in a forum."""
        topic = Topic(topic_id or self.world.serial() + 1, name)
        chat.topics[topic.id] = topic
        return topic

    # Writing and pressing

    def user_says(
        self, chat: Chat | int, text: str, *, user: User | int | None = None, topic: int = 0,
        reply_to: int = 0, anonymous: bool = False,
    ) -> SentMessage:  # fmt: skip
        """Write into a chat; the bot gets it as `message`, or as `channel_post`."""
        place = self._chat(chat)
        message = self._written(place, self._speaker(place, user, anonymous=anonymous), topic)
        message.text, message.reply_to = text, reply_to
        message.entities = tuple(detect(text))
        place.put(message)
        self.world.tell_message(place, message)
        return message

    def user_sends_file(
        self, chat: Chat | int, name: str, content: bytes, *, user: User | int | None = None,
        caption: str = "", topic: int = 0,
    ) -> SentMessage:  # fmt: skip
        """Send a document to the bot."""
        place = self._chat(chat)
        message = self._written(place, self._speaker(place, user, anonymous=False), topic)
        file_id = f"file-{self.world.serial()}"
        self.world.files[file_id] = (name, content)
        message.media = {
            "document": {
                "file_id": file_id, "file_unique_id": file_id, "file_name": name,
                "file_size": len(content),
            }
        }  # fmt: skip
        message.text, message.file = caption, content
        message.entities = tuple(detect(caption))
        place.put(message)
        self.world.tell_message(place, message)
        return message

    def user_shares_location(
        self, chat: Chat | int, latitude: float, longitude: float, *, user: User | int | None = None
    ) -> SentMessage:
        """Share a location."""
        place = self._chat(chat)
        message = self._written(place, self._speaker(place, user, anonymous=False), 0)
        message.media = {"location": {"latitude": latitude, "longitude": longitude}}
        place.put(message)
        self.world.tell_message(place, message)
        return message

    def user_chooses_chat(
        self, chat: Chat, button: str, chosen: Chat | int, *, user: User | int | None = None
    ) -> SentMessage:
        """Press a button that asks for a chat, in place of the keyboard, and choose one."""
        rows = next(one.keyboard for one in reversed(self.messages(chat)) if one.keyboard)
        wanted = next(one["request_chat"] for row in rows for one in row if one["text"] == button)
        message = self._written(chat, self._speaker(chat, user, anonymous=False), 0)
        message.media = {
            "chat_shared": {"request_id": wanted["request_id"], "chat_id": int(chosen)}
        }
        chat.put(message)
        self.world.tell_message(chat, message)
        return message

    def press(
        self, message: SentMessage, row: int | str = 0, column: int = 0, *,
        user: User | int | None = None,
    ) -> Press:  # fmt: skip
        """Press a button, by row and column or by its data or its text."""
        place = self.world.chats[message.chat_id]
        data = _data(message, row, column)
        press = Press(
            str(self.world.serial() + 10**15), data,
            self.world.clock.monotonic() + QUERY_LIFETIME_S,
        )  # fmt: skip
        self.world.presses[press.id] = press
        self.world.tell("callback_query", {
            "id": press.id,
            "from": self._speaker(place, user, anonymous=False).as_json(),
            "message": message_json(message, place),
            "chat_instance": str(place.id),
            "data": data,
        })  # fmt: skip
        return press

    def asks_inline(self, user: User | int, query: str, offset: str = "") -> str:
        """Type `@bot query` in some chat; the answer comes to `world.inline_answers[id]`."""
        query_id = str(self.world.serial() + 10**15)
        self.world.inline_answers[query_id] = []
        person = user if isinstance(user, User) else self.user(user)
        self.world.tell("inline_query", {
            "id": query_id, "from": person.as_json(), "query": query, "offset": offset,
        })  # fmt: skip
        return query_id

    # What happens to the bot

    def bot_becomes(self, chat: Chat, status: str, *, by: User | int | None = None) -> None:
        """Change the bot's standing in a chat and tell it with `my_chat_member`.

        `status` is `member`, `administrator`, `restricted`, `left` or `kicked`.
        """
        old, chat.bot_status = chat.bot_status, status
        lacking = chat.lacking.get(self.world.me.id, ())
        self.world.tell("my_chat_member", {
            "chat": chat.as_json(),
            "from": self._speaker(chat, by, anonymous=False).as_json(),
            "date": self.world.unix_time(),
            "old_chat_member": bot_member_json(self.world, old, lacking),
            "new_chat_member": bot_member_json(self.world, status, lacking),
        })  # fmt: skip

    def block(self, chat: Chat) -> None:
        """Let the user of a private chat block the bot."""
        self.bot_becomes(chat, "kicked")

    def unblock(self, chat: Chat) -> None:
        """Let the user take the bot back."""
        self.bot_becomes(chat, "member")

    def upgrade(self, chat: Chat, *, told: bool = True) -> Chat:
        """Make a supergroup of a group; the old id answers 400 with the new one from now on.

        `told` False: the bot learns it only from that answer.
        """
        new = self.supergroup(chat.title, admins=tuple(chat.admins))
        new.members = dict(chat.members)
        chat.moved_to = new.id
        if told:
            for place, key, other in (
                (chat, "migrate_to_chat_id", new.id),
                (new, "migrate_from_chat_id", chat.id),
            ):
                message = self._written(place, self._speaker(place, None, anonymous=False), 0)
                message.media = {key: other}
                self.world.tell_message(place, message)
        return new

    # Looking

    def messages(self, chat: Chat | int, topic: int | None = None) -> list[SentMessage]:
        """Return the bot's messages in a chat, or in one topic of it, oldest first."""
        place = self.world.chats.get(int(chat))
        return [
            message
            for message in (place.messages.values() if place else ())
            if message.sender is self.world.me and topic in {None, message.topic_id}
        ]

    def last(self, chat: Chat | int) -> SentMessage:
        """Return the bot's newest message in a chat."""
        return self.messages(chat)[-1]

    def requests(self, method: str = "", chat: Chat | int = 0) -> list[Request]:
        """Return the ledger's lines of a method, a chat, or both."""
        return [
            one
            for one in self.world.ledger
            if method.lower() in {"", one.method} and int(chat) in {0, one.chat_id}
        ]

    def commands(self) -> dict[str, str]:
        """Return the commands that the bot set, with their descriptions, of all scopes."""
        return {
            one["command"]: one["description"]
            for (_, language), listed in self.world.profile.commands.items()
            for one in listed
            if not language
        }

    def _chat(self, chat: Chat | int) -> Chat:
        known = self.world.chats.get(int(chat))
        return known or self.private(int(chat))

    def _speaker(self, chat: Chat, user: User | int | None, *, anonymous: bool) -> User:
        if anonymous:
            return self.user(ANONYMOUS_ADMIN_ID, "Group", username="GroupAnonymousBot")
        if isinstance(user, User):
            person = self.world.add_user(user)
        elif user is not None:
            person = self.user(user)
        else:
            known = next(iter(chat.members.values()), None)
            person = known or self.user(min(chat.admins, default=max(chat.id, 1001)))
        chat.members.setdefault(person.id, person)
        return person

    def _written(self, chat: Chat, sender: User, topic: int) -> SentMessage:
        return self.world.new_message(chat, topic, sender)


def _data(message: SentMessage, row: int | str, column: int) -> str:
    if isinstance(row, int):
        return message.buttons[row][column].data
    listed: list[Any] = [one for line in message.buttons for one in line]
    return str(next(one.data for one in listed if row in {one.data, one.text}))
