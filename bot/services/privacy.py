"""What is stored of a chat, and forgetting it."""

from dataclasses import dataclass

from storage.records import Chat, ChatId
from storage.store import Store

KEPT_DAYS = 30
"""How long settled deliveries are kept, so that no story comes twice, and texts behind buttons."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of one chat."""

    chat: Chat | None
    subscriptions: int


class Privacy:
    """Answers /privacy and /deleteme."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def stored(self, chat_id: ChatId) -> Stored:
        """Tell what is stored of a chat."""
        async with self._store.read() as tx:
            chat = await tx.chats.get(chat_id)
            count = len(await tx.subscriptions.of_chat(chat_id))
        return Stored(chat, count)

    async def forget(self, chat_id: ChatId) -> None:
        """Delete everything of a chat: settings, subscriptions, deliveries, texts behind buttons.

        A private chat's user loses their number too, wherever they subscribed or added a source.
        """
        async with self._store.write() as tx:
            await tx.chats.forget(chat_id)
