"""Mutes: by name a story is left out only where nobody else tells it."""

from storage.records import ChatId, Mute, MuteId, NewSource, Place, TopicId
from storage.store import Store, Transaction
from tests.storage.makers import (
    DAY,
    NOW,
    add_source,
    add_story,
    new_article,
    put,
    story_of,
    subscribe,
)

HERE = Place(ChatId(1))


async def muted(tx: Transaction) -> list[tuple[str, bool]]:
    return [(one.shown, one.is_tag) for one in await tx.mutes.of(HERE, NOW)]


async def test_a_story_is_left_out_where_all_who_tell_it_are_muted(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        await tx.mutes.put(HERE, None, name="The  Paper")
        await tx.mutes.put(HERE, None, name="POST")
        alone = await add_story(tx, 1, source="the paper")
        assert await put(tx, alone) == 1
        both = await add_story(tx, 2, source="The Paper")
        await tx.articles.add(await add_source(tx, "Post"), both, new_article(3))
        assert await put(tx, both) == 1
        await tx.articles.add(await add_source(tx, "Herald"), both, new_article(4))
        assert await put(tx, both) == 1  # Now the other chat, which was told, is left out.
        assert await put(tx, await add_story(tx, 5, source="Herald")) == 2


async def test_who_has_no_name_is_not_muted_with_a_tag(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 1, "japan")
        japan = next(tag for tag in await tx.subscriptions.count_by_tag() if tag.key == "japan")
        await tx.mutes.put(HERE, None, tag_id=japan.id)
        nameless, _ = await tx.sources.add(NewSource("https://nameless.example/feed"), NOW)
        article_id = await tx.articles.add(nameless.id, None, new_article(1))
        assert await put(tx, await story_of(tx, article_id)) == 1


async def test_a_mute_by_name_ends(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await tx.mutes.put(HERE, NOW + DAY, name="paper")
        number = await tx.mutes.put(HERE, NOW + DAY, name="paper")
        await tx.mutes.put(HERE, NOW - DAY, name="over")
        assert await tx.mutes.of(HERE, NOW) == [Mute(number, "paper", False, NOW + DAY)]
        assert await put(tx, await add_story(tx, 1)) == 0
        assert await put(tx, await add_story(tx, 2), now=NOW + DAY) == 1
        assert not await tx.mutes.end_one(Place(ChatId(1), TopicId(7)), number)
        assert not await tx.mutes.end_one(HERE, MuteId(999))
        assert await tx.mutes.end_one(HERE, number)
        assert await tx.mutes.of(HERE, NOW) == []
        assert await put(tx, await add_story(tx, 3)) == 1
        await tx.mutes.put(HERE, NOW, name="paper")
        assert await tx.mutes.prune(NOW) == 2


async def test_all_that_is_muted_is_listed(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        (korea,) = await tx.subscriptions.count_by_tag()
        await tx.mutes.put(HERE, None, tag_id=korea.id)
        await tx.mutes.put(HERE, None, source_id=await add_source(tx))
        await tx.mutes.put(HERE, None, name="The Post")
        assert await muted(tx) == [("Korea", True), ("paper", False), ("The Post", False)]
        assert await tx.mutes.end(HERE, name="the post")
        assert await muted(tx) == [("Korea", True), ("paper", False)]
