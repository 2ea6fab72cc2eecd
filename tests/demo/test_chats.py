"""Groups, forums, channels and people: who may do what, and what the bot is told."""

from typing import Any

import aiohttp
import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.chats import ANONYMOUS_ADMIN_ID, User
from bot.demo.flood import Limits
from tests.demo.conftest import Bot


async def news(bot: Bot) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await bot.ask("getUpdates", timeout=0)
    return found


@pytest.mark.parametrize(
    ("kind", "status", "answer"),
    [
        ("private", "kicked", "403 Forbidden: bot was blocked by the user"),
        ("private", "left", "403 Forbidden: bot can't initiate conversation with a user"),
        ("group", "kicked", "403 Forbidden: bot was kicked from the group chat"),
        ("supergroup", "left", "403 Forbidden: bot is not a member of the supergroup chat"),
        ("channel", "member", "400 Bad Request: need administrator rights in the channel chat"),
        (
            "supergroup",
            "restricted",
            "400 Bad Request: not enough rights to send text messages to the chat",
        ),
    ],
)
async def test_a_bot_without_access_may_not_write(
    server: BotApiServer, bot: Bot, kind: str, status: str, answer: str
) -> None:
    opened = {
        "private": lambda: server.private(1001),
        "group": server.group,
        "supergroup": server.supergroup,
        "channel": server.channel,
    }[kind]()
    server.bot_becomes(opened, status)
    assert await bot.refused("sendMessage", chat_id=opened.id, text="x") == answer
    assert await bot.refused("sendChatAction", chat_id=opened.id, action="typing") == answer
    (update,) = await news(bot)
    told = update["my_chat_member"]
    assert told["new_chat_member"]["status"] == status
    assert told["chat"]["id"] == opened.id


async def test_blocking_and_taking_back(server: BotApiServer, bot: Bot) -> None:
    chat = server.private(1001)
    server.block(chat)
    assert (await bot.raw("sendMessage", chat_id=1001, text="x"))[0] == 403
    server.unblock(chat)
    assert (await bot.raw("sendMessage", chat_id=1001, text="x"))[0] == 200


async def test_members_and_administrators(server: BotApiServer, bot: Bot) -> None:
    group = server.supergroup(admins=(1, 2), username="harbour")
    server.user(1, "Ada")
    server.user(2, "Ben")
    server.user(4, "Zoe")
    server.user_says(group, "hi", user=User(3, "Cem"))

    async def status(user: int) -> str:
        member = await bot.ask("getChatMember", chat_id="@harbour", user_id=user)
        return str(member["status"])

    assert [await status(user) for user in (1, 3, 4)] == ["administrator", "member", "left"]
    assert await status(server.world.me.id) == "member"
    assert "PARTICIPANT_ID_INVALID" in await bot.refused(
        "getChatMember", chat_id=group.id, user_id=99
    )
    listed = await bot.ask("getChatAdministrators", chat_id=group.id)
    assert [one["user"]["first_name"] for one in listed] == ["Ada", "Ben"]
    server.bot_becomes(group, "administrator")
    assert len(await bot.ask("getChatAdministrators", chat_id=group.id)) == 3
    assert (await bot.ask("getChat", chat_id=group.id))["username"] == "harbour"


async def test_what_has_no_administrators_and_what_is_no_chat(
    server: BotApiServer, bot: Bot
) -> None:
    server.private(1001)
    channel = server.channel(bot_status="member")
    assert "private chat" in await bot.refused("getChatAdministrators", chat_id=1001)
    assert "inaccessible" in await bot.refused("getChatAdministrators", chat_id=channel.id)
    assert "chat_id is empty" in await bot.refused("getChat")
    assert "chat not found" in await bot.refused("getChat", chat_id="@nobody")
    assert "chat not found" in await bot.refused("getChat", chat_id="soup")
    assert "can't be left" in await bot.refused("leaveChat", chat_id=1001)
    assert await bot.ask("leaveChat", chat_id=channel.id)
    assert "not a member" in await bot.refused("getChat", chat_id=channel.id)
    assert "action" in await bot.refused("sendChatAction", chat_id=1001)
    assert await bot.ask("sendChatAction", chat_id=1001, action="typing")


async def test_a_forum_has_topics_that_close_and_vanish(server: BotApiServer, bot: Bot) -> None:
    forum = server.supergroup(forum=True, admins=(1,))
    asked: dict[str, Any] = {"chat_id": forum.id, "name": "News"}
    assert "rights" in await bot.refused("createForumTopic", **asked)
    server.bot_becomes(forum, "administrator")
    topic = await bot.ask("createForumTopic", **asked)
    here = {"chat_id": forum.id, "message_thread_id": topic["message_thread_id"], "text": "x"}
    sent = await bot.ask("sendMessage", **here)
    assert sent["is_topic_message"] is True
    forum.topics[topic["message_thread_id"]].closed = True
    assert await bot.refused("sendMessage", **here) == "400 Bad Request: TOPIC_CLOSED"
    forum.topics[topic["message_thread_id"]].deleted = True
    assert await bot.refused("sendMessage", **here) == "400 Bad Request: TOPIC_DELETED"
    assert "message thread not found" in await bot.refused(
        "sendMessage", **(here | {"message_thread_id": 1})
    )
    assert "TOPIC_TITLE_EMPTY" in await bot.refused("createForumTopic", chat_id=forum.id)
    assert "not a forum" in await bot.refused(
        "createForumTopic", chat_id=server.group().id, name="x"
    )


