"""A channel or a group, managed from the private chat of one of its administrators."""

import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.chats import Chat, SentMessage
from bot.demo.faults import refused
from bot.demo.world import Press
from storage.records import ChatId
from storage.store import Store
from tests.telegram.conftest import OPERATOR, House, StoppedClock, opened, place
from tests.telegram.test_places import tags

ADA, EVE = 1001, 1002
BACK = "Back to my own chat"


async def chosen(house: House, ada: Chat, chat: Chat | int) -> SentMessage:
    """Choose a chat to manage, and return the answer."""
    await house.ask(ada, "/channel")
    before = len(house.server.messages(ada))
    house.server.user_chooses_chat(ada, "Choose a channel", chat)
    await house.server.wait_for(lambda: len(house.server.messages(ada)) > before)
    return house.server.last(ada)


@pytest.fixture
def ada(house: House) -> Chat:
    return house.server.private(ADA)


@pytest.fixture
def wire(house: House) -> Chat:
    return house.server.channel("Okapi <Wire>", admins=(ADA,))


async def test_a_channel_is_managed_from_the_private_chat(
    house: House, ada: Chat, wire: Chat
) -> None:
    await house.ask(ada, "/subscribe #m1")
    answer = await chosen(house, ada, wire)
    assert answer.text.startswith("For Okapi <Wire>:\nFrom now on")
    assert [one.text for row in answer.buttons for one in row] == [BACK]
    done = await house.ask(ada, "/subscribe #a1")
    assert done.text.startswith("For Okapi <Wire>:\n✓ Subscribed to #a1.")
    assert await tags(house, wire.id) == ["#a1"]
    assert await tags(house, ADA) == ["#m1"]
    assert "#a1" in (await house.ask(ada, "/tags")).text
    assert house.server.messages(wire) == [], "its readers hear nothing of it"
    await house.press(house.server.last(ada), BACK)
    assert "your own chat again" in house.server.last(ada).text
    listed = await house.ask(ada, "/tags")
    assert "#m1" in listed.text
    assert "Wire" not in listed.text


async def test_a_button_is_about_the_chat_of_its_message(
    house: House, ada: Chat, wire: Chat
) -> None:
    await house.ask(ada, "/subscribe #m1")
    own = await house.ask(ada, "/unsubscribe all")
    await chosen(house, ada, wire)
    await house.ask(ada, "/subscribe #a1")
    theirs = await house.ask(ada, "/unsubscribe all")
    await house.press(own, "Yes, end all")
    assert (await tags(house, ADA), await tags(house, wire.id)) == ([], ["#a1"])
    await house.ask(ada, "/subscribe #b2")
    await house.ask(ada, "/channel off")
    await house.ask(ada, "/subscribe #m1")
    await house.press(theirs, "Yes, end all")
    assert (await tags(house, ADA), await tags(house, wire.id)) == (["#m1"], [])
    assert theirs.text.startswith("For Okapi <Wire>:\n")


async def test_longer_texts_behind_buttons_are_kept_for_who_presses_them(
    house: House, ada: Chat, wire: Chat
) -> None:
    await chosen(house, ada, wire)
    phrase = '"' + "okapi " * 9 + '"'
    message = await house.ask(ada, f"#Okapi | {phrase}")
    assert message.text.startswith("For Okapi")
    message = await house.ask(ada, f"/search {phrase}")
    assert "Nothing found" in message.text


async def test_settings_are_those_of_the_chat_that_is_managed(
    house: House, ada: Chat, wire: Chat
) -> None:
    await chosen(house, ada, wire)
    answer = await house.ask(ada, "/settings Lisbon")
    assert answer.text.startswith("For Okapi")
    await house.ask(ada, "/language de")
    async with house.store.read() as tx:
        managed, own = await tx.chats.get(ChatId(wire.id)), await tx.chats.get(ChatId(ADA))
    assert managed is not None
    assert own is not None
    assert (managed.settings.time_zone, managed.settings.language) == ("Europe/Lisbon", "de")
    assert (own.settings.time_zone, own.settings.language) == ("UTC", "en")
    languages = await house.press(await house.ask(ada, "/settings"), "🌐 Deutsch")
    assert "✓ Deutsch" in [one.text for row in languages.buttons for one in row]
    await house.publish("An okapi appears")
    for command in ("/latest #okapi", "/search okapi", "/export", "/trends #okapi"):
        assert (await house.ask(ada, command)).text.startswith("For Okapi"), command


async def test_who_is_no_administrator_any_more_manages_nothing(
    house: House, ada: Chat, wire: Chat
) -> None:
    await chosen(house, ada, wire)
    await house.ask(ada, "/subscribe #a1")
    old = await house.ask(ada, "/tags")
    wire.admins.clear()
    refusal = await house.ask(ada, "/tags")
    assert "#a1" not in refusal.text
    assert "could not see that you are an administrator of Okapi <Wire>" in refusal.text
    assert "No subscriptions" in (await house.ask(ada, "/tags")).text, "their own chat's"
    refusal = await house.say_by_press(old, "#a1")
    assert "could not see" in refusal.text


@pytest.mark.parametrize("lacking", ["no administrator", "no right to post", "not in the channel"])
async def test_nobody_manages_a_channel_without_the_right_to_post_in_it(
    house: House, ada: Chat, wire: Chat, lacking: str
) -> None:
    match lacking:
        case "no administrator":
            wire.admins.clear()
        case "no right to post":
            wire.lacking[ADA] = {"can_post_messages"}
        case _:
            wire.bot_status = "left"
    answer = await chosen(house, ada, wire)
    assert "could not see that you" in answer.text or "cannot see that chat" in answer.text
    await house.ask(ada, "/subscribe #a1")
    assert (await tags(house, wire.id), await tags(house, ADA)) == ([], ["#a1"])


