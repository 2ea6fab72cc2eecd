"""Settings come from the environment, and each mistake is one clear line."""

import pytest

from bot.errors import ConfigurationError
from bot.settings import load_settings


def test_a_wrong_number_names_its_setting_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWIRE_POLL_INTERVAL", "often")
    with pytest.raises(ConfigurationError, match=r"TAGWIRE_POLL_INTERVAL .*Use a number"):
        load_settings()
