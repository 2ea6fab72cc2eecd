"""The languages that the bot speaks: a gettext catalogue each, read as it is written."""

import gettext
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.render import Wording
from bot.core.spoken import FALLBACK, SPOKEN, nearest
from bot.telegram.manual import Manual

FOLDER = Path(__file__).parent / "locales"


class Languages:
    """Finds the sentences in a language, or in the nearest one there is."""

    def __init__(self, codes: Sequence[str] = tuple(SPOKEN)) -> None:
        self.codes = tuple(codes)
        """Those whose menus and descriptions Telegram is told, English first."""

    def nearest(self, given: str) -> str:
        """Return the code to use for a user's language, such as `pt-br`."""
        return nearest(given)

    def of(self, code: str) -> Manual:
        """Return the sentences in a language; English where there is no such one."""
        return _manual(code if code in SPOKEN else FALLBACK)

    def of_user(self, given: str) -> Manual:
        """Return the sentences for a user's language as Telegram tells it."""
        return self.of(self.nearest(given))

    def wording(self, code: str) -> Wording:
        """Return the words in alerts; looked up once for each language."""
        return _wording(code if code in SPOKEN else FALLBACK)


@lru_cache(maxsize=len(SPOKEN))
def _manual(code: str) -> Manual:
    return Manual(_translations(code), code)


@lru_cache(maxsize=len(SPOKEN))
def _wording(code: str) -> Wording:
    return _manual(code).wording()


def _translations(code: str) -> gettext.NullTranslations:
    """Compile a catalogue in memory: no build step, and no file that could fall behind."""
    if code == FALLBACK:
        return gettext.NullTranslations()
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
