"""The first minute: a greeting, help, hints, the menu."""

import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.chats import SentMessage
from bot.telegram.commands.every import make_table
from storage.store import Store
from tests.telegram.conftest import OPERATOR, House, StoppedClock, opened, place


def labels(message: SentMessage) -> list[str]:
    return [one.text for row in message.buttons for one in row]


async def follow(house: House, query: str, *chats: int) -> None:
    for chat in chats:
        await house.ask(house.server.private(chat), f"/subscribe {query}")


async def test_start_greets_and_offers_popular_tags(house: House) -> None:
    await follow(house, '#Samsung, "climate summit"', 1, 2, 3, 4, 5)
    bob = house.server.private(1002)
    hello = await house.ask(bob, "/start")
    assert hello.text.startswith("Hello!")
    assert "Pick a tag below" in hello.text
    assert set(labels(hello)[:2]) == {"#Samsung", '"climate summit"'}
    house.server.press(hello, '"climate summit"')
    await house.server.wait_for(lambda: len(house.server.messages(bob)) == 2)
    assert house.server.last(bob).text.startswith('✓ Subscribed to "climate summit".')


async def test_what_few_follow_is_shown_to_nobody_else(house: House) -> None:
    await follow(house, "#MyNeighbour", 1, 2, 3, 4)
    hello = await house.ask(house.server.private(1002), "/start")
    assert "#MyNeighbour" not in labels(hello)
    assert "at least 5 chats follow" in (await house.ask(1002, "/privacy")).text


async def test_what_the_chat_has_already_is_not_offered(house: House) -> None:
    await follow(house, "#Samsung", 1, 2, 3, 4, 5)
    await house.ask(5, "/subscribe Japan -sport")
    offered = labels(await house.ask(5, "/start"))
    assert "#China" in offered
    assert not {"#Samsung", "#Japan"} & set(offered)


async def test_a_bot_that_has_just_started_offers_tags_too(house: House) -> None:
    hello = await house.ask(house.server.private(1001), "/start")
    assert "Pick a tag below" in hello.text
    assert len(labels(hello)) == 8
    for label in labels(hello):
        assert label.startswith("#")
        answer = await house.ask(1001, f"/subscribe {label}")
        assert answer.text.startswith("✓ Subscribed"), label


async def test_what_the_papers_write_over_their_articles_is_offered(house: House) -> None:
    for number, paper in enumerate(("Herald", "Post", "Herald", "Post")):
        rubrics = ("Elections", "Wild fires", "World", "Uncategorized", "Trump, Donald J")
        await house.publish(f"Number {number}", source=paper, categories=rubrics)
    await house.publish("Late", categories=("Elections", "Once"))
    offered = labels(await house.ask(house.server.private(1001), "/start"))
    assert offered[:3] == ["#Elections · 5", '"Wild fires" · 4', "#SouthKorea"]


async def test_without_buttons_nothing_is_said_to_be_below(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, f"/subscribe {' '.join(labels(await house.ask(ada, '/start')))}")
    hello = await house.ask(ada, "/start")
    assert labels(hello) == []
    assert "below" not in hello.text
    assert "/subscribe #Samsung" in hello.text


async def test_a_deep_link_offers_its_tag(house: House) -> None:
    ada = house.server.private(1001)
    offer = await house.ask(ada, "/start SouthKorea-US-Japan")
    assert "#SouthKorea-US-Japan" in offer.text
    assert await house.services.subscriptions.of(place(1001)) == []
    house.server.press(offer, 0)
    await house.server.wait_for(lambda: len(house.server.messages(ada)) == 2)
    assert len(await house.services.subscriptions.of(place(1001))) == 1


async def hidden(house: House, user: int) -> set[str]:
    """Return the commands that a user's /help does not name."""
    page = await house.ask(house.server.private(user), "/help")
    names = [one.name for one in make_table().commands]
    assert len(names) > 10
    return {name for name in names if f"/{name} " not in page.text}


async def test_a_tag_typed_after_start_is_offered(house: House) -> None:
    ada = house.server.private(1001)
    for tag in ("#Samsung", "#서울"):
        offer = await house.ask(ada, f"/start {tag}")
        assert offer.text.startswith(f"Shall I send you news about {tag}?")
    for odd in ("#", "# x", "#(", "😀"):
        assert (await house.ask(ada, f"/start {odd}")).text.startswith("Hello!")


async def test_help_lists_what_a_person_may_use(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock) as house:
        assert await hidden(house, 1001) == {"stats", "allow", "deny"}
        assert await hidden(house, OPERATOR) == {"allow", "deny"}
        house.services.chats.everybody_adds_sources = False
        assert await hidden(house, 1001) == {"stats", "allow", "deny", "addsource"}
        assert "/addsource" not in (await house.ask(1001, "/sources")).text
        assert "/addsource" in (await house.ask(OPERATOR, "/sources")).text
        house.services.chats.private = True
        assert await hidden(house, OPERATOR) == set()


async def test_the_menu_offers_to_add_sources_only_where_all_may(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock, everybody_adds_sources=False) as house:
        commands = house.server.world.profile.commands
        await house.server.wait_for(lambda: len(commands) == 4)
        named = {one["command"] for every in commands.values() for one in every}
    assert "subscribe" in named
    assert not {"addsource", "stats", "allow", "deny"} & named


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
        ("/hlep", "Did you mean /help?"),
        ("/qqqq", "What I can do: /help"),
        ("/status", "What I can do: /help"),
        ("/follow daily 08:00", "I don't know /follow. What I can do: /help"),
        ("/digset", "Did you mean /digest?"),
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
