"""Topics made for tags: begun once, numbered once, gone with their chat."""

from storage.records import NO_TOPIC, ChatId, ChatKind, TopicId
from storage.store import Store
from tests.storage.makers import NOW

FORUM = ChatId(-1002)


async def test_a_topic_is_begun_once_and_has_one_number(store: Store) -> None:
    async with store.write() as tx:
        await tx.chats.put(FORUM, ChatKind.SUPERGROUP, "Forum", NOW)
        assert await tx.tag_topics.begin(FORUM, "korea") is None
        assert await tx.tag_topics.begin(FORUM, "korea") == NO_TOPIC
        assert await tx.tag_topics.put(FORUM, "korea", TopicId(7))
        assert not await tx.tag_topics.put(FORUM, "korea", TopicId(8))
        assert not await tx.tag_topics.put(FORUM, "japan", TopicId(8))
        assert await tx.tag_topics.begin(FORUM, "korea") == 7
        await tx.tag_topics.forget(FORUM, "korea")
        assert await tx.tag_topics.begin(FORUM, "korea") is None


async def test_a_chats_topics_move_and_go_with_it(store: Store) -> None:
    async with store.write() as tx:
        await tx.chats.put(FORUM, ChatKind.SUPERGROUP, "Forum", NOW)
        await tx.tag_topics.begin(FORUM, "korea")
        await tx.chats.move(FORUM, ChatId(-1003))
        assert await tx.tag_topics.begin(ChatId(-1003), "korea") == NO_TOPIC
        await tx.chats.forget(ChatId(-1003))
        await tx.chats.put(ChatId(-1003), ChatKind.SUPERGROUP, "Forum", NOW)
        assert await tx.tag_topics.begin(ChatId(-1003), "korea") is None
