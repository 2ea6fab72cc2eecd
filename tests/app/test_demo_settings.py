"""The demo stays by itself, whatever the folder and the environment are set up for."""

from pathlib import Path

import pytest

from bot.app import _demo_settings
from bot.demo.botapi import BotApiServer
from bot.demo.newsroom import Newsroom
from bot.demo.stage import DemoWorld
from bot.settings import Settings


def test_nothing_around_changes_the_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    api = BotApiServer()
    api.url = "http://127.0.0.1:9"
    world = DemoWorld(api, Newsroom())
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.chdir(tmp_path)
    alone = _demo_settings(world, tmp_path)
    (tmp_path / ".env").write_text("TAGWIRE_ACCESS=private\nTAGWIRE_POLL_INTERVAL=often\n")
    monkeypatch.setenv("TAGWIRE_HTTP_LISTEN", "127.0.0.1:80")
    monkeypatch.setenv("TAGWIRE_TELEGRAM_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("TAGWIRE_MESSAGES_PER_SECOND", "1")
    assert _demo_settings(world, tmp_path) == alone
    assert (alone.access, alone.listen, alone.telegram_proxy) == ("public", None, "")
