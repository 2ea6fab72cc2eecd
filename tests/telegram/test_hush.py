"""/mute, /pause and /resume: what they do, how they are taken back, and what they are told."""

from datetime import timedelta

import pytest

from storage.records import NO_END, NewSource
from tests.telegram.conftest import House, place


async def muted(house: House, chat: int) -> list[str]:
    return [one.shown for one in await house.services.hushes.of(place(chat))]


async def with_sources(house: House, *titles: str) -> None:
    async with house.store.write() as tx:
        for number, title in enumerate(titles):
            new = NewSource(f"https://{number}.example/feed", title=title)
            await tx.sources.add(new, house.clock.now())


async def test_a_tag_is_muted_for_a_day_and_heard_again(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #SouthKorea, #Japan")
    message = await house.ask(ada, "/mute #southkorea 1d")
    assert message.text == "✓ #SouthKorea is muted here until Nov 2, 12:00\u202fPM."
    await house.ask(ada, "/mute Japan")
    listed = await house.ask(ada, "/mute")
    assert listed.text == ("Muted here\n• #SouthKorea · until Nov 2, 12:00\u202fPM\n• #Japan")
    await house.press(listed, "Hear #Japan again")
    assert listed.text == "✓ No longer muted."
    assert await muted(house, 1001) == ["SouthKorea"]
    await house.press(message, "Undo")
    assert await muted(house, 1001) == []
    again = await house.ask(ada, "/mute")
    assert again.text.startswith("Nothing is muted here.")


async def test_a_source_is_muted_by_its_name(house: House) -> None:
    await with_sources(house, "BBC News", "BBC Sport", "Yonhap")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/mute yonhap 2 days")
    assert message.text.startswith("✓ Yonhap is muted here until Nov 3, 12:00\u202fPM. What other")
    message = await house.ask(ada, "/mute bbc news")
    assert message.text.startswith("✓ BBC News is muted here. What")
    message = await house.ask(ada, "/mute BBC 90m")
    assert message.text == "Which one is BBC?"
    await house.press(message, "BBC Sport")
    assert message.text.startswith("✓ BBC Sport is muted here until 2:00\u202fPM.")
    assert await muted(house, 1001) == ["Yonhap", "BBC News", "BBC Sport"]
    message = await house.ask(ada, "/mute BBC")
    await house.press(message, "BBC Sport")
    assert message.text.startswith("✓ BBC Sport is muted here. What")
    message = await house.ask(ada, "/mute Atlantis Times")
    assert message.text.startswith("I know no source called Atlantis Times")
    message = await house.ask(ada, '/mute "')
    assert message.text.startswith("I know no source called")


async def test_a_pause_and_its_end(house: House) -> None:
    ada = house.server.private(1001)
    assert (await house.ask(ada, "/resume")).text.startswith("Nothing is paused here.")
    message = await house.ask(ada, "/pause 8h")
    assert message.text.startswith("✓ Paused until 8:00\u202fPM. What comes meanwhile")
    paused = house.services.hushes.paused_until
    assert await paused(place(ada)) == house.clock.now() + timedelta(hours=8)
    await house.press(message, "Go on now")
    assert message.text.startswith("✓ On again.")
    assert await paused(place(ada)) is None
    message = await house.ask(ada, "/pause")
    assert message.text.startswith("✓ Paused. What comes meanwhile")
    assert await paused(place(ada)) == NO_END
    assert (await house.ask(ada, "/resume")).text.startswith("✓ On again.")
    message = await house.ask(ada, "/pause for ever")
    assert message.text == "For how long is for ever? For example: /pause 8h"


async def test_a_pause_of_more_than_a_year_is_one_of_a_year(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/pause 99999d")
    assert message.text.startswith("✓ Paused until Nov 1, 2027, 12:00\u202fPM.")
    assert message.text.endswith("\nThat is the longest pause, a year. Without an end: /pause")
    assert "longest" not in (await house.ask(ada, "/pause 364d")).text


async def test_the_source_and_the_tags_of_an_alert_are_muted_by_buttons(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi, #Japan, #Peru")
    await house.publish("An okapi in Japan", source="Herald")
    async with house.store.write() as tx:
        (story,) = await tx.stories.latest()
        queries = {query.text: query.id for query in await tx.subscriptions.queries()}
        await tx.stories.tag(story.id, [queries["okapi"], queries["japan"]])
    alert = await house.ask(ada, "/help")
    buttons = [("Mute", f"mutesrc:{story.id}"), ("Snooze", f"snooze:{story.id}")]
    alert.markup = {
        "inline_keyboard": [[{"text": text, "callback_data": data}] for text, data in buttons]
    }
    told = await house.say_by_press(alert, "Mute")
    assert told.text.startswith("✓ Herald is muted here.")
    await house.press(told, "For one day only")
    assert told.text.startswith("✓ Herald is muted here until Nov 2, 12:00")
    await house.press(told, "Undo")
    assert await muted(house, 1001) == []
    told = await house.say_by_press(alert, "Snooze")
    assert told.text == (
        "✓ #Okapi is muted here until 8:00\u202fPM.\n✓ #Japan is muted here until 8:00\u202fPM."
    )
    await house.press(told, "Hear #Okapi again")
    assert await muted(house, 1001) == ["Japan"]
    await house.ask(ada, "/unsubscribe #Japan")
    told = await house.say_by_press(alert, "Snooze")
    assert told.text == "✓ #Okapi is muted here until 8:00\u202fPM."
    await house.press(told, "Undo")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("unmute:5", "This button is too old."),
        ("unmute:x", "This button is too old."),
        ("mutename:-1:=x", "This button is too old."),
        ("mutename:0:", "This button is too old."),
        ("mutename:0:~gone", "This button is too old."),
        ("mutesrc:99", "I do not know whose story this is any more."),
        ("mutesrc", "I do not know whose story this is any more."),
        ("snooze:99", "It came for a subscription that has ended"),
        ("snooze:", "It came for a subscription that has ended"),
    ],
)
async def test_forged_and_old_buttons_are_answered_kindly(
    house: House, data: str, said: str
) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/help")
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    assert (await house.say_by_press(message, "?")).text.startswith(said)


async def test_in_a_group_only_administrators_mute(house: House) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    for command in ("/mute x", "/pause", "/resume"):
        answer = await house.ask(group, command, user=2)
        assert answer.text == "In groups only administrators change things."
