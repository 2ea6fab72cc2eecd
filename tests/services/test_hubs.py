"""Agreements with hubs: what is asked, when, and what is believed."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.services.hubs import Delivery, Hubs, Known
from storage.records import NewSource, Push, SourceId, SourcePolled
from storage.store import Store
from tests.fakes.clock import FakeClock

HUB = "https://hub.example/"
CALLBACK = "https://me.example/websub/"
FEED = "https://paper.example/feed"


class Web:
    """Hears what hubs are asked, and answers what a test wants."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.answer = ""
        self.hangs = False

    async def ask_hub(self, hub: str, form: Mapping[str, str]) -> str:
        self.asked.append((hub, form))
        if self.hangs:
            await asyncio.Event().wait()
        return self.answer


class Scene:
    """Hubs of one source, on a clock that a test moves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self.web = Web()
        self.pushed: list[tuple[SourceId, bytes, str]] = []
        self.hubs = Hubs(store, self.clock, self.web, CALLBACK, self.take, patience_s=0.2)

    async def take(self, source_id: SourceId, body: bytes, content_type: str) -> None:
        self.pushed.append((source_id, body, content_type))

    async def source(self, hub: str = HUB, url: str = FEED) -> SourceId:
        """Let a source say that it has this hub."""
        now = self.clock.now()
        state = f'{{"hub":"{hub}"}}' if hub else "{}"
        async with self.store.write() as tx:
            source, _ = await tx.sources.add(NewSource(url), now)
            await tx.sources.record(SourcePolled(source.id, now, now, 60, state=state))
        return source.id

    async def push(self, at: int = -1) -> Push:
        """Return the agreement that was last asked for."""
        token = self.web.asked[at][1]["hub.callback"].rpartition("/")[2]
        async with self.store.read() as tx:
            found = await tx.pushes.by_token(token)
        assert found is not None
        return found

    async def agree(self, **said: str) -> str | None:
        """Let the hub ask back what it was asked last."""
        form = self.web.asked[-1][1]
        asked = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"]}
        changed = {name.replace("_", ".", 1): value for name, value in said.items()}
        token = form["hub.callback"].rpartition("/")[2]
        return await self.hubs.verify(token, asked | {"hub.challenge": "42"} | changed)


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


async def test_a_hub_is_asked_once_and_again_before_its_lease_ends(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.hubs.tick()
    [(hub, form)] = scene.web.asked
    assert (hub, form["hub.topic"], form["hub.mode"]) == (HUB, FEED, "subscribe")
    assert await scene.hubs.standing() == 0
    assert await scene.agree(hub_lease_seconds="1000") == "42"
    assert await scene.hubs.standing() == 1
    scene.clock.move(799)
    await scene.hubs.tick()
    assert len(scene.web.asked) == 1
    scene.clock.move(2)
    await scene.hubs.tick()
    assert scene.web.asked[1] == scene.web.asked[0]


async def test_a_hub_that_does_not_agree_is_asked_more_and_more_seldom(scene: Scene) -> None:
    await scene.source()
    scene.web.answer = "does not answer"
    gaps: list[int] = []
    last = 0
    for minute in range(0, 60 * 100, 10):
        await scene.hubs.tick()
        if len(scene.web.asked) > len(gaps):
            gaps.append(minute - last)
            last = minute
        scene.clock.move(600)
    assert gaps[:5] == [0, 20, 40, 80, 160]
    assert max(gaps) <= 24 * 60
    assert (await scene.push()).error == "does not answer"


async def test_a_hub_that_hangs_keeps_no_other_waiting(scene: Scene) -> None:
    scene.web.hangs = True
    await scene.source()
    await scene.source("https://other.example/", "https://wire.example/feed")
    await scene.hubs.tick()
    assert len(scene.web.asked) == 2
    assert (await scene.push()).error == "does not answer in time"


async def test_a_hub_that_does_not_ask_back_is_asked_again(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    scene.clock.move(600)
    await scene.hubs.tick()
    assert len(scene.web.asked) == 2


async def test_hubs_hear_at_once_of_another_address_of_ours(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.agree(hub_lease_seconds="86400")
    elsewhere = CALLBACK.replace("me", "moved")
    for callback, asked in ((CALLBACK, 1), (elsewhere, 2), (elsewhere, 2), (CALLBACK, 3)):
        restarted = Hubs(scene.store, scene.clock, scene.web, callback, scene.take)
        await restarted.tick()
        await restarted.tick()
        assert len(scene.web.asked) == asked
        assert scene.web.asked[-1][1]["hub.callback"].startswith(callback)
        assert await scene.agree(hub_lease_seconds="86400") == "42"
        assert await restarted.standing() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"hub_mode": "unsubscribe"},
        {"hub_mode": "publish"},
        {"hub_mode": ""},
        {"hub_topic": "https://other.example/feed"},
        {"hub_challenge": ""},
    ],
)
async def test_what_we_did_not_ask_for_is_denied(scene: Scene, said: dict[str, str]) -> None:
    await scene.source()
    await scene.hubs.tick()
    assert await scene.agree(**said) is None
    assert await scene.hubs.standing() == 0


async def test_nobody_guesses_the_address(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: Store) -> None:
        raise AssertionError("who guesses makes us write")

    monkeypatch.setattr(Store, "write", never)
    said = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "42"}
    assert await scene.hubs.verify("guessed", said) is None
    assert await scene.hubs.knows("guessed") is Known.NO
    assert await scene.hubs.take("guessed", Delivery(b"", "", "", {})) is False


async def test_a_hub_that_refuses_is_asked_again_the_next_day(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    assert await scene.agree(hub_mode="denied", hub_reason="too\nmany") == ""
    assert (await scene.push()).error == "refuses: too many"
    scene.clock.move(86_000)
    await scene.hubs.tick()
    assert len(scene.web.asked) == 1
    scene.clock.move(400)
    await scene.hubs.tick()
    assert len(scene.web.asked) == 2
    assert await scene.agree(hub_mode="denied") == ""
    assert (await scene.push()).error == "refuses: no reason"


async def test_a_source_with_another_hub_leaves_the_old_one(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.agree()
    old = await scene.push()
    await scene.source("https://other.example/")
    await scene.hubs.tick()
    asked = {(hub, form["hub.mode"]) for hub, form in scene.web.asked[1:]}
    assert asked == {(HUB, "unsubscribe"), ("https://other.example/", "subscribe")}
    assert await scene.hubs.knows(old.token) is Known.ENDED
    assert await scene.hubs.take(old.token, Delivery(b"", "", "", {})) is False


async def test_a_hub_is_told_three_times_that_a_source_is_gone(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.agree()
    push = await scene.push()
    await scene.source("")
    scene.web.answer = "does not answer"
    for _ in range(6):
        await scene.hubs.tick()
        scene.clock.move(86_400)
    assert [form["hub.mode"] for _, form in scene.web.asked[1:]] == ["unsubscribe"] * 3
    assert await scene.hubs.knows(push.token) is Known.NO


async def test_a_hub_that_asks_back_about_the_end_is_believed(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.agree()
    push = await scene.push()
    await scene.source("")
    await scene.hubs.tick()
    assert await scene.agree(hub_mode="subscribe") is None
    assert await scene.agree() == "42"
    assert await scene.hubs.knows(push.token) is Known.NO


async def test_a_delivery_that_proves_itself_is_taken(scene: Scene) -> None:
    await scene.source()
    await scene.hubs.tick()
    await scene.agree()
    push = await scene.push()
    assert await scene.hubs.knows(push.token) is Known.YES
    bad = Delivery(b"body", "text/xml", "sha256=00", {})
    assert await scene.hubs.take(push.token, bad) is False
    assert (scene.hubs.taken, scene.hubs.refused, scene.pushed) == (0, 1, [])
    assert (await scene.push()).pushed_at is None
