"""What many chats follow may be read on the web, and in a feed; of a private bot nothing."""

import aiohttp
import feedparser
import pytest

from bot.services.suggestions import FOLLOWED_BY
from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast last week.")


@pytest.mark.parametrize("access", ["public", "private"])
async def test_a_tag_of_many_chats_has_a_page_and_a_feed(scene: Scene, access: str) -> None:
    scene.listen, scene.access = "127.0.0.1:0", access
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    for number in range(FOLLOWED_BY if access == "public" else 0):
        await scene.says(scene.person(2001 + number), "/subscribe #Korea")
    if access == "public":
        await scene.says(scene.person(1001), "/subscribe #museum")
    assert scene.house is not None
    async with aiohttp.ClientSession(scene.house.front.url) as client:
        if access == "private":
            for path in ("/tags/", "/tags/korea", "/tags/korea.xml"):
                async with client.get(path) as answer:
                    assert answer.status == 404
            return
        async with client.get("/tags/korea") as answer:
            assert answer.status == 200
            assert OLD.title in await answer.text()
        async with client.get("/tags/korea.xml") as answer:
            [entry] = feedparser.parse(await answer.read()).entries
            assert entry.title == OLD.title
        async with client.get("/tags/museum") as answer:
            assert answer.status == 404
        async with client.get("/tags/") as answer:
            assert "museum" not in await answer.text()
