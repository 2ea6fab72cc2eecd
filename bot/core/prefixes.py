"""Arabic and Hebrew particles written together with the next word: and, in, to, from, the."""

import re
from typing import Final

_SHORTEST: Final = 3
"""Letters of a word before which a particle is looked for; shorter ones end too many others."""
_ARABIC_AND: Final = "وف"
_ARABIC = frozenset(
    f"{one}{two}" for one in ("", *_ARABIC_AND) for two in ("", "ب", "ل", "ال", "بال", "كال", "لل")
)
_HEBREW = frozenset(
    f"{one}{two}"
    for one in ("", "ו", "ש", "וש")
    for two in ("", "ב", "ל", "מ", "ה", "כ", "מה", "שב")
)
_STRIPPED = re.compile(
    f"^(?:[{_ARABIC_AND}]?(?:لل|[بلك]?ال|[بل])?(?=[؀-ۿ]{{2}})|ו?ש?(?:מה|שב|[בלמהכ])?(?=[֐-׿]{{2}}))"
)


def takes_particles(token: str) -> bool:
    """Return whether the token is in the letters of a language that writes them so."""
    return "֐" <= token[0] <= "ۿ"


def without_particles(token: str) -> str:
    """Return the token without what may be particles; a name's own first letter may go too."""
    return _STRIPPED.sub("", token)


def with_particles(word: str) -> tuple[str, str, str]:
    """Return forms whose stems, by `without_particles`, are those of all forms of the word."""
    before = "ב" if word[0] < "؀" else "ب"
    return word, before + word, _bare(word)


def is_with_particles(word: str, form: str) -> bool:
    """Return whether the form is the word behind particles; an article may come or go."""
    base = _bare(word)
    if len(base) < _SHORTEST or not form.endswith(base):
        return word == form
    return form[: len(form) - len(base)] in (_HEBREW if word[0] < "؀" else _ARABIC)


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > _SHORTEST + 1 else word
