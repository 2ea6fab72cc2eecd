"""Agreements with hubs: asked when due, kept while their source is, left to end when it goes."""

import pytest

from storage.records import NewPush, PushId, SourcePolled, SourceState
from storage.store import Store, Transaction
from tests.storage.makers import DAY, NOW, SECOND, add_source

LATER = NOW + 60 * SECOND


async def agree(tx: Transaction, name: str = "paper") -> NewPush:
    new = NewPush(
        await add_source(tx, name), f"https://hub.example/{name}", "topic", f"to-{name}", "secret"
    )
    await tx.pushes.add(new, NOW)
    return new


async def test_only_polled_sources_that_named_a_hub_are_told(store: Store) -> None:
    async with store.write() as tx:
        for name in ("paper", "plain", "paused"):
            source = await add_source(tx, name)
            state = "{}" if name == "plain" else '{"hub":"https://hub.example/"}'
            await tx.sources.record(SourcePolled(source, NOW, LATER, 60, state=state))
            if name == "paused":
                await tx.sources.set_state(source, SourceState.PAUSED)
        [found] = await tx.pushes.with_hubs()
        assert (found.url, found.state) == (
            "https://paper.example/feed",
            '{"hub":"https://hub.example/"}',
        )


async def test_a_hub_is_asked_when_it_is_due_and_again_when_it_does_not_agree(store: Store) -> None:
    async with store.write() as tx:
        new = await agree(tx)
        [push] = await tx.pushes.claim_due(NOW, 9, LATER)
        assert (push.source_id, push.hub, push.topic) == (new.source_id, new.hub, new.topic)
        assert (push.token, push.secret, push.attempts) == (new.token, new.secret, 1)
        assert await tx.pushes.claim_due(NOW, 9, LATER) == []
        [again] = await tx.pushes.claim_due(LATER, 9, LATER + DAY)
        assert (again.attempts, again.due_at) == (2, LATER + DAY)


async def test_few_are_asked_at_a_time_the_longest_due_first(store: Store) -> None:
    async with store.write() as tx:
        for name in "abc":
            await agree(tx, name)
        assert len(await tx.pushes.claim_due(NOW, 2, LATER)) == 2
        assert len(await tx.pushes.claim_due(NOW, 2, LATER)) == 1


async def test_an_agreement_counts_until_its_lease_ends(store: Store) -> None:
    async with store.write() as tx:
        await agree(tx)
        [push] = await tx.pushes.claim_due(NOW, 9, LATER)
        assert await tx.pushes.standing(NOW) == 0
        await tx.pushes.agreed(push.id, NOW + DAY, NOW + DAY / 2)
        assert await tx.pushes.standing(NOW) == 1
        assert await tx.pushes.standing(NOW + DAY) == 0
        await tx.pushes.came(push.id, LATER)
        found = await tx.pushes.by_token("to-paper")
        assert found is not None
        assert (found.lease_until, found.due_at) == (NOW + DAY, NOW + DAY / 2)
        assert (found.attempts, found.pushed_at, found.error) == (0, LATER, "")
        await tx.pushes.refused(push.id, "refuses", NOW + 2 * DAY)
        assert await tx.pushes.standing(NOW) == 0
    assert await token_of(store, "nobody") is None


async def token_of(store: Store, token: str) -> PushId | None:
    async with store.read() as tx:
        found = await tx.pushes.by_token(token)
    return None if found is None else found.id


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_failure_does_not_undo_what_the_hub_agreed_to_meanwhile(
    store: Store, agreed: bool
) -> None:
    async with store.write() as tx:
        await agree(tx)
        [push] = await tx.pushes.claim_due(NOW, 9, LATER)
        if agreed:
            await tx.pushes.agreed(push.id, NOW + 9 * DAY, NOW + 8 * DAY)
        await tx.pushes.failed(push, "does not answer", NOW + DAY)
        found = await tx.pushes.by_token("to-paper")
        assert found is not None
        assert found.error == ("" if agreed else "does not answer")
        assert found.due_at == NOW + (8 * DAY if agreed else DAY)


async def test_what_a_removed_source_leaves_behind_is_due_at_once_until_forgotten(
    store: Store,
) -> None:
    async with store.write() as tx:
        new = await agree(tx)
        [push] = await tx.pushes.claim_due(NOW, 9, LATER)
        await tx.pushes.agreed(push.id, NOW + 9 * DAY, NOW + 8 * DAY)
        assert len(await tx.pushes.wanted()) == 1
        await tx.sources.remove(new.source_id)
        assert await tx.pushes.wanted() == []
        [left] = await tx.pushes.claim_due(NOW, 9, LATER)
        assert (left.id, left.source_id, left.attempts) == (push.id, None, 1)
        assert await tx.pushes.claim_due(NOW, 9, LATER) == []
        await tx.pushes.forget(left.id)
        assert await tx.pushes.by_token("to-paper") is None


async def test_a_source_may_have_another_hub_beside_one_that_is_to_end(store: Store) -> None:
    async with store.write() as tx:
        new = await agree(tx)
        [push] = await tx.pushes.wanted()
        await tx.pushes.leave([push.id], NOW)
        await tx.pushes.add(NewPush(new.source_id, "https://other.example/", "t", "o", "s"), NOW)
        [one] = await tx.pushes.wanted()
        assert one.hub == "https://other.example/"
        assert len(await tx.pushes.claim_due(NOW, 9, LATER)) == 2


# --- a source in the hands of a push -----------------------------------------------------------


async def test_a_source_is_claimed_alone_and_due_until_that_ends(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        assert await tx.sources.claim(source, NOW, 60, "me") is None, "it was never polled"
        await tx.sources.record(SourcePolled(source, NOW, NOW + DAY, 60))
        claimed = await tx.sources.claim(source, NOW, 60, "me")
        assert claimed is not None
        assert claimed.id == source
        assert await tx.sources.claim(source, NOW, 60, "other") is None
        await tx.sources.let_go(source, "other")
        assert await tx.sources.claim_due(NOW, 9, 60, "other") == []
        await tx.sources.let_go(source, "me")
        assert [one.id for one in await tx.sources.claim_due(NOW, 9, 60, "other")] == [source]


async def test_a_source_that_failed_is_not_polled_sooner(store: Store) -> None:
    async with store.write() as tx:
        good, bad = await add_source(tx, "good"), await add_source(tx, "bad")
        await tx.sources.record(SourcePolled(good, NOW, NOW + DAY, 60))
        await tx.sources.record(SourcePolled(bad, NOW, NOW + DAY, 60, error="is out of order"))
        for source in (good, bad):
            await tx.sources.poll_soon(source, NOW)
        assert [one.id for one in await tx.sources.claim_due(NOW, 9, 60, "me")] == [good]
