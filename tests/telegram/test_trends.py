"""/trends: a picture, and in its caption everything that it shows."""

from datetime import timedelta

import pytest

from bot.demo.chats import SentMessage
from bot.services import trends
from bot.services.trends import DAYS
from tests.telegram.conftest import House, Sketcher, place
from tests.telegram.test_first_steps import labels

PNG = b"\x89PNG\r\n\x1a\n"


async def samsung(house: House) -> None:
    for days, source in ((0, "Herald"), (1, "Post"), (1, "Herald"), (20, "Post")):
        ago = timedelta(days=days, hours=1)
        await house.publish(f"Samsung {days} {source}", source=source, ago=ago)


async def picture(house: House, asked: str, chat: int = 1001) -> SentMessage:
    sent = await house.ask(chat, asked)
    assert sent.media.keys() == {"photo"}
    assert sent.file.startswith(PNG)
    return sent


async def test_a_tag_is_drawn_with_its_sources(house: House) -> None:
    house.server.private(1001)
    await samsung(house)
    sent = await picture(house, "/trends #Samsung")
    assert sent.text.splitlines() == [
        "Stories per day, Oct 19 to Nov 1",
        "#Samsung: 3 stories, most on Oct 31 (2)",
        "By source: Herald 67%, Post 33%",
    ]
    assert labels(sent) == ["Dark", "Subscribe to #Samsung"]


async def test_the_places_tags_are_drawn_most_stories_first(house: House) -> None:
    house.server.private(1001, language="ko")
    await samsung(house)
    await house.publish("Okapi born")
    await house.ask(1001, "/subscribe #Okapi, #Samsung, #Zebra")
    sent = await picture(house, "/trends")
    assert sent.text.splitlines() == [
        "하루 기사 수, 10월 19일~11월 1일",
        "#Samsung: 기사 3건, 가장 많은 날 10월 31일(2건)",
        "#Okapi: 기사 1건, 가장 많은 날 11월 1일(1건)",
    ]


async def test_a_dark_ground_is_chosen_by_a_button_and_kept(house: House) -> None:
    house.server.private(1001)
    await samsung(house)
    sent = await picture(house, "/trends #Samsung")
    light = sent.file
    await house.press(sent, "Dark")
    assert sent.file != light
    assert labels(sent)[0] == "Light"
    assert labels(await picture(house, "/trends #Samsung"))[0] == "Light"
    await house.press(sent, "Light")
    assert sent.file == light


async def test_where_there_is_nothing_to_draw_it_is_said(house: House) -> None:
    house.server.private(1001)
    assert "No subscriptions here yet" in (await house.ask(1001, "/trends")).text
    await house.ask(1001, "/subscribe #Ukraine")
    assert "Nothing has come for your tags yet" in (await house.ask(1001, "/trends")).text
    await house.publish("Ukraine and its grain")
    nothing = await house.ask(1001, "/trends #Ukrane")
    assert "No story carries #Ukrane yet" in nothing.text
    assert labels(nothing) == ["#Ukraine"]
    assert "one tag at a time" in (await house.ask(1001, "/trends #a1, #b2")).text


async def test_a_picture_that_cannot_be_drawn_is_told_in_words(house: House) -> None:
    house.server.private(1001)
    await samsung(house)
    assert isinstance(house.services.painter, Sketcher)
    house.services.painter.broken = True
    sent = await house.ask(1001, "/trends #Samsung")
    assert "3 stories" in sent.text
    assert not sent.media


async def test_more_stories_than_are_looked_at_are_told_as_such(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "LOOKED_AT", 2)
    house.server.private(1001)
    await samsung(house)
    assert "#Samsung: 2+ stories" in (await picture(house, "/trends #Samsung")).text


@pytest.mark.parametrize("data", ["trend", "trend:pink", "trend:dark:~gone"])
async def test_forged_buttons_change_nothing(house: House, data: str) -> None:
    house.server.private(1001)
    await samsung(house)
    sent = await picture(house, "/trends #Samsung")
    sent.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(sent, 0)
    await house.server.wait_for(lambda: "too old" in house.server.last(1001).text)
    chat = await house.services.chats.get(place(1001).chat_id)
    assert chat is not None
    assert chat.settings.pictures == "light"


def test_two_weeks_are_drawn() -> None:
    assert DAYS == 14
