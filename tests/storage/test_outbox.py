"""The outbox: put once, claimed by turns and by one, settled, edited, never lost."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert

from storage.errors import StoreError
from storage.records import (
    ChatId,
    ChatSettings,
    ChatState,
    DeliveryDue,
    DeliveryId,
    DeliveryState,
    Done,
    Edited,
    GivenUp,
    Held,
    Mode,
    Place,
    Postponed,
)
from storage.schema import deliveries
from storage.store import Store
from tests.storage.makers import (
    DAY,
    NOW,
    SECOND,
    Deliverer,
    add_story,
    put,
    query_ids,
    subscribe,
    waiting_at,
)

HOUR = timedelta(hours=1)


async def told(store: Store, chats: int = 1, stories: int = 1) -> Deliverer:
    """Let chats 1 … wait for stories 1 …."""
    async with store.write() as tx:
        for chat in range(1, chats + 1):
            await subscribe(tx, chat)
        for number in range(1, stories + 1):
            await put(tx, await add_story(tx, number))
    return Deliverer(store)


async def state_of(store: Store, delivery_id: DeliveryId) -> DeliveryState:
    async with store.read() as tx:
        found = await tx._work.scalar(
            deliveries.select().with_only_columns(deliveries.c.state)
            .where(deliveries.c.id == delivery_id)
        )  # fmt: skip
        return DeliveryState(found)


async def test_a_story_goes_to_a_place_once(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 1, "japan")
        await subscribe(tx, 1, "korea", topic=5)
        await subscribe(tx, 2, "japan")
        story = await add_story(tx)
        assert await put(tx, story, "korea", "japan") == 3
        assert await put(tx, story, "korea", "japan") == 0
        ids = await query_ids(tx)
        assert await tx.outbox.put(story, [], NOW, NOW, NOW) == 0
        assert await tx.outbox.put(story, [ids["korea"]], NOW, NOW, NOW) == 0
        assert await tx.outbox.waiting() == 3


async def test_who_subscribes_after_it_was_seen_is_not_told(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, at=NOW)
        await subscribe(tx, 2, at=NOW + SECOND)
        assert await put(tx, await add_story(tx)) == 1


@pytest.mark.parametrize(
    ("modes", "state", "silent"),
    [
        ([Mode.INSTANT], DeliveryState.WAITING, False),
        ([Mode.SILENT], DeliveryState.WAITING, True),
        ([Mode.SILENT, Mode.INSTANT], DeliveryState.WAITING, False),
        ([Mode.DIGEST], DeliveryState.HELD, True),
        ([Mode.BREAKING, Mode.DIGEST], DeliveryState.HELD, True),
        ([Mode.DIGEST, Mode.SILENT], DeliveryState.WAITING, True),
        ([Mode.BREAKING], DeliveryState.HELD, True),
    ],
)
async def test_the_most_urgent_subscription_decides(
    store: Store, modes: list[Mode], state: DeliveryState, silent: bool
) -> None:
    async with store.write() as tx:
        for number, mode in enumerate(modes):
            await subscribe(tx, 1, f"tag{number}", mode=mode)
        names = [f"tag{number}" for number in range(len(modes))]
        assert await put(tx, await add_story(tx), *names) == 1
        assert await tx.outbox.counts() == {state: 1}
        reason = "breaking" if Mode.BREAKING in modes else "digest"
        held = await tx.shelf.of(Place(ChatId(1)), reason)
        assert len(held) == int(state is DeliveryState.HELD)
        released = await tx.shelf.release(Place(ChatId(1)), [reason], NOW)
        assert released == len(held)
    if state is DeliveryState.WAITING:
        (due,) = await Deliverer(store).claim()
        assert due.silent is silent


async def test_a_claimed_delivery_says_what_to_send(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    assert due.place == Place(ChatId(1))
    assert (due.edit, due.message_id, due.attempts, due.uncertain) == (False, None, 0, 0)
    assert (due.maybe_duplicate, due.plain, due.silent) == (False, False, False)
    assert due.tags == ("Korea",)
    assert due.expires_at == NOW + DAY
    assert await state_of(store, due.id) is DeliveryState.SENDING


async def test_only_the_head_of_a_chats_line_goes(store: Store) -> None:
    deliverer = await told(store, stories=3)
    order = []
    for _ in range(3):
        (due,) = await deliverer.claim()
        assert await deliverer.claim() == []
        order.append(due.story_id)
        async with store.write() as tx:
            await tx.outbox.done(due.id, 100 + due.id, NOW)
    assert order == sorted(order)
    assert await deliverer.claim() == []
    async with store.read() as tx:
        assert await tx.outbox.next_due() is None
        place = Place(ChatId(1))
        assert (await tx.outbox.pressure([place], NOW))[place].told == 3
        assert (await tx.outbox.pressure([place], NOW + SECOND))[place].told == 0


async def test_chats_take_turns(store: Store) -> None:
    deliverer = await told(store, chats=5, stories=3)
    served: list[int] = []
    for _ in range(8):
        for due in await deliverer.claim(limit=2):
            served.append(due.place.chat_id)
            async with store.write() as tx:
                await tx.outbox.done(due.id, due.id, NOW)
    assert sorted(served[:5]) == sorted(served[5:10]) == sorted(served[10:]) == [1, 2, 3, 4, 5]


async def test_a_postponed_head_holds_its_chat_alone(store: Store) -> None:
    deliverer = await told(store, chats=2, stories=2)
    dues = await deliverer.claim()
    async with store.write() as tx:
        later = NOW + 4 * SECOND
        ended = Postponed(dues[0].id, later, counts=True, plain=True, maybe_duplicate=True)
        await tx.outbox.settle_many([ended], NOW)
        await tx.outbox.done(dues[1].id, 1, NOW)
        assert await tx.outbox.next_due() == NOW
    assert [due.place.chat_id for due in await deliverer.claim()] == [2]
    async with store.read() as tx:
        assert await tx.outbox.next_due() == NOW + 4 * SECOND
    (again,) = await deliverer.claim(NOW + 4 * SECOND)
    assert again.id == dues[0].id
    assert (again.attempts, again.plain, again.maybe_duplicate, again.uncertain) == (
        1, True, True, 1,
    )  # fmt: skip


async def test_a_claim_whose_lease_ran_out_is_for_others_and_may_have_arrived(
    store: Store,
) -> None:
    deliverer, other = await told(store), Deliverer(store, "other")
    (due,) = await deliverer.claim()
    assert await other.claim(NOW + 90 * SECOND) == []
    assert await deliverer.claim(NOW + 91 * SECOND) == [], "it has it in hand, late or not"
    (again,) = await other.claim(NOW + 91 * SECOND)
    assert again.id == due.id
    assert (again.maybe_duplicate, again.uncertain) == (True, 0)


@pytest.mark.parametrize("ended", [Postponed, GivenUp, Held])
async def test_what_another_took_over_is_for_it_to_settle_unless_it_was_sent(
    store: Store, ended: type[Postponed | GivenUp | Held]
) -> None:
    deliverer, other = await told(store), Deliverer(store, "other")
    (due,) = await deliverer.claim()
    await other.claim(NOW + 91 * SECOND)
    late = Postponed(due.id, NOW, counts=True) if ended is Postponed else ended(due.id, "why")  # type: ignore[arg-type, call-arg]
    async with store.write() as tx:
        await tx.outbox.settle_many([late], NOW, "me")
    assert await state_of(store, due.id) is DeliveryState.SENDING
    async with store.write() as tx:
        await tx.outbox.settle_many([Done(due.id, 7)], NOW, "me")
    assert await state_of(store, due.id) is DeliveryState.SENT


async def test_what_was_claimed_without_our_knowing_is_given_back(store: Store) -> None:
    deliverer = await told(store, chats=3)
    dues = await deliverer.claim()
    async with store.write() as tx:
        held = [due.id for due in dues[:2]]
        assert await tx.outbox.release("me", NOW, uncertain=False, held=held) == 1
    (again,) = await deliverer.claim()
    assert (again.id, again.maybe_duplicate) == (dues[2].id, False)


async def test_leases_are_kept_by_the_databases_clock(store: Store) -> None:
    store._database.ahead = HOUR
    deliverer = await told(store)
    await deliverer.claim()
    store._database.ahead = timedelta()
    other = Deliverer(store, "other")
    assert await other.claim(NOW + HOUR) == []
    assert len(await other.claim(NOW + HOUR + 91 * SECOND)) == 1


@pytest.mark.parametrize("uncertain", [True, False])
async def test_what_an_owner_had_is_given_back(store: Store, uncertain: bool) -> None:
    deliverer = await told(store, chats=2)
    await deliverer.claim()
    async with store.write() as tx:
        assert await tx.outbox.release("somebody", NOW) == 0
        assert await tx.outbox.release("me", NOW, uncertain=uncertain) == 2
    again = await deliverer.claim()
    assert [due.maybe_duplicate for due in again] == [uncertain] * 2


async def test_a_settled_delivery_is_not_claimed_again(store: Store) -> None:
    deliverer = await told(store, chats=3)
    done, given_up, held = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.done(done.id, 1, NOW)
        await tx.outbox.settle_many([GivenUp(given_up.id, "refused")], NOW)
        await tx.outbox.hold(held.id, NOW)
        assert await tx.shelf.of(held.place, "quiet") == [(held.id, held.story_id)]
    assert await deliverer.claim(NOW + DAY) == []
    async with store.write() as tx:
        assert await tx.shelf.release(held.place, ["quiet"], NOW) == 1
        assert await tx.shelf.release(held.place, ["quiet"], NOW) == 0
    assert [due.id for due in await deliverer.claim()] == [held.id]


async def test_many_are_settled_in_one_transaction(store: Store) -> None:
    deliverer = await told(store, chats=6)
    dues = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many(
            [
                Done(dues[0].id, 1),
                Done(dues[1].id, None),
                Postponed(dues[2].id, NOW, counts=True),
                GivenUp(dues[3].id, "too old"),
                Held(dues[4].id, "quiet"),
                Edited(dues[5].id),
            ],
            NOW,
        )
        await tx.outbox.settle_many([], NOW)
        counts = await tx.outbox.counts()
    assert counts == {
        DeliveryState.SENT: 2, DeliveryState.WAITING: 1, DeliveryState.DROPPED: 1,
        DeliveryState.HELD: 1, DeliveryState.SENDING: 1,
    }  # fmt: skip


async def test_what_was_dropped_meanwhile_is_not_revived(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many([GivenUp(due.id, "gone")], NOW)
        await tx.outbox.settle_many([Postponed(due.id, NOW, counts=False)], NOW)
        await tx.outbox.hold(due.id, NOW)
        await tx.outbox.edited(due.id, NOW)
    assert await state_of(store, due.id) is DeliveryState.DROPPED


async def sent(store: Store, deliverer: Deliverer) -> list[DeliveryDue]:
    dues = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many([Done(due.id, 1000 + due.id) for due in dues], NOW)
    return dues


async def test_a_grown_story_is_edited_once_for_many_growths(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await sent(store, deliverer)
    async with store.write() as tx:
        assert await tx.outbox.grow([due.story_id], NOW + 5 * SECOND) == 1
        assert await tx.outbox.grow([due.story_id], NOW + 9 * SECOND) == 0
        assert await tx.outbox.next_due() == NOW + 5 * SECOND
    assert await deliverer.claim() == []
    (edit,) = await deliverer.claim(NOW + 5 * SECOND)
    assert (edit.id, edit.edit, edit.message_id) == (due.id, True, 1000 + due.id)
    async with store.write() as tx:
        await tx.outbox.edited(edit.id, NOW)
    assert await state_of(store, due.id) is DeliveryState.SENT


@pytest.mark.parametrize("why", ["asleep", "held", "busy"])
async def test_an_edit_that_may_not_go_is_nothing_to_look_for(store: Store, why: str) -> None:
    deliverer = await told(store, stories=2)
    first, _ = await sent(store, deliverer), await sent(store, deliverer)
    async with store.write() as tx:
        assert await tx.outbox.grow([first[0].story_id], NOW) == 1
        if why == "asleep":
            await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", NOW)
        elif why == "held":
            await tx.outbox.hold_chat(ChatId(1), NOW + 9 * SECOND)
    if why == "busy":
        assert len(await deliverer.claim()) == 1
    assert await deliverer.claim() == []
    async with store.read() as tx:
        assert await tx.outbox.next_due() == (NOW + 9 * SECOND if why == "held" else None)


async def test_a_sleeping_chats_messages_do_not_grow(store: Store) -> None:
    deliverer = await told(store, chats=2)
    dues = await sent(store, deliverer)
    async with store.write() as tx:
        await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", NOW)
        assert await tx.outbox.grow([dues[0].story_id], NOW) == 1
    (edit,) = await deliverer.claim()
    assert edit.place.chat_id == 2


async def test_a_story_that_grows_in_flight_is_edited_next(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        assert await tx.outbox.grow([due.story_id], NOW) == 1
        await tx.outbox.done(due.id, 7, NOW)
    (edit,) = await deliverer.claim()
    assert edit.edit
    async with store.write() as tx:
        await tx.outbox.grow([due.story_id], NOW)
        await tx.outbox.edited(edit.id, NOW)
    (second,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many([Postponed(second.id, NOW, counts=True)], NOW)
    (third,) = await deliverer.claim()
    assert (third.edit, third.attempts) == (True, 1)
    async with store.write() as tx:
        await tx.outbox.settle_many([GivenUp(third.id, "too old to edit")], NOW)
    assert await state_of(store, due.id) is DeliveryState.SENT


async def test_an_edit_whose_lease_ran_out_is_no_double(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await sent(store, deliverer)
    async with store.write() as tx:
        await tx.outbox.grow([due.story_id], NOW)
    await deliverer.claim()
    (again,) = await Deliverer(store, "other").claim(NOW + 91 * SECOND)
    assert (again.edit, again.maybe_duplicate) == (True, False)


async def test_a_roundup_is_never_edited(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.done(due.id, None, NOW)
        assert await tx.outbox.grow([due.story_id], NOW) == 0


async def test_a_roundup_that_grew_in_flight_is_not_edited_either(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.grow([due.story_id], NOW)
        await tx.outbox.settle_many([Done(due.id, None)], NOW)
        assert await tx.outbox.grow([due.story_id], NOW) == 0
    assert await state_of(store, due.id) is DeliveryState.SENT
    assert await deliverer.claim() == []


async def test_what_grew_before_it_goes_again_needs_no_edit(store: Store) -> None:
    deliverer = await told(store)
    (due,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.grow([due.story_id], NOW)
        await tx.outbox.settle_many([Postponed(due.id, NOW, counts=False)], NOW)
    (again,) = await deliverer.claim()
    async with store.write() as tx:
        await tx.outbox.settle_many([Done(again.id, 7)], NOW)
    assert await state_of(store, due.id) is DeliveryState.SENT


async def test_news_goes_before_edits_and_edits_one_a_chat(store: Store) -> None:
    deliverer = await told(store, stories=2)
    first = await sent(store, deliverer)
    second = await sent(store, deliverer)
    async with store.write() as tx:
        for due in (*first, *second):
            await tx.outbox.grow([due.story_id], NOW)
        await put(tx, await add_story(tx, 9))
    (news,) = await deliverer.claim()
    assert not news.edit
    assert await deliverer.claim() == []
    async with store.write() as tx:
        await tx.outbox.done(news.id, 1, NOW)
    (edit,) = await deliverer.claim()
    assert edit.edit
    assert edit.id == first[0].id


async def test_the_rest_of_a_place_joins_a_roundup(store: Store) -> None:
    deliverer = await told(store, chats=2, stories=5)
    due = (await deliverer.claim())[0]
    async with store.write() as tx:
        rest = await tx.outbox.claim_rest(due, NOW, 3, 90, "me")
        assert await waiting_at(tx, due.place) == 1
    assert [one.place for one in rest] == [due.place] * 3
    assert [one.story_id for one in rest] == sorted(one.story_id for one in rest)


async def test_two_claimers_never_get_the_same(store: Store, database_url: str) -> None:
    await told(store, chats=25, stories=2)
    other = await Store.open(database_url)
    got: Counter[DeliveryId] = Counter()

    async def work(deliverer: Deliverer) -> None:
        while dues := await deliverer.claim(limit=3):
            got.update(due.id for due in dues)
            chats = [due.place.chat_id for due in dues]
            assert len(set(chats)) == len(chats)
            async with deliverer.store.write() as tx:
                await tx.outbox.settle_many([Done(due.id, 1) for due in dues], NOW)

    await asyncio.gather(*(work(Deliverer(one, name)) for one, name in
                           ((store, "a"), (store, "b"), (other, "c"))))  # fmt: skip
    await other.close()
    assert len(got) == 50
    assert set(got.values()) == {1}


async def test_long_lines_and_many_chats_are_visited_in_strides(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        row = {
            "topic_id": 0, "state": "waiting", "due_at": NOW, "created_at": NOW,
            "expires_at": NOW + DAY,
        }  # fmt: skip
        rows = [{"story_id": n, "chat_id": 1, **row} for n in range(300)]
        # No such chats: their lines are passed by.
        rows += [{"story_id": 1, "chat_id": -n, **row} for n in range(1, 300)]
        await tx._work.run(insert(deliveries), rows)
        assert await tx.outbox.next_due() == NOW
    dues = await Deliverer(store).claim(limit=5)
    assert [due.place.chat_id for due in dues] == [1]


async def test_old_deliveries_are_forgotten(store: Store) -> None:
    await told(store, chats=3)
    async with store.write() as tx:
        await put(tx, await add_story(tx, 2), now=NOW + DAY)
        assert await tx.outbox.prune(NOW + HOUR) == 3
        assert await tx.outbox.prune(NOW + HOUR) == 0
        assert await tx.outbox.waiting() == 3


async def test_pruning_goes_in_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.outbox._PRUNED_AT_ONCE", 2)
    await told(store, chats=5)
    async with store.write() as tx:
        assert await tx.outbox.prune(NOW + HOUR) == 5


async def test_moments_without_a_zone_are_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="without a zone"):
        await Deliverer(store).claim(NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("chat", "own", "length"),
    [("short", ("",), "short"), ("short", ("none",), "none"), ("none", ("", "short"), "short"),
     ("long", ("none", "short"), "short"), ("long", ("none", ""), "long"), ("odd", ("",), "odd")],
)  # fmt: skip
async def test_a_story_has_the_longest_summary_that_its_subscriptions_want(
    store: Store, chat: str, own: tuple[str, ...], length: str
) -> None:
    async with store.write() as tx:
        for query, wanted in zip(("korea", "japan"), own, strict=False):
            subscription = await subscribe(tx, 1, query)
            await tx.subscriptions.set_summary(subscription.id, wanted)
        await tx.chats.save_settings(ChatId(1), ChatSettings(summary=chat))
        await put(tx, await add_story(tx), *("korea", "japan")[: len(own)])
        (due,) = await tx.outbox.claim(NOW, 10, 90, "me")
    assert due.settings.summary == length
