"""What is put aside comes back for its reason, together, and only once."""

from datetime import timedelta

from storage.records import (
    DIGEST,
    ENOUGH,
    QUIET,
    QUIET_UNLESS_BREAKING,
    ROUNDUP,
    ChatId,
    ChatState,
    DeliveryState,
    Mode,
    Place,
    Rhythm,
    StoryId,
    Timetable,
    TopicId,
)
from storage.store import Store, Transaction
from tests.storage.makers import (
    DAY,
    NOW,
    Deliverer,
    add_source,
    add_story,
    new_article,
    put,
    subscribe,
)

HERE = Place(ChatId(1))
HOUR = timedelta(hours=1)


async def collected(tx: Transaction, mode: Mode, count: int = 1, chat: int = 1) -> list[StoryId]:
    """Put stories aside at a chat, by the mode of its subscription."""
    await subscribe(tx, chat, mode=mode)
    stories: list[StoryId] = []
    for _ in range(count):
        stories.append(await add_story(tx, len(stories) + 10 * chat))
        await put(tx, stories[-1])
    return stories


async def test_a_digest_goes_together_with_a_sound(store: Store) -> None:
    async with store.write() as tx:
        stories = await collected(tx, Mode.DIGEST, 3)
        assert [story for _, story in await tx.shelf.of(HERE, DIGEST)] == stories
        assert await tx.shelf.collect(HERE, NOW + 2 * DAY, "digest:1") == 3
        assert await tx.shelf.collect(HERE, NOW + 2 * DAY, "digest:2") == 0
    (head,) = await Deliverer(store).claim(NOW + 2 * DAY)
    assert (head.together, head.silent, head.collects) == ("digest:1", False, False)
    assert head.expires_at == NOW + 3 * DAY
    async with store.write() as tx:
        await subscribe(tx, 1, "japan")
        await put(tx, await add_story(tx, 99), "japan", now=NOW + 2 * DAY)
        rest = await tx.outbox.claim_rest(head, NOW + 2 * DAY, 10, 90, "me")
    assert [due.story_id for due in rest] == stories[1:]


async def test_a_digest_counts_not_as_much_at_once(store: Store) -> None:
    async with store.write() as tx:
        await collected(tx, Mode.DIGEST, 3)
        await tx.shelf.collect(HERE, NOW, "digest:1")
    deliverer = Deliverer(store)
    (head,) = await deliverer.claim()
    async with store.write() as tx:
        rest = await tx.outbox.claim_rest(head, NOW, 10, 90, "me")
        for due in (head, *rest):
            await tx.outbox.done(due.id, None, NOW)
        assert (await tx.outbox.pressure([HERE], NOW))[HERE].told == 0
        await subscribe(tx, 1, "japan")
        await put(tx, await add_story(tx, 99), "japan")
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.done(due.id, 1, NOW)
        assert (await tx.outbox.pressure([HERE], NOW))[HERE].told == 1


async def test_what_was_held_back_comes_as_it_would_have(store: Store) -> None:
    async with store.write() as tx:
        await collected(tx, Mode.SILENT)
    (due,) = await Deliverer(store).claim()
    async with store.write() as tx:
        await tx.outbox.hold(due.id, NOW, QUIET)
        assert await tx.shelf.release(HERE, [DIGEST], NOW) == 0
        assert await tx.shelf.release(HERE, [QUIET, QUIET_UNLESS_BREAKING], NOW, ROUNDUP) == 1
    (due,) = await Deliverer(store).claim()
    assert (due.together, due.silent) == (ROUNDUP, True)


async def test_what_breaks_goes_at_once_wherever_it_waits(store: Store) -> None:
    async with store.write() as tx:
        (story,) = await collected(tx, Mode.BREAKING)
        await subscribe(tx, 2, mode=Mode.SILENT)
        await subscribe(tx, 3, mode=Mode.DIGEST)
        await put(tx, story)
    (due,) = await Deliverer(store).claim()
    async with store.write() as tx:
        await tx.outbox.hold(due.id, NOW, QUIET_UNLESS_BREAKING)
        assert await tx.shelf.waits_to_break([story, StoryId(999)]) == {story}
        assert await tx.shelf.broke([StoryId(999)], NOW) == 0
        assert await tx.shelf.broke([story], NOW) == 2
        assert await tx.shelf.waits_to_break([story]) == set()
    dues = await Deliverer(store).claim()
    assert [(due.place.chat_id, due.silent) for due in dues] == [(1, False), (2, True)]


