"""The bot behind a webhook: the same as by polling, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.app import House, open_workshop
from bot.services import inbox
from bot.web.webhook import HEADER
from tests.journeys.scene import HOOK, Item, Scene, rss
from tests.web.test_metrics import read

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")
NEW = Item("Korea plans an exercise", "Ships of three navies meet off Jeju in the autumn.")


@pytest.fixture
def behind(scene: Scene) -> Scene:
    """A scene whose bot Telegram delivers to."""
    scene.listen, scene.webhook_url = "127.0.0.1:0", HOOK
    return scene


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def deliver(
    scene: Scene, client: aiohttp.ClientSession, update: dict[str, Any], secret: str | None = None
) -> int:
    """Deliver an update as Telegram does, or as somebody who does not know the secret."""
    assert scene.house is not None
    right = scene.api.world.profile.webhook["secret"]
    headers = {HEADER: right if secret is None else secret}
    url = f"{scene.house.front.url}/bot/updates"
    async with client.post(url, json=update, headers=headers) as answer:
        return answer.status


async def stands(scene: Scene) -> None:
    await scene.api.wait_for(lambda: scene.api.world.profile.webhook)


async def test_subscribe_and_get_an_alert_over_a_webhook(
    behind: Scene, client: aiohttp.ClientSession
) -> None:
    chat = behind.person()
    await behind.start(behind.web.puts("/paper", rss(OLD)))
    await behind.polled("/paper")
    answer = await behind.says(chat, "/subscribe #Korea")
    assert "Korea" in answer.text
    behind.web.puts("/paper", rss(NEW, OLD))
    await behind.alert(chat, "plans an exercise")
    assert behind.api.requests("getUpdates") == []
    assert len(behind.api.world.updates) == 0
    assert behind.house is not None
    async with client.get(f"{behind.house.front.url}/healthz") as page:
        told = await page.json()
        assert page.status == 200, told
    assert told["parts"] == ["chat", "deliver", "poll"]
    await behind.house.idle()
    async with client.get(f"{behind.house.front.url}/metrics") as page:
        figures = read(await page.text())
    assert figures["tagwire_sent_total"] == {(): 1}
    assert figures["tagwire_updates_total"] == {(): 1}
    assert figures["tagwire_database_up"] == {(): 1}
    assert figures["tagwire_sources"] == {(): 1}
    assert figures["tagwire_polls_total"][()] >= 2
    assert figures["tagwire_jobs_total"][("job", "poll"), ("outcome", "done")] >= 2
    assert {f"tagwire_{name}" for name in NAMES} <= figures.keys()


NAMES = (
    "edited_total", "roundups_total", "postponed_total", "given_up_total", "floods_total", "queue",
    "polls_failed_total", "sources_failing", "telegram_silent_seconds", "updates_repeated_total",
    "updates_open", "webhook_refused_total", "webhook_put_off_total", "pushes_total",
    "pushes_refused_total",
)  # fmt: skip


async def test_who_does_not_know_the_secret_is_refused(
    behind: Scene, client: aiohttp.ClientSession
) -> None:
    chat = behind.person()
    await behind.start()
    await stands(behind)
    forged = {"update_id": 1, "message": {"text": "/subscribe #Korea"}}
    assert await deliver(behind, client, forged, secret="wrong") == 403
    assert await deliver(behind, client, forged, secret="") == 403
    await behind.says(chat, "/help")
    assert len(behind.api.messages(chat)) == 1


async def test_an_update_delivered_again_and_again_is_answered_once(
    behind: Scene, client: aiohttp.ClientSession
) -> None:
    chat = behind.person()
    await behind.start()
    await stands(behind)
    behind.api.user_says(chat, "/help")
    [update] = behind.api.world.updates.waiting()
    statuses = await asyncio.gather(*(deliver(behind, client, update) for _ in range(40)))
    assert set(statuses) == {200}
    await behind.arrives(lambda: behind.api.messages(chat))
    await behind.says(chat, "/tags")
    await behind.stop()
    await behind.start()
    await behind.says(chat, "/privacy")
    assert await deliver(behind, client, update) == 200
    await behind.says(chat, "/help tags")
    assert len(behind.api.messages(chat)) == 4


async def test_many_chats_at_once_are_each_answered_once_and_in_order(behind: Scene) -> None:
    chats = [behind.person(number) for number in range(1001, 1041)]
    await behind.start()
    for text in ("/help", "/privacy", "/tags"):
        for chat in chats:
            behind.api.user_says(chat, text)

    def answers() -> list[list[str]]:
        return [[one.text[:10] for one in behind.api.messages(chat)] for chat in chats]

    await behind.api.wait_for(lambda: all(len(some) >= 3 for some in answers()), timeout=30)
    assert len({tuple(some) for some in answers()}) == 1
    assert all(len(some) == 3 for some in answers())


async def test_what_finds_no_room_comes_again(
    behind: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_OPEN", 1)
    chats = [behind.person(number) for number in range(1001, 1004)]
    await behind.start()
    for chat in chats:
        behind.api.user_says(chat, "/help")
    await behind.api.wait_for(lambda: all(behind.api.messages(chat) for chat in chats), timeout=30)
    assert [len(behind.api.messages(chat)) for chat in chats] == [1, 1, 1]


async def test_back_to_polling_and_forth(behind: Scene) -> None:
    chat = behind.person()
    await behind.start()
    await behind.says(chat, "/help")
    await behind.stop()
    behind.webhook_url = ""
    await behind.start()
    await behind.says(chat, "/tags")
    assert behind.api.requests("getUpdates")
    assert behind.api.world.profile.webhook == {}
    await behind.stop()
    behind.webhook_url = HOOK
    await behind.start()
    await behind.says(chat, "/privacy")
    assert behind.api.world.profile.webhook["url"] == HOOK
    assert len(behind.api.messages(chat)) == 3


async def test_what_was_said_while_the_bot_was_away_is_answered(behind: Scene) -> None:
    chat = behind.person()
    await behind.start()
    await behind.says(chat, "/help")
    await behind.stop()
    before = len(behind.api.messages(chat))
    behind.api.user_says(chat, "/tags")
    await behind.start()
    await behind.arrives(lambda: behind.api.messages(chat)[before:])


async def test_a_house_without_chats_shows_how_it_is(
    behind: Scene, client: aiohttp.ClientSession
) -> None:
    async with open_workshop(behind.settings) as shop:
        house = House(shop, frozenset({"poll"}))
        await house.start()
        async with client.get(f"{house.front.url}/healthz") as page:
            told = await page.json()
            assert page.status == 200
        assert told["telegram_silent_s"] is None
        async with client.get(f"{house.front.url}/metrics") as page:
            figures = read(await page.text())
        assert "tagwire_polls_total" in figures
        assert "tagwire_sent_total" not in figures
        async with client.post(f"{house.front.url}/bot/updates") as page:
            assert page.status == 404
        await house.stop()
