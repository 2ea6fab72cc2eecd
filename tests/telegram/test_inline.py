"""Inline mode and links: a tag's stories in any chat, a subscription for somebody else."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.demo.botapi import BotApiServer
from storage.store import Store
from tests.telegram.conftest import OPERATOR, House, StoppedClock, opened, place
from tests.telegram.test_first_steps import labels


async def typed(
    house: House, text: str, *, user: int = 1001, offset: str = ""
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Type behind the bot's name, and return the results and what was said beside them."""
    world = house.server.world
    number = house.server.asks_inline(user, text, offset)
    await house.server.wait_for(lambda: number in world.inline_said)
    return world.inline_answers[number], world.inline_said[number]


async def test_the_newest_stories_of_a_tag_are_offered(house: House) -> None:
    for hours in (3, 1, 2):
        await house.publish(f"Samsung {hours}", summary="Why.", ago=timedelta(hours=hours))
    results, said = await typed(house, "#Samsung")
    assert [one["title"] for one in results] == ["Samsung 1", "Samsung 2", "Samsung 3"]
    assert results[0]["description"].startswith("Herald · 11:00")
    content = results[0]["input_message_content"]
    assert content["parse_mode"] == "HTML"
    assert ">Samsung 1</a>" in content["message_text"]
    assert "#Samsung" in content["message_text"]
    (row,) = results[0]["reply_markup"]["inline_keyboard"]
    assert row[0]["url"] == "https://t.me/tagwire_demo_bot?start=Samsung"
    assert said["is_personal"]
    assert said["next_offset"] == ""
    assert said["button"] == {}


async def test_pages_follow_by_their_offset(house: House) -> None:
    for number in range(25):
        await house.publish(f"Samsung {number}", ago=timedelta(hours=number + 1))
    first, said = await typed(house, "samsung")
    second, last = await typed(house, "samsung", offset=said["next_offset"])
    titles = [one["title"] for one in (*first, *second)]
    assert titles == [f"Samsung {number}" for number in range(25)]
    assert (said["next_offset"], last["next_offset"]) == ("20", "")
    assert (await typed(house, "samsung", offset="25"))[0] == []
    assert len((await typed(house, "samsung", offset="x" * 60))[0]) == 20


async def test_without_a_tag_ones_own_stories_are_offered(house: House) -> None:
    await house.publish("Samsung opens a plant")
    house.server.private(1001, language="ko")
    assert (await typed(house, ""))[1]["button"] == {
        "text": "Samsung처럼 태그를 입력해 주세요", "start_parameter": "_",
    }  # fmt: skip
    await house.ask(1001, "/subscribe #Samsung")
    (story,), said = await typed(house, "")
    assert story["title"] == "Samsung opens a plant"
    assert "오전" in story["description"]
    assert "reply_markup" not in story
    assert said["button"] == {}


@pytest.mark.parametrize(
    ("text", "hint", "start"),
    [
        ("#Okapi", "No story about #Okapi yet. Be told?", "Okapi"),
        ("#Okapi -zoo", "No story about #Okapi -zoo yet. Be told?", "_I09rYXBpIC16b28"),
        ("#a, #b", "Type one tag, such as Samsung", "_"),
        ('"', "Type one tag, such as Samsung", "_"),
        ("😀" * 256, "Type one tag, such as Samsung", "_"),
    ],
)
async def test_where_nothing_is_found_a_line_says_what_to_do(
    house: House, text: str, hint: str, start: str
) -> None:
    results, said = await typed(house, text)
    assert results == []
    assert said["button"] == {"text": hint, "start_parameter": start}
    assert "Hello!" in (await house.ask(house.server.private(1001), "/start _")).text


@pytest.mark.parametrize(
    "text",
    [
        "\u202e#Samsung",
        "\x00",
        "\ud800",
        "Z\u0351\u0351\u0351\u0351algo" * 20,
        "'; DROP TABLE",
        "<b>",
    ],
    ids=range(6),
)
async def test_nothing_that_is_typed_breaks_anything(house: House, text: str) -> None:
    await house.publish("Samsung opens a plant")
    results, said = await typed(house, text)
    assert results or said["button"]


async def test_a_private_bot_offers_strangers_nothing(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock, private=True) as house:
        await house.publish("Samsung opens a plant")
        results, said = await typed(house, "Samsung")
        assert (results, said["button"]["text"]) == ([], "This bot is private")
        assert len((await typed(house, "Samsung", user=OPERATOR))[0]) == 1


async def test_a_late_answer_is_no_error(house: House) -> None:
    world = house.server.world
    number = house.server.asks_inline(1001, "Samsung")
    del world.inline_answers[number]
    await house.server.wait_for(lambda: house.server.requests("answerInlineQuery"))
    assert "Hello!" in (await house.ask(house.server.private(1001), "/start")).text


async def shared(house: House, tag: str) -> dict[str, str]:
    """Return the addresses behind the buttons that share a subscription, by their labels."""
    listed = await house.ask(1001, "/tags")
    page = await house.press(listed, tag)
    return {one.text: one.url for row in page.buttons for one in row if one.url}


async def test_a_subscription_is_shared_with_a_person_and_a_group(house: House) -> None:
    house.server.private(1001)
    await house.ask(1001, "/subscribe #Samsung -baseball")
    links = await shared(house, "#Samsung -baseball")
    sheet = parse_qs(urlsplit(links["Share"]).query)
    assert sheet["text"] == ["News about #Samsung -baseball, each story once"]
    (carried,) = parse_qs(urlsplit(sheet["url"][0]).query)["start"]
    assert parse_qs(urlsplit(links["Add to a group"]).query) == {"startgroup": [carried]}

    offer = await house.ask(house.server.private(1002), f"/start {carried}")
    assert "#Samsung -baseball" in offer.text
    house.server.press(offer, 0)
    await house.server.wait_for(lambda: len(house.server.messages(1002)) == 2)
    (kept,) = await house.services.subscriptions.of(place(1002))
    assert kept.spelt == "#Samsung -baseball"

    group = house.server.supergroup(admins=(1001,))
    offer = await house.ask(group, f"/start@tagwire_demo_bot {carried}", user=1001)
    assert "#Samsung -baseball" in offer.text


LONG = '#Samsung -baseball -"Galaxy Watch" -football lang:en'


async def test_a_long_subscription_is_shared_while_anybody_has_it(house: House) -> None:
    house.server.private(1001)
    await house.ask(1001, f"/subscribe {LONG}")
    (carried,) = parse_qs(urlsplit((await shared(house, LONG))["Add to a group"]).query)[
        "startgroup"
    ]
    assert len(carried) <= 64
    assert LONG in (await house.ask(house.server.private(1002), f"/start {carried}")).text
    forged = f"{carried[:-1]}{'a' if carried[-1] != 'a' else 'b'}"
    assert "Hello!" in (await house.ask(1002, f"/start {forged}")).text
    await house.ask(1001, "/unsubscribe all")
    house.server.press(house.server.last(1001), 0)
    await house.settled()
    assert "Hello!" in (await house.ask(1002, f"/start {carried}")).text
    results, said = await typed(house, LONG)
    assert (results, said["button"]["start_parameter"]) == ([], "_")
    assert labels(house.server.last(1002))
