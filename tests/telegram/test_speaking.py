"""The chat's language: that of who writes first, until somebody chooses another."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.spoken import SPOKEN
from bot.demo.botapi import BotApiServer
from bot.demo.faults import bad_gateway
from storage.store import Store
from tests.telegram.conftest import House, StoppedClock, opened


async def test_a_chat_is_spoken_to_in_the_language_of_who_writes(house: House) -> None:
    mina = house.server.private(1001, language="ko")
    assert (await house.ask(mina, "/start")).text.startswith("안녕하세요!")
    await house.publish("Samsung opens a plant")
    answer = await house.ask(mina, "/subscribe #Samsung")
    assert answer.text.startswith("✓ #Samsung 구독을 시작했습니다. 지난 7일 동안 기사 1건이")
    assert "오후" in answer.text or "오전" in answer.text


async def test_a_chat_chooses_another_language_by_a_button(house: House) -> None:
    ada = house.server.private(1001)
    asked = await house.ask(ada, "/language")
    assert {one.text.removeprefix("✓ ") for row in asked.buttons for one in row} == {
        *SPOKEN.values()
    }
    told = await house.press(asked, "한국어")
    assert "한국어로 말씀드리겠습니다" in told.text
    assert (await house.press(told, "모든 설정")).text.startswith("이 채팅의 설정")
    assert (await house.ask(ada, "/latest")).text.startswith("아직 구독이 없습니다.")


@pytest.mark.parametrize("typed", ["ko", "한국어", "KO-kr"])
async def test_a_language_can_be_typed(house: House, typed: str) -> None:
    ada = house.server.private(1001)
    assert "한국어" in (await house.ask(ada, f"/lang {typed}")).text
    assert "English" in (await house.ask(ada, "/language english")).text


async def test_a_language_that_is_not_spoken_gets_the_choice(house: House) -> None:
    ada = house.server.private(1001)
    assert (await house.ask(ada, "/language Klingon")).text.startswith("Which language")
    asked = await house.ask(ada, "/language")
    asked.markup = {"inline_keyboard": [[{"text": "?", "callback_data": "lang:xx"}]]}
    house.server.press(asked, 0)
    await house.server.wait_for(lambda: "too old" in house.server.last(ada).text)


def menu(server: BotApiServer, scope: str, language: str = "") -> Mapping[str, str]:
    listed: list[dict[str, Any]] = server.world.profile.commands[scope, language]
    return {one["command"]: one["description"] for one in listed}


async def test_the_menu_of_a_chat_follows_its_choice(house: House) -> None:
    commands = house.server.world.profile.commands
    await house.ask(house.server.private(1001), "/language ko")
    await house.server.wait_for(lambda: ("chat:1001", "") in commands)
    assert menu(house.server, "chat:1001")["subscribe"] == "태그가 달린 새 기사 받기"


async def test_each_language_has_its_menus_and_descriptions(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock, languages=("en", "ko")):
        texts = server.world.profile.texts
        await server.wait_for(lambda: ("short_description", "ko") in texts)
    for scope in ("default", "all_private_chats", "all_chat_administrators"):
        assert menu(server, scope)["latest"] == "Show the newest stories now"
        assert menu(server, scope, "ko")["latest"] == "지금 최신 기사 보기"
    assert "subscribe" not in menu(server, "all_group_chats", "ko")
    assert texts["description", ""].startswith("I watch the news")
    assert texts["description", "ko"].startswith("구독하신 태그의")


async def test_a_group_speaks_as_its_administrators_choose(house: House) -> None:
    commands = house.server.world.profile.commands
    group = house.server.supergroup(admins=(1,))
    refused = await house.ask(group, "/language de", user=2)
    assert refused.text == "In groups only administrators change things."
    answer = await house.ask(group, "/language Deutsch", user=1)
    assert answer.text == "✓ Ab jetzt spreche ich hier Deutsch."
    scopes = (f"chat:{group.id}", f"chat_administrators:{group.id}")
    await house.server.wait_for(lambda: all((scope, "") in commands for scope in scopes))
    assert "subscribe" not in menu(house.server, scopes[0])
    assert menu(house.server, scopes[1])["subscribe"].startswith("Jede neue Meldung")


async def test_a_menu_that_cannot_be_set_changes_nothing_else(house: House) -> None:
    house.server.faults.add(bad_gateway(), method="setMyCommands")
    ada = house.server.private(1001)
    assert "한국어" in (await house.ask(ada, "/language ko")).text
    assert (await house.ask(ada, "/latest")).text.startswith("아직 구독이 없습니다.")


async def test_a_channel_has_no_menu(house: House) -> None:
    channel = house.server.channel(admins=(1,))
    commands = house.server.world.profile.commands
    assert "français" in (await house.ask(channel, "/language fr")).text
    await house.settled()
    assert not [scope for scope, _ in commands if scope.startswith("chat:")]
