"""Words without their endings, for scripts whose languages decline names (Snowball)."""

from typing import Final, Protocol

import snowballstemmer

from bot.core.declension import plain
from bot.core.prefixes import without_particles

_CACHED: Final = 200_000
"""Words remembered; about 25 MiB at most."""
# Hebrew and Arabic: what stands before a name is taken off, as Snowball's Arabic takes off more
# than that (المصري, the Egyptian, is not مصر). Ukrainian: spelt like Russian, see declension.
_SCRIPTS: Final = (
    ("Ͱ", "Ͽ", "greek"),
    ("Ѐ", "ԯ", "russian"),
    ("֐", "ۿ", ""),
    ("ऀ", "ॿ", "hindi"),
    ("\u0531", "\u0587", "armenian"),
)
_FIRST: Final = "Ͱ"
_LAST: Final = "ॿ" + "\U0010ffff"


class _Snowball(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's name


def has_stemmer(token: str) -> bool:
    """Return whether the token's script has a stemmer here."""
    return any(first <= token[0] <= last for first, last, _ in _SCRIPTS)


class Stemmer:
    """Stems tokens of the scripts that need it and leaves all others alone."""

    __slots__ = ("_cached", "_known", "_stemmers")

    def __init__(self, *, cached: int = _CACHED) -> None:
        self._cached = cached
        self._known: dict[str, str] = {}
        self._stemmers: dict[str, _Snowball] = {}

    def __call__(self, token: str) -> str:
        """Return the token's stem; its own text where its script has no stemmer here."""
        if not _FIRST <= token <= _LAST:
            return token
        stem = self._known.get(token)
        if stem is None:
            if len(self._known) >= self._cached:
                self._known.clear()
            stem = self._known[token] = self._stem(token)
        return stem

    def _stem(self, token: str) -> str:
        for first, last, language in _SCRIPTS:
            if first <= token[0] <= last:
                if not language:
                    return without_particles(token)
                if language not in self._stemmers:
                    self._stemmers[language] = snowballstemmer.stemmer(language)
                return self._stemmers[language].stemWord(plain(token)) or token
        return token
