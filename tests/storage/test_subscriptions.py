"""Subscriptions: one query however many want it, gone with its last subscriber."""

from dataclasses import replace

from storage.records import ChatId, ChatKind, ChatSettings, Mode, OwnQuery, Place, TopicId
from storage.store import Store
from tests.storage.makers import DAY, NOW, add_story, put, query_ids, subscribe, wish


async def test_a_subscription_is_made_once(store: Store) -> None:
    async with store.write() as tx:
        first = await subscribe(tx, 1, "korea", shown="Korea")
        again = await subscribe(tx, 1, "korea", shown="KOREA", mode=Mode.SILENT, at=NOW + DAY)
        in_topic = await subscribe(tx, 1, "korea", topic=5)
        assert await tx.subscriptions.of(Place(ChatId(1))) == [again]
        assert await tx.subscriptions.of_chat(ChatId(1)) == [again, in_topic]
        assert await tx.subscriptions.count() == 2
        await tx.subscriptions.set_mode(again.id, Mode.DIGEST)
        (kept,) = await tx.subscriptions.of(Place(ChatId(1)))
    assert again.id == first.id
    assert (again.shown, again.mode, again.created_at) == ("KOREA", Mode.INSTANT, NOW)
    assert in_topic.place == Place(ChatId(1), TopicId(5))
    assert kept.mode is Mode.DIGEST


async def test_the_queries_hold_each_tag_too_and_the_version_says_when(store: Store) -> None:
    async with store.write() as tx:
        assert await tx.subscriptions.version() == 0
        await subscribe(tx, 1, "korea +us -sport", tags=("korea", "us"))
        first = await tx.subscriptions.version()
        assert set(await query_ids(tx)) == {"korea +us -sport", "korea", "us"}
        await subscribe(tx, 2, "korea")
        await subscribe(tx, 3, "korea")
        assert await tx.subscriptions.version() == first > 0
        await subscribe(tx, 3, "us | korea", tags=("korea", "us"))
        assert await tx.subscriptions.version() > first


async def test_a_query_goes_with_its_last_subscriber(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea +us", tags=("korea", "us"))
        await subscribe(tx, 2, "korea")
        version = await tx.subscriptions.version()
        assert await tx.subscriptions.remove(Place(ChatId(2)), ["korea", "nothing"]) == 1
        assert set(await query_ids(tx)) == {"korea +us", "korea", "us"}
        assert await tx.subscriptions.version() == version
        assert await tx.subscriptions.remove_all(Place(ChatId(1))) == 1
        assert await query_ids(tx) == {}
        assert await tx.subscriptions.count_by_tag() == {}
        assert await tx.subscriptions.version() > version
        assert await tx.subscriptions.remove_all(Place(ChatId(1))) == 0


NAMED = OwnQuery("korea", "korea also:rok", "#korea also:rok")


async def test_a_tag_with_other_names_is_found_by_its_own_query(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "(korea also:rok) + us", tags=("korea", "us"), own=(NAMED,))
        await subscribe(tx, 2, "korea also:rok", tags=("korea",), own=(NAMED,), shown="Korea")
        whole = {query.text: query.shown for query in await tx.subscriptions.queries()}
        assert whole == {
            "(korea also:rok) + us": "#(korea also:rok) + us",
            "korea also:rok": "#korea also:rok",
            "us": "Us",
        }
        await put(tx, await add_story(tx), "(korea also:rok) + us", "korea also:rok", "us")
        dues = await tx.outbox.claim(NOW + DAY, 10, 90, "me")
        assert [due.tags for due in dues] == [("Korea", "Us"), ("Korea",)]
        assert [tag.key for tag, _ in await tx.subscriptions.popular(5)] == ["korea", "us"]
        await tx.subscriptions.remove_all(Place(ChatId(2)))
        assert "korea also:rok" in await query_ids(tx)
        await tx.subscriptions.remove_all(Place(ChatId(1)))
        assert await query_ids(tx) == {}


async def test_a_subscription_that_changes_keeps_its_age_and_ends_its_twin(store: Store) -> None:
    async with store.write() as tx:
        old = await subscribe(tx, 1, "korea", mode=Mode.SILENT)
        await tx.subscriptions.set_summary(old.id, "long")
        twin = await subscribe(tx, 1, "japan", at=NOW + DAY)
        elsewhere = await subscribe(tx, 1, "japan", topic=5)
        new = await tx.subscriptions.change(old, wish(1, "japan", shown="#Japan"))
        assert (new.id, new.query, new.shown, new.spelt) == (old.id, "japan", "#Japan", "#japan")
        assert (new.created_at, new.mode, new.summary) == (NOW, Mode.SILENT, "long")
        kept = await tx.subscriptions.of_chat(ChatId(1))
        assert [one.id for one in kept] == [old.id, elsewhere.id]
        assert twin.id not in {one.id for one in kept}
        assert set(await query_ids(tx)) == {"japan"}
        assert await tx.subscriptions.change(new, wish(1, "japan")) == replace(new, shown="Japan")


async def test_an_ended_subscription_brings_nothing_more(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        await tx.subscriptions.remove_all(Place(ChatId(1)))
        assert await put(tx, await add_story(tx)) == 1


async def test_who_subscribed_most_of_a_place_comes_first(store: Store) -> None:
    async with store.write() as tx:
        await tx.chats.put(ChatId(1), ChatKind.PRIVATE, "", NOW)
        for query, by in (("korea", 5), ("japan", 6), ("china", 6), ("spain", None)):
            await tx.subscriptions.add(replace(wish(1, query), created_by=by), NOW)
        await subscribe(tx, 2, "korea")
        assert await tx.subscriptions.keepers(Place(ChatId(1))) == [6, 5]
        assert await tx.subscriptions.keepers(Place(ChatId(3))) == []


async def test_popular_tags_count_chats(store: Store) -> None:
    async with store.write() as tx:
        for chat in (1, 2, 3):
            await subscribe(tx, chat, "korea")
        await subscribe(tx, 1, "korea -sport", tags=("korea",))
        await subscribe(tx, 1, "japan")
        await subscribe(tx, 2, "china")
        await tx.chats.save_settings(ChatId(2), ChatSettings(language="ko"))
        popular = await tx.subscriptions.popular(2)
        followed = await tx.subscriptions.popular(5, at_least=2)
        in_korean = await tx.subscriptions.popular(5, "ko")
        counts = await tx.subscriptions.count_by_tag()
    assert [(tag.key, tag.shown, number) for tag, number in popular] == [
        ("korea", "Korea", 3), ("china", "China", 1),
    ]  # fmt: skip
    assert [tag.key for tag, _ in followed] == ["korea"]
    assert [(tag.key, number) for tag, number in in_korean] == [("china", 1), ("korea", 1)]
    assert {tag.key: number for tag, number in counts.items()} == {
        "korea": 3, "japan": 1, "china": 1,
    }  # fmt: skip


async def test_a_query_is_found_by_number_or_text_while_anybody_has_it(store: Store) -> None:
    async with store.write() as tx:
        one = await subscribe(tx, 1, "korea -sport", tags=("korea",))
        found = await tx.subscriptions.query(one.query_id)
        assert found is not None
        assert found.text == "korea -sport"
        assert await tx.subscriptions.query(text="korea -sport") == found
        await tx.subscriptions.remove_all(Place(ChatId(1)))
        assert await tx.subscriptions.query(one.query_id) is None
        assert await tx.subscriptions.query(text="korea -sport") is None
