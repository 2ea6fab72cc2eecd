"""Timetables: one of each place, found when something of it is due."""

import asyncio
from dataclasses import replace

import pytest

from storage.records import NO_END, NO_TOPIC, ChatId, Place, Rhythm, Timetable, TopicId
from storage.store import Store
from tests.storage.makers import DAY, NOW, subscribe

HERE = Place(ChatId(1))
THERE = Place(ChatId(1), TopicId(7))


async def test_a_place_has_an_empty_timetable_until_one_is_kept(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        assert await tx.timetables.get(HERE) == Timetable(HERE)
        for rhythm in (Rhythm(480), Rhythm(1439, weekday=0)):
            kept = Timetable(HERE, rhythm, True, NOW + DAY, NOW, NOW - DAY, None)
            await tx.timetables.put(kept)
            assert await tx.timetables.get_many([HERE, THERE]) == {
                HERE: kept,
                THERE: Timetable(THERE),
            }
        await tx.timetables.put(Timetable(HERE))
        assert await tx.timetables.of_chat(HERE.chat_id) == [Timetable(HERE)]


@pytest.mark.parametrize(
    ("timetable", "due"),
    [
        (Timetable(HERE, Rhythm(480), digest_at=NOW), True),
        (Timetable(HERE, Rhythm(480), digest_at=NOW + DAY), False),
        (Timetable(HERE, Rhythm(480), digest_at=NOW + DAY, roundup_at=NOW), True),
        (Timetable(HERE, roundup_at=NOW + DAY), False),
        (Timetable(HERE, digest_at=NOW, paused_until=NOW + DAY), False),
        (Timetable(HERE, digest_at=NOW + DAY, paused_until=NOW), True),
        (Timetable(HERE, digest_at=NOW, roundup_at=NOW, paused_until=NO_END), False),
    ],
    ids=[
        "a digest", "a digest to come", "a roundup before the digest", "a roundup to come",
        "a digest in a pause", "the end of a pause", "a pause without end",
    ],
)  # fmt: skip
async def test_what_is_due_is_found(store: Store, timetable: Timetable, due: bool) -> None:
    async with store.write() as tx:
        chat = (await subscribe(tx, 1)).place.chat_id
        await tx.timetables.put(timetable)
        found = await tx.timetables.due(NOW, 10)
        kept = await tx.chats.get(chat)
    assert [one.timetable for one in found] == [timetable] * due
    assert kept is not None
    assert [one.settings for one in found] == [kept.settings] * due


async def test_what_is_longest_due_comes_first(store: Store) -> None:
    async with store.write() as tx:
        for chat in (1, 2, 3):
            await subscribe(tx, chat)
            place = Place(ChatId(chat))
            await tx.timetables.put(Timetable(place, digest_at=NOW - chat * DAY))
        found = await tx.timetables.due(NOW, 2)
    assert [one.timetable.place.chat_id for one in found] == [3, 2]


async def test_a_timetable_moves_and_goes_with_its_chat(store: Store) -> None:
    async with store.write() as tx:
        for chat in (1, 2):
            await subscribe(tx, chat)
        await tx.timetables.put(Timetable(HERE, Rhythm(480)))
        await tx.timetables.put(Timetable(THERE, Rhythm(490)))
        await tx.timetables.put(Timetable(Place(ChatId(2)), Rhythm(500)))
        await tx.chats.move(ChatId(1), ChatId(2))
        moved = await tx.timetables.of_chat(ChatId(2))
        assert {one.place.topic_id: one.rhythm for one in moved} == {
            NO_TOPIC: Rhythm(500),
            TopicId(7): Rhythm(490),
        }
        await tx.chats.move(ChatId(2), ChatId(3))
        assert len(await tx.timetables.of_chat(ChatId(3))) == 2
        await tx.chats.forget(ChatId(3))
        assert await tx.timetables.of_chat(ChatId(3)) == []


async def test_two_who_make_a_places_first_timetable_keep_what_each_wrote(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
    none = Timetable(HERE)
    async with store.write() as tx:
        await tx.timetables.put(Timetable(HERE, roundup_at=NOW), none)
    async with store.write() as tx:
        await tx.timetables.put(Timetable(HERE, Rhythm(480), digest_at=NOW + DAY), none)
        kept = await tx.timetables.get(HERE)
        assert (kept.rhythm, kept.roundup_at) == (Rhythm(480), NOW)
        assert len(await tx.timetables.due(NOW, 10)) == 1
        await tx.timetables.put(Timetable(HERE, paused_until=NO_END), none)
        kept = await tx.timetables.get(HERE)
        assert (kept.rhythm, kept.roundup_at, kept.paused_until) == (Rhythm(480), NOW, NO_END)
        assert await tx.timetables.due(NOW + DAY, 10) == []
        await tx.timetables.put(kept, kept)
        assert await tx.timetables.get(HERE) == kept


async def test_who_changes_a_timetable_keeps_others_from_it(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await tx.timetables.put(Timetable(HERE))
    read, written = asyncio.Event(), asyncio.Event()

    async def pauses() -> None:
        async with store.write() as tx:
            before = await tx.timetables.get(HERE)
            read.set()
            await asyncio.wait([asyncio.ensure_future(written.wait())], timeout=0.1)
            await tx.timetables.put(replace(before, paused_until=NO_END), before)

    async def collects() -> None:
        await read.wait()
        async with store.write() as tx:
            before = await tx.timetables.get(HERE)
            await tx.timetables.put(replace(before, rhythm=Rhythm(480)), before)
        written.set()

    await asyncio.gather(pauses(), collects())
    async with store.read() as tx:
        assert await tx.timetables.get(HERE) == Timetable(HERE, Rhythm(480), paused_until=NO_END)
