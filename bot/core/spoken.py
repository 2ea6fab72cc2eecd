"""The languages that the bot speaks to people, each by its code and its own name."""

from collections.abc import Mapping
from types import MappingProxyType

FALLBACK = "en"

SPOKEN: Mapping[str, str] = MappingProxyType({
    "en": "English",
    "ko": "한국어",
    "ja": "日本語",
    "zh": "中文（简体）",
    "zh-hant": "中文（繁體）",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "ru": "Русский",
    "ar": "العربية",
    "hi": "हिन्दी",
    "pt": "Português",
    "id": "Bahasa Indonesia",
})  # fmt: skip
"""By code, English first: what a chat's settings keep, and what the catalogues are called."""

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
"""Where Chinese is written in traditional characters."""


def nearest(given: str) -> str:
    """Return the code to use for a user's language as Telegram tells it, such as `pt-br`."""
    code = given.lower().replace("_", "-")
    if code.startswith(_TRADITIONAL):
        return "zh-hant"
    while code not in SPOKEN:
        code, cut, _ = code.rpartition("-")
        if not cut:
            return FALLBACK
    return code
