"""What hubs push of a source: one after the other, beside its polls, and never lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.entries import Document, Entry, Failed
from bot.services import pushed
from bot.services.poll import Poller, PollRules
from bot.services.pushed import PushTaker, poll_soon
from storage.errors import StoreError
from storage.records import NewSource, SourceId, SourcePolled, SourceToFetch, Validators
from storage.store import Store
from tests.fakes.clock import FakeClock


class Web:
    """Understands a body as a title, when it is let."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.seen: list[bytes] = []

    async def read(self, source: SourceToFetch) -> Failed:
        return Failed(f"is not asked here: {source.url}")

    async def understand(
        self, source: SourceToFetch, body: bytes, content_type: str
    ) -> Document | Failed:
        self.seen.append(body)
        await self.gate.wait()
        if content_type != "text/xml":
            return Failed("is no feed")
        entry = Entry(guid=body.decode(), title=body.decode(), title_is_html=False)
        return Document(source.url, "", "en", (entry,), Validators(), total=1)


class Scene:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self.web = Web()
        poller = Poller(store, self.web, self.clock, PollRules(owner="me"))
        self.taker = PushTaker(store, self.clock, self.web, poller, "me")

    async def source(self, *, polled: bool = True) -> SourceId:
        now = self.clock.now()
        async with self.store.write() as tx:
            source, _ = await tx.sources.add(NewSource("https://paper.example/feed"), now)
            if polled:
                later = now.replace(hour=23)
                await tx.sources.record(SourcePolled(source.id, now, later, 60))
        return source.id

    async def titles(self) -> list[str]:
        async with self.store.read() as tx:
            return [one.title async for one in tx.articles.window(self.clock.now().replace(hour=0))]

    async def is_due(self, source_id: SourceId) -> bool:
        async with self.store.read() as tx:
            source = await tx.sources.get(source_id)
        assert source is not None
        assert source.next_poll_at is not None
        return source.next_poll_at <= self.clock.now()


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    made = Scene(store)
    yield made
    await made.taker.stop()


async def test_deliveries_of_a_source_are_taken_one_after_the_other(scene: Scene) -> None:
    source = await scene.source()
    scene.web.gate.clear()
    for body in (b"One", b"Two", b"Three"):
        await scene.taker.take(source, body, "text/xml")
    assert await scene.is_due(source), "should we die over it, it is polled"
    scene.web.gate.set()
    while len(await scene.titles()) < 3:
        await asyncio.sleep(0)
        scene.clock.move(1)
    await scene.taker.idle()
    assert await scene.titles() == ["One", "Two", "Three"]
    assert not await scene.is_due(source)


async def test_what_comes_during_a_poll_is_taken_after_it(scene: Scene) -> None:
    source = await scene.source()
    now = scene.clock.now()
    async with scene.store.write() as tx:
        assert await tx.sources.claim(source, now, 60, "poller") is not None
    await scene.taker.take(source, b"One", "text/xml")
    await asyncio.sleep(0)
    assert scene.web.seen == []
    async with scene.store.write() as tx:
        await tx.sources.record(SourcePolled(source, now, now.replace(hour=23), 60))
    while not scene.web.seen:
        await asyncio.sleep(0)
        scene.clock.move(1)
    await scene.taker.idle()
    assert await scene.titles() == ["One"]


async def test_a_source_that_was_never_polled_is_left_to_its_first_poll(scene: Scene) -> None:
    source = await scene.source(polled=False)
    await scene.taker.take(source, b"One", "text/xml")
    task = asyncio.create_task(scene.taker.idle())
    while not task.done():
        await asyncio.sleep(0)
        scene.clock.move(1)
    assert scene.web.seen == []
    assert await scene.is_due(source)


async def test_what_is_no_feed_lets_the_source_be_polled(scene: Scene) -> None:
    source = await scene.source()
    await scene.taker.take(source, b"One", "text/html")
    await scene.taker.idle()
    assert await scene.titles() == []
    async with scene.store.write() as tx:
        [due] = await tx.sources.claim_due(scene.clock.now(), 9, 60, "poller")
    assert due.id == source


async def test_who_floods_us_gets_no_more_than_a_poll(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await scene.source()
    scene.web.gate.clear()
    monkeypatch.setattr(pushed, "_SIZE", 100)
    for _ in range(50):
        await scene.taker.take(source, b"x" * 30, "text/xml")
    await scene.taker.stop()
    assert len(scene.web.seen) <= 1
    assert await scene.is_due(source)
    assert scene.taker._size == 0


async def test_a_database_that_is_away_is_told_to_the_hub(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await scene.source()

    def away(_: Store) -> None:
        raise StoreError("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", away)
        with pytest.raises(StoreError):
            await scene.taker.take(source, b"One", "text/xml")
    await scene.taker.take(source, b"Two", "text/xml")
    await scene.taker.idle()
    assert await scene.titles() == ["Two"]


@pytest.mark.parametrize("error", [StoreError("The database is away."), ValueError("odd")])
async def test_what_goes_wrong_later_is_told_in_the_log(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    source = await scene.source()

    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Poller, "keep", fail)
    await scene.taker.take(source, b"One", "text/xml")
    await scene.taker.idle()
    await asyncio.sleep(0)
    assert f"push {source} was not kept: {error}" in caplog.text
    assert await scene.is_due(source)


async def test_a_process_that_does_not_poll_lets_others_do_so(scene: Scene) -> None:
    source = await scene.source()
    await poll_soon(scene.store, scene.clock, source)
    assert await scene.is_due(source)
