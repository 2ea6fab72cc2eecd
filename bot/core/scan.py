"""One field of a text, cut into tokens once, and the table that finds keys in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.core.folding import fold, origin, prepare
from bot.core.tags import MAX_KEY
from bot.core.tokens import BARRIER, drop_possessives, is_word, token_pattern

MAX_TEXT: Final = 100_000
"""Code points of a field that are looked at; ours, so that time stays bounded."""
_LEVELS: Final = (4, 8, 16)
"""Lengths at which a key's beginning is noted, so that most texts are left after one look."""
_SHORT: Final = _LEVELS[0]
_LONGEST_ENDING: Final = 8


class Field:
    """One field of a text: its tokens, and where they stand in the text as it came."""

    __slots__ = ("_folded", "_origin", "_spans", "joined", "name", "starts", "text", "tokens")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text[:MAX_TEXT]
        self._folded = drop_possessives(fold(prepare(self.text)))
        found = token_pattern().findall(self._folded)
        self.tokens: list[str] = [t if t.isalnum() or is_word(t) else BARRIER for t in found]
        self._lay_out()
        self._spans: list[tuple[int, int]] | None = None
        self._origin: list[int] | None = None

    def _lay_out(self) -> None:
        self.joined = "".join(self.tokens)
        self.starts = [0, *accumulate(map(len, self.tokens))]

    def reworded(self, word: Callable[[str], str]) -> "Field":
        """Return the field with each token replaced, standing where it stood."""
        other = object.__new__(Field)
        other.name, other.text, other._folded = self.name, self.text, self._folded
        other._spans, other._origin = self._spans, self._origin
        other.tokens = list(map(word, self.tokens))
        other._lay_out()
        return other

    def span(self, first: int, last: int, cut: int) -> tuple[int, int]:
        """Return where tokens `first` to `last` stand in the text, less `cut` at the end."""
        if self._spans is None:
            self._spans = [found.span() for found in token_pattern().finditer(self._folded)]
            self._origin = origin(self.text)
        start, end = self._spans[first][0], self._spans[last][1] - cut
        places = self._origin
        if places is None:
            return start, end
        return places[start], places[bisect_right(places, places[end - 1])]


@dataclass(frozen=True, slots=True)
class Found:
    """A key met in a field: tokens `first` to `last`, less `cut` code points of an ending."""

    key: str
    first: int
    last: int
    cut: int


class KeyTable:
    """Keys that are looked for, noted so that a text is read once however many there are.

    A key has no token borders of its own, so a text's tokens are joined from each start on. Its
    first 4, 8 and 16 code points are counted; a start whose joined text begins like no key is left.
    """

    __slots__ = ("_heads", "_keys", "_shorts", "_singles")

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._shorts: dict[str, int] = {}
        self._singles: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str) -> None:
        """Look for the key from now on; as many times as it is added."""
        count = self._keys.get(key, 0)
        self._keys[key] = count + 1
        if count:
            return
        if len(key) == 1:
            self._singles.add(key)
        elif len(key) < _SHORT:
            self._shorts[key[:2]] = self._shorts.get(key[:2], 0) + 1
        for level in _LEVELS:
            if len(key) >= level:
                head = key[:level]
                self._heads[head] = self._heads.get(head, 0) + 1

    def discard(self, key: str) -> None:
        """Undo one `add`."""
        if not _count_down(self._keys, key):
            return
        if len(key) == 1:
            self._singles.discard(key)
        elif len(key) < _SHORT:
            _count_down(self._shorts, key[:2])
        for level in _LEVELS:
            if len(key) >= level:
                _count_down(self._heads, key[:level])

    def search(self, field: Field, endings: Callable[[str], tuple[int, ...]]) -> Iterator[Found]:
        """Yield every key in the field; `endings` gives what may be cut off a last token."""
        joined, starts, heads, shorts = field.joined, field.starts, self._heads, self._shorts
        begins = [
            number
            for number, at in enumerate(starts)
            if joined[at : at + 4] in heads or joined[at : at + 2] in shorts
        ]
        if self._singles:
            singles = self._singles
            begins += [number for number, token in enumerate(field.tokens) if token in singles]
        for first in begins:
            yield from self._from(field, first, endings)

    def _from(
        self, field: Field, first: int, endings: Callable[[str], tuple[int, ...]]
    ) -> Iterator[Found]:
        tokens, starts, joined, keys = field.tokens, field.starts, field.joined, self._keys
        begin = starts[first]
        for last in range(first, len(tokens)):
            token = tokens[last]
            if token == BARRIER:
                return
            end = starts[last + 1]
            if (text := joined[begin:end]) in keys:
                yield Found(text, first, last, 0)
            for cut in endings(token):
                if text[:-cut] in keys:
                    yield Found(text[:-cut], first, last, cut)
            if self._leads_nowhere(joined, begin, end - begin):
                return

    def _leads_nowhere(self, joined: str, begin: int, length: int) -> bool:
        level = 4 if length < 8 else 8 if length < 16 else 16
        if length < level:
            return False
        return length > MAX_KEY or joined[begin : begin + level] not in self._heads


def _count_down(counts: dict[str, int], name: str) -> bool:
    """Take one from a count; return whether that was the last."""
    left = counts.get(name, 0) - 1
    if left > 0:
        counts[name] = left
        return False
    counts.pop(name, None)
    return left == 0
