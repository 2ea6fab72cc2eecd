"""Forums where each tag has a topic of its own."""

from datetime import timedelta

import pytest

from bot.demo.chats import Chat
from bot.demo.faults import broken_line, flood
from bot.telegram.commands.topics import LONGEST_NAME
from storage.records import ChatId, Mode, Rhythm
from tests.telegram.conftest import House, place
from tests.telegram.test_managing import chosen
from tests.telegram.test_places import ADMIN, MEMBER, tags

SWITCH = "A topic of its own for each tag"


@pytest.fixture
def forum(house: House) -> Chat:
    return house.server.supergroup("Forum", admins=(ADMIN,), forum=True)


async def switch_on(house: House, forum: Chat) -> None:
    forum.bot_status = "administrator"
    message = await house.ask(forum, "/settings", user=ADMIN)
    await house.press(message, SWITCH, user=ADMIN)
    assert f"✓ {SWITCH}" in [one.text for row in message.buttons for one in row]


async def topics_of(house: House, forum: Chat) -> dict[str, list[str]]:
    """Return the topics' names, each with its tags."""
    return {one.name: await tags(house, forum.id, one.id) for one in forum.topics.values()}


async def test_a_new_subscription_in_general_gets_a_topic(house: House, forum: Chat) -> None:
    await switch_on(house, forum)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    assert await topics_of(house, forum) == {"Okapi": ["#Okapi"]}
    assert await tags(house, forum.id) == []
    (topic,) = forum.topics
    pointer = house.server.last(forum)
    assert (pointer.topic_id, pointer.text) == (
        0, "✓ #Okapi has a topic of its own; its stories come there.",
    )  # fmt: skip
    assert pointer.buttons[0][0].url == f"https://t.me/c/{str(forum.id)[4:]}/{topic}"
    assert "✓ Subscribed to #Okapi" in house.server.messages(forum, topic)[0].text
    assert "which topics I made" in (await house.ask(forum, "/privacy", user=ADMIN)).text


async def test_general_says_what_has_a_topic_of_its_own(house: House, forum: Chat) -> None:
    await house.ask(forum, "/subscribe #b2", user=ADMIN, topic=house.server.topic(forum).id)
    assert "No subscriptions here yet" in (await house.ask(forum, "/tags", user=ADMIN)).text
    await switch_on(house, forum)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    first, second = forum.topics
    link = f"https://t.me/c/{str(forum.id)[4:]}"
    for command in ("/tags", "/unsubscribe", "/unsubscribe all"):
        told = await house.ask(forum, command, user=ADMIN)
        assert told.text.splitlines() == [
            f"✓ {tag} has a topic of its own; its stories come there." for tag in ("#b2", "#Okapi")
        ]
        assert [one.url for one in told.buttons[0]] == [f"{link}/{first}", f"{link}/{second}"]
    told = await house.ask(forum, "/unsubscribe #okapi #zebra", user=ADMIN)
    assert told.text.splitlines()[1:] == [
        "✓ #Okapi has a topic of its own; its stories come there.",
    ]
    empty = house.server.topic(forum).id
    told = await house.ask(forum, "/tags", user=ADMIN, topic=empty)
    assert "No subscriptions here yet" in told.text


