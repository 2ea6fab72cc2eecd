"""*Less like this*: what is proposed, what it does, and how it is undone."""

import pytest

from bot.demo.chats import SentMessage
from storage.records import StoryId
from tests.telegram.conftest import House, place


async def alert(house: House, chat: int, headline: str) -> SentMessage:
    """Let a message stand for a story's alert, with its button."""
    async with house.store.read() as tx:
        (story,) = [
            one for one in await tx.stories.latest(limit=50) if one.articles[0].title == headline
        ]
    message = await house.ask(chat, "/help")
    message.markup = button(f"less:{story.id}")
    return message


def button(data: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "Less like this", "callback_data": data}]]}


async def spelt(house: House, chat: int) -> list[str]:
    return [one.spelt for one in await house.services.subscriptions.of(place(chat))]


async def published(house: House) -> None:
    for title in (
        "Samsung Lions win the final",
        "Samsung Lions lose the first match",
        "Samsung shows a phone that folds",
        "Samsung earns more than expected",
        "Samsung opens a factory in Texas",
        "Samsung and Sony talk of batteries",
    ):
        await house.publish(title)


async def test_a_word_is_left_out_and_comes_back(house: House) -> None:
    ada = house.server.private(1001)
    await published(house)
    await house.ask(ada, "/subscribe #Samsung")
    told = await house.say_by_press(await alert(house, 1001, "Samsung Lions win the final"), 0)
    assert told.text.splitlines()[:3] == [
        "Less like this",
        "In the last 7 days #Samsung brought 6 stories. What shall be left out from now on?",
        '• "final": only this story would not have come',
    ]
    assert '• "Lions": this story and 1 other would not have come' in told.text
    await house.press(told, 'Without "Lions"')
    assert told.text == (
        '✓ Now: #Samsung -"Lions". In the last 7 days that story and 1 other would not have come.'
    )
    assert await spelt(house, 1001) == ['#Samsung -"Lions"']
    await house.press(told, "Undo")
    assert told.text == "✓ As before: #Samsung."
    assert await spelt(house, 1001) == ["#Samsung"]


async def test_it_is_left_out_of_all_that_brought_the_story(house: House) -> None:
    ada = house.server.private(1001)
    await published(house)
    await house.ask(ada, "/subscribe #Samsung, #factory, #Okapi")
    message = await alert(house, 1001, "Samsung opens a factory in Texas")
    told = await house.say_by_press(message, 0)
    assert "#Samsung, #factory brought 6 stories" in told.text
    await house.press(told, 'Without "Texas"')
    assert told.text.endswith("In the last 7 days only that story would not have come.")
    assert await spelt(house, 1001) == ['#Samsung -"Texas"', '#factory -"Texas"', "#Okapi"]
    await house.press(told, "Undo")
    assert await spelt(house, 1001) == ["#Samsung", "#factory", "#Okapi"]


async def test_where_no_word_helps_the_source_can_be_muted(house: House) -> None:
    ada = house.server.private(1001)
    for number in range(6):
        await house.publish(f"Samsung phone {number}")
    await house.ask(ada, "/subscribe #Samsung")
    told = await house.say_by_press(await alert(house, 1001, "Samsung phone 3"), 0)
    assert told.text.startswith("I find no word that only a few of these stories have.")
    muted = await house.say_by_press(told, "Mute its source")
    assert muted.text.startswith("✓ Herald is muted here.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("less:999", "It came for a subscription that has ended"),
        ("less", "It came for a subscription that has ended"),
        ("lessdo:1:=) (", "This button is too old."),
        ("lessdo:999:=x", "This button is too old."),
        ("lessdo:x:=x", "This button is too old."),
        ("lessdo:1:~gone", "This button is too old."),
        ("lessun:=[[1,2]]", "This button is too old."),
        ("lessun:=nothing", "This button is too old."),
        ("lessun:={}", "This button is too old."),
        ('lessun:=[[99,"#x"]]', "This button is too old."),
        ("lessun:~gone", "This button is too old."),
    ],
)
async def test_forged_and_old_buttons_change_nothing(house: House, data: str, said: str) -> None:
    ada = house.server.private(1001)
    await published(house)
    await house.ask(ada, "/subscribe #Samsung")
    message = await house.ask(ada, "/help")
    message.markup = button(data)
    assert (await house.say_by_press(message, 0)).text.startswith(said)
    assert await spelt(house, 1001) == ["#Samsung"]


async def test_the_story_of_nobody_is_looked_up_in_vain(house: House) -> None:
    await published(house)
    assert await house.services.lesses.lately(place(1001), StoryId(1)) is None