async def test_a_bot_that_may_not_post_says_what_it_needs(
    house: House, ada: Chat, wire: Chat
) -> None:
    wire.lacking[house.server.world.me.id] = {"can_post_messages"}
    assert "not allowed to post in Okapi" in (await chosen(house, ada, wire)).text
    wire.bot_status = "member"
    assert "not allowed to post in Okapi" in (await chosen(house, ada, wire)).text
    wire.lacking.clear()
    wire.bot_status = "administrator"
    assert "From now on" in (await chosen(house, ada, wire)).text


async def test_a_group_is_managed_and_followed_when_it_becomes_a_supergroup(
    house: House, ada: Chat
) -> None:
    group = house.server.group("Desk", admins=(ADA,))
    assert "From now on" in (await chosen(house, ada, group)).text
    await house.ask(ada, "/subscribe #a1")
    new = house.server.upgrade(group, told=False)
    await house.ask(ada, "/subscribe #b2")
    assert await tags(house, new.id) == ["#a1", "#b2"]
    assert await tags(house, ADA) == []


async def test_what_was_forgotten_is_managed_no_more(house: House, ada: Chat, wire: Chat) -> None:
    old = await chosen(house, ada, wire)
    listed = await house.ask(ada, "/tags")
    assert "which channel or group you manage" in (await house.ask(ada, "/privacy")).text
    await house.services.privacy.forget(ChatId(wire.id))
    keyboard = [[{"text": "?", "callback_data": "ends"}]]
    listed.markup = {"inline_keyboard": keyboard + (old.markup or {})["inline_keyboard"]}
    assert "too old" in (await house.say_by_press(listed, "?")).text
    assert "which channel" not in (await house.ask(ada, "/privacy")).text


async def test_what_is_about_the_private_chat_stays_there(
    house: House, ada: Chat, wire: Chat
) -> None:
    await chosen(house, ada, wire)
    await house.ask(ada, "/subscribe #a1")
    for command in ("/help", "/privacy", "/deleteme"):
        assert "For Okapi" not in (await house.ask(ada, command)).text
    await house.press(house.server.last(ada), 0)
    assert await tags(house, wire.id) == ["#a1"]


async def test_in_groups_the_way_to_the_private_chat_is_told(house: House) -> None:
    group = house.server.supergroup("Desk", admins=(ADA,))
    answer = await house.ask(group, "/channel", user=ADA)
    assert answer.text == "Send /channel to me in private: from there you can manage this chat."
    answer.markup = {"inline_keyboard": [[{"text": "?", "callback_data": "own"}]]}
    house.server.press(answer, 0, user=EVE)
    await house.settled()
    assert answer.edited == 0


async def test_a_button_whose_message_cannot_be_read_changes_nothing(
    house: House, ada: Chat, wire: Chat
) -> None:
    await house.ask(ada, "/subscribe #m1")
    await chosen(house, ada, wire)
    theirs = await house.ask(ada, "/tags")
    world = house.server.world
    press = Press("77", "endyes", world.clock.monotonic() + 60)
    world.presses["77"] = press
    world.tell("callback_query", {
        "id": "77", "from": world.users[ADA].as_json(), "chat_instance": "1", "data": "endyes",
        "message": {"chat": ada.as_json(), "message_id": theirs.message_id, "date": 0},
    })  # fmt: skip
    await house.server.wait_for(lambda: press.answers)
    assert "too old" in press.answers[0]["text"]
    assert await tags(house, ADA) == ["#m1"]


async def test_a_made_up_number_tells_nothing_of_a_chat(house: House, wire: Chat) -> None:
    eve = house.server.private(EVE)
    message = await house.ask(eve, "/help")
    for number in (wire.id, -1, 0):
        button = {"text": "?", "callback_data": f"manage:{number}"}
        message.markup = {"inline_keyboard": [[button]]}
        said = await house.say_by_press(message, "?")
        assert said.text.startswith("I cannot see that chat.")
    assert await house.services.chats.get(ChatId(wire.id)) is None


async def test_a_private_bot_manages_only_chats_that_were_let_in(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock, private=True) as closed:
        ada, boss = server.private(ADA), server.private(OPERATOR)
        await closed.ask(ada, "/help")
        await closed.ask(boss, f"/allow {ADA}")
        wire = server.channel("Wire", admins=(ADA,))
        assert f"give them this number: {wire.id}" in (await chosen(closed, ada, wire)).text
        await closed.ask(ada, "/subscribe #a1")
        assert (await tags(closed, wire.id), await tags(closed, ADA)) == ([], ["#a1"])
        await closed.ask(boss, f"/allow {wire.id}")
        assert "From now on" in (await chosen(closed, ada, wire)).text


async def test_operators_manage_any_channel_that_the_bot_may_post_in(house: House) -> None:
    boss = house.server.private(OPERATOR)
    wire = house.server.channel("Wire", admins=(ADA,))
    await chosen(house, boss, wire)
    await house.ask(boss, "/subscribe #a1")
    assert await tags(house, wire.id) == ["#a1"]


async def test_a_telegram_that_does_not_tell_gives_no_rights(
    house: House, ada: Chat, wire: Chat
) -> None:
    await chosen(house, ada, wire)
    house.server.faults.add(refused("member list is inaccessible"), method="getChatMember")
    assert "not allowed to post" in (await house.ask(ada, "/subscribe #a1")).text
    assert await tags(house, wire.id) == []
    assert await tags(house, place(ada.id).chat_id) == []
