"""Forums where each tag has a topic of its own: which one, and that none is made twice."""

from collections.abc import Sequence

from bot.core.naming import bare
from bot.core.query import Query
from storage.records import NO_TOPIC, ChatId, Place, TopicId
from storage.store import Store


class TagTopics:
    """Remembers the topics that were made for tags.

    Telegram lists no topics and takes no key of ours, so what is to be made is noted before: after
    a crash a topic that may be there is asked about, and not made again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, chat_id: ChatId, query: Query) -> TopicId | None:
        """Return a tag's topic; None: it shall be made now; NO_TOPIC: it may have been made."""
        async with self._store.write() as tx:
            return await tx.tag_topics.begin(chat_id, _name(query))

    async def made(self, place: Place, query: Query) -> None:
        """Remember the topic that was made."""
        async with self._store.write() as tx:
            await tx.tag_topics.put(place.chat_id, _name(query), place.topic_id)

    async def forget(self, chat_id: ChatId, query: Query) -> None:
        """Forget a topic that was not made, or that somebody deleted."""
        async with self._store.write() as tx:
            await tx.tag_topics.forget(chat_id, _name(query))

    async def adopt(self, place: Place, queries: Sequence[Query]) -> None:
        """Take the topic where somebody subscribes for the one that may have been made."""
        if place.topic_id == NO_TOPIC:
            return
        async with self._store.write() as tx:
            for query in queries:
                await tx.tag_topics.put(place.chat_id, _name(query), place.topic_id)


def _name(query: Query) -> str:
    return bare(query).canonical()
