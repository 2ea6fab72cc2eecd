"""*Why?* under an alert: a pop-up with the words that matched."""

import pytest

from bot.demo.chats import Chat, SentMessage
from tests.telegram.conftest import House

PAD = "Nothing of note happened in the valley for a long time. " * 8


async def why(house: House, chat: Chat, story: object = 1, *, user: int | None = None) -> str:
    """Press *Why?* of a story, and return what the pop-up says."""
    message: SentMessage = await house.ask(chat, "/privacy", user=user)
    message.markup = {"inline_keyboard": [[{"text": "Why?", "callback_data": f"why:{story}"}]]}
    press = house.server.press(message, 0, user=user)
    await house.server.wait_for(lambda: press.answers)
    (answer,) = press.answers
    assert answer["show_alert"] in {True, "true", "True"}
    assert len(answer["text"].encode("utf-16-le")) <= 400
    return str(answer["text"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("#SouthKorea also:ROK also:Seoul", "#SouthKorea: “ROK”, “Seoul” in the headline"),
        ("#navy -army", "#navy: “navy” in the headline; “Navy” in the summary"),
        ("#harbour", "#harbour: “harbour” in the summary; “Harbour” among the paper's own tags"),
        ('"eleven ships" lang:en', "“eleven ships”: “Eleven ships” in the summary"),
        ("#ROK + #ships", "#ROK: “ROK” in the headline\n#ships: “ships” in the summary"),
        ("#okapi", "It came for a subscription that has ended or changed. Yours: /tags"),
    ],
)
async def test_the_words_that_matched_are_told(house: House, typed: str, said: str) -> None:
    await house.publish(
        "ROK navy sails from Seoul",
        summary="Eleven ships left the harbour; the Navy will stay away.",
        categories=["Harbour", "World"],
    )
    ada = house.server.private(1001)
    await house.ask(ada, f"/subscribe {typed}")
    assert await why(house, ada) == said


async def test_more_than_a_pop_up_holds_is_counted(house: House) -> None:
    words = [f"verylongwordnumber{n}" for n in range(12)]
    await house.publish(" ".join(words))
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe " + " ".join(words))
    said = await why(house, ada)
    assert said.startswith("#verylongwordnumber0: “verylongwordnumber0” in the headline")
    assert said.endswith("… and 9 more tags")


async def test_one_very_long_tag_is_cut(house: House) -> None:
    long = [f"{letter * 60}" for letter in "abcd"]
    await house.publish(" ".join(long))
    ada = house.server.private(1001)
    names = " ".join(f"also:{name}" for name in long[1:])
    await house.ask(ada, f"/subscribe {long[0]} {names}")
    assert (await why(house, ada)).endswith("…")


async def test_a_story_that_is_no_longer_kept(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    assert "no longer kept" in await why(house, ada, 77)


@pytest.mark.parametrize("story", ["x", "", "-", "1x", "9" * 19])
async def test_a_forged_button_is_harmless(house: House, story: str) -> None:
    assert "too old" in await why(house, house.server.private(1001), story)


async def test_everybody_in_a_group_may_ask(house: House) -> None:
    group = house.server.supergroup("Club", admins=(1,))
    await house.publish("Okapi seen")
    await house.ask(group, "/subscribe #Okapi", user=1)
    assert await why(house, group, user=2) == "#Okapi: “Okapi” in the headline"