async def test_channels_topics_files_and_hidden_administrators_reach_the_bot(
    server: BotApiServer, bot: Bot
) -> None:
    channel, forum = server.channel(admins=(1,)), server.supergroup(forum=True, admins=(1,))
    topic = server.topic(forum)
    server.user_says(channel, "/latest")
    asked = server.user_says(forum, "/tags", topic=topic.id, user=1)
    server.user_says(forum, "/all", anonymous=True, reply_to=asked.message_id)
    server.user_sends_file(forum, "tags.opml", b"<opml/>", user=1, caption="/import")
    post, said, hidden, sent = await news(bot)
    assert post["channel_post"]["sender_chat"]["id"] == channel.id
    assert said["message"]["message_thread_id"] == topic.id
    assert hidden["message"]["from"]["id"] == ANONYMOUS_ADMIN_ID
    assert hidden["message"]["sender_chat"]["id"] == forum.id
    assert hidden["message"]["reply_to_message"]["text"] == "/tags"
    assert sent["message"]["document"]["file_name"] == "tags.opml"
    assert sent["message"]["caption_entities"][0]["type"] == "bot_command"


async def test_an_upgrade_is_told_on_both_sides(server: BotApiServer, bot: Bot) -> None:
    group = server.group(admins=(1,))
    new = server.upgrade(group)
    old_side, new_side = await news(bot)
    assert old_side["message"]["migrate_to_chat_id"] == new.id
    assert new_side["message"]["migrate_from_chat_id"] == group.id
    silent = server.upgrade(server.group(), told=False)
    assert silent.kind == "supergroup"
    assert len(await news(bot)) == 2


async def test_only_asked_kinds_of_updates_come_and_offsets_confirm(
    server: BotApiServer, bot: Bot
) -> None:
    await bot.ask("getUpdates", allowed_updates=["message"], timeout=0)
    server.block(server.private(1001))
    server.user_says(1001, "one")
    server.user_says(1001, "two")
    assert [one["message"]["text"] for one in await news(bot)] == ["one", "two"]
    (last,) = await bot.ask("getUpdates", offset=-1, timeout=0)
    assert last["message"]["text"] == "two"
    assert await bot.ask("getUpdates", offset=last["update_id"] + 1, timeout=0) == []
    assert server.world.updates.confirmed == last["update_id"]


async def test_inline_queries_are_answered(server: BotApiServer, bot: Bot) -> None:
    query = server.asks_inline(1001, "jeju")
    server.asks_inline(server.user(2), "x")
    assert (await news(bot))[0]["inline_query"]["query"] == "jeju"
    text = {"message_text": "x"}
    results = [{"type": "article", "id": "1", "title": "x", "input_message_content": text}]
    assert await bot.ask("answerInlineQuery", inline_query_id=query, results=results)
    assert server.world.inline_answers[query] == results
    for wrong, words in (([{"id": ""}], "RESULT_ID_INVALID"), ([{"id": 1}] * 51, "TOO_MUCH")):
        assert words in await bot.refused("answerInlineQuery", inline_query_id=query, results=wrong)
    assert "too old" in await bot.refused("answerInlineQuery", inline_query_id="1", results=[])


async def test_a_press_waits_only_so_long_for_its_answer(server: BotApiServer, bot: Bot) -> None:
    await bot.ask("sendMessage", chat_id=server.private(1001).id, text="x", reply_markup={
        "inline_keyboard": [[{"text": "b", "callback_data": "d"}]],
    })  # fmt: skip
    press = server.press(server.last(1001), "d")
    press.until = server.world.clock.monotonic() - 1
    assert "query is too old" in await bot.refused(
        "answerCallbackQuery", callback_query_id=press.id
    )
    assert "query is too old" in await bot.refused("answerCallbackQuery", callback_query_id="1")
    assert "MESSAGE_TOO_LONG" in await bot.refused(
        "answerCallbackQuery", callback_query_id="1", text="x" * 201
    )


async def test_a_group_takes_twenty_a_minute_and_all_together_thirty_a_second(
    session: aiohttp.ClientSession,
) -> None:
    async with BotApiServer(limits=Limits(per_second=25)) as server:
        bot = Bot(session, server, server.token)
        group = server.group()
        for _ in range(20):
            await bot.ask("sendMessage", chat_id=group.id, text="x")
        status, body = await bot.raw("sendMessage", chat_id=group.id, text="x")
        assert status == 429
        assert 55 <= body["parameters"]["retry_after"] <= 60
        answers = [
            (await bot.raw("sendMessage", chat_id=server.private(one).id, text="x"))[0]
            for one in range(1, 20)
        ]
        assert 429 in answers
        assert server.world.flood.refused > 1
