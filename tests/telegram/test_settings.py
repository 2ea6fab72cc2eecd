"""/tags and /settings: what can be chosen, for one subscription and for all."""

import pytest

from bot.demo.chats import SentMessage
from bot.demo.faults import flood
from storage.records import ChatId, ChatSettings
from tests.telegram.conftest import House, place


async def settings(house: House, chat: int) -> ChatSettings:
    kept = await house.services.chats.get(ChatId(chat))
    assert kept is not None
    return kept.settings


def ticked(message: SentMessage) -> list[str]:
    return [one.text for row in message.buttons for one in row if one.text.startswith("✓ ")]


async def test_one_subscription_is_changed_from_the_list(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #SouthKorea, #Okapi, #Japan + #US")
    message = await house.ask(ada, "/tags")
    await house.press(message, "#SouthKorea")
    assert message.text == (
        "One of your subscriptions\n#SouthKorea\nIts alerts are as long as /settings says.\n"
        "“Any mention”: one in passing, far down in the text, is enough.\n"
        "Its stories come at once.\n"
        "Names of your own: /alias #SouthKorea = …\n"
        "The buttons below add names that papers use:\n"
        "• #SouthKorea: S. Korea, Republic of Korea, ROK\n"
        "• #SouthKorea, less surely: Seoul, South Korean"
    )
    assert ticked(message) == ["✓ At once"]
    await house.press(message, "Any mention")
    await house.press(message, "Headline only")
    await house.press(message, "Also: Seoul, South Korean")
    assert ticked(message) == [
        "✓ Any mention", "✓ Headline only", "✓ At once", "✓ Also: Seoul, South Korean",
    ]  # fmt: skip
    await house.press(message, "◀︎ Back")
    assert message.text.splitlines()[1:] == [
        "• #SouthKorea · also Seoul, South Korean · any mention · headline only",
        "• #Okapi",
        "• #Japan + #US",
    ]
    await house.press(message, "#SouthKorea")
    await house.press(message, "✓ Any mention")
    await house.press(message, "✓ Headline only")
    await house.press(message, "✓ Also: Seoul, South Korean")
    assert ticked(message) == ["✓ At once"]
    await house.press(message, "End it")
    assert [one.text for one in message.buttons[0]] == ["#Okapi", "#Japan + #US"]
    await house.press(message, "#Japan + #US")
    assert "Names of your own" not in message.text
    await house.press(message, "End it")
    await house.press(message, "#Okapi")
    await house.press(message, "End it")
    assert message.text.startswith("No subscriptions here yet")


async def test_a_subscriptions_stories_come_as_its_reader_wants(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    message = await house.ask(ada, "/tags")
    await house.press(message, "#Okapi")
    for button, told in (
        ("Without a sound", "Its stories come at once, without a sound."),
        ("Only what breaks", "A story comes once three sources carry it within an hour.\n"),
        ("In the digest", "wait for the digest: every day at 08:00. To change that: /digest"),
    ):
        await house.press(message, button)
        assert told in message.text
        assert ticked(message) == [f"✓ {button}"]
    await house.ask(ada, "/subscribe #Japan")
    await house.ask(ada, "/digest #Japan")
    await house.press(message, "Only what breaks")
    assert "an hour. The others wait for the digest: every day at 08:00." in message.text
    await house.press(message, "◀︎ Back")
    assert message.text.splitlines()[1:] == [
        "• #Okapi · only what breaks",
        "• #Japan · in the digest",
    ]
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": "mode:1:never"}]]}
    house.server.press(message, 0)
    await house.settled()
    assert [str(one.mode) for one in await house.services.subscriptions.of(place(ada))] == [
        "breaking",
        "digest",
    ]


async def test_a_long_list_has_pages(house: House) -> None:
    ada = house.server.private(1001)
    for start in range(0, 40, 20):
        tags = " ".join(f"#tag{n}" for n in range(start, start + 20))
        await house.ask(ada, f"/subscribe {tags}")
    message = await house.ask(ada, "/tags")
    assert "#tag29" in message.text
    assert "#tag30" not in message.text
    await house.press(message, "▶︎")
    assert message.text.splitlines()[:2] == ["40 subscriptions here:", "• #tag30"]
    await house.ask(ada, "/unsubscribe all")
    await house.press(message, "◀︎")
    assert "#tag29" in message.text


@pytest.mark.parametrize(
    "data",
    ["tag", "tag:x", "tag:99", "mention:99", "length:1:huge", "length:99:long", "length:1",
     "endthis:99", "offer:99:0:n", "offer:1", "tags:-5", "tags:99", "set", "set:summary:huge",
     "set:zone:Mars", "set:roundup:11", "set:buttons:all", "set:previews:maybe", "set:language:xx"],
)  # fmt: skip
async def test_forged_buttons_change_nothing(house: House, data: str) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/subscribe #SouthKorea")
    before = await settings(house, 1001)
    (kept,) = await house.services.subscriptions.of(place(ada))
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(message, 0)
    await house.settled()
    assert await settings(house, 1001) == before
    assert await house.services.subscriptions.of(place(ada)) == [kept]


async def test_the_buttons_of_another_chat_change_nothing_there(house: House) -> None:
    ada, bob = house.server.private(1001), house.server.private(1002)
    await house.ask(ada, "/subscribe #SouthKorea")
    await house.ask(bob, "/subscribe #Okapi")
    mine = await house.ask(ada, "/tags")
    await house.press(mine, "#SouthKorea")
    for button in ("Any mention", "Long", "End it"):
        theirs = await house.ask(bob, "/tags")
        theirs.markup = mine.markup
        await house.press(theirs, button)
        assert theirs.text == "This subscription has ended. Yours: /tags"
    (kept,) = await house.services.subscriptions.of(place(ada))
    assert (kept.spelt, kept.summary) == ("#SouthKorea", "")


async def test_the_chats_settings_are_chosen_by_buttons(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    assert ticked(message) == ["✓ Short", "✓ 10"]
    assert "More than 10 stories in 10 minutes come together." in message.text
    await house.press(message, "Long")
    await house.press(message, "All")
    assert "Stories always come one by one." in message.text
    await house.press(message, "Link previews")
    assert ticked(message) == ["✓ Long", "✓ All", "✓ Link previews"]
    assert await settings(house, 1001) == ChatSettings(
        summary="long", burst_stories=0, burst_minutes=10, previews=True
    )
    await house.press(message, "✓ Link previews")
    assert not (await settings(house, 1001)).previews
    again = await house.ask(ada, "/settings")
    assert ticked(again) == ["✓ Long", "✓ All"]


async def test_a_press_waits_for_a_flood_to_end(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    house.server.faults.add(flood(3), method="editMessageText", times=2)
    await house.press(message, "Long")
    assert "✓ Long" in ticked(message)
    assert house.clock.slept.count(3) == 2


async def test_a_pause_is_told_in_the_settings(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/pause 8h")
    message = await house.ask(ada, "/settings")
    told = "Everything is paused here until 8:00\u202fPM. To go on at once: /resume"
    assert message.text.splitlines()[-1] == told
    await house.ask(ada, "/pause")
    message = await house.ask(ada, "/settings")
    assert message.text.endswith("Everything is paused here. To go on: /resume")


async def test_the_buttons_under_alerts_are_chosen(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    await house.press(message, "Buttons under alerts…")
    assert message.text.startswith("Buttons under alerts\nPress those that shall stand there")
    why, less = "Why? – which words matched", "Less like this – leave out a word or a source"
    assert ticked(message) == [f"✓ {why}", f"✓ {less}"]
    await house.press(message, "Mute source")
    await house.press(message, "Share")
    assert (await settings(house, 1001)).buttons == "why+less+mute+share"
    for button in ("Share", why, "Mute source", less):
        await house.press(message, f"✓ {button}")
    assert (await settings(house, 1001)).buttons == "none"
    await house.press(message, less)
    await house.press(message, why)
    assert (await settings(house, 1001)).buttons == "few"
    await house.press(message, "◀︎ Back")
    assert message.text.startswith("Settings of this chat")


async def test_a_groups_alerts_have_a_button_that_everybody_may_press(house: House) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    message = await house.ask(group, "/settings", user=1)
    await house.press(message, "Buttons under alerts…", user=1)
    assert ticked(message) == ["✓ Why? – which words matched"]
    await house.press(message, "Share", user=1)
    assert (await settings(house, group.id)).buttons == "why+share"


async def test_quiet_hours_are_chosen(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    await house.press(message, "Quiet hours: none")
    assert message.text == (
        "Quiet hours\nThere are none: alerts come at any hour.\n"
        "Press when they shall begin or end, by the clock of UTC 12:00."
    )
    await house.press(message, "from 23:00")
    assert message.text == (
        "Quiet hours\nFrom 23:00 to 07:00 nothing comes, by the clock of UTC 12:00.\n"
        "The rest waits, and comes together when they end."
    )
    await house.press(message, "to 08:00")
    await house.press(message, "Let through what breaks")
    assert "What three sources carry within an hour comes all the same." in message.text
    assert ticked(message) == ["✓ from 23:00", "✓ to 08:00", "✓ Let through what breaks"]
    kept = await settings(house, 1001)
    assert (kept.quiet_from, kept.quiet_to, kept.quiet_breaking) == ("23:00", "08:00", True)
    await house.press(message, "✓ Let through what breaks")
    await house.press(message, "◀︎ Back")
    await house.press(message, "Quiet hours: 23:00 to 08:00")
    await house.press(message, "No quiet hours")
    await house.press(message, "to 06:00")
    kept = await settings(house, 1001)
    assert (kept.quiet_from, kept.quiet_to, kept.quiet_breaking) == ("22:00", "06:00", False)


async def test_digest_and_language_are_found_in_the_settings(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    await house.press(message, "Digest: none")
    await house.press(message, "18:00")
    await house.press(message, message.buttons[-1][0].text)
    assert "Digest: every day at 18:00" in [one.text for row in message.buttons for one in row]
    await house.press(message, "🌐 English")
    assert message.text == "Which language shall I speak here?"


@pytest.mark.parametrize(
    "data",
    [
        "set:quietfrom:25.00", "set:quietto:", "set:quiet:maybe", "set:quietbreak:perhaps",
        "set:under:everything", "set:buttons:many", "set:summary:endless", "set:previews:x",
        "set:roundup:7", "set:zone:Mars/Base", "set:nothing:1", "set",
    ],
)  # fmt: skip
async def test_a_choice_that_there_is_not_is_answered_kindly(house: House, data: str) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    told = await house.say_by_press(message, "?")
    assert told.text == "This button is too old. Type /help to go on."
    assert await settings(house, 1001) == ChatSettings()


async def test_the_buttons_of_an_older_settings_page_still_work(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    for data, kept in (("set:buttons:none", "none"), ("set:buttons:few", "few")):
        message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
        await house.press(message, 0)
        assert (await settings(house, 1001)).buttons == kept
    for data, begins in (("set:quiet:on", "22:00"), ("set:quiet:off", "")):
        message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
        await house.press(message, 0)
        assert (await settings(house, 1001)).quiet_from == begins


async def test_the_time_zone_is_chosen_or_typed(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    await house.press(message, "Time zone: UTC 12:00")
    assert ticked(message) == ["✓ UTC 12:00"]
    await house.press(message, "Seoul 21:00")
    assert (await settings(house, 1001)).time_zone == "Asia/Seoul"
    await house.press(message, "Time zone: Seoul 21:00")
    await house.press(message, "◀︎ Back")
    assert "Settings of this chat" in message.text
    typed = await house.ask(ada, "/settings new york")
    assert typed.buttons[-1][0].text == "Time zone: New York 07:00"
    await house.ask(ada, "/settings europe/LISBON")
    assert (await settings(house, 1001)).time_zone == "Europe/Lisbon"
    answer = await house.ask(ada, "/settings Atlantis")
    assert "I know no time zone called Atlantis." in answer.text


async def test_a_mistyped_city_and_a_country_are_met_with_suggestions(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings Lisbonn")
    assert message.text == "Lisbonn: which of these has your time?"
    await house.press(message, "Lisbon 12:00")
    assert (await settings(house, 1001)).time_zone == "Europe/Lisbon"
    message = await house.ask(ada, "/settings UTC+9")
    assert message.text == "UTC+9: which of these has your time?"
    assert [one.text for row in message.buttons for one in row] == ["Seoul 21:00"]
    await house.ask(ada, "/settings Séoul")
    assert (await settings(house, 1001)).time_zone == "Asia/Seoul"
    message = await house.ask(ada, "/settings USA")
    assert "I know no time zone called USA" in message.text
    message = await house.ask(ada, "/settings United States")
    await house.press(message, "Chicago 06:00")
    assert (await settings(house, 1001)).time_zone == "America/Chicago"


async def test_a_shared_location_gives_the_time_zone_and_nothing_else(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/settings")
    await house.press(message, "Time zone: UTC 12:00")
    asked = await house.say_by_press(message, "By my location…")
    assert asked.text.startswith("Press the button below, once.")
    assert asked.markup is not None
    assert asked.markup["keyboard"] == [[{"text": "Share my location", "request_location": True}]]
    before = len(house.server.messages(ada))
    house.server.user_shares_location(ada, 35.1, 129.0)
    told = await house.server.wait_for(lambda: house.server.messages(ada)[before:])
    assert told[0].text.startswith("✓ Your time is now that of Seoul 21:00. I keep the time zone")
    assert told[0].markup == {"remove_keyboard": True}
    assert await settings(house, 1001) == ChatSettings(time_zone="Asia/Seoul")


async def test_a_location_in_a_group_is_not_for_the_bot(house: House) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    house.server.user_shares_location(group, 35.1, 129.0, user=1)
    await house.settled()
    assert house.server.messages(group) == []


@pytest.mark.parametrize("command", ["/settings", "/tags"])
async def test_in_a_group_only_administrators_choose(house: House, command: str) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    await house.ask(group, "/subscribe #Okapi", user=1)
    answer = await house.ask(group, "/settings", user=2)
    assert answer.text == "In groups only administrators change things."
    message = await house.ask(group, command, user=1)
    press = house.server.press(message, 0, user=2)
    await house.server.wait_for(lambda: press.answers)
    assert press.answers[0]["text"] == "In groups only administrators change things."
