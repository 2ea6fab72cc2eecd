"""Every command answers in every language, within Telegram's limits."""

import re

import pytest

from bot.core.direction import runs_to_the_left
from bot.core.spoken import SPOKEN
from bot.telegram.commands.every import make_table
from bot.telegram.languages import Languages
from tests.telegram.conftest import OPERATOR, House

ASKED = (
    "/start", "/start Samsung", "/help", "#Samsung", "/qqqq", "/hlep", "/subscribe",
    '/subscribe "', "/subscribe #SouthKorea -sport", "/subscribe it", "/preview #SouthKorea",
    "/preview #Zebra", "/latest", "/latest 0", "/latest #Zebra", "/latest #a, #b", "/search",
    "/search Samsung", "/tags", "/alias", "/alias #SouthKorea = ROK", "/settings",
    "/settings Nowhere", "/language", "/digest", "/digest daily 08:00", "/digest x", "/mute",
    "/mute Herald 1d", "/pause 8h", "/pause", "/resume", "/trends", "/trends #SouthKorea",
    "/trends #Zebra", "/sources", "/addsource", "/addsource ftp://x", "/import", "/export",
    "/privacy", "/deleteme", "/stats", "/allow", "/deny 5", "/unsubscribe", "/unsubscribe #Zebra",
    "/unsubscribe all",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("code", SPOKEN)
async def test_every_command_answers_in_every_language(house: House, code: str) -> None:
    chat = house.server.private(OPERATOR, language=code)
    texts = Languages().of(code)
    for number in range(3):
        await house.publish(f"South Korea opens plant {number}, Samsung says")
    pages = [f"/help {one.name}" for one in make_table().commands]
    for asked in (*ASKED, *pages):
        answer = await house.ask(chat, asked)
        assert answer.text, asked
        assert texts.trouble() not in answer.text, asked
        assert "{" not in re.sub(r"\{(tag|query|slug|hashtag)\}", "", answer.text), asked
    for message in house.server.messages(chat):
        labels = [one.text for row in message.buttons for one in row]
        assert all(0 < len(label) <= 60 for label in labels), labels
    assert not [one for one in house.server.requests() if one.status >= 400], code


@pytest.mark.slow
async def test_lines_in_arabic_run_to_the_left(house: House) -> None:
    assert runs_to_the_left("ar")
    chat = house.server.private(1001, language="ar")
    page = await house.ask(chat, "/help")
    lines = [line for line in page.text.split("\n") if line.startswith("\u200f/")]
    assert len(lines) > 15
