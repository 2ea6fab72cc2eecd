"""One normal form for what people write alike: case, accents, widths, signs."""

import functools
import unicodedata

import regex

_CLUSTER = regex.compile(r"\X")
_MARKS = "ﾞﾟ"
_DROPPED = (
    (0x300, 0x36F),  # combining accents left over after NFC
    (0x591, 0x5BD),  # Hebrew points
    (0x610, 0x61A),  # Arabic signs
    (0x64B, 0x65F),  # Arabic vowels
    (0xFE00, 0xFE0F),  # variation selectors
)
_SINGLE = {
    "ё": "е",
    "ı": "i",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "æ": "ae",
    "œ": "oe",
    "ə": "e",
    "\u0670": "",
    "ـ": "",
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "′": "'",
    "`": "'",
    "´": "'",
    "\u200b": " ",
    "–": "-",
    "—": ";",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
}


class FoldTable(dict[int, str]):
    """What each code point becomes; filled as characters are met, for `str.translate`."""

    def __init__(self) -> None:
        super().__init__()
        self.resized: set[str] = set()
        """Characters met whose folded form is not one code point."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _folded(char)
        if len(folded) != 1:
            self.resized.add(char)
        self[code] = folded
        return folded


@functools.cache
def fold_table() -> FoldTable:
    """Return the table of this process; it only ever learns characters."""
    return FoldTable()


def _folded(char: str) -> str:
    if char in _SINGLE:
        return _SINGLE[char]
    code = ord(char)
    dropped = any(low <= code <= high for low, high in _DROPPED)
    if dropped or unicodedata.category(char) == "Cf":
        return ""
    digit = unicodedata.decimal(char, -1)
    if digit >= 0:
        return str(digit)
    plain = unicodedata.normalize("NFKC", char).casefold()
    base = unicodedata.normalize("NFKD", plain)
    if unicodedata.name(base[0], "").startswith(("LATIN", "GREEK", "COMBINING")):
        plain = "".join(c for c in base if not unicodedata.combining(c))
    return "".join(_SINGLE.get(c, c) for c in plain)


def prepare(text: str) -> str:
    """Return the text composed (NFC, cluster by cluster); half-width kana become full."""
    return text if is_prepared(text) else "".join(map(_compose, _CLUSTER.findall(text)))


def is_prepared(text: str) -> bool:
    """Return whether `prepare` would leave the text as it is."""
    if text.isascii():
        return True
    composed = unicodedata.is_normalized("NFC", text)
    return composed and not any(mark in text for mark in _MARKS)


def _compose(cluster: str) -> str:
    if cluster[-1] in _MARKS:
        return unicodedata.normalize("NFKC", cluster)
    return unicodedata.normalize("NFC", cluster)


def fold(prepared: str) -> str:
    """Return the folded form of a prepared text."""
    return prepared.lower() if prepared.isascii() else prepared.translate(fold_table())


def origin(text: str) -> list[int] | None:
    """Return, for each code point of the folded text and its end, where it stands in `text`.

    None: they stand at the same places.
    """
    if text.isascii():
        return None
    table = fold_table()
    if is_prepared(text):
        if table.resized.isdisjoint(text):
            return None
        pieces = list(text)
    else:
        pieces = _CLUSTER.findall(text)
    places: list[int] = []
    at = 0
    for piece in pieces:
        places.extend([at] * len(_compose(piece).translate(table)))
        at += len(piece)
    places.append(at)
    return places