async def test_unsubscribing_leaves_the_topic_and_subscribing_again_finds_it(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    both = await house.ask(forum, "/subscribe #Okapi #b2", user=ADMIN, answers=3)
    assert [one.text for row in both.buttons for one in row] == ["#Okapi", "#b2"]
    first = next(iter(forum.topics))
    await house.ask(forum, "/unsubscribe #Okapi", user=ADMIN, topic=first)
    assert await topics_of(house, forum) == {"Okapi": [], "b2": ["#b2"]}
    await house.ask(forum, "/subscribe #okapi", user=ADMIN, answers=2)
    assert await topics_of(house, forum) == {"Okapi": ["#okapi"], "b2": ["#b2"]}


async def test_a_topic_that_somebody_deleted_is_made_anew(house: House, forum: Chat) -> None:
    await switch_on(house, forum)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    next(iter(forum.topics.values())).deleted = True
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    assert [one.deleted for one in forum.topics.values()] == [True, False]


async def test_what_general_has_already_stays_there(house: House, forum: Chat) -> None:
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    await switch_on(house, forum)
    assert "already" in (await house.ask(forum, "/subscribe #Okapi", user=ADMIN)).text
    assert forum.topics == {}


async def test_long_queries_have_short_names(house: House, forum: Chat) -> None:
    await switch_on(house, forum)
    long = " | ".join(f'"okapi number {n}"' for n in range(12))
    await house.ask(forum, f"/subscribe {long}", user=ADMIN, answers=2)
    (topic,) = forum.topics.values()
    assert LONGEST_NAME - 30 < len(topic.name) <= LONGEST_NAME


async def test_without_the_right_the_switch_says_what_it_needs(house: House, forum: Chat) -> None:
    message = await house.ask(forum, "/settings", user=ADMIN)
    said = await house.say_by_press(message, SWITCH, user=ADMIN)
    assert "must be an administrator here who may manage topics" in said.text
    forum.bot_status = "administrator"
    forum.lacking[house.server.world.me.id] = {"can_manage_topics"}
    assert "manage topics" in (await house.say_by_press(message, SWITCH, user=ADMIN)).text
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    assert await tags(house, forum.id) == ["#Okapi"]


async def test_a_right_that_was_taken_away_brings_the_stories_to_general(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    forum.bot_status = "member"
    answer = await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    assert "could not make a topic for #Okapi" in answer.text
    assert await tags(house, forum.id) == ["#Okapi"]
    assert forum.topics == {}


async def test_the_switch_stands_in_forums_alone(house: House) -> None:
    group = house.server.supergroup("Desk", admins=(ADMIN,))
    message = await house.ask(group, "/settings", user=ADMIN)
    assert SWITCH not in [one.text for row in message.buttons for one in row]


async def test_a_topic_whose_making_was_not_answered_is_asked_about(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    house.server.faults.add(broken_line(), method="createForumTopic", times=1)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    assert len(forum.topics) == 1, "it was made, but nobody told"
    question = await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    assert "interrupted while I made a topic for #Okapi" in question.text
    assert len(forum.topics) == 1
    (topic,) = forum.topics
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, topic=topic)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    assert await topics_of(house, forum) == {"Okapi": ["#Okapi"]}


async def test_who_sees_no_topic_lets_it_be_made(house: House, forum: Chat) -> None:
    await switch_on(house, forum)
    house.server.faults.add(broken_line(happens=False), method="createForumTopic", times=1)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    question = await house.ask(forum, "/subscribe #Okapi", user=ADMIN)
    press = house.server.press(question, "Make the topic", user=MEMBER)
    await house.server.wait_for(lambda: press.answers)
    assert forum.topics == {}
    await house.say_by_press(question, "Make the topic", user=ADMIN)
    await house.settled()
    assert await topics_of(house, forum) == {"Okapi": ["#Okapi"]}
    question.markup = {"inline_keyboard": [[{"text": "?", "callback_data": "topic:~none"}]]}
    assert "too old" in (await house.say_by_press(question, "?", user=ADMIN)).text


async def test_a_flood_wait_that_is_too_long_leaves_nothing_behind(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    rule = house.server.faults.add(flood(300), method="createForumTopic", times=1)
    house.server.user_says(forum, "/subscribe #Okapi", user=ADMIN)
    await house.server.wait_for(lambda: rule.hits)
    await house.settled()
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    assert await topics_of(house, forum) == {"Okapi": ["#Okapi"]}


async def test_a_forum_that_is_managed_from_a_private_chat_makes_topics_too(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    boss = house.server.private(ADMIN)
    await chosen(house, boss, forum)
    answer = await house.ask(boss, "/subscribe #Okapi")
    assert "#Okapi has a topic of its own" in answer.text
    assert await topics_of(house, forum) == {"Okapi": ["#Okapi"]}
    (topic,) = forum.topics
    shown = house.server.messages(forum, topic)[0]
    assert "Subscribed to #Okapi" in shown.text
    assert "For Forum" not in shown.text
    kept = await house.services.chats.get(ChatId(forum.id))
    assert kept is not None
    assert kept.settings.topics
    assert await tags(house, place(boss).chat_id) == []


async def two_topics(house: House, forum: Chat) -> tuple[int, int]:
    await switch_on(house, forum)
    await house.publish("An okapi is born", ago=timedelta(hours=2))
    await house.publish("A lynx is seen")
    await house.ask(forum, "/subscribe #Okapi #Lynx", user=ADMIN, answers=3)
    first, second = forum.topics
    return first, second


async def test_the_latest_in_general_are_those_of_all_topics(house: House, forum: Chat) -> None:
    okapi, _ = await two_topics(house, forum)
    told = (await house.ask(forum, "/latest", user=ADMIN)).text
    assert told.index("A lynx is seen") < told.index("An okapi is born")
    assert "#Lynx" in told
    assert "#Okapi" in told
    message = await house.ask(forum, "/latest 1", user=ADMIN)
    assert "lynx" in message.text
    await house.press(message, "▶︎", user=ADMIN)
    assert "okapi" in message.text
    assert "lynx" not in (await house.ask(forum, "/latest", user=ADMIN, topic=okapi)).text


async def test_the_trends_in_general_are_those_of_all_topics(house: House, forum: Chat) -> None:
    okapi, lynx = await two_topics(house, forum)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, topic=lynx)
    told = (await house.ask(forum, "/trends", user=ADMIN)).text
    assert sorted(told.splitlines()[1:]) == [
        "#Lynx: 1 story, most on Nov 1 (1)", "#Okapi: 1 story, most on Nov 1 (1)",
    ]  # fmt: skip
    told = (await house.ask(forum, "/trends", user=ADMIN, topic=okapi)).text
    assert "#Lynx" not in told


async def test_the_latest_in_general_have_none_where_no_topic_has(
    house: House, forum: Chat
) -> None:
    await switch_on(house, forum)
    assert "No subscriptions here yet" in (await house.ask(forum, "/latest", user=ADMIN)).text
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    for command in ("/latest", "/trends"):
        told = await house.ask(forum, command, user=ADMIN)
        assert "Nothing has come for your tags" in told.text


async def test_a_digest_in_general_is_one_for_each_topic(house: House, forum: Chat) -> None:
    okapi, lynx = await two_topics(house, forum)
    message = await house.ask(forum, "/digest daily 09:00", user=ADMIN)
    assert (
        "What you choose here goes for the topics of #Okapi, #Lynx too, each with a digest of its "
        "own; /digest in a topic changes that one alone."
    ) in message.text
    digests = house.services.digests
    for topic in (0, okapi, lynx):
        assert (await digests.of(place(forum, topic))).rhythm == Rhythm(9 * 60)
    await house.ask(forum, "/digest off", user=ADMIN, topic=lynx)
    await house.press(message, "18:00", user=ADMIN)
    assert (await digests.of(place(forum, okapi))).rhythm == Rhythm(18 * 60)
    assert (await digests.of(place(forum, lynx))).rhythm is None, "it has ended its own"
    await house.press(message, "No digest", user=ADMIN)
    for topic in (0, okapi, lynx):
        assert (await digests.of(place(forum, topic))).rhythm is None
    await house.ask(forum, "/digest", user=ADMIN)
    assert "goes for the topics of #Okapi, #Lynx too" in house.server.last(forum).text


async def test_a_new_topic_takes_the_digest_of_general(house: House, forum: Chat) -> None:
    await switch_on(house, forum)
    await house.ask(forum, "/digest weekly fri 09:00", user=ADMIN)
    await house.ask(forum, "/subscribe #Okapi", user=ADMIN, answers=2)
    (okapi,) = forum.topics
    general, own = [await house.services.digests.of(place(forum, at)) for at in (0, okapi)]
    assert (own.rhythm, own.whole) == (Rhythm(9 * 60, 4), True)
    assert own.digest_at == general.digest_at
    (kept,) = await house.services.subscriptions.of(place(forum, okapi))
    assert kept.mode is Mode.DIGEST
    await house.ask(forum, "/digest off", user=ADMIN, topic=okapi)
    await house.ask(forum, "/subscribe #Lynx", user=ADMIN, topic=okapi)
    (_, second) = await house.services.subscriptions.of(place(forum, okapi))
    assert second.mode is Mode.INSTANT, "it chose for itself"


async def test_a_digest_of_a_tag_with_a_topic_is_chosen_there(house: House, forum: Chat) -> None:
    await two_topics(house, forum)
    told = await house.ask(forum, "/digest #okapi daily 09:00", user=ADMIN)
    assert told.text.splitlines() == [
        "✓ #Okapi has a topic of its own; its stories come there.",
        "Send /digest there to choose when its digest comes.",
    ]
