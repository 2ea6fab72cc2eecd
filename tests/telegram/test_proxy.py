"""Telegram is asked through the operator's proxy: polling, sending and files."""

import json

import pytest
from telegram.error import NetworkError

from bot.demo.botapi import TOKEN
from bot.errors import TagwireError
from bot.settings import Settings
from bot.telegram.hello import ask_name, make_bot
from bot.telegram.polling import ListeningBot
from bot.telegram.request import ProxyFaultError
from tests.fakes.certificate import client_side, server_side
from tests.fakes.feedserver import FeedServer
from tests.fakes.proxy import Proxy, in_environment

ME = {
    "id": 7, "is_bot": True, "first_name": "T", "username": "tag_bot",
    "supports_inline_queries": True,
}  # fmt: skip
FILE = {"file_id": "f", "file_unique_id": "u", "file_path": "documents/a.json"}
SECRET = "s3cret"
QUOTED = TOKEN.replace(":", "%3A")
"""The token as the library spells it in the address of a file."""


def bot_of(api_url: str, proxy: str = "") -> ListeningBot:
    said = {"token": TOKEN, "api_url": api_url, "telegram_proxy_given": proxy or None}
    return make_bot(Settings.model_validate(said))


def answers(server: FeedServer) -> None:
    message = {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}}
    said = {"getMe": ME, "sendMessage": message, "getUpdates": [], "getFile": FILE}
    for method, result in said.items():
        body = json.dumps({"ok": True, "result": result})
        server.puts(f"/bot{TOKEN}/{method}", body)
    server.puts(f"/file/bot{QUOTED}/documents/a.json", b"{}")


async def test_everything_goes_through_it() -> None:
    async with FeedServer() as server, Proxy(server.port, let_in="ada:" + SECRET) as proxy:
        answers(server)
        bot = bot_of("http://api.telegram.example", proxy.url)
        assert await ask_name(bot) == "tag_bot"
        assert (await bot.send_message(1, "x")).message_id == 5
        assert await bot.get_updates() == ()
        assert await (await bot.get_file("f")).download_as_bytearray() == b"{}"
        await bot.shutdown()
    there, asked = (
        "http://api.telegram.example",
        [one.replace(TOKEN, "…").replace(QUOTED, "…") for one in proxy.asked],
    )
    methods = ("getMe", "sendMessage", "getUpdates", "getFile")
    assert asked == [
        *(f"POST {there}/bot…/{method}" for method in methods),
        f"GET {there}/file/bot…/documents/a.json",
    ]


async def test_an_encrypted_api_is_asked_through_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", client_side())
    async with FeedServer(tls=server_side()) as server, Proxy(server.port, let_in="a:b") as proxy:
        answers(server)
        bot = bot_of("https://api.telegram.example", proxy.url)
        assert await ask_name(bot) == "tag_bot"
        await bot.shutdown()
    assert set(proxy.asked) == {"CONNECT api.telegram.example:443"}
    assert TOKEN not in "".join(proxy.heads)
    assert "Proxy-Authorization" not in server.headers[f"/bot{TOKEN}/getMe"][0]


@pytest.mark.parametrize("status", [407, 403, 502])
async def test_a_proxy_that_refuses_is_told_with_what_to_do(status: int) -> None:
    async with Proxy(0, let_in="ada:" + SECRET, refuses=status) as proxy:
        bot = bot_of("https://api.telegram.example", proxy.url)
        with pytest.raises(TagwireError) as caught:
            await ask_name(bot)
        await bot.shutdown()
    assert str(caught.value) == (
        f"api.telegram.example cannot be reached: the proxy answers with an error ({status}). "
        "Is TAGWIRE_TELEGRAM_PROXY right?"
    )


@pytest.mark.parametrize("api_url", ["http://api.telegram.example", "https://api.telegram.example"])
async def test_nothing_was_sent_where_no_proxy_is(api_url: str) -> None:
    async with Proxy(0, let_in="ada:" + SECRET) as proxy:
        gone = proxy.url
    bot = bot_of(api_url, gone)
    with pytest.raises(TagwireError, match="the proxy does not answer") as caught:
        await ask_name(bot)
    with pytest.raises(NetworkError) as lost:
        await bot.send_message(1, "x")
    await bot.shutdown()
    assert isinstance(lost.value.__cause__, ProxyFaultError)
    for error in (caught.value, lost.value, lost.value.__cause__):
        assert SECRET not in f"{error!r} {error}"


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FeedServer() as server, Proxy(server.port) as proxy:
        in_environment(monkeypatch, proxy.url)
        answers(server)
        bot = bot_of(f"http://127.0.0.1:{server.port}")
        assert await ask_name(bot) == "tag_bot"
        await bot.shutdown()
    assert proxy.asked == []
