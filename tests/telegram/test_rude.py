"""Rude people: hostile words after every command, forged buttons, floods, huge files."""

import logging

import pytest

from bot.telegram.commands.every import make_table
from bot.telegram.order import MOST_WAITING
from bot.telegram.pacing import ANSWERS_AHEAD, PRIVATE_S
from storage.records import ChatId, Place
from storage.schema import metadata
from tests.telegram.conftest import OPERATOR, House, place

ADA, EVE = 1001, 1002
LONGEST = 4_096
HOSTILE = {
    "emoji": "👨‍👩‍👧‍👦🇰🇷" * 400,
    "overrides": "\u202e\u2067#Seoul\u2069\u202d/help\u200f" * 300,
    "zalgo": "#k" + "o\u0300\u0301\u0316\u0347\u0489" * 700,
    "sql": "'; DROP TABLE chats; SELECT 1/* " * 150,
    "html": "<b><a href='tg://user?id=1'>&lt;</a><code></b>&#0;&amp;" * 90,
    "nul": "a\x00b\x01\x7f\u0085" * 800,
    "surrogates": "#x \ud83d\ude00\ud800 \udfff" * 400,
    "one word": "#" + "가" * LONGEST,
    "blank": "\u200b\u2060\u3164\u00ad" * 1_000,
}
COMMANDS = [one.name for one in make_table().commands]


async def kept_of(house: House, place: Place) -> str:
    """Return all that is kept of a chat, but not of its buttons."""
    tables = ("chats", "subscriptions", "mutes", "timetables", "topics", "tag_topics")
    found = []
    async with house.store.read() as tx:
        for name in tables:
            table = metadata.tables[name]
            key = table.c.id if name == "chats" else table.c.chat_id
            rows = await tx._work.rows(table.select().where(key == place.chat_id))
            found += [repr(tuple(row)) for row in rows]
    return "\n".join(found)


def refusals(house: House) -> list[str]:
    """Return what the Bot API did not take."""
    return [one.description for one in house.server.requests() if one.status == 400]


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
async def test_every_command_answers_hostile_words_within_telegrams_limits(
    house: House, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    chat = house.server.private(OPERATOR)
    await house.ask(chat, "/subscribe #Okapi")
    assert len(COMMANDS) > 25
    for name in COMMANDS:
        answer = await house.ask(chat, f"/{name} {HOSTILE[kind]}"[:LONGEST])
        assert "something went wrong" not in answer.text, name
        assert answer.linked("text_mention") == [], name
    answer = await house.ask(chat, HOSTILE[kind][:LONGEST])
    assert "something went wrong" not in answer.text
    assert [record.getMessage() for record in caplog.records] == []
    assert refusals(house) == []


async def test_lone_surrogates_reach_nobody(house: House) -> None:
    ada = house.server.private(ADA)
    answer = await house.ask(ada, "/search \ud800 x\udfffy")
    assert "Nothing found" in answer.text
    assert refusals(house) == []


@pytest.mark.slow
async def test_buttons_with_another_chats_numbers_change_nothing_there(house: House) -> None:
    ada, eve = house.server.private(ADA), house.server.private(EVE)
    await house.ask(ada, "/subscribe #Okapi")
    await house.ask(ada, '/mute "The Paper"')
    await house.ask(ada, "/digest daily 08:00")
    long = await house.ask(
        ada, '/preview #Okapi | "one very long phrase of many words" | "and another"'
    )
    (kept,) = await house.services.subscriptions.of(place(ADA))
    token = long.buttons[0][0].data.partition(":")[2]
    assert token.startswith("~"), "too long for the button itself"
    before = await kept_of(house, place(ADA))
    message = await house.ask(eve, "/help")
    verbs = [press.verb for press in make_table().presses]
    for verb in verbs:
        for carried in (str(kept.id), f"{kept.id}:silent", f"0:{token}", token, str(ADA)):
            data = f"{verb}:{carried}"
            message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
            house.server.press(message, 0, user=EVE)
            await house.settled()
        assert await kept_of(house, place(ADA)) == before, verb
    said = " ".join(one.text for one in house.server.messages(eve))
    assert "very long phrase" not in said
    assert "something went wrong" not in said


@pytest.mark.slow
async def test_a_member_forges_every_administrators_button(house: House) -> None:
    group = house.server.supergroup("Desk", admins=(ADA,), forum=True)
    await house.ask(group, "/subscribe #Okapi", user=ADA)
    (kept,) = await house.services.subscriptions.of(place(group.id))
    before = await kept_of(house, place(group.id))
    message = await house.ask(group, "/tags", user=ADA)
    refused = 0
    for press in make_table().presses:
        for carried in (str(kept.id), f"{kept.id}:silent", "zone:Asia/Seoul", "=#Tapir", str(ADA)):
            data = f"{press.verb}:{carried}"
            message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
            pressed = house.server.press(message, 0, user=EVE)
            await house.server.wait_for(lambda pressed=pressed: pressed.answers)  # type: ignore[misc]
            refused += "only administrators" in pressed.answers[0].get("text", "")
    await house.settled()
    assert refused > 100
    assert await kept_of(house, place(group.id)) == before


async def all_heard(house: House, count: int) -> None:
    """Wait until so many of Ada's commands were answered or dropped."""
    await house.server.wait_for(
        lambda: len(house.server.messages(ADA)) + house.side.dropped == count, timeout=20
    )


async def test_who_floods_the_bot_is_answered_slowly_and_nobody_else_waits(house: House) -> None:
    ada, eve = house.server.private(ADA), house.server.private(EVE)
    heard, began = 0, house.clock.monotonic()
    for _ in range(3):
        for _ in range(50):
            house.server.user_says(ada, "/help")
        heard += 50
        await house.ask(eve, "/help")
        assert len(house.server.messages(ada)) + house.side.dropped < heard, "Eve did not wait"
        await all_heard(house, heard)
    answered = len(house.server.messages(ada))
    assert 3 * MOST_WAITING <= answered < heard
    assert house.clock.monotonic() - began >= (answered - ANSWERS_AHEAD) * PRIVATE_S
    assert "What I can do" in (await house.ask(ada, "/help")).text, "all is well again"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" * 20_000_000, "larger than"),
        (b"<opml>" + b" " * 19_999_900, "larger than"),
        (b"{" * 20_000_001, "larger than"),
    ],
    ids=["json of 20 MB", "opml of 20 MB", "more than Telegram gives"],
)
async def test_a_huge_file_is_refused_in_one_line(
    house: House, content: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = house.server.private(ADA)
    house.server.user_sends_file(ada, "all.json", content)
    answer = await house.server.wait_for(lambda: house.server.messages(ada), timeout=20)
    assert said in answer[0].text
    assert "\n" not in answer[0].text
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    kept = await house.services.chats.get(ChatId(ADA))
    assert kept is not None