async def test_what_does_not_break_is_dropped_or_goes_into_the_digest(store: Store) -> None:
    async with store.write() as tx:
        for chat in (1, 2):
            await collected(tx, Mode.BREAKING, chat=chat)
        await tx.timetables.put(Timetable(HERE, Rhythm(480)))
        assert await tx.shelf.give_up_breaking(NOW) == 0
        assert await tx.shelf.give_up_breaking(NOW + DAY) == 1
        counts = await tx.outbox.counts()
        assert len(await tx.shelf.of(HERE, DIGEST)) == 2  # The second story went to both chats.
    assert counts == {DeliveryState.DROPPED: 1, DeliveryState.HELD: 2}


async def test_what_may_still_break_is_left_for_the_next_digest(store: Store) -> None:
    async with store.write() as tx:
        await collected(tx, Mode.BREAKING)
        assert await tx.shelf.collect(HERE, NOW + HOUR / 2, "digest:1") == 0
        assert await tx.shelf.collect(HERE, NOW + HOUR, "digest:2") == 1


async def test_what_is_held_for_a_chat_that_falls_asleep_is_dropped(store: Store) -> None:
    async with store.write() as tx:
        await collected(tx, Mode.DIGEST)
        await tx.chats.set_state(HERE.chat_id, ChatState.ASLEEP, "blocked", NOW)
        assert await tx.outbox.counts() == {DeliveryState.DROPPED: 1}


async def test_what_rests_comes_back_by_itself(store: Store) -> None:
    until = NOW + HOUR
    async with store.write() as tx:
        await subscribe(tx, 1)
        stories = [await add_story(tx, number) for number in range(3)]
        for story in stories[:2]:
            await put(tx, story)
        await put(tx, stories[2], now=until + HOUR)
        await tx.shelf.rest(Place(ChatId(2)), until)
        await tx.shelf.rest(HERE, until)
        assert [story for _, story in await tx.shelf.of(HERE, ENOUGH)] == stories[:2]
        assert await tx.outbox.next_due() == until, "the last may not go before anyway"
    deliverer = Deliverer(store)
    assert await deliverer.claim(until - timedelta(seconds=1)) == []
    (due,) = await deliverer.claim(until)
    assert due.story_id == stories[0]
    async with store.read() as tx:
        assert await tx.shelf.of(HERE, ENOUGH) == []


async def test_a_chat_that_sleeps_wakes_to_nothing_that_rested(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
        await tx.shelf.rest(HERE, NOW + HOUR)
        await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", NOW)
        assert await tx.outbox.counts() == {DeliveryState.DROPPED: 1}


async def test_what_no_subscription_wants_any_more_is_dropped(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "japan", mode=Mode.DIGEST)
        await collected(tx, Mode.DIGEST, 2)
        both = await add_story(tx, 77)
        await put(tx, both, "korea", "japan")
        await subscribe(tx, 2)
        await put(tx, await add_story(tx, 78))
        assert await tx.shelf.unwanted(HERE) == 0
        assert await tx.subscriptions.remove(HERE, ["korea"]) == 1
        assert await tx.shelf.unwanted(HERE) == 3
        assert [story for _, story in await tx.shelf.of(HERE, DIGEST)] == [both]
        assert (await tx.outbox.counts())[DeliveryState.WAITING] == 1


async def test_what_is_muted_now_is_dropped_from_what_was_put_aside(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "japan", mode=Mode.DIGEST)
        korea, alone = await collected(tx, Mode.DIGEST, 2)
        both = await add_story(tx, 77)
        await put(tx, both, "korea", "japan")
        await tx.articles.add(await add_source(tx, "post"), korea, new_article(78))
        assert await tx.shelf.drop_muted(HERE, [DIGEST], NOW) == 0
        await tx.mutes.put(HERE, NOW, name="paper")
        assert await tx.shelf.drop_muted(HERE, [DIGEST], NOW) == 0
        await tx.mutes.put(HERE, None, name="Paper")
        await tx.mutes.put(Place(ChatId(1), TopicId(7)), None, name="post")
        assert await tx.shelf.drop_muted(HERE, [QUIET], NOW) == 0
        assert (
            await tx.shelf.drop_muted(HERE, [DIGEST], NOW) == 2
        )  # The post tells one of the three, too.
        assert [story for _, story in await tx.shelf.of(HERE, DIGEST)] == [korea]
        again = await add_story(tx, 79, source="post")
        await put(tx, again, "korea", "japan")
        tag = next(one for one in await tx.subscriptions.count_by_tag() if one.key == "korea")
        await tx.mutes.put(HERE, NOW + DAY, tag_id=tag.id)
        assert await tx.shelf.drop_muted(HERE, [DIGEST], NOW + DAY) == 0
        assert await tx.shelf.drop_muted(HERE, [DIGEST], NOW) == 1
        assert [story for _, story in await tx.shelf.of(HERE, DIGEST)] == [again]
        assert alone not in {korea, again}
