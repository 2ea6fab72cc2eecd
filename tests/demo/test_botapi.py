"""The methods of the Bot API server, over real HTTP."""

import asyncio
import json

import aiohttp
import pytest

from bot.demo import faults
from bot.demo.botapi import BotApiServer
from bot.demo.flood import Limits
from tests.demo.conftest import Bot


async def test_what_a_user_says_comes_as_an_update_and_the_answer_is_seen(
    server: BotApiServer, bot: Bot
) -> None:
    chat = server.private(1001, "Ada")
    server.user_says(chat, "/start@tagwire_demo_bot now")
    (update,) = await bot.ask("getUpdates", timeout=5)
    message = update["message"]
    assert message["text"] == "/start@tagwire_demo_bot now"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 23}]
    assert message["from"]["first_name"] == "Ada"
    sent = await bot.ask(
        "sendMessage",
        chat_id=1001,
        parse_mode="HTML",
        text='<b>Hello</b> <a href="https://example.com/x">you</a>',
        reply_markup={"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]},
    )
    assert sent["text"] == "Hello you"
    assert sent["entities"] == [
        {"type": "bold", "offset": 0, "length": 5},
        {"type": "text_link", "offset": 6, "length": 3, "url": "https://example.com/x"},
    ]
    (seen,) = await server.wait_for(lambda: server.messages(chat))
    assert seen.text == "Hello you"
    press = server.press(seen, "More")
    assert await bot.ask("getUpdates", offset=update["update_id"] + 1, timeout=5)
    assert await bot.ask("answerCallbackQuery", callback_query_id=press.id, text="ok")
    assert press.answers[0]["text"] == "ok"


async def test_a_waiting_poller_gets_the_update_at_once(server: BotApiServer, bot: Bot) -> None:
    polling = asyncio.create_task(bot.ask("getUpdates", timeout=30))
    while server.world.updates._poller is None:  # noqa: ASYNC110 - until the server took it
        await asyncio.sleep(0)
    server.user_says(1001, "hi")
    (update,) = await polling
    assert update["message"]["chat"]["id"] == 1001


async def test_a_second_poller_sends_the_first_away(server: BotApiServer, bot: Bot) -> None:
    first = asyncio.create_task(bot.refused("getUpdates", timeout=30))
    while server.world.updates._poller is None:  # noqa: ASYNC110 - until the server took it
        await asyncio.sleep(0)
    assert await bot.ask("getUpdates", timeout=0) == []
    assert await first == (
        "409 Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": "x"}, "400 Bad Request: chat_id is empty"),
        ({"chat_id": 5, "text": "x"}, "400 Bad Request: chat not found"),
        ({"chat_id": 1001}, "400 Bad Request: message text is empty"),
        ({"chat_id": 1001, "text": "\u200b"}, "400 Bad Request: text must be non-empty"),
        ({"chat_id": 1001, "text": "x" * 4097}, "400 Bad Request: message is too long"),
        ({"chat_id": 1001, "text": "x" * 32_769}, "400 Bad Request: text is too long"),
        (
            {"chat_id": 1001, "text": "0123456789 á<foo>", "parse_mode": "HTML"},
            '400 Bad Request: can\'t parse entities: Unsupported start tag "foo" at byte offset 13',
        ),
        (
            {
                "chat_id": 1001,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "한" * 22}]]},
            },
            "400 Bad Request: BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_what_cannot_be_sent_is_refused_in_telegrams_words(
    server: BotApiServer, bot: Bot, params: dict[str, object], words: str
) -> None:
    server.private(1001)
    assert await bot.refused("sendMessage", **params) == words


async def test_wrong_token_and_unknown_method(bot: Bot) -> None:
    assert await bot.refused("sendNothing") == "404 Not Found: method not found"
    bot.token = "1:wrong"
    assert await bot.refused("getMe") == "401 Unauthorized"


