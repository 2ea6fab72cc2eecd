"""Whatever is typed after a command, and whatever a button is made to carry, gets a calm answer."""

import pytest

from bot.telegram.commands.every import make_table
from tests.telegram.conftest import OPERATOR, House

HOSTILE = {
    "emoji": "😀" * 2_000,
    "bidi": "\u202e\u2066#x\u2069" * 500,
    "zalgo": "#" + "a" + "\u0301\u0489\u0335" * 1_000,
    "sql": "#x'; DROP TABLE chats; --",
    "html": "<b><a href='tg://user?id=1'>x</a></b> &amp; <script>",
    "nul": "#a\x00b\x01c",
    "format": "{0} {tag} {count} %s %(x)s",
    "colons": ":" * 60,
    "digits": "9" * 4_000,
    "blank": "\u200b\u2060\u3164",
    "surrogates": "\ud800\udfff#a" * 800,
    "quotes": '"' * 4_000,
    "brackets": "(" * 4_000,
    "many": "#a1 " * 1_000,
    "lines": "\n\r\u2028\u2029" * 900,
}
COMMANDS = ("digest", "mute", "pause", "resume", "settings", "tags", "subscribe", "latest")


@pytest.mark.parametrize("command", COMMANDS)
async def test_hostile_words_get_a_calm_answer(house: House, command: str) -> None:
    assert make_table().command(command) is not None
    ada = house.server.private(1001)
    for name, text in HOSTILE.items():
        answer = await house.ask(ada, f"/{command} {text}"[:4_096])
        assert "something went wrong" not in answer.text, name
        assert answer.linked("text_mention") == [], name


@pytest.mark.slow
async def test_every_command_answers_hostile_words_calmly(house: House) -> None:
    boss = house.server.private(OPERATOR)
    for command in make_table().commands:
        for name, text in HOSTILE.items():
            answer = await house.ask(boss, f"/{command.name} {text}"[:4_096])
            assert "something went wrong" not in answer.text, (command.name, name)
    assert not [one for one in house.server.requests() if one.status >= 400]


FORGED = ("", ":", ":-1", ":1:2:3:4", ":x", ":=\u202e<b>", f":{10**17}", ":~none", ":1:=(")


@pytest.mark.slow
async def test_forged_buttons_get_a_calm_answer(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    message = await house.ask(ada, "/help")
    verbs = [press.verb for press in make_table().presses]
    assert len(verbs) > 30
    for verb in verbs:
        for carried in FORGED:
            button = {"text": "?", "callback_data": f"{verb}{carried}"}
            message.markup = {"inline_keyboard": [[button]]}
            house.server.press(message, 0)
        await house.settled()
        said = house.server.messages(ada)[-len(FORGED) :]
        assert not any("something went wrong" in one.text for one in said), verb
