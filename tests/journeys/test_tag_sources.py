"""A tag's search is asked once for all who want it, and no longer than somebody does."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage.records import SourceKind
from tests.journeys.scene import ADMIN, Scene

TAG = "#SouthKorea-US-Japan"
ASKED = "/search?q=%22South+Korea%22+US+Japan&hl=en&gl=US"


def found(*titles: str) -> str:
    """Return what a search answers: each headline with its paper behind it, and named."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    entries = "".join(
        f"<item><title>{title} - The Harbour Post</title><guid>{title}</guid>"
        f"<link>https://search.example/{len(title)}</link>"
        f"<pubDate>{now:%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
        '<source url="https://harbour.example">The Harbour Post</source></item>'
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>Search</title>{entries}</channel></rss>'


async def test_one_request_serves_all_who_want_a_tag(scene: Scene) -> None:
    ada, ben = scene.person(1001), scene.person(1002)
    scene.web.puts(ASKED, found("Fishing begins off Jeju"))
    await scene.start()
    template = scene.web.url("/search?q={query}&hl={lang}&gl={country}")
    question = await scene.says(scene.person(ADMIN), f"/addsource {template}")
    scene.api.press(question, "Add it")
    for chat in (ada, ben):
        await scene.says(chat, f"/subscribe {TAG}")
    await scene.polled(ASKED)
    assert [path for path in scene.web.asked if path.startswith("/search")] == [ASKED]
    assert scene.web.most_at_once == 1
    new = "South Korea, US, Japan plan an exercise"
    scene.web.puts(ASKED, found(new, "Fishing begins off Jeju"))
    for chat in (ada, ben):
        alert = await scene.alert(chat, "plan an exercise")
        assert alert.linked("text_link") == [new], "the paper's name is no part of the headline"
        assert alert.text.splitlines()[1].startswith("The Harbour Post · ")
        assert "#SouthKorea_US_Japan" in alert.text
        assert not scene.alerts(chat, "Fishing")
    await scene.says(ada, f"/unsubscribe {TAG}")
    await scene.polled(ASKED)
    await scene.says(ben, f"/unsubscribe {TAG}")
    async with asyncio.timeout(10):
        while await _kinds(scene) != [SourceKind.TEMPLATE]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def _kinds(scene: Scene) -> list[SourceKind]:
    assert scene.house is not None
    async with scene.house._shop.store.read() as tx:
        return [one.kind for one in await tx.sources.all()]
