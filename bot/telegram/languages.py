"""The languages that the bot speaks: gettext catalogues beside this file."""

import gettext
from functools import cached_property
from pathlib import Path

from bot.telegram.manual import Manual

DOMAIN = "tagwire"
FOLDER = Path(__file__).parent / "locales"
FALLBACK = "en"


class Languages:
    """Finds the sentences in a language, or in the nearest one there is."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._loaded: dict[str, Manual] = {}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The two-letter codes of all languages, English first."""
        found = sorted(path.parent.parent.name for path in self._folder.glob("*/LC_MESSAGES/*.mo"))
        return (FALLBACK, *(code for code in found if code != FALLBACK))

    def nearest(self, given: str) -> str:
        """Return the code to use for a user's language, such as `pt-br`."""
        code = given.lower().replace("_", "-").split("-")[0]
        return code if code in self.codes else FALLBACK

    def of(self, code: str) -> Manual:
        """Return the sentences in a language; English where there is no such one."""
        if code not in self._loaded:
            known = code if code in self.codes else FALLBACK
            translations = gettext.translation(
                DOMAIN, localedir=self._folder, languages=[known], fallback=True
            )
            self._loaded[code] = Manual(translations, known)
        return self._loaded[code]

    def of_user(self, given: str) -> Manual:
        """Return the sentences for a user's language as Telegram tells it."""
        return self.of(self.nearest(given))
