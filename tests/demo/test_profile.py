"""How a bot describes itself, and what it sends beside text."""

import pytest

from bot.demo.botapi import BotApiServer
from tests.demo.conftest import Bot


async def test_commands_are_kept_by_scope_and_language(server: BotApiServer, bot: Bot) -> None:
    start = [{"command": "start", "description": "Begin"}]
    korean = [{"command": "start", "description": "시작"}]
    group = {"scope": {"type": "all_group_chats"}}
    await bot.ask("setMyCommands", commands=start)
    await bot.ask("setMyCommands", commands=korean, language_code="ko")
    await bot.ask("setMyCommands", commands=start, **group)
    assert await bot.ask("getMyCommands", language_code="ko") == korean
    assert await bot.ask("getMyCommands", **group) == start
    assert server.commands() == {"start": "Begin"}
    await bot.ask("deleteMyCommands", **group)
    assert await bot.ask("getMyCommands", **group) == []


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"commands": [{"command": "Start!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "start", "description": ""}]}, "DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "b"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "{"}, "can't parse commands JSON object"),
        ({"commands": {"a": 1}}, "can't parse commands JSON object"),
        ({"commands": [], "scope": {"type": "moon"}}, "unsupported type"),
    ],
)
async def test_commands_that_are_none(bot: Bot, params: dict[str, object], words: str) -> None:
    assert words in await bot.refused("setMyCommands", **params)


async def test_name_and_descriptions_by_language(bot: Bot) -> None:
    await bot.ask("setMyDescription", description="News by tag")
    await bot.ask("setMyDescription", description="태그로 받는 뉴스", language_code="ko")
    await bot.ask("setMyShortDescription", short_description="News")
    assert await bot.ask("getMyDescription") == {"description": "News by tag"}
    assert (await bot.ask("getMyDescription", language_code="ko"))["description"][0] == "태"
    assert (await bot.ask("getMyDescription", language_code="de"))["description"] == "News by tag"
    assert await bot.ask("getMyName") == {"name": "Tagwire"}
    assert "too long" in await bot.refused("setMyName", name="x" * 65)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "", "callback_data": "x"}, "text must be non-empty"),
        ({"text": "x"}, "Text buttons are unallowed"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "http://localhost/"}, "Wrong HTTP URL"),
        ("x", "expected an Object"),
    ],
)
async def test_buttons_that_are_none(
    server: BotApiServer, bot: Bot, button: object, words: str
) -> None:
    server.private(1001)
    markup = {"inline_keyboard": [[button]]}
    answer = await bot.refused("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    assert words in answer


async def test_keyboards_as_a_whole(server: BotApiServer, bot: Bot) -> None:
    chat = server.private(1001)
    button = {"text": "x", "callback_data": "y"}
    for markup, words in (
        ("{", "can't parse reply keyboard markup"),
        ([1], "object expected"),
        ({"inline_keyboard": "x"}, "Array of Arrays"),
        ({"inline_keyboard": [[button]] * 101}, "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": [[button] * 9]}, "REPLY_MARKUP_TOO_LONG"),
    ):
        answer = await bot.refused("sendMessage", chat_id=1001, text="x", reply_markup=markup)
        assert words in answer
    await bot.ask("sendMessage", chat_id=1001, text="x", reply_markup={"force_reply": True})
    assert server.last(chat).markup == {"force_reply": True}
    await bot.ask("sendMessage", chat_id=1001, text="x", reply_markup={"inline_keyboard": [[]]})
    assert server.last(chat).buttons == ()


async def test_pictures_their_captions_and_new_ones(server: BotApiServer, bot: Bot) -> None:
    chat = server.private(1001)
    assert "there is no photo in the request" in await bot.refused("sendPhoto", chat_id=1001)
    server.user_sends_file(chat, "a.png", b"PNG")
    file_id = next(iter(server.world.files))
    sent = await bot.ask(
        "sendPhoto", chat_id=1001, photo=file_id, caption="<b>x</b>", parse_mode="HTML"
    )
    assert sent["caption_entities"][0]["type"] == "bold"
    here = {"chat_id": 1001, "message_id": sent["message_id"]}
    edited = await bot.ask("editMessageCaption", caption="y", **here)
    assert edited["caption"] == "y"
    media = {"type": "document", "media": file_id, "caption": "z"}
    assert "document" in await bot.ask("editMessageMedia", media=media, **here)
    assert "no media" in await bot.refused("editMessageMedia", media={"type": "x"}, **here)
    assert "no text in the message" in await bot.refused("editMessageText", text="x", **here)
    assert "caption is too long" in await bot.refused(
        "editMessageCaption", caption="x" * 1025, **here
    )
    assert "wrong file_id" in await bot.refused("getFile", file_id="moon")
    assert await bot.ask("deleteMessage", **here)
    assert "message to delete not found" in await bot.refused("deleteMessage", **here)
    async with bot.session.get(f"{server.url}/file/bot{server.token}/documents/no/x") as answer:
        assert answer.status == 404
    async with bot.session.get(f"{server.url}/moon") as answer:
        assert answer.status == 404


async def test_editing_what_is_not_to_be_edited(server: BotApiServer, bot: Bot) -> None:
    theirs = server.user_says(1001, "hi")
    assert "can't be edited" in await bot.refused(
        "editMessageText", chat_id=1001, message_id=theirs.message_id, text="x"
    )
    sent = await bot.ask("sendMessage", chat_id=1001, text="x", reply_parameters={"message_id": 1})
    assert sent["reply_to_message"]["text"] == "hi"
    here = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert "no caption" in await bot.refused("editMessageCaption", caption="x", **here)
    assert "text is empty" in await bot.refused("editMessageText", **here)
    markup = {"inline_keyboard": [[{"text": "x", "url": "https://e.example/"}]]}
    await bot.ask("editMessageReplyMarkup", reply_markup=markup, **here)
    assert server.last(1001).buttons[0][0].url == "https://e.example/"
    assert "message to be replied not found" in await bot.refused(
        "sendMessage", chat_id=1001, text="x", reply_parameters={"message_id": 99}
    )
    assert await bot.ask(
        "sendMessage", chat_id=1001, text="x",
        reply_parameters={"message_id": 99, "allow_sending_without_reply": True},
    )  # fmt: skip
