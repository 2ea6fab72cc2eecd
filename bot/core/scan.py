"""One field of a text, cut into tokens and barriers once, and the table that finds keys in it."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Final, NamedTuple

from bot.core.folding import fold, origin, prepare
from bot.core.tags import MAX_CAPITALS, MAX_KEY
from bot.core.tokens import drop_possessives, is_word, pattern_for

MAX_TEXT: Final = 100_000
"""Code points of a field that are looked at; ours, so that time stays bounded."""
MAX_STEPS: Final = 300_000
"""Tokens looked at from all starts of a field; ours. A long article needs a tenth of it."""


class Field:
    """One field of a text: its tokens, and where they stand in the text as it came."""

    __slots__ = (
        "_folded", "_origin", "_shouts", "_spans", "joined", "name", "starts", "text", "tokens",
    )  # fmt: skip

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text[:MAX_TEXT]
        self._folded = drop_possessives(fold(prepare(self.text)))
        self.tokens: list[str] = pattern_for(self._folded).findall(self._folded)
        self._lay_out()
        self._shouts: bool | None = None
        self._spans: list[tuple[int, int]] | None = None
        self._origin: list[int] | None = None

    def _lay_out(self) -> None:
        self.joined = "".join(self.tokens)
        self.starts = [0, *accumulate(map(len, self.tokens))]

    def reworded(self, word: Callable[[str], str]) -> "Field":
        """Return the field with each token replaced, standing where it stood."""
        other = object.__new__(Field)
        other.name, other.text, other._folded = self.name, self.text, self._folded
        other._shouts, other._spans, other._origin = None, None, None
        other.tokens = list(map(word, self.tokens))
        other._lay_out()
        return other

    @property
    def shouts(self) -> bool:
        """Return whether the text is all in capitals, so that capitals tell nothing in it."""
        if self._shouts is None:
            cased = [token for token in self.tokens if token.upper() != token]
            telling = len(cased) > 2 or any(len(token) > MAX_CAPITALS for token in cased)
            self._shouts = telling and self.text.isupper()
        return self._shouts

    def span(self, first: int, last: int, cut: int) -> tuple[int, int]:
        """Return where tokens `first` to `last` stand in the text, less `cut` at the end."""
        if self._spans is None:
            self._spans = [
                found.span() for found in pattern_for(self._folded).finditer(self._folded)
            ]
            self._origin = origin(self.text)
        start, end = self._spans[first][0], self._spans[last][1] - cut
        places = self._origin
        if places is None:
            return start, end
        return places[start], places[bisect_right(places, places[end - 1])]


class Found(NamedTuple):
    """A key met in a field: tokens `first` to `last`, less `cut` code points of an ending."""

    key: str
    first: int
    last: int
    cut: int


class KeyTable:
    """Keys that are looked for, noted so that a text is read once however many there are.

    A key has no token borders of its own, so a text's tokens are joined from each start on. The
    beginnings of keys are counted, longer ones of longer keys; a start whose joined text begins
    like no key is left after one look.
    """

    __slots__ = ("_fours", "_gate", "_heads", "_keys", "_singles", "_twos")

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._gate: dict[str, int] = {}
        self._fours: dict[str, int] = {}
        self._twos: dict[str, int] = {}
        self._singles: dict[str, int] = {}

    def add(self, key: str) -> None:
        """Look for the key from now on; as many times as it is added."""
        count = self._keys.get(key, 0)
        self._keys[key] = count + 1
        if count:
            return
        for counts, head in self._places(key):
            counts[head] = counts.get(head, 0) + 1

    def discard(self, key: str) -> None:
        """Undo one `add`."""
        if not _count_down(self._keys, key):
            return
        for counts, head in self._places(key):
            _count_down(counts, head)

    def _places(self, key: str) -> list[tuple[dict[str, int], str]]:
        """Return where the key's beginning is counted: longer ones for longer keys."""
        if len(key) >= 7:
            return [(self._heads, key[: 12 if len(key) >= 12 else 7]), (self._gate, key[:7])]
        if len(key) >= 4:
            return [(self._fours, key[:4])]
        return [(self._twos, key[:2])] if len(key) > 1 else [(self._singles, key)]

    def search(self, field: Field, endings: Callable[[str], tuple[int, ...]]) -> list[Found]:
        """Return every key in the field; `endings` gives what may be cut off a last token."""
        joined, starts, heads, gate = field.joined, field.starts, self._heads, self._gate
        begins = [
            number
            for number, at in enumerate(starts)
            if joined[at : at + 7] in gate
            and (joined[at : at + 12] in heads or joined[at : at + 7] in heads)
        ]
        for size, shorts in ((4, self._fours), (2, self._twos)):
            if shorts:
                begins += [n for n, at in enumerate(starts) if joined[at : at + size] in shorts]
        if self._singles:
            singles = self._singles
            begins += [n for n, token in enumerate(field.tokens) if token in singles]
        found: list[Found] = []
        steps = 0
        for first in dict.fromkeys(begins):
            steps += self._search_from(field, first, endings, found)
            if steps > MAX_STEPS:
                break
        return found

    def _search_from(
        self,
        field: Field,
        first: int,
        endings: Callable[[str], tuple[int, ...]],
        found: list[Found],
    ) -> int:
        """Add what begins with token `first`; return how many tokens were looked at."""
        tokens, starts, joined, keys = field.tokens, field.starts, field.joined, self._keys
        begin = starts[first]
        longest = self._longest(joined, begin)
        last = first
        for last in range(first, len(tokens)):
            token = tokens[last]
            if not (token.isalnum() or is_word(token)):
                break
            end = starts[last + 1]
            text = joined[begin:end]
            if text in keys:
                found.append(Found(text, first, last, 0))
            if token[-1] == "s" or token[-1] > "\x7f":
                cuts = [cut for cut in endings(token) if text[:-cut] in keys]
                found.extend(Found(text[:-cut], first, last, cut) for cut in cuts)
            if end - begin >= longest:
                break
        return last - first + 1

    def _longest(self, joined: str, begin: int) -> int:
        """Return how long a key that begins here may be."""
        if joined[begin : begin + 12] in self._heads:
            return MAX_KEY
        return 11 if joined[begin : begin + 7] in self._heads else 6


def _count_down(counts: dict[str, int], name: str) -> bool:
    """Take one from a count; return whether that was the last."""
    left = counts.get(name, 0) - 1
    if left > 0:
        counts[name] = left
        return False
    counts.pop(name, None)
    return left == 0
