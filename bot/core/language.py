"""Which language a text is in: its script, its commonest words, the source's word, a model."""

from collections import Counter
from functools import cache

import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.core.stopwords import stop_words

LANGUAGES = (
    "ar", "az", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sq", "sv", "sw", "th",
    "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
"""What the model may answer; a source's own word may name any other language."""
LOOKED_AT = 600
"""Characters of a text that are looked at."""
SURE, LEAD = 3, 2
"""Common words that make a language sure, and how many more than of the next one."""
MARGIN = 15
"""How far (of log-probability) the model must be from the source's word to beat it: measured on
1,800 German, English and other texts, where it then errs in three and misses eleven."""
SLIGHT = 3
"""Margin below which the model's word for a single word is no more than a guess."""

_SCRIPTS = (
    ("ko", regex.compile(r"\p{Hangul}")),
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("el", regex.compile(r"\p{Greek}")),
    ("he", regex.compile(r"\p{Hebrew}")),
    ("hy", regex.compile(r"\p{Armenian}")),
    ("ka", regex.compile(r"\p{Georgian}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
    ("ta", regex.compile(r"\p{Tamil}")),
    ("bn", regex.compile(r"\p{Bengali}")),
    ("ar", regex.compile(r"\p{Arabic}")),
    ("ru", regex.compile(r"\p{Cyrillic}")),
)
_SHARED = {
    "zh": frozenset(("zh", "ja")),
    "hi": frozenset(("hi", "mr", "ne", "sa")),
    "ar": frozenset(("ar", "fa", "ur", "ps", "ckb", "ug", "sd")),
    "ru": frozenset(("ru", "uk", "bg", "be", "sr", "mk", "kk", "ky", "mn", "tg", "tt")),
    "bn": frozenset(("bn", "as")),
    "he": frozenset(("he", "yi")),
}
"""Scripts that several languages write: there the source's word counts."""
_SIGNS = (
    ("uk", regex.compile(r"[їєґЇЄҐ]"), frozenset(("uk",))),
    ("be", regex.compile(r"[ўЎ]"), frozenset(("be",))),
    ("sr", regex.compile(r"[ђћЂЋ]"), frozenset(("sr",))),
    ("mk", regex.compile(r"[ѓќѕЃЌЅ]"), frozenset(("mk",))),
    ("kk", regex.compile(r"[әғқңұһӘҒҚҢҰҺ]"), frozenset(("kk", "ky", "mn", "tg", "tt"))),
    # Nowhere else stands ъ before a consonant: България, съд.
    ("bg", regex.compile(r"(?i)ъ[бвгджзйклмнпрстфхцчшщ]"), frozenset(("bg", "tg"))),
    ("ru", regex.compile(r"[ыэЫЭ]"), frozenset(("ru", "be", "kk", "ky", "mn", "tg", "tt"))),
    ("ur", regex.compile(r"[ٹڈڑےھ]"), frozenset(("ur", "ps", "sd", "ug", "ckb"))),
    ("fa", regex.compile(r"[پچژگ]"), frozenset(("fa", "ur", "ps", "sd", "ug", "ckb"))),
)
"""Letters that tell, and the languages that have them: a source's word for another is wrong."""
_OTHER_NAMES = {"iw": "he", "in": "id", "nb": "no", "nn": "no", "ji": "yi"}
_FOREIGN_NAME = regex.compile(r"\b\p{Lu}\w*[\p{Latin}--[A-Za-z]]\w*", regex.V1)
_LETTER = regex.compile(r"\p{L}")
_FOREIGN = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_NO_LATIN = frozenset(name for name, _ in _SCRIPTS).union(*_SHARED.values())


def guess(text: str, hint: str = "") -> str:
    """Return the language in two letters (ISO 639), or empty where nothing tells.

    `hint` is the source's own word («en-GB»); it decides what the text leaves open, as many feeds
    carry their template's language. The model (120 MB) is loaded once, when script and commonest
    words do not tell. A single word, without a hint, may be in no language: «Trump».
    """
    said = _primary(hint)
    head = text[:LOOKED_AT]
    if _LETTER.search(head) is None:
        return said
    script = _by_script(head, said)
    return script or _by_words(head) or _by_model(head, _fitting(said))


def _primary(hint: str) -> str:
    """Return the two letters of a language tag, or empty where it has none."""
    primary = hint.strip().lower().replace("_", "-").partition("-")[0]
    known = len(primary) == 2 and primary.isascii() and primary.isalpha()
    return _OTHER_NAMES.get(primary, primary) if known else ""


def _by_script(text: str, said: str) -> str:
    """Return the language of a text in another script than the Latin, else empty."""
    foreign = len(_FOREIGN.findall(text))
    if foreign * 3 < len(_LETTER.findall(text)):
        return ""
    for name, pattern in _SCRIPTS:
        found = len(pattern.findall(text))
        # A few kana make a text Japanese; of other scripts there must be a good part.
        if found * (20 if name == "ja" else 3) >= foreign:
            return _of_script(name, text, said)
    return said


def _of_script(script: str, text: str, said: str) -> str:
    """Return which of the languages of a script it is."""
    shared = _SHARED.get(script, frozenset())
    found = {
        name: len(signs.findall(text))
        for name, signs, having in _SIGNS
        if name in shared and (said not in having or said == name)
    }
    best = max(found, key=lambda name: found[name], default="")
    if best and found[best]:
        return best
    if said in shared:
        return said
    return _by_model(text, script) if script == "ru" else script


def _by_words(text: str) -> str:
    """Return the language whose common words prevail clearly, else empty."""
    hits: Counter[str] = Counter()
    for word in _WORD.findall(text.casefold()):
        for name in _speakers().get(word, ()):
            hits[name] += 1
    if not hits:
        return ""
    (best, most), *others = hits.most_common(2)
    next_best = others[0][1] if others else 0
    return best if most >= SURE and most - next_best >= LEAD else ""


def _fitting(said: str) -> str:
    """Return the source's word for a text in Latin letters, unless it needs other ones."""
    return "" if said in _NO_LATIN else said


def _by_model(text: str, said: str) -> str:
    """Return the model's language, or `said` unless the model knows it and is far from it."""
    if said and said not in LANGUAGES:
        return said
    # «Erdoğan meets Orbán» is no Turkish.
    ranked = _model().rank(_FOREIGN_NAME.sub("", text) if said else text)
    (best, most), (_, next_best) = ranked[:2]
    if said:
        return str(best) if most - dict(ranked)[said] > MARGIN else said
    slight = most - next_best < SLIGHT and len(text.split()) == 1
    return "" if slight else str(best)


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Return which languages use a common word."""
    speakers: dict[str, tuple[str, ...]] = {}
    for name, words in stop_words().items():
        for word in words:
            speakers[word] = (*speakers.get(word, ()), name)
    return speakers


@cache
def _model() -> LanguageIdentifier:
    """Return the model, read on first need."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(LANGUAGES)
    return model
