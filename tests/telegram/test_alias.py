"""/alias: a reader's own other names for a tag."""

import pytest

from tests.telegram.conftest import House, place


async def kept(house: House, chat: int) -> list[str]:
    return [one.spelt for one in await house.services.subscriptions.of(place(chat))]


async def test_a_tag_gets_names_shows_them_and_loses_them(house: House) -> None:
    await house.publish("Blue House opens its garden")
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Seoul, #Seoul + #Tokyo, #Okapi")
    answer = await house.ask(ada, '/alias #Seoul = Blue House, "Seoul government"、 seoul')
    assert answer.text.startswith("#Seoul is also found as Blue House, Seoul government. It would")
    assert "Blue House opens its garden" in answer.text
    assert await kept(house, 1001) == [
        '#Seoul also:"Blue House" also:"Seoul government"',
        '(#Seoul also:"Blue House" also:"Seoul government") + #Tokyo',
        "#Okapi",
    ]
    shown = await house.ask(ada, "/alias seoul")
    assert shown.text == "#Seoul is also found as Blue House, Seoul government."
    await house.ask(ada, "/alias #Seoul = Hanyang")
    assert (await kept(house, 1001))[0] == "#Seoul also:Hanyang"
    listed = await house.ask(ada, "/alias")
    assert listed.text.count("#Seoul is also found as Hanyang") == 2
    await house.press(listed, 0)
    assert (await kept(house, 1001))[:2] == ["#Seoul", "(#Seoul also:Hanyang) + #Tokyo"]
    await house.ask(ada, "/alias #Seoul =")
    assert (await kept(house, 1001))[1] == "#Seoul + #Tokyo"
    assert "no other names yet" in (await house.ask(ada, "/alias")).text
    await house.press(listed, 0)
    assert "no other names yet" in listed.text


async def test_without_a_subscription_one_is_offered(house: House) -> None:
    ada = house.server.private(1001)
    question = await house.ask(ada, "/alias #Seoul = Blue House")
    assert "You have no subscription to #Seoul here." in question.text
    house.server.press(question, "Subscribe to #Seoul")
    await house.server.wait_for(lambda: "✓ Subscribed to #Seoul" in house.server.last(ada).text)
    assert "also found as Blue House" in house.server.last(ada).text
    assert await kept(house, 1001) == ['#Seoul also:"Blue House"']
    assert "has no other names here" in (await house.ask(ada, "/alias #Tokyo")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("#Seoul #Tokyo = a1", "Name one tag first"),
        ("= a1", "no other names yet"),
        ("#Seoul = !!", "A tag needs letters or digits"),
        ("(#Seoul = a1", "This bracket is never closed."),
        ("#Seoul = " + ",".join(f"name{n}" for n in range(40)), "Too many words in one query"),
        ("#Tokyo = " + ",".join(f"name{n}" for n in range(40)), "Too many words in one query"),
        ("#Seoul = <b>, 京都", "#Seoul is also found as <b>, 京都."),
    ],
)
async def test_what_cannot_be_a_name_is_explained(house: House, typed: str, said: str) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Seoul")
    assert said in (await house.ask(ada, f"/alias {typed}")).text


@pytest.mark.parametrize("data", ["unname", "unname:x:0", "unname:1", "unname:1:9", "unname:99:0"])
async def test_forged_buttons_change_nothing(house: House, data: str) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Seoul also:Hanyang")
    listed = await house.ask(ada, "/alias")
    listed.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(listed, 0)
    await house.settled()
    assert await kept(house, 1001) == ["#Seoul also:Hanyang"]


async def test_the_example_fits_any_tag(house: House) -> None:
    answer = await house.ask(house.server.private(1001), "/alias #USA")
    assert answer.text == (
        "#USA has no other names here. Give it some: /alias #USA = another name, a third one"
    )
