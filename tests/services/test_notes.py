"""How polls went is written down together, and told to each who waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.services.notes import Notes
from storage.errors import StoreError
from storage.records import NewSource, SourceId, SourcePolled, Validators
from storage.store import Store
from tests.storage.makers import NOW


async def added(store: Store, count: int) -> list[SourceId]:
    async with store.write() as tx:
        urls = [NewSource(f"https://h{at}.example/") for at in range(count)]
        return [(await tx.sources.add(url, NOW))[0].id for url in urls]


def polled(source: SourceId, error: str = "") -> SourcePolled:
    validators = None if error else Validators("etag", "", b"hash", b"pieces")
    later = NOW + timedelta(minutes=5)
    return SourcePolled(source, NOW, later, 300, error=error, validators=validators, state="{}")


async def test_what_comes_while_another_is_written_shares_a_commit(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await added(store, 20)
    notes, whole, commits = Notes(store), Store.write, 0

    def counted(opened: Store) -> object:
        nonlocal commits
        commits += 1
        return whole(opened)

    monkeypatch.setattr(Store, "write", counted)
    sick = [polled(source, "does not answer") for source in ids[:3]]
    well = [polled(source) for source in ids[3:]]
    await asyncio.gather(*(notes.record(one) for one in (*sick, *well)))
    assert commits <= 2
    async with store.read() as tx:
        kept = {one.id: one for one in await tx.sources.feeds()}
    assert [kept[one].failures for one in ids] == [1] * 3 + [0] * 17
    assert {kept[one].last_success_at for one in ids[3:]} == {NOW}
    assert {kept[one].good_polls for one in ids[3:]} == {1}
    async with store.write() as tx:
        due = await tx.sources.claim_due(NOW + timedelta(hours=1), 99, 60, "me")
    assert {one.validators for one in due if one.id in ids[3:]} == {
        Validators("etag", "", b"hash", b"pieces")
    }


async def test_a_commit_that_fails_is_told_to_each_and_the_next_is_tried(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await added(store, 2)
    notes = Notes(store)

    def away(_: Store) -> object:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", away)
        results = await asyncio.gather(
            *(notes.record(polled(one)) for one in ids), return_exceptions=True
        )
    assert [str(one) for one in results] == ["The database is away."] * 2
    await notes.record(polled(ids[0]))
    await notes.written(5)


async def test_who_is_ended_while_it_waits_is_no_trouble(store: Store) -> None:
    ids = await added(store, 2)
    notes = Notes(store)
    ended = asyncio.create_task(notes.record(polled(ids[0])))
    other = asyncio.create_task(notes.record(polled(ids[1])))
    await asyncio.sleep(0)
    ended.cancel()
    await other
    await notes.written(5)
    async with store.read() as tx:
        assert all(one.last_success_at == NOW for one in await tx.sources.feeds())
    await Notes(store).written(5)


async def test_a_commit_that_never_ends_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source,) = await added(store, 1)
    notes = Notes(store)

    @asynccontextmanager
    async def silent(_: Store) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", silent)
        waiting = asyncio.create_task(notes.record(polled(source)))
        await asyncio.sleep(0)
        await notes.written(0)
        with pytest.raises(asyncio.CancelledError):
            await waiting
