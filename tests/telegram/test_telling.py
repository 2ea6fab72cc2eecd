"""What operators are told unasked."""

from dataclasses import replace

from bot.demo.faults import bad_gateway, blocked
from bot.telegram.languages import Languages
from bot.telegram.telling import MOST_TOLD, Teller
from tests.core.test_health import SOURCE
from tests.telegram.conftest import OPERATOR, House

ILL = replace(SOURCE, title="", url="https://h.example/<b>", error="is gone for good (410)")


def teller(house: House) -> Teller:
    return Teller(house.side._application.bot, house.services.chats, Languages())


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