async def test_an_edit_that_changes_nothing_and_one_of_nothing(
    server: BotApiServer, bot: Bot
) -> None:
    chat = server.private(1001)
    sent = await bot.ask("sendMessage", chat_id=1001, text="one")
    here = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert "400 Bad Request: message is not modified: specified new message content" in (
        await bot.refused("editMessageText", text="one", **here)
    )
    await bot.ask("editMessageText", text="two", **here)
    assert [(one.text, one.edited) for one in server.messages(chat)] == [("two", 1)]
    assert await bot.refused("editMessageText", chat_id=1001, message_id=999, text="x") == (
        "400 Bad Request: message to edit not found"
    )


async def test_a_group_moves_with_its_new_id_in_the_answer(server: BotApiServer, bot: Bot) -> None:
    group = server.group(admins=(1001,))
    new = server.upgrade(group)
    status, body = await bot.raw("sendMessage", chat_id=group.id, text="x")
    assert status == 400
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert body["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")


async def test_going_too_fast_is_answered_with_429(session: aiohttp.ClientSession) -> None:
    server = BotApiServer(limits=Limits(private_burst=2))
    await server.start()
    bot = Bot(session, server, server.token)
    server.private(1001)
    for _ in range(2):
        await bot.ask("sendMessage", chat_id=1001, text="x")
    status, body = await bot.raw("sendMessage", chat_id=1001, text="x")
    assert (status, body["parameters"]) == (429, {"retry_after": 1})
    assert body["description"] == "Too Many Requests: retry after 1"
    await server.stop()


async def test_form_and_multipart_are_read_like_json(
    server: BotApiServer, bot: Bot, session: aiohttp.ClientSession
) -> None:
    chat = server.private(1001)
    url = f"{server.url}/bot{server.token}"
    keyboard = json.dumps({"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]})
    form = {"chat_id": "1001", "text": "x", "reply_markup": keyboard}
    async with session.post(f"{url}/sendMessage", data=form) as answer:
        assert answer.status == 200
    data = aiohttp.FormData({"chat_id": "1001", "caption": "a file"})
    data.add_field("document", b"<opml/>", filename="tags.opml")
    async with session.post(f"{url}/sendDocument", data=data) as answer:
        sent = (await answer.json())["result"]
    assert server.last(chat).file == b"<opml/>"
    found = await bot.ask("getFile", file_id=sent["document"]["file_id"])
    address = f"{server.url}/file/bot{server.token}/{found['file_path']}"
    async with session.get(address) as answer:
        assert await answer.read() == b"<opml/>"


async def test_a_fault_strikes_as_often_as_it_was_told(server: BotApiServer, bot: Bot) -> None:
    server.private(1001)
    rule = server.faults.add(faults.flood(40_000), chat=1001, times=1)
    assert await bot.refused("sendMessage", chat_id=1001, text="x") == (
        "429 Too Many Requests: retry after 40000"
    )
    await bot.ask("sendMessage", chat_id=1001, text="x")
    assert rule.hits == 1
    assert [one.status for one in server.requests("sendMessage")] == [429, 200]


ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "T",
    "input_message_content": {"message_text": "x"},
}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
        ({"results": [ARTICLE | {"id": ""}]}, "RESULT_ID_INVALID"),
        ({"results": [ARTICLE | {"id": str(n)} for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [ARTICLE | {"type": "poem"}]}, "RESULT_TYPE_INVALID"),
        ({"results": [ARTICLE | {"title": ""}]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [ARTICLE | {"input_message_content": {}}]}, "message text is empty"),
        ({"results": [ARTICLE], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": ""}}, "BUTTON_TEXT_EMPTY"),
        ({"results": [], "button": {"text": "b", "start_parameter": "ä"}}, "START_PARAM_INVALID"),
        (
            {"results": [ARTICLE | {"reply_markup": {"inline_keyboard": [[{"text": ""}]]}}]},
            "inline keyboard button text must be non-empty",
        ),
        (
            {"results": [], "inline_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
async def test_what_cannot_be_offered_behind_the_name_is_refused(
    server: BotApiServer, bot: Bot, answer: dict[str, object], words: str
) -> None:
    number = server.asks_inline(1001, "tag")
    asked = {"inline_query_id": number} | answer
    assert await bot.refused("answerInlineQuery", **asked) == f"400 Bad Request: {words}"
