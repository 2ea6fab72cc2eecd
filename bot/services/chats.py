"""Chats as they come and go: seen, asleep, awake, moved, let in."""

from dataclasses import replace

from bot.clock import Clock
from storage.records import NO_TOPIC, Chat, ChatId, ChatKind, ChatState, Place
from storage.store import Store


class Chats:
    """Keeps what is known of each chat in step with what Telegram tells."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        operators: frozenset[int] = frozenset(),
        private: bool = False,
        everybody_adds_sources: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._operators = operators
        self.private = private
        """Whether only operators, and the chats that they let in, may use the bot."""
        self.everybody_adds_sources = everybody_adds_sources

    def is_operator(self, user_id: int | None) -> bool:
        """Tell whether that user operates the bot."""
        return user_id is not None and user_id in self._operators

    async def seen(
        self, chat_id: ChatId, kind: ChatKind, title: str, *, language: str = ""
    ) -> tuple[Chat, bool]:
        """Return the chat, and whether it is new; writes only where something changed.

        Whoever writes to the bot wakes a sleeping chat. `language` is that of a new chat.
        """
        chat = await self.get(chat_id)
        if chat is not None and _same(chat, kind, title):
            return chat, False
        async with self._store.write() as tx:
            kept = await tx.chats.put(chat_id, kind, title, self._clock.now())
            if chat is None and language:
                settings = replace(kept.settings, language=language)
                await tx.chats.save_settings(chat_id, settings)
                kept = replace(kept, settings=settings)
            if kept.state is not ChatState.ACTIVE:
                await tx.chats.wake(chat_id)
                kept = replace(kept, state=ChatState.ACTIVE, state_reason="")
        return kept, chat is None

    async def get(self, chat_id: ChatId) -> Chat | None:
        """Return the chat, if it is known."""
        async with self._store.read() as tx:
            return await tx.chats.get(chat_id)

    async def asleep(self, chat_id: ChatId, reason: str) -> None:
        """Stop sending to a chat that blocked or removed the bot; everything is kept."""
        async with self._store.write() as tx:
            await tx.chats.set_state(chat_id, ChatState.ASLEEP, reason, self._clock.now())

    async def may_write(self, chat_id: ChatId) -> None:
        """Take note that the bot may write to the chat: what waited for that is due at once."""
        async with self._store.write() as tx:
            await tx.chats.may_write(chat_id, self._clock.now())

    async def topic_written_to(self, place: Place) -> None:
        """Take note that a topic takes messages: one that slept wakes."""
        async with self._store.read() as tx:
            if place.topic_id == NO_TOPIC or not await tx.chats.topic_sleeps(place):
                return
        async with self._store.write() as tx:
            await tx.chats.topic_awake(place)

    async def keepers(self, place: Place) -> list[int]:
        """Return the users who subscribed the place, those with most subscriptions first."""
        async with self._store.read() as tx:
            return await tx.subscriptions.keepers(place)

    async def moved(self, old: ChatId, new: ChatId) -> None:
        """Give everything of a group to the supergroup that it became."""
        async with self._store.write() as tx:
            await tx.chats.move(old, new)

    async def manage(self, chat_id: ChatId, managed: ChatId | None) -> None:
        """Let what is said in a private chat be about another chat; None: about itself."""
        async with self._store.write() as tx:
            await tx.chats.manage(chat_id, managed)

    async def allow(self, chat_id: ChatId, *, allowed: bool) -> bool:
        """Let a chat in or shut it out; False: the chat was never seen."""
        async with self._store.write() as tx:
            if await tx.chats.get(chat_id) is None:
                return False
            await tx.chats.allow(chat_id, allowed)
        return True


class Memory:
    """Keeps small things that the chat side wants to know after a restart, in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, name: str) -> bytes | None:
        """Return what was put under that name, or None."""
        async with self._store.read() as tx:
            return await tx.state.get(name)

    async def put(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""
        async with self._store.write() as tx:
            await tx.state.put(name, value)


def _same(chat: Chat, kind: ChatKind, title: str) -> bool:
    return chat.state is ChatState.ACTIVE and chat.kind is kind and chat.title == title
