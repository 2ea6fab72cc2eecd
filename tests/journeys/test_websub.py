"""A hub pushes a story: it is in the chat within seconds, and nobody else can push."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.demo.chats import Chat
from storage.records import SourceId
from tests.fakes.hub import Hub
from tests.journeys.scene import PUBLIC, Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")
NEW = Item("Korea plans an exercise", "Ships of three navies meet off Jeju in the autumn.")
NEXT = Item("Korea lowers its rates", "The central bank lowered the key rate by a quarter.")


@pytest.fixture
async def hub(scene: Scene) -> AsyncIterator[Hub]:
    """A hub that reaches the bot where the proxy in front of it would."""

    def reach(callback: str) -> str:
        assert scene.house is not None
        return callback.replace(PUBLIC, scene.house.front.url)

    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(Hub(reach))


def feed(hub: Hub, *items: Item) -> str:
    """Return a feed that names the hub."""
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>'
    return rss(*items).replace("<description>News", f"{link}<description>News", 1)


async def begin(scene: Scene, hub: Hub) -> Chat:
    """Start with a source whose hub agreed to push, and a chat that subscribed."""
    scene.listen, scene.public_url, scene.poll_interval_s = "127.0.0.1:0", PUBLIC, 300
    chat = scene.person()
    await scene.start(scene.web.puts("/paper", feed(hub, OLD)))
    await hub.until(lambda: bool(hub.agreed))
    await scene.says(chat, "/subscribe #Korea")
    return chat


async def test_a_pushed_story_is_told_without_a_poll(scene: Scene, hub: Hub) -> None:
    chat = await begin(scene, hub)
    [asked] = hub.asked
    assert asked["hub.topic"] == scene.web.url("/paper")
    assert asked["hub.callback"].startswith(f"{PUBLIC}/websub/")
    assert len(asked["hub.callback"]) - len(f"{PUBLIC}/websub/") >= 32
    assert await hub.push(feed(hub, NEW)) == 202
    await scene.alert(chat, "Korea plans")
    assert scene.web.asked["/paper"] == 1
    for method in ("sha1", "sha512"):
        assert await hub.push(feed(hub, NEW), method=method) == 202, "the same again"
    assert await hub.push(feed(hub, NEXT, NEW)) == 202
    await scene.alert(chat, "Korea lowers")
    assert len(scene.alerts(chat, "Korea plans")) == 1


async def test_nobody_but_the_hub_can_push(scene: Scene, hub: Hub) -> None:
    chat = await begin(scene, hub)
    forged = feed(hub, Item("Korea is a forgery", "Somebody who knows no secret wrote this."))
    assert await hub.push(forged, method="") == 403
    assert await hub.push(forged, secret="guessed") == 403
    assert await hub.push(forged, callback=f"{PUBLIC}/websub/{'x' * 32}") == 404
    other = {"Link": '<https://other.example/feed>; rel="self"'}
    assert await hub.push(forged, headers=other) == 403
    assert await hub.push(b"x" * 50_000_000) == 413
    assert await hub.push("<html>no feed</html>") == 202
    assert await hub.push(feed(hub, NEW)) == 202
    await scene.alert(chat, "Korea plans")
    assert not scene.alerts(chat, "forgery")


async def test_it_goes_on_after_a_restart(scene: Scene, hub: Hub) -> None:
    chat = await begin(scene, hub)
    await scene.stop()
    await scene.start()
    assert await hub.push(feed(hub, NEW)) == 202
    await scene.alert(chat, "Korea plans")
    assert len(hub.asked) == 1


async def test_a_hub_is_told_when_its_source_goes(scene: Scene, hub: Hub) -> None:
    await begin(scene, hub)
    [callback] = hub.agreed
    assert scene.house is not None
    async with scene.house._shop.store.write() as tx:
        await tx.sources.remove(SourceId(1))
    await hub.until(lambda: not hub.agreed)
    assert [one["hub.mode"] for one in hub.asked] == ["subscribe", "unsubscribe"]
    async with asyncio.timeout(5):
        while await hub.push("", callback=callback) != 404:  # noqa: ASYNC110 - it is forgotten
            await asyncio.sleep(0.05)


async def test_without_an_answer_of_the_hub_the_source_is_polled(scene: Scene, hub: Hub) -> None:
    hub.answer = 500
    scene.listen, scene.public_url = "127.0.0.1:0", PUBLIC
    chat = scene.person()
    await scene.start(scene.web.puts("/paper", feed(hub, OLD)))
    await hub.until(lambda: bool(hub.asked))
    await scene.says(chat, "/subscribe #Korea")
    scene.web.puts("/paper", feed(hub, NEW, OLD))
    await scene.alert(chat, "Korea plans")
    assert len(hub.asked) == 1
