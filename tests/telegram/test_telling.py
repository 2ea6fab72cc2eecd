"""What people are told unasked."""

from dataclasses import replace

import pytest

from bot.core.health import Trouble
from bot.demo.faults import bad_gateway, blocked
from bot.services.watch import SourceNotice
from bot.telegram.languages import Languages
from bot.telegram.telling import MOST_TOLD, Teller
from storage.records import ChatId, NewSource, Place
from tests.core.test_health import SOURCE
from tests.telegram.conftest import OPERATOR, House, place

ILL = replace(SOURCE, title="", url="https://h.example/<b>", error="is gone for good (410)")


def teller(house: House) -> Teller:
    return Teller(house.side._application.bot, house.services.chats, Languages(), house.clock)


async def test_an_operator_is_told_what_ails_and_why(house: House) -> None:
    chat = house.server.private(OPERATOR)
    many = [ILL] + [replace(SOURCE, title=f"Paper {n}", error="does not answer") for n in range(30)]
    assert await teller(house).sources_ail(OPERATOR, many)
    lines = house.server.last(chat).text.split("\n")
    assert lines[:3] == [
        "31 sources cannot be read any more:",
        "⚠ https://h.example/<b> · is gone for good (410)",
        "⚠ Paper 0 · does not answer",
    ]
    assert len(lines) == MOST_TOLD + 2
    assert lines[-1].startswith("I tell this once.")


async def test_an_operator_who_cannot_be_told_is_no_trouble(house: House) -> None:
    house.server.private(OPERATOR)
    house.server.faults.add(blocked(), method="sendMessage")
    assert await teller(house).sources_ail(OPERATOR, [ILL])


async def test_what_telegram_could_not_take_is_told_later(house: House) -> None:
    house.server.private(OPERATOR)
    house.server.faults.add(bad_gateway(), method="sendMessage")
    assert not await teller(house).sources_ail(OPERATOR, [ILL])


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("", "Harbour <b>News</b> is back, and read as before."),
        ("gone", "Harbour <b>News</b> has ended"),
        ("failing", "could not be read for three days: answers <404>"),
        ("silent", "has brought nothing new for unusually long"),
    ],
)
async def test_what_became_of_a_source_is_told_in_plain_words(
    house: House, trouble: Trouble, words: str
) -> None:
    forum = house.server.supergroup("Forum", forum=True, admins=(5,))
    topic = house.server.topic(forum, "Harbour").id
    mina = house.server.private(1001, language="ko")
    await house.ask(mina, "/start")
    async with house.store.write() as tx:
        new = NewSource("https://harbour.example/feed", "Harbour <b>News</b>")
        source, _ = await tx.sources.add(new, house.clock.now())
    notice = SourceNotice(replace(source, error="answers <404>"), trouble)
    nobody = Place(ChatId(-4_000_000_000_999))
    await teller(house).source_changed(notice, [nobody, place(forum, topic), place(mina)])
    (told,) = house.server.messages(forum)
    assert words in told.text
    assert told.topic_id == topic
    assert "Harbour <b>News</b>" in house.server.last(mina).text
