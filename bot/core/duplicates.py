"""Near-duplicates: how much of the smaller text stands in the other one."""

import unicodedata
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import regex

from bot.core.particulars import are_apart, are_at_odds, names_of

FULL_WORDS = 60
"""From so many words on a text counts as a full one."""
FULL, SHORT, MIXED = 0.62, 0.44, 0.55
"""Containment from which two texts are the same: both full, both short, one of each."""
CERTAIN, BEYOND_DOUBT = 0.7, 0.85
"""Containment below which two texts are reports of one form, not the same: each names others,
no name is in both."""
WINDOW_S = 72 * 3_600
"""Seconds between two publications beyond which nothing is a duplicate: bulletins repeat."""
MAX_CHARS = 2_000
"""How much of a text is compared: copies are cut at their end, not at their start."""
GRAM, DENSE_GRAM = 8, 4
"""Characters in a row that are compared; fewer in scripts that are not cut into words."""
MIN_NUMBERS = 4
SAMPLED, DOUBT = 40, 0.3
"""A sample of so many grams, or more, that lies so far below the bound spares the rest: four
standard deviations."""

_NOISE = regex.compile(r"[\W_]+")
_DENSE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}]")
_NUMBER = regex.compile(r"\d+")
_BASE = 0x9E3779B97F4A7C15

Grams = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to compare it; small, as a window holds a hundred thousand."""

    packed: bytes
    full: bool
    dense: bool
    names: str = ""
    """The names of its headline and lead, as `particulars` has them."""

    @property
    def text(self) -> str:
        """Return the compared text."""
        return zlib.decompress(self.packed).decode()


def fingerprint(title: str, text: str) -> Fingerprint:
    """Return the fingerprint of an article's title and text."""
    plain = fold(f"{title[: 2 * MAX_CHARS]} {text[: 2 * MAX_CHARS]}")[:MAX_CHARS]
    dense = len(_DENSE.findall(plain))
    words = plain.count(" ") + 1 + dense // 2
    return Fingerprint(
        packed=zlib.compress(plain.encode()),
        full=words >= FULL_WORDS,
        dense=2 * dense > len(plain),
        names=names_of(title, text),
    )


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, small letters, blanks for all that is no letter."""
    return _NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def grams(text: str, size: int) -> Grams:
    """Return the sorted hashes of all runs of `size` characters, a power of two."""
    return _each_once(_hashes(text, size))


def _hashes(text: str, size: int) -> Grams:
    hashes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    if len(hashes) < size:
        return np.empty(0, np.uint64)
    span = 1
    while span < size:  # Of runs of one, two, four characters: those of twice as many.
        factor = np.uint64(pow(_BASE, span, 1 << 64))
        hashes = hashes[:-span] * factor + hashes[span:]
        span *= 2
    # Multiplication mixes upwards only: bring the high bits down.
    return hashes ^ (hashes >> np.uint64(29))


def containment(one: Grams, other: Grams) -> float:
    """Return which part of the smaller set is in the other one, 0 … 1."""
    smaller = min(len(one), len(other))
    if not smaller:
        return 0.0
    both = np.concatenate((one, other))
    return (len(both) - len(_each_once(both))) / smaller


def _each_once(hashes: Grams) -> Grams:
    """Return them sorted, each once; on so few `np.unique` takes far longer."""
    hashes.sort()
    return hashes[np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))]


def other_numbers(one: str, other: str) -> bool:
    """Tell whether two texts of the same form tell of different figures: a recurring bulletin."""
    left, right = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if min(len(left), len(right)) < MIN_NUMBERS:
        return False
    return 3 * len(left & right) < min(len(left), len(right))


def is_same_rest(one: str, other: str) -> bool:
    """Tell whether two texts (folded) under the same headline are the same, lightly edited."""
    return one == other or containment(grams(one, GRAM), grams(other, GRAM)) >= SHORT


class Prober:
    """Compares one text with many; works out its own grams once."""

    def __init__(self, probe: Fingerprint) -> None:
        self._probe = probe
        self._text = probe.text
        self._grams: dict[int, tuple[Grams, Grams]] = {}
        """Of the size: all grams, and the sample of them."""

    def is_duplicate(self, other: Fingerprint) -> bool:
        """Tell whether the other text is the same one, cut, framed or lightly edited."""
        text = other.text
        if not self._contained(text, other):
            return False
        same_kind = self._probe.full == other.full
        return not (same_kind and other_numbers(self._text, text))

    def _contained(self, text: str, other: Fingerprint) -> bool:
        size = DENSE_GRAM if self._probe.dense or other.dense else GRAM
        if size not in self._grams:
            own = grams(self._text, size)
            self._grams[size] = own, _sample(own)
        own, sample = self._grams[size]
        theirs, needed = _hashes(text, size), _threshold(self._probe, other)
        few = _sample(theirs)  # With repeats, which make it look more alike, never less.
        if min(len(sample), len(few)) >= SAMPLED and containment(sample, few) < needed - DOUBT:
            return False
        part = containment(own, _each_once(theirs))
        if part < needed:
            return False
        names = self._text, self._probe.names, text, other.names
        if part < CERTAIN and are_at_odds(*names):
            return False
        return part >= BEYOND_DOUBT or not are_apart(*names)


def _sample(hashes: Grams) -> Grams:
    """Return one in eight, the same ones of every text."""
    kept: Grams = hashes[(hashes & np.uint64(7)) == 0]
    return kept


def _threshold(one: Fingerprint, other: Fingerprint) -> float:
    if one.full != other.full:
        return MIXED
    return FULL if one.full else SHORT
