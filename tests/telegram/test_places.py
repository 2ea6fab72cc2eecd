"""Groups, forum topics, channels: where commands work, and who may use them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.faults import blocked, refused
from storage.records import ChatId, ChatState, Postponed, StoryId
from storage.store import Store
from tests.telegram.conftest import OPERATOR, House, StoppedClock, opened, place

ADMIN, MEMBER = 501, 502


async def tags(house: House, chat: int, topic: int = 0) -> list[str]:
    return [one.shown for one in await house.services.subscriptions.of(place(chat, topic))]


async def state(house: House, chat: int) -> ChatState:
    async with house.store.read() as tx:
        kept = await tx.chats.get(ChatId(chat))
    assert kept is not None
    return kept.state


async def test_in_groups_only_administrators_change_subscriptions(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    refusal = await house.ask(group, "/subscribe #a1", user=MEMBER)
    assert refusal.text == "In groups only administrators change things."
    assert await tags(house, group.id) == []
    await house.ask(group, "/subscribe@tagwire_demo_bot #a1", user=ADMIN)
    await house.ask(group, "/SUB #b2", anonymous=True)
    await house.ask(group, "/sub #c3", user=OPERATOR)
    assert await tags(house, group.id) == ["#a1", "#b2", "#c3"]


async def test_members_may_read(house: House) -> None:
    group = house.server.group("News", admins=(ADMIN,))
    for command in ("/latest #okapi", "/tags", "/sources", "/help", "/privacy", "/search x1"):
        assert "only administrators" not in (await house.ask(group, command, user=MEMBER)).text


async def test_a_member_presses_an_administrators_button(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    await house.ask(group, "/subscribe #a1", user=ADMIN)
    question = await house.ask(group, "/unsubscribe all", user=ADMIN)
    press = house.server.press(question, "Yes, end all", user=MEMBER)
    await house.server.wait_for(lambda: press.answers)
    assert press.answers[0]["text"] == "In groups only administrators change things."
    assert await tags(house, group.id) == ["#a1"]
    await house.press(question, "Yes, end all")
    assert await tags(house, group.id) == []


async def test_a_group_hears_nothing_that_is_not_for_the_bot(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    await house.silent(group, "good morning", user=MEMBER)
    for foreign in ("/unknowncommand", "/follow", "/status", "/test", "/rules", "/startgame"):
        await house.silent(group, foreign, user=MEMBER)
    await house.silent(group, "/subscribe@other_bot #x", user=ADMIN)
    hint = await house.ask(group, "/subscrib@tagwire_demo_bot", user=MEMBER)
    assert "Did you mean /subscribe?" in hint.text


async def test_a_slip_of_the_finger_in_a_group_gets_a_hint(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    hint = await house.ask(group, "/subcribe #a1", user=ADMIN)
    assert hint.text == "I don't know /subcribe. Did you mean /subscribe?"
    hint = await house.ask(group, "/follow@tagwire_demo_bot daily", user=ADMIN)
    assert hint.text == "I don't know /follow. What I can do: /help"


async def test_answers_in_groups_reply_to_the_question(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    asked = house.server.user_says(group, "/help", user=MEMBER)
    await house.server.wait_for(lambda: house.server.messages(group))
    assert house.server.last(group).reply_to == asked.message_id


async def test_each_forum_topic_has_its_own_subscriptions(house: House) -> None:
    forum = house.server.supergroup("Forum", admins=(ADMIN,), forum=True)
    sport, art = house.server.topic(forum, "Sport"), house.server.topic(forum, "Art")
    await house.ask(forum, "/subscribe #a1", user=ADMIN, topic=sport.id)
    await house.ask(forum, "/subscribe #b2", user=ADMIN, topic=art.id)
    await house.ask(forum, "/subscribe #c3", user=ADMIN)
    assert await tags(house, forum.id, sport.id) == ["#a1"]
    assert await tags(house, forum.id, art.id) == ["#b2"]
    assert await tags(house, forum.id) == ["#c3"]
    assert "#a1" in house.server.messages(forum, sport.id)[-1].text
    message = await house.ask(forum, "/unsubscribe", user=ADMIN, topic=sport.id)
    assert message.topic_id == sport.id
    await house.press(message, "✕ #a1", user=ADMIN)
    assert await tags(house, forum.id, sport.id) == []


async def test_channel_posts_are_their_administrators(house: House) -> None:
    channel = house.server.channel("Wire", admins=(ADMIN,))
    await house.ask(channel, "/subscribe #a1")
    assert await tags(house, channel.id) == ["#a1"]
    question = await house.ask(channel, "/unsubscribe all")
    press = house.server.press(question, "Yes, end all", user=MEMBER)
    await house.server.wait_for(lambda: press.answers)
    assert await tags(house, channel.id) == ["#a1"]
    await house.press(question, "Yes, end all", user=ADMIN)
    assert await tags(house, channel.id) == []


async def test_the_bot_greets_a_group_once(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    group.bot_status = "left"
    house.server.bot_becomes(group, "member", by=ADMIN)
    await house.server.wait_for(lambda: house.server.messages(group))
    house.server.bot_becomes(group, "administrator", by=ADMIN)
    house.server.bot_becomes(group, "left", by=ADMIN)
    house.server.bot_becomes(group, "member", by=ADMIN)
    await house.settled()
    assert ["Hello!" in one.text for one in house.server.messages(group)] == [True]


async def test_a_channels_greeting_goes_to_who_added_the_bot(house: House) -> None:
    adder = house.server.private(ADMIN)
    channel = house.server.channel("Wire", admins=(ADMIN,), bot_status="left")
    house.server.bot_becomes(channel, "administrator", by=ADMIN)
    await house.server.wait_for(lambda: house.server.messages(adder))
    assert house.server.messages(channel) == []
    greeting = house.server.last(adder)
    assert "Wire" in greeting.text
    begun = await house.say_by_press(greeting, "Choose its tags")
    assert begun.text.startswith("For Wire:\nFrom now on")
    await house.ask(adder, "/subscribe #a1")
    assert await tags(house, channel.id) == ["#a1"]


@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_a_bot_that_is_added_without_its_rights_asks_for_them_in_private(
    house: House, kind: str
) -> None:
    adder = house.server.private(ADMIN)
    if kind == "channel":
        chat = house.server.channel("Wire", admins=(ADMIN,), bot_status="left")
        chat.lacking[house.server.world.me.id] = {"can_post_messages"}
        house.server.bot_becomes(chat, "administrator", by=ADMIN)
    else:
        chat = house.server.supergroup("Wire", admins=(ADMIN,))
        chat.bot_status = "left"
        house.server.bot_becomes(chat, "restricted", by=ADMIN)
    await house.server.wait_for(lambda: house.server.messages(adder))
    assert "not allowed to post in Wire" in house.server.last(adder).text
    assert not house.server.messages(chat)
    await house.settled()
    assert not [one for one in house.server.requests("sendMessage") if one.status == 400]


async def test_a_channels_commands_are_not_read_again_in_its_group(house: House) -> None:
    group = house.server.supergroup("Talk", admins=(ADMIN,))
    message = house.server.world.new_message(group, 0, house.server.user(777000, "Telegram"))
    message.text = "/subscribe #a1"
    message.media = {"is_automatic_forward": True, "text": message.text}
    group.put(message)
    house.server.world.tell_message(group, message)
    await house.settled()
    assert house.server.messages(group) == []


async def test_a_chat_sleeps_when_blocked_and_wakes_with_its_subscriptions(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1")
    house.server.block(ada)
    await house.settled()
    assert await state(house, 1001) is ChatState.ASLEEP
    house.server.unblock(ada)
    await house.settled()
    assert await state(house, 1001) is ChatState.ACTIVE
    assert await tags(house, 1001) == ["#a1"]


async def test_a_chat_that_refuses_an_answer_sleeps(house: House) -> None:
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #a1")
    rule = house.server.faults.add(blocked(), method="sendMessage", chat=1001, times=1)
    house.server.user_says(ada, "/help")
    await house.server.wait_for(lambda: rule.hits)
    await house.settled()
    assert await state(house, 1001) is ChatState.ASLEEP


@pytest.mark.parametrize("told", [True, False], ids=["told by an update", "told by an error"])
async def test_a_group_that_became_a_supergroup_keeps_everything(house: House, told: bool) -> None:
    group = house.server.group("News", admins=(ADMIN,))
    await house.ask(group, "/subscribe #a1", user=ADMIN)
    new = house.server.upgrade(group, told=told)
    if not told:
        house.server.user_says(group, "/help", user=ADMIN)
        await house.server.wait_for(
            lambda: [one for one in house.server.requests("sendMessage") if one.status == 400]
        )
    await house.settled()
    assert await tags(house, new.id) == ["#a1"]
    assert await tags(house, group.id) == []


@pytest.fixture
async def closed(server: BotApiServer, store: Store, clock: StoppedClock) -> AsyncIterator[House]:
    async with opened(server, store, clock, private=True, everybody_adds_sources=False) as made:
        yield made


async def test_a_private_bot_tells_strangers_whom_to_ask(closed: House) -> None:
    ada = closed.server.private(1001)
    answer = await closed.ask(ada, "/subscribe #a1")
    assert "This bot is private" in answer.text
    assert "1001" in answer.text
    assert await tags(closed, 1001) == []
    operator = closed.server.private(OPERATOR)
    assert "may use the bot now" in (await closed.ask(operator, "/allow 1001")).text
    await closed.ask(ada, "/subscribe #a1")
    assert await tags(closed, 1001) == ["#a1"]
    await closed.ask(operator, "/deny 1001")
    assert "This bot is private" in (await closed.ask(ada, "/tags")).text


async def test_operators_let_in_the_chats_they_add_or_speak_in(closed: House) -> None:
    group = closed.server.supergroup("News", admins=(ADMIN,))
    group.bot_status = "left"
    closed.server.bot_becomes(group, "member", by=OPERATOR)
    await closed.server.wait_for(lambda: closed.server.messages(group))
    await closed.ask(group, "/subscribe #a1", user=ADMIN)
    assert await tags(closed, group.id) == ["#a1"]
    other = closed.server.supergroup("Other", admins=(ADMIN,))
    assert "private" in (await closed.ask(other, "/tags", user=ADMIN)).text
    await closed.ask(other, "/tags", user=OPERATOR)
    assert "No subscriptions" in (await closed.ask(other, "/tags", user=ADMIN)).text


async def test_a_strangers_group_is_not_greeted_by_a_private_bot(closed: House) -> None:
    group = closed.server.supergroup("News", admins=(ADMIN,))
    group.bot_status = "left"
    closed.server.bot_becomes(group, "member", by=ADMIN)
    await closed.settled()
    assert closed.server.messages(group) == []


@pytest.mark.parametrize("typed", ["/allow", "/allow x", "/allow 77"])
async def test_allowing_nobody_is_explained(closed: House, typed: str) -> None:
    answer = await closed.ask(closed.server.private(OPERATOR), typed)
    assert "Which chat?" in answer.text or "never seen" in answer.text


@pytest.mark.parametrize("command", ["/stats", "/allow 5", "/addsource https://example.com/"])
async def test_what_is_the_operators_is_refused_to_others(house: House, command: str) -> None:
    house.services.chats.everybody_adds_sources = False
    answer = await house.ask(house.server.private(1001), command)
    assert answer.text == "Only this bot's operators may do that."


async def test_a_member_list_that_cannot_be_read_gives_no_rights(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    house.server.faults.add(refused("user not found"), method="getChatMember")
    answer = await house.ask(group, "/subscribe #a1", user=ADMIN)
    assert "only administrators" in answer.text


async def test_a_right_to_write_that_is_given_back_makes_due_what_waited(house: House) -> None:
    group = house.server.supergroup("News", admins=(ADMIN,))
    await house.ask(group, "/subscribe #a1", user=ADMIN)
    await house.publish("A story")
    now = house.clock.now()
    there, much_later = place(group.id), now + timedelta(days=1)
    async with house.store.write() as tx:
        (query,) = await tx.subscriptions.queries()
        await tx.outbox.put(StoryId(1), [query.id], now, now, much_later)
        (due,) = await tx.outbox.claim(now, 1, 90, "me")
        await tx.outbox.settle_many([Postponed(due.id, much_later, counts=True)], now)
        await tx.outbox.hold_chat(there.chat_id, much_later)
    for status, freed in (("restricted", False), ("administrator", True)):
        house.server.bot_becomes(group, status, by=ADMIN)
        await house.settled()
        async with house.store.read() as tx:
            due_at = await tx.outbox.next_due()
        assert due_at is not None
        assert (due_at < much_later) is freed
