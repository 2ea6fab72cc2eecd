"""The first minute: a greeting, help, hints, the menu."""

import pytest

from bot.telegram.commands.every import make_table
from tests.telegram.conftest import House, place


async def test_start_greets_and_offers_popular_tags(house: House) -> None:
    ada, bob = house.server.private(1001), house.server.private(1002)
    await house.ask(ada, '/subscribe #Samsung, "climate summit"')
    hello = await house.ask(bob, "/start")
    assert hello.text.startswith("Hello!")
    assert {one.text for row in hello.buttons for one in row} == {"#Samsung", '"climate summit"'}
    house.server.press(hello, '"climate summit"')
    await house.server.wait_for(lambda: len(house.server.messages(bob)) == 2)
    assert house.server.last(bob).text.startswith('✓ Subscribed to "climate summit".')


async def test_a_deep_link_offers_its_tag(house: House) -> None:
    ada = house.server.private(1001)
    offer = await house.ask(ada, "/start SouthKorea-US-Japan")
    assert "#SouthKorea-US-Japan" in offer.text
    assert await house.services.subscriptions.of(place(1001)) == []
    house.server.press(offer, 0)
    await house.server.wait_for(lambda: len(house.server.messages(ada)) == 2)
    assert len(await house.services.subscriptions.of(place(1001))) == 1


async def test_help_lists_every_command_but_the_operators(house: House) -> None:
    ada = house.server.private(1001)
    page = await house.ask(ada, "/help")
    names = [one.name for one in make_table().commands]
    assert len(names) > 10
    hidden = {"stats", "allow", "deny"}
    assert {name for name in names if f"/{name} " in page.text} == set(names) - hidden


@pytest.mark.parametrize(
    "asked", ["/help sub", "/HELP /subscribe", "/help subscribe@tagwire_demo_bot"]
)
async def test_help_explains_one_command(house: House, asked: str) -> None:
    page = await house.ask(house.server.private(1001), asked)
    assert page.text.startswith("/subscribe TAG…")
    assert "Also: /sub" in page.text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("/subcribe #x", "Did you mean /subscribe?"),
        ("/unsubcribe", "Did you mean /unsubscribe?"),
        ("/qqqq", "What I can do: /help"),
    ],
)
async def test_a_mistyped_command_gets_the_nearest_one(house: House, typed: str, hint: str) -> None:
    answer = await house.ask(house.server.private(1001), typed)
    assert hint in answer.text


async def test_a_text_that_is_no_command_gets_a_friendly_hint(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "good morning")
    assert "/subscribe #Samsung" in answer.text


async def test_a_bare_hashtag_is_offered_as_a_tag(house: House) -> None:
    ada = house.server.private(1001)
    answer = await house.ask(ada, "#Samsung")
    house.server.press(answer, 0)
    await house.server.wait_for(lambda: len(house.server.messages(ada)) == 2)
    assert "Subscribed to #Samsung" in house.server.last(ada).text


async def test_the_menu_is_set_from_the_table_for_each_scope(house: House) -> None:
    commands = house.server.world.profile.commands
    await house.server.wait_for(lambda: len(commands) == 4)
    people = {one["command"] for one in commands[_scope(commands, "all_private_chats"), ""]}
    members = {one["command"] for one in commands[_scope(commands, "all_group_chats"), ""]}
    assert "stats" not in people
    assert "subscribe" in people
    assert "subscribe" not in members
    assert "latest" in members


def _scope(commands: dict[tuple[str, str], list[dict[str, str]]], kind: str) -> str:
    return next(scope for scope, language in commands if kind in scope and not language)
