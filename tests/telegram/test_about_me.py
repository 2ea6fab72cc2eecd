"""/privacy and /deleteme."""

from sqlalchemy import select

from bot.demo.faults import flood
from storage.records import ChatId
from storage.schema import metadata
from tests.telegram.conftest import House, place


async def test_privacy_tells_what_is_stored(house: House) -> None:
    ada = house.server.private(1001, "Ada Lovelace")
    await house.ask(ada, "/subscribe #a1 #b2")
    answer = await house.ask(ada, "/privacy")
    assert "1001" in answer.text
    assert "2 subscriptions" in answer.text
    assert "title" not in answer.text
    group = house.server.group("Secret plans")
    assert "its title" in (await house.ask(group, "/privacy")).text


async def test_privacy_tells_of_numbers_of_people_and_of_texts_behind_buttons(
    house: House,
) -> None:
    answer = await house.ask(house.server.private(1001), "/privacy")
    assert "who subscribed, and who added a source: a user's number" in answer.text
    assert "longer texts behind my buttons" in answer.text
    assert "removes your number from what you subscribed in groups" in answer.text


LONG = "a search that somebody typed and that is longer than a button"


async def test_a_text_is_kept_only_where_a_button_stands_for_it(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, f"/search {LONG}")
    await house.ask(ada, f'/latest "{LONG}"')
    assert await typed_and_kept(house) == []
    for number in range(6):
        await house.publish(f"Number {number}: {LONG}")
    found = await house.ask(ada, f"/search {LONG}")
    assert await typed_and_kept(house) == [LONG]
    await house.press(found, "▶︎")


async def test_what_was_typed_goes_with_the_chat(house: House) -> None:
    ada = house.server.private(1001)
    for number in range(6):
        await house.publish(f"Number {number}: {LONG}")
    found = await house.ask(ada, f"/search {LONG}")
    question = await house.ask(ada, "/deleteme")
    await house.press(question, "Yes, delete")
    assert await typed_and_kept(house) == []
    house.server.press(found, "▶︎")
    await house.server.wait_for(lambda: "too old" in house.server.last(ada).text)


async def typed_and_kept(house: House) -> list[str]:
    """Return the texts behind buttons, of whatever chat."""
    async with house.store.read() as tx:
        assert await tx.state.all("button.") == {}
        return [row.text for row in await tx._work.rows(select(metadata.tables["buttons"]))]


async def test_no_name_of_a_person_is_kept(house: House) -> None:
    await house.ask(house.server.private(1001, "Ada Lovelace"), "/start")
    async with house.store.read() as tx:
        kept = await tx.chats.get(ChatId(1001))
    assert kept is not None
    assert kept.title == ""


async def test_everything_is_deleted_after_a_question(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1")
    question = await house.ask(ada, "/deleteme")
    assert len(await house.services.subscriptions.of(place(1001))) == 1
    await house.press(question, "Yes, delete")
    assert question.text.startswith("✓ Deleted.")
    async with house.store.read() as tx:
        assert await tx.chats.get(ChatId(1001)) is None
        assert await tx.subscriptions.count() == 0


async def test_a_short_flood_wait_is_kept_and_the_answer_comes(house: House) -> None:
    ada = house.server.private(1001)
    house.server.faults.add(flood(5), method="sendMessage", chat=1001, times=1)
    await house.ask(ada, "/help")
    assert 5 in house.clock.slept


async def test_several_short_flood_waits_are_kept_too(house: House) -> None:
    house.server.faults.add(flood(5), method="sendMessage", chat=1001, times=4)
    await house.ask(house.server.private(1001), "/help")
    assert house.clock.slept.count(5) == 4


async def test_short_flood_waits_without_end_give_the_answer_up(house: House) -> None:
    rule = house.server.faults.add(flood(25), method="sendMessage", chat=1001)
    house.server.user_says(house.server.private(1001), "/help")
    await house.server.wait_for(lambda: rule.hits == 3)
    await house.settled()
    assert rule.hits == 3
    assert house.server.messages(1001) == []


async def test_a_long_flood_wait_gives_the_answer_up(house: House) -> None:
    rule = house.server.faults.add(flood(600), method="sendMessage", chat=1001, times=1)
    house.server.user_says(house.server.private(1001), "/help")
    await house.server.wait_for(lambda: rule.hits)
    await house.settled()
    assert house.server.messages(1001) == []
    assert house.clock.slept == []
