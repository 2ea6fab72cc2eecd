"""/latest and /search: newest first, pages in one message."""

from datetime import timedelta

import pytest

from bot.telegram.commands.latest import split
from tests.telegram.conftest import House


@pytest.mark.parametrize(
    ("argument", "parts"),
    [
        ("", ("", 5)),
        ("7", ("", 7)),
        ("#Samsung", ("#Samsung", 5)),
        ("#Samsung 3", ("#Samsung", 3)),
        ('"South Korea" 12', ('"South Korea"', 12)),
        ("#Samsung 0", ("#Samsung", 0)),
        ("-5", ("", 0)),
        ("#Samsung -5", ("#Samsung -5", 5)),
        ("#Samsung 999", ("#Samsung", 25)),
        ("#G7", ("#G7", 5)),
    ],
)
def test_a_number_at_the_end_counts_stories(argument: str, parts: tuple[str, int]) -> None:
    assert split(argument) == parts


@pytest.mark.parametrize("typed", ["0", "-5", "#Okapi 0"])
async def test_no_number_of_stories_is_explained(house: House, typed: str) -> None:
    await house.publish("Okapi seen")
    answer = await house.ask(house.server.private(1001), f"/latest {typed}")
    assert answer.text == "How many stories? From 1 to 25, for example: /latest 5"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("#Japan abc", ("#Japan + #abc", "#Japan | #abc")),
        (
            '"sea ice", #Japan -sport',
            ('"sea ice" + (#Japan -sport)', '"sea ice" | (#Japan -sport)'),
        ),
    ],
)
async def test_of_several_tags_none_is_dropped_in_silence(
    house: House, typed: str, meant: tuple[str, str]
) -> None:
    await house.publish("Sea ice off Japan, abc")
    ada = house.server.private(1001)
    lines = (await house.ask(ada, f"/latest {typed}")).text.split("\n")
    assert lines == [
        "I show one tag at a time, or several combined:",
        f"/latest {meant[0]} – all in one story",
        f"/latest {meant[1]} – any of them",
    ]
    for line in lines[1:]:
        answer = await house.ask(ada, line.partition(" – ")[0])
        assert answer.linked("text_link") == ["Sea ice off Japan, abc"]


async def titles(house: House, text: str) -> list[str]:
    return (await house.ask(house.server.private(1001), text)).linked("text_link")


async def test_latest_of_a_tag_that_nobody_subscribed_to(house: House) -> None:
    for number in range(3):
        await house.publish(f"Okapi {number} seen", ago=timedelta(hours=number + 1))
    await house.publish("A giraffe")
    assert await titles(house, "/latest okapi") == [f"Okapi {n} seen" for n in range(3)]
    assert await titles(house, "/latest okapi 2") == ["Okapi 0 seen", "Okapi 1 seen"]


async def test_a_tag_finds_words_written_apart_and_in_other_scripts(house: House) -> None:
    await house.publish("South Korea, US, Japan meet", ago=timedelta(hours=1))
    await house.publish("한미일 회담이 열렸다", ago=timedelta(hours=2), language="ko")
    assert await titles(house, "/latest #SouthKorea-US-Japan") == ["South Korea, US, Japan meet"]
    assert await titles(house, "/latest #southkoreausjapan") == ["South Korea, US, Japan meet"]
    assert await titles(house, "/latest #한미일") == ["한미일 회담이 열렸다"]


async def test_pages_turn_in_the_same_message(house: House) -> None:
    for number in range(12):
        await house.publish(f"Okapi {number:02} seen", ago=timedelta(hours=number + 1))
    message = await house.ask(house.server.private(1001), "/latest okapi")
    seen = message.linked("text_link")
    assert [one.text for one in message.buttons[0]] == ["▶︎"]
    await house.press(message, "▶︎")
    seen += message.linked("text_link")
    await house.press(message, "▶︎")
    seen += message.linked("text_link")
    assert seen == [f"Okapi {number:02} seen" for number in range(12)]
    assert [one.text for one in message.buttons[0]] == ["◀︎"]
    await house.press(message, "◀︎")
    assert message.linked("text_link") == [f"Okapi {number:02} seen" for number in range(5, 10)]
    assert len(house.server.messages(1001)) == 1


async def test_latest_of_everything_subscribed(house: House) -> None:
    ada = house.server.private(1001)
    assert "No subscriptions here yet" in (await house.ask(ada, "/latest")).text
    await house.ask(ada, "/subscribe #Okapi #Giraffe")
    assert "Nothing has come for your tags yet" in (await house.ask(ada, "/latest")).text
    await house.publish("An okapi and a giraffe")
    await house.ask(ada, "/unsubscribe #Giraffe #Okapi")
    await house.ask(ada, "/subscribe #Okapi #Giraffe")
    answer = await house.ask(ada, "/latest")
    assert answer.linked("text_link") == ["An okapi and a giraffe"]
    assert answer.linked("hashtag") == ["#Okapi", "#Giraffe"]


async def test_latest_of_nothing(house: House) -> None:
    ada = house.server.private(1001)
    assert "No story carries #Okapi yet" in (await house.ask(ada, "/latest #Okapi")).text
    assert "I did not understand" in (await house.ask(ada, "/latest ???")).text


async def test_search_finds_words_and_pages(house: House) -> None:
    for number in range(7):
        await house.publish(f"Summit {number} in Tokyo", ago=timedelta(hours=number + 1))
    await house.publish("Summit elsewhere")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/search summit tokyo")
    assert len(message.linked("text_link")) == 5
    await house.press(message, "▶︎")
    assert len(message.linked("text_link")) == 2
    assert "Nothing found for xyzzy" in (await house.ask(ada, "/search xyzzy")).text
    assert "Which words?" in (await house.ask(ada, "/search")).text


@pytest.mark.parametrize(
    "words",
    ['") OR 1=1 --', "*", "NEAR(a b)", "<b>&</b>", "\x00", "a" * 4000, "'; DROP TABLE chats; --"],
)
async def test_odd_searches_find_nothing_and_break_nothing(house: House, words: str) -> None:
    await house.publish("Summit in Tokyo")
    answer = await house.ask(house.server.private(1001), f"/search {words}")
    assert "Nothing found" in answer.text or "Which words?" in answer.text


async def test_a_hostile_headline_acts_in_no_list(house: House) -> None:
    await house.publish('<b>Okapi</b> & /start @durov #tag t.me/x <a href="tg://user?id=1">')
    answer = await house.ask(house.server.private(1001), "/latest okapi")
    assert {one.type for one in answer.entities} <= {"bold", "text_link", "code"}


@pytest.mark.parametrize("data", ["lt:99999:5:=okapi", "lt:x:y", "sr:0:~nope", "lt:-5:5:=okapi"])
async def test_a_forged_page_is_answered_kindly(house: House, data: str) -> None:
    for number in range(7):
        await house.publish(f"Okapi {number}")
    ada = house.server.private(1001)
    message = await house.ask(ada, "/latest okapi")
    message.markup = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    house.server.press(message, "x")
    await house.server.wait_for(lambda: message.edited or "too old" in house.server.last(ada).text)
    assert house.server.requests("answerCallbackQuery")[-1].status == 200
