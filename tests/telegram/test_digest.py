"""/digest: chosen by words and by buttons, for all subscriptions or some, in each topic its own."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.chats import SentMessage
from storage.records import Mode, Rhythm
from tests.telegram.conftest import House, place


def ticked(message: SentMessage) -> list[str]:
    return [one.text for row in message.buttons for one in row if one.text.startswith("✓ ")]


async def modes(house: House, chat: int, topic: int = 0) -> dict[str, Mode]:
    kept = await house.services.subscriptions.of(place(chat, topic))
    return {one.shown: one.mode for one in kept}


async def test_a_digest_is_typed(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi, #Japan")
    message = await house.ask(ada, "/digest daily 07:00")
    assert message.text == (
        "Digest\nIt comes every day at 07:00, by the clock of UTC 12:00.\n"
        "The next one: Nov 2, 7:00\u202fAM.\nIt has the stories of all subscriptions here.\n"
        "Is that not your time? Tell me your city: /settings Lisbon"
    )
    assert ticked(message) == ["✓ 07:00", "✓ Every day", "✓ All subscriptions"]
    assert await modes(house, 1001) == {"#Okapi": Mode.DIGEST, "#Japan": Mode.DIGEST}
    await house.ask(ada, "/subscribe #Korea, #Okapi")
    assert set((await modes(house, 1001)).values()) == {Mode.DIGEST}
    message = await house.ask(ada, "/digest weekly fri 6pm")
    assert "every Friday at 18:00" in message.text
    assert ticked(message) == ["✓ 18:00", "✓ Fri", "✓ All subscriptions"]
    message = await house.ask(ada, "/digest off")
    assert message.text == "✓ No digest any more: alerts come one by one."
    assert set((await modes(house, 1001)).values()) == {Mode.INSTANT}


async def test_a_digest_is_chosen_by_buttons(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    message = await house.ask(ada, "/digest")
    assert message.text.startswith("Digest\nA digest collects stories")
    await house.press(message, "Mon")
    assert "every Monday at 08:00" in message.text
    await house.press(message, "21:00")
    await house.press(message, "Sun")
    kept = await house.services.digests.of(place(ada))
    assert (kept.rhythm, kept.whole) == (Rhythm(21 * 60, 6), True)
    assert kept.digest_at == datetime(2026, 11, 1, 21, tzinfo=UTC)
    await house.press(message, "Every day")
    await house.press(message, "No digest")
    assert message.text.startswith("✓ No digest any more")
    message = await house.ask(ada, "/digest")
    await house.press(message, "18:00")
    assert (await house.services.digests.of(place(ada))).rhythm == Rhythm(18 * 60)
    await house.press(message, "Time zone: UTC 12:00")
    await house.press(message, "Seoul 21:00")
    kept = await house.services.digests.of(place(ada))
    assert kept.digest_at == datetime(2026, 11, 2, 9, tzinfo=UTC)


async def test_what_was_collected_comes_when_the_digest_ends(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    await house.ask(ada, "/digest daily")
    house.clock.moment += timedelta(hours=2)
    await house.publish("An okapi in Japan")
    async with house.store.write() as tx:
        (story,) = await tx.stories.latest()
        queries = [query.id for query in await tx.subscriptions.queries()]
        await tx.stories.tag(story.id, queries)
        now = house.clock.now()
        assert await tx.outbox.put(story.id, queries, now, now, now + timedelta(days=1)) == 1
    message = await house.ask(ada, "/digest off")
    assert message.text == (
        "✓ No digest any more: alerts come one by one. 1 story that waited comes now."
    )


async def collected(house: House, chat: int, count: int) -> int:
    """Let a digest of so many stories go; return when it was due, in seconds of 1970."""
    for number in range(count):
        await house.publish(f"Okapi number {number} was born")
    house.clock.moment += timedelta(hours=2)
    now, here = house.clock.now(), place(chat)
    async with house.store.write() as tx:
        queries = [query.id for query in await tx.subscriptions.queries()]
        for story in await tx.stories.latest(limit=count):
            await tx.stories.tag(story.id, queries)
            await tx.outbox.put(story.id, queries, now, now, now + timedelta(days=1))
        await tx.shelf.collect(here, now, f"digest:{int(now.timestamp())}")
    return int(now.timestamp())


async def test_the_pages_of_a_digest_are_turned(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #Okapi")
    await house.ask(ada, "/digest daily")
    due_at = await collected(house, 1001, 70)
    message = await house.ask(ada, "/help")
    message.markup = {"inline_keyboard": [[{"text": "▶︎", "callback_data": f"dgp:1:{due_at}"}]]}
    await house.press(message, "▶︎")
    assert message.text.startswith("#Okapi\n\n• Okapi number")
    assert [one.text for one in message.buttons[0]] == ["◀︎", "▶︎"]
    second = message.text
    await house.press(message, "▶︎")
    assert [one.text for one in message.buttons[0]] == ["◀︎"]
    third = message.text
    await house.press(message, "◀︎")
    assert message.text == second
    await house.press(message, "◀︎")
    assert message.text.startswith("Your digest: 70 stories\n\n#Okapi\n\n• Okapi number")
    assert (message.text + second + third).count("• Okapi number") == 70
    for data in (f"dgp:9:{due_at}", "dgp:0:5", "dgp:0:x", f"dgp:x:{due_at}", f"dgp:-1:{due_at}"):
        message.markup = {"inline_keyboard": [[{"text": "▶︎", "callback_data": data}]]}
        assert "too old" in (await house.say_by_press(message, "▶︎")).text


async def test_a_digest_of_one_tag(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/settings Accra")
    await house.ask(ada, "/subscribe #Okapi, #Japan")
    message = await house.ask(ada, "/digest #okapi weekly fri 18:30")
    own = "#Okapi has its own: every Friday at 18:30, the next one Nov 6, 6:30\u202fPM."
    assert message.text == f"Digest\n{own}"
    assert await modes(house, 1001) == {"#Okapi": Mode.DIGEST, "#Japan": Mode.INSTANT}
    listed = await house.ask(ada, "/tags")
    await house.press(listed, "#Okapi")
    assert "wait for the digest: every Friday at 18:30." in listed.text
    message = await house.ask(ada, "/digest daily 08:00")
    assert message.text.endswith(
        f"It has the stories of #Japan; the others come one by one.\n{own}"
    )
    await house.ask(ada, "/digest #Okapi")
    message = await house.ask(ada, "/digest")
    assert message.text.endswith("It has the stories of all subscriptions here.")
    await house.ask(ada, "/digest #Okapi, #Japan sun 9")
    assert (await house.services.digests.of(place(ada))).rhythm is None
    await house.press(message, "✓ All subscriptions")
    assert "It has the stories" not in message.text
    assert "#Japan has its own: every Sunday at 09:00" in message.text
    await house.ask(ada, "/digest off")
    message = await house.ask(ada, "/digest")
    assert "its own" not in message.text
    assert await modes(house, 1001) == {"#Okapi": Mode.INSTANT, "#Japan": Mode.INSTANT}
    await house.ask(ada, "/digest #Japan")
    message = await house.ask(ada, "/digest #Japan off")
    assert "There is none here yet" in message.text
    assert set((await modes(house, 1001)).values()) == {Mode.INSTANT}


async def test_the_last_subscription_that_is_collected_ends_the_digest(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/settings Accra")
    await house.ask(ada, "/subscribe #Okapi, #Japan")
    await house.ask(ada, "/digest daily")
    message = await house.ask(ada, "/digest #Okapi off")
    assert message.text.endswith("It has the stories of #Japan; the others come one by one.")
    message = await house.ask(ada, "/digest #Japan off")
    assert "There is none here yet" in message.text


async def test_what_is_no_time_is_answered_with_examples(house: House) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/digest every")
    assert message.text.startswith("When shall it come? For example:")
    message = await house.ask(ada, "/digest tomorrow")
    assert message.text.startswith("You had no subscription to #tomorrow.")
    assert "/digest weekly mon 08:00" in message.text
    message = await house.ask(ada, "/digest daily 25:00")
    assert message.text.startswith("When shall it come? For example:")


async def test_each_topic_has_its_own_and_administrators_choose(house: House) -> None:
    club = house.server.supergroup("Club", admins=(1,), forum=True)
    topic = house.server.topic(club, "News").id
    await house.ask(club, "/subscribe #Okapi", user=1, topic=topic)
    await house.ask(club, "/subscribe #Okapi", user=1)
    message = await house.ask(club, "/digest daily", user=1, topic=topic)
    assert (await house.services.digests.of(place(club, topic))).rhythm == Rhythm(480)
    assert (await house.services.digests.of(place(club))).rhythm is None
    assert await modes(house, int(club), topic) == {"#Okapi": Mode.DIGEST}
    assert await modes(house, int(club)) == {"#Okapi": Mode.INSTANT}
    press = house.server.press(message, "No digest", user=2)
    await house.server.wait_for(lambda: press.answers)
    assert press.answers[0]["text"] == "In groups only administrators change things."


@pytest.mark.parametrize("data", ["dgat:5", "dgat:x", "dgon:8", "dgon:-1", "dgon"])
async def test_a_forged_button_is_answered_kindly(house: House, data: str) -> None:
    ada = house.server.private(1001)
    message = await house.ask(ada, "/digest")
    message.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(message, 0)
    await house.settled()
    assert house.server.last(ada).text == "This button is too old. Type /help to go on."
    assert (await house.services.digests.of(place(ada))).rhythm is None
