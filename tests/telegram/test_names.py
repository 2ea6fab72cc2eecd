"""Other names of a tag: offered after /subscribe, added by a press, taken back by another."""

import pytest

from bot.core.query import parse_query
from bot.demo.chats import SentMessage
from tests.telegram.conftest import House, place


async def kept(house: House, chat: int) -> list[tuple[str, str]]:
    found = await house.services.subscriptions.of(place(chat))
    return [(one.shown, one.spelt) for one in found]


def labels(message: SentMessage) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def test_a_press_adds_other_names_and_another_takes_them_back(house: House) -> None:
    await house.publish("ROK navy sails")
    await house.publish("Seoul mayor speaks")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/subscribe #SouthKorea")
    assert "No story that I know has ever carried it" in message.text
    assert message.text.endswith(
        "Shall I look for these too?\n"
        "• #SouthKorea: S. Korea, Republic of Korea, ROK\n"
        "• #SouthKorea, less surely: Seoul, South Korean"
    )
    assert await kept(house, 1001) == [("#SouthKorea", "#SouthKorea")]

    await house.press(message, "Also: S. Korea, Republic of Korea, ROK")
    assert message.text.startswith("#SouthKorea is also found as S. Korea, Republic of Korea, ROK.")
    assert "1 story in the last 7 days" in message.text
    assert "ROK navy sails" in message.text
    ((shown, spelt),) = await kept(house, 1001)
    assert (shown, parse_query(spelt).tags) == ("#SouthKorea", (("southkorea", "SouthKorea"),))

    await house.press(message, "Also: Seoul, South Korean")
    assert "2 stories" in message.text
    assert "Shall I look" not in message.text, "nothing is left to ask"
    await house.press(message, "✓ Also: S. Korea, Republic of Korea, ROK")
    await house.press(message, "✓ Also: Seoul, South Korean")
    assert message.text.startswith("#SouthKorea is found by its own name only.")
    assert await kept(house, 1001) == [("#SouthKorea", "#SouthKorea")]


async def test_the_tags_own_name_still_works(house: House) -> None:
    await house.publish("ROK navy sails")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/subscribe #SouthKorea")
    await house.press(message, 0)
    assert "ROK navy sails" in (await house.ask(ada, "/latest #SouthKorea")).text
    mine = await house.ask(ada, "/latest")
    assert "ROK navy sails" in mine.text
    assert mine.linked("hashtag") == ["#SouthKorea"]
    assert "No story carries" in (await house.ask(ada, '/latest "South Korea" -navy')).text
    assert (await house.ask(ada, "/tags")).text == (
        "1 subscription here:\n• #SouthKorea · also S. Korea, Republic of Korea, ROK"
    )
    again = await house.ask(ada, "/subscribe #southkorea")
    assert again.text.startswith("You already have #SouthKorea. #SouthKorea is also found as S. K")
    assert len(await kept(house, 1001)) == 1
    assert (await house.ask(ada, "/unsubscribe SouthKorea")).text == "✓ Ended: #SouthKorea"
    assert await kept(house, 1001) == []


async def test_countries_in_one_tag_are_understood_together(house: House) -> None:
    await house.publish("Japan and South Korea dine with the US")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/subscribe #SouthKorea-US-Japan")
    assert "Shall a story count too that has them apart?" in message.text
    await house.press(message, "Together: South Korea + US + Japan")
    assert message.text.startswith(
        "#SouthKorea-US-Japan is also found as South Korea + US + Japan. It would have brought 1"
    )
    assert message.text.endswith(
        "• South Korea: S. Korea, Republic of Korea, ROK\n• US: USA, United States"
    )
    await house.press(message, "Each by its other names too")
    assert "✓ Each by its other names too" in labels(message)
    assert [shown for shown, _ in await kept(house, 1001)] == ["#SouthKorea-US-Japan"]
    mine = await house.ask(ada, "/latest")
    assert mine.linked("hashtag") == ["#SouthKorea_US_Japan"]
    await house.press(message, "✓ Together: South Korea + US + Japan")
    assert await kept(house, 1001) == [("#SouthKorea-US-Japan", "#SouthKorea-US-Japan")]


async def test_what_is_typed_with_names_changes_the_subscription(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Seoul")
    answer = await house.ask(ada, '/subscribe #Seoul also:"Blue House"')
    assert answer.text.startswith("✓ Changed #Seoul. #Seoul is also found as Blue House.")
    await house.ask(ada, "/subscribe #Seoul mention:any")
    assert await kept(house, 1001) == [("#Seoul", "#Seoul mention:any")]
    await house.ask(ada, "/subscribe #Okapi, #Okapi also:Okapia")
    assert (await kept(house, 1001))[1:] == [("#Okapi", "#Okapi also:Okapia")]
    assert (await house.ask(ada, "/unsubscribe #Seoul")).text == "✓ Ended: #Seoul"


async def test_many_tags_at_once_get_no_buttons(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/subscribe #Japan #US #China")
    assert not answer.markup
    assert answer.text.endswith("Some of them have other names: press a tag in /tags to add those.")


async def test_many_tags_at_once_get_whole_sentences(house: House) -> None:
    await house.publish("Okapi born")
    answer = await house.ask(house.server.private(1001), "/subscribe #Okapi #Tapir #Gnu")
    assert answer.text.splitlines()[0] == (
        "✓ Subscribed to #Okapi. It would have brought 1 story in the last 7 days."
    )
    assert len(answer.text.splitlines()) == 3


@pytest.mark.parametrize(
    "data",
    ["also", "also:1", "also:x:0:n", "also:1:y:n", "also:1:0:z", "also:1:0:", "also:-1:0:n",
     "also:999999999999999999:0:n", "also:1:7:n", "also:1:0:p", "also:1:-1:n", "also:1:0:n:n"],
)  # fmt: skip
async def test_forged_buttons_change_nothing(house: House, data: str) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/subscribe #SouthKorea")
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(message, 0)
    await house.settled()
    assert await kept(house, 1001) == [("#SouthKorea", "#SouthKorea")]


async def test_the_buttons_of_a_subscription_that_ended_or_is_anothers(house: House) -> None:
    ada, bob = house.server.private(1001), house.server.private(1002)
    mine = await house.ask(ada, "/subscribe #SouthKorea")
    theirs = await house.ask(bob, "/subscribe #Japan")
    theirs.markup = mine.markup
    await house.press(theirs, 0)
    assert theirs.text == "This subscription has ended. Yours: /tags"
    assert await kept(house, 1001) == [("#SouthKorea", "#SouthKorea")]
    await house.ask(ada, "/unsubscribe all")
    await house.ask(ada, "/unsubscribe #SouthKorea")
    await house.press(mine, 0)
    assert mine.text == "This subscription has ended. Yours: /tags"
    assert mine.markup is None or not mine.markup


async def test_in_a_group_only_administrators_press(house: House) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    message = await house.ask(group, "/subscribe #SouthKorea", user=1)
    press = house.server.press(message, 0, user=2)
    await house.server.wait_for(lambda: press.answers)
    assert press.answers[0]["text"] == "In groups only administrators change things."
    assert await kept(house, group.id) == [("#SouthKorea", "#SouthKorea")]
    await house.press(message, 0, user=1)
    assert (await kept(house, group.id))[0][1] != "#SouthKorea"
