"""What may be asked of the forum topics that were made for tags, in one transaction."""

from sqlalchemy import ColumnElement, delete, select, update

from storage.database import Work
from storage.records import NO_TOPIC, ChatId, TopicId
from storage.schema import tag_topics


class TagTopics:
    """Which topic of a forum was made for which tag; one that is begun has no number yet."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, chat_id: ChatId, name: str) -> TopicId | None:
        """Note that a topic is being made, whose chat has to be known; None: it was not noted yet.

        Otherwise its number is returned, NO_TOPIC where it is being made already.
        """
        new = self._work.insert(tag_topics).values(
            chat_id=chat_id, name=name, topic_id=int(NO_TOPIC)
        )
        done = await self._work.run(new.on_conflict_do_nothing())
        if done.rowcount == 1:
            return None
        asked = select(tag_topics.c.topic_id).where(_is(chat_id, name))
        return TopicId(await self._work.scalar(asked))

    async def put(self, chat_id: ChatId, name: str, topic_id: TopicId) -> bool:
        """Note the number of a topic that was begun; return whether it had none yet."""
        done = await self._work.run(
            update(tag_topics)
            .where(_is(chat_id, name), tag_topics.c.topic_id == NO_TOPIC)
            .values(topic_id=topic_id)
        )
        return done.rowcount == 1

    async def forget(self, chat_id: ChatId, name: str) -> None:
        """Forget a topic that was not made, or is no more."""
        await self._work.run(delete(tag_topics).where(_is(chat_id, name)))


def _is(chat_id: ChatId, name: str) -> ColumnElement[bool]:
    return (tag_topics.c.chat_id == chat_id) & (tag_topics.c.name == name)
