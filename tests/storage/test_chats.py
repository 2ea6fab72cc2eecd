"""Chats: known, settled, asleep and awake, moved with everything, forgotten without a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.records import (
    ChatId,
    ChatKind,
    ChatSettings,
    ChatState,
    DeliveryState,
    NewSource,
    Place,
    Postponed,
    Rhythm,
    Timetable,
    TopicId,
)
from storage.schema import metadata
from storage.store import Store, Transaction
from tests.storage.makers import (
    DAY,
    NOW,
    Deliverer,
    add_source,
    add_story,
    put,
    query_ids,
    subscribe,
    waiting_at,
)

GROUP = ChatId(-1001234567890123)


async def test_a_chat_is_known_with_its_newest_title(store: Store) -> None:
    async with store.write() as tx:
        first = await tx.chats.put(GROUP, ChatKind.GROUP, "Old", NOW)
        await tx.chats.save_settings(GROUP, ChatSettings(language="ko", previews=True))
        await tx.chats.put(GROUP, ChatKind.SUPERGROUP, "New", NOW + DAY)
        await tx.chats.put(GROUP, ChatKind.SUPERGROUP, "New", NOW + DAY)
        kept = await tx.chats.get(GROUP)
        assert await tx.chats.get(ChatId(1)) is None
        assert await tx.chats.counts() == {ChatState.ACTIVE: 1}
    assert first.settings == ChatSettings()
    assert kept is not None
    assert (kept.kind, kept.title, kept.created_at) == (ChatKind.SUPERGROUP, "New", NOW)
    assert kept.settings == ChatSettings(language="ko", previews=True)
    assert not kept.allowed


async def test_settings_of_another_version_are_left_out(store: Store) -> None:
    async with store.write() as tx:
        await tx.chats.put(ChatId(1), ChatKind.PRIVATE, "", NOW)
        table = metadata.tables["chats"]
        await tx._work.run(table.update().values(settings={"language": "ja", "later": 1}))
        kept = await tx.chats.get(ChatId(1))
    assert kept is not None
    assert kept.settings == ChatSettings(language="ja")


async def test_a_chat_that_sleeps_gets_nothing_until_it_wakes(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx, 1))
        await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", NOW)
        assert await put(tx, await add_story(tx, 2)) == 0
        assert await tx.outbox.counts() == {DeliveryState.DROPPED: 1}
        assert await tx.chats.wake(ChatId(1))
        assert not await tx.chats.wake(ChatId(1))
        assert await put(tx, await add_story(tx, 3)) == 1
        kept = await tx.chats.get(ChatId(1))
    assert kept is not None
    assert (kept.state, kept.state_reason) == (ChatState.ACTIVE, "")


async def test_where_access_is_private_only_allowed_chats_are_told(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        await tx.chats.allow(ChatId(2), True)
        story, ids = await add_story(tx), await query_ids(tx)
        put_to = await tx.outbox.put(story, [ids["korea"]], NOW, NOW, NOW + DAY, only_allowed=True)
    assert put_to == 1
    (due,) = await Deliverer(store).claim()
    assert due.place == Place(ChatId(2))


async def test_a_closed_topic_sleeps_alone(store: Store) -> None:
    closed, other = Place(GROUP, TopicId(5)), Place(GROUP, TopicId(6))
    async with store.write() as tx:
        for place in (closed, other):
            await subscribe(tx, place.chat_id, topic=place.topic_id)
        await put(tx, await add_story(tx, 1))
        assert await tx.chats.topic_asleep(closed, "closed")
        assert not await tx.chats.topic_asleep(closed, "closed")
        assert await waiting_at(tx, closed) == 0
        assert await waiting_at(tx, other) == 1
        assert await put(tx, await add_story(tx, 2)) == 1
        assert await tx.chats.topic_sleeps(closed)
        assert not await tx.chats.topic_sleeps(other)
        await tx.chats.topic_awake(closed)
        assert await put(tx, await add_story(tx, 3)) == 2


async def test_a_chat_that_is_active_already_keeps_what_waits(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
        await tx.chats.set_state(ChatId(1), ChatState.ACTIVE, "", NOW)
        assert (await tx.outbox.counts())[DeliveryState.WAITING] == 1


async def test_what_is_muted_is_not_put(store: Store) -> None:
    place = Place(ChatId(1))
    async with store.write() as tx:
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 1, "japan")
        paper = await add_source(tx, "paper")
        await tx.mutes.put(place, NOW + DAY, source_id=paper)
        await tx.mutes.put(place, NOW + DAY, source_id=paper)
        assert await put(tx, await add_story(tx, 1)) == 0
        assert await put(tx, await add_story(tx, 2, source="other")) == 1
        assert await put(tx, await add_story(tx, 3), now=NOW + DAY) == 1
        assert await tx.mutes.end(place, source_id=paper)
        assert not await tx.mutes.end(place, source_id=paper)
        assert await put(tx, await add_story(tx, 4)) == 1
        korea = next(tag for tag in await tx.subscriptions.count_by_tag() if tag.key == "korea")
        await tx.mutes.put(place, None, tag_id=korea.id)
        assert await put(tx, await add_story(tx, 5), "korea") == 0
        assert await put(tx, await add_story(tx, 6), "japan", "korea") == 1


async def everything(tx: Transaction) -> str:
    found = []
    for table in metadata.sorted_tables:
        found += [repr(tuple(row)) for row in await tx._work.rows(select(table))]
    return "\n".join(found)


async def test_a_moved_chat_keeps_everything(store: Store) -> None:
    old, new = ChatId(-77001), GROUP
    async with store.write() as tx:
        await subscribe(tx, old)
        await subscribe(tx, old, "japan", topic=5)
        await tx.mutes.put(Place(old), None, source_id=await add_source(tx))
        await tx.chats.topic_asleep(Place(old, TopicId(9)), "closed")
        await tx.buttons.put(old, "token", "words", NOW, 9)
        for number in range(3):
            await put(tx, await add_story(tx, number + 1, source="other"))
        before = await tx.outbox.claim(NOW, 1, 90, "me")
        await tx.chats.move(old, new)
        await tx.chats.move(old, new)
        await tx.chats.move(new, new)
        assert [one.place for one in await tx.subscriptions.of_chat(new)] == [
            Place(new), Place(new, TopicId(5)),
        ]  # fmt: skip
        assert await tx.buttons.get(new, "token") == "words"
        assert await waiting_at(tx, Place(new)) == 2
        await tx.outbox.settle_many([Postponed(before[0].id, NOW, counts=False)], NOW)
    deliverer, order = Deliverer(store), []
    for _ in range(3):
        (due,) = await deliverer.claim()
        assert due.place == Place(new)
        order.append(due.story_id)
        async with store.write() as tx:
            await tx.outbox.done(due.id, 1, NOW)
    assert order == sorted(order)
    async with store.read() as tx:
        for line in (await everything(tx)).splitlines():
            assert str(old) not in line.replace(f"'chat {old}'", "").replace(f", {old})", "")


async def test_a_move_onto_a_known_chat_merges(store: Store) -> None:
    old, new = ChatId(-77), GROUP
    async with store.write() as tx:
        await subscribe(tx, old, "korea")
        await subscribe(tx, old, "japan")
        first = await add_story(tx, 1)
        await put(tx, first)
        await subscribe(tx, new, "korea")
        await tx.mutes.put(Place(old), None, source_id=await add_source(tx))
        second = await add_story(tx, 2, source="other")
        assert await put(tx, second) == 2
        for chat, token in ((old, "both"), (old, "one"), (new, "both")):
            await tx.buttons.put(chat, token, f"{token} of {chat}", NOW, 9)
        await tx.chats.move(old, new)
        assert await tx.buttons.get(new, "both") == f"both of {new}"
        assert await tx.buttons.get(new, "one") == f"one of {old}"
        assert await tx.chats.get(old) is None
        texts = [one.query for one in await tx.subscriptions.of(Place(new))]
        assert sorted(texts) == ["japan", "korea"]
        assert await waiting_at(tx, Place(new)) == 2
        assert await tx.outbox.waiting() == 2
        assert await put(tx, await add_story(tx, 3)) == 0


async def test_a_group_whose_new_id_was_seen_first_keeps_what_was_chosen(store: Store) -> None:
    old, new = ChatId(-77), GROUP
    chosen = ChatSettings(language="ko", time_zone="Asia/Seoul", previews=True)
    async with store.write() as tx:
        await subscribe(tx, old)
        await tx.chats.save_settings(old, chosen)
        await tx.chats.allow(old, True)
        for topic in (5, 6):
            await tx.chats.topic_asleep(Place(old, TopicId(topic)), "closed")
        await tx.chats.put(new, ChatKind.SUPERGROUP, "News", NOW)
        await tx.chats.save_settings(new, ChatSettings(language="ja"))
        await tx.chats.topic_asleep(Place(new, TopicId(6)), "deleted")
        await tx.chats.move(old, new)
        kept = await tx.chats.get(new)
        assert kept is not None
        assert (kept.settings, kept.allowed) == (chosen, True)
        for topic in (5, 6):
            assert await tx.chats.topic_sleeps(Place(new, TopicId(topic)))


async def test_what_the_new_chat_chose_stays(store: Store) -> None:
    old, new = ChatId(-77), GROUP
    async with store.write() as tx:
        await subscribe(tx, old)
        await tx.chats.save_settings(old, ChatSettings(time_zone="Asia/Seoul"))
        await tx.chats.put(new, ChatKind.SUPERGROUP, "News", NOW)
        await tx.chats.save_settings(new, ChatSettings(previews=True))
        await tx.chats.allow(new, True)
        await tx.chats.set_state(old, ChatState.ASLEEP, "kicked", NOW)
        await tx.chats.move(old, new)
        kept = await tx.chats.get(new)
        assert kept is not None
        assert (kept.settings, kept.allowed) == (ChatSettings(previews=True), True)
        assert kept.state is ChatState.ACTIVE


async def test_what_waited_for_a_group_is_tried_in_a_supergroup_that_slept(store: Store) -> None:
    old, new = ChatId(-77), GROUP
    async with store.write() as tx:
        await subscribe(tx, old)
        await put(tx, await add_story(tx, 1))
        await tx.chats.put(new, ChatKind.SUPERGROUP, "News", NOW)
        await tx.chats.set_state(new, ChatState.ASLEEP, "the bot is left", NOW)
        await tx.chats.move(old, new)
    assert [due.place.chat_id for due in await Deliverer(store).claim()] == [new]


async def test_two_sleeping_chats_sleep_on(store: Store) -> None:
    old, new = ChatId(-77), GROUP
    async with store.write() as tx:
        await subscribe(tx, old)
        await tx.chats.put(new, ChatKind.SUPERGROUP, "News", NOW)
        for chat in (old, new):
            await tx.chats.set_state(chat, ChatState.ASLEEP, "kicked", NOW)
        await tx.chats.move(old, new)
        kept = await tx.chats.get(new)
    assert kept is not None
    assert (kept.state, kept.state_reason) == (ChatState.ASLEEP, "kicked")


async def test_a_right_given_back_makes_due_what_waited_for_it(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, GROUP)
        await put(tx, await add_story(tx, 1))
        assert not await tx.chats.may_write(GROUP, NOW), "nothing was denied"
    deliverer = Deliverer(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many([Postponed(due.id, NOW + DAY, counts=True)], NOW)
        await tx.outbox.hold_chat(GROUP, NOW + DAY)
        assert await tx.chats.may_write(GROUP, NOW)
    (again,) = await deliverer.claim()
    assert (again.id, again.attempts, again.held_until) == (due.id, 0, None)


async def test_a_flood_wait_outlasts_a_right_given_back(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, GROUP)
        await put(tx, await add_story(tx, 1))
        await tx.outbox.hold_chat(GROUP, NOW + DAY)
        assert not await tx.chats.may_write(GROUP, NOW)
    assert await Deliverer(store).claim() == []


async def test_nothing_is_left_of_a_forgotten_chat(store: Store) -> None:
    user = ChatId(880011223344)
    async with store.write() as tx:
        await subscribe(tx, user, "secretword", shown="SecretWord")
        await subscribe(tx, user, "korea")
        await subscribe(tx, 2, "korea")
        group = await subscribe(tx, GROUP, "japan")
        await tx._work.run(
            metadata.tables["subscriptions"]
            .update()
            .where(metadata.tables["subscriptions"].c.id == group.id)
            .values(created_by=user)
        )
        await tx.sources.add(NewSource("https://mine.example/", added_by=user), NOW)
        await tx.buttons.put(user, "token", "the secretword that I searched for", NOW, 9)
        await tx.chats.topic_asleep(Place(user, TopicId(1)), "closed")
        await tx.mutes.put(Place(user), None, source_id=await add_source(tx))
        await put(tx, await add_story(tx, 1, source="other"), "korea", "secretword")
        await tx.outbox.claim(NOW, 9, 90, "me")
        text = await everything(tx)
        assert str(user) in text
        assert "secretword" in text
        version = await tx.subscriptions.version()
        assert await tx.chats.forget(user)
        assert not await tx.chats.forget(user)
        text = await everything(tx)
        assert str(user) not in text
        assert "secretword" not in text.lower()
        assert await tx.subscriptions.version() > version
        assert "korea" in await query_ids(tx)
        assert await tx.outbox.counts() == {DeliveryState.SENDING: 1}


@pytest.mark.parametrize("seen_first", [False, True], ids=["new id", "new id seen first"])
async def test_a_supergroup_keeps_the_groups_times_and_mutes(
    store: Store, seen_first: bool
) -> None:
    old, new, rhythm = ChatId(-77), GROUP, Rhythm(480, None)
    async with store.write() as tx:
        await subscribe(tx, old)
        await tx.chats.save_settings(old, ChatSettings(quiet_from="22:00", topics=True))
        await tx.mutes.put(Place(old), None, name="The Paper")
        kept = Timetable(Place(old), rhythm, whole=True, digest_at=NOW + DAY, paused_until=NOW)
        await tx.timetables.put(kept)
        if seen_first:
            await tx.chats.put(new, ChatKind.SUPERGROUP, "News", NOW)
        await tx.chats.move(old, new)
        assert await tx.timetables.get(Place(new)) == replace(kept, place=Place(new))
        assert [one.shown for one in await tx.mutes.of(Place(new), NOW)] == ["The Paper"]
        chat = await tx.chats.get(new)
    assert chat is not None
    assert chat.settings == ChatSettings(quiet_from="22:00", topics=True)


async def managed_by(tx: Transaction, chat_id: int) -> ChatId | None:
    kept = await tx.chats.get(ChatId(chat_id))
    assert kept is not None
    return kept.manages


async def test_what_is_managed_from_a_private_chat_is_followed_until_it_goes(store: Store) -> None:
    old, new, newest = ChatId(-77), GROUP, ChatId(GROUP - 1)
    async with store.write() as tx:
        for chat in (1, old):
            await subscribe(tx, chat)
        await tx.chats.manage(ChatId(1), old)
        assert await managed_by(tx, 1) == old
        await tx.chats.move(old, new)
        assert await managed_by(tx, 1) == new
        await subscribe(tx, newest)
        await tx.chats.move(new, newest)
        assert await managed_by(tx, 1) == newest
        await tx.chats.forget(newest)
        assert await managed_by(tx, 1) is None
        await subscribe(tx, old)
        await tx.chats.manage(ChatId(1), old)
        await tx.chats.manage(ChatId(1), None)
        assert await managed_by(tx, 1) is None


async def test_a_held_chat_waits_and_no_longer(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, 2)
        await put(tx, await add_story(tx))
        await tx.outbox.hold_chat(ChatId(1), NOW + timedelta(minutes=2))
        await tx.outbox.hold_chat(ChatId(1), NOW + timedelta(minutes=1))
    deliverer = Deliverer(store)
    assert [due.place.chat_id for due in await deliverer.claim()] == [2]
    async with store.read() as tx:
        assert await tx.outbox.next_due() == NOW + timedelta(minutes=2)
    assert await deliverer.claim(NOW + timedelta(seconds=89)) == []
    assert [due.place.chat_id for due in await deliverer.claim(NOW + timedelta(minutes=2))] != []
