"""The articles of the last days, so kept that the alike ones are found at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.core.duplicates import Fingerprint
from bot.core.frequencies import SCALE, Frequencies, Terms, Weights
from bot.core.postings import MAX_TIMES, Numbers, Postings, docs_of, terms_of, times_of

Places = npt.NDArray[np.int64]

COMMON = 0.02
"""Terms in a larger part of a language's articles find no candidates; they still count."""
MIN_ARTICLES = 2_000
"""Below so many articles no term is called common."""
CANDIDATES = 96
"""Most alike articles that are compared in full."""
LEAST = 0.05
"""Likeness below which articles have nothing in common."""

_TIMES = np.rint(16 * (1 + np.log(np.maximum(np.arange(MAX_TIMES + 1), 1))))
"""What a term counts that stands so often in an article; whole numbers, as in `frequencies`."""


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """An article's terms, ascending and each once, and how often each stands there."""

    language: str
    terms: Terms
    times: Numbers

    @classmethod
    def of(cls, language: str, counted: dict[int, int]) -> "Vector":
        """Return the vector of terms with their counts."""
        terms = np.fromiter(counted.keys(), np.uint32, len(counted))
        times = np.fromiter(counted.values(), np.int64, len(counted))
        order = np.argsort(terms)
        return cls(language, terms[order], np.minimum(times[order], MAX_TIMES))


@dataclass(frozen=True, slots=True)
class Like:
    """An article of the window that is like the asking one."""

    number: int
    """Its place in the window, ascending in the order of adding."""
    likeness: float
    """Cosine, 0 … 1."""
    shared: float
    """Weights of the terms that both have, summed, in nats: how little they share by chance."""


class Column:
    """Numbers that are appended at the end and dropped at the start."""

    def __init__(self, kind: npt.DTypeLike) -> None:
        self._room = np.zeros(1_024, kind)
        self._length = 0

    def extend(self, values: npt.ArrayLike) -> None:
        """Append the values."""
        added = np.asarray(values, self._room.dtype)
        need = self._length + len(added)
        if need > len(self._room):
            room = np.zeros(need + need // 4, self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : need] = added
        self._length = need

    def cut(self, count: int) -> None:
        """Drop the first so many."""
        self._room = self._room[count : self._length].copy()
        self._length -= count

    @property
    def values(self) -> npt.NDArray[Any]:
        """Return what is in it; a view."""
        return self._room[: self._length]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article of the window beside its words; times in seconds."""

    article: int
    story: int
    source: int
    published: int
    seen: int


class Window:
    """Articles as vectors, with their facts, by number in the order of adding."""

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._postings = Postings()
        self._languages: dict[str, int] = {}
        self._terms, self._times = Column(np.uint32), Column(np.uint8)
        self._ends, self._norms = Column(np.int64), Column(np.float64)
        self._spoken = Column(np.uint8)
        self._facts = {name: Column(np.int64) for name in Facts.__slots__}
        self._prints: list[Fingerprint] = []
        self.first = 0
        """The number of the oldest article that is kept."""
        self._cut_terms = 0

    def __len__(self) -> int:
        return len(self._prints)

    def facts(self, number: int) -> Facts:
        """Return the facts of an article by its number."""
        at = number - self.first
        return Facts(**{name: int(column.values[at]) for name, column in self._facts.items()})

    def fingerprint(self, number: int) -> Fingerprint:
        """Return the fingerprint of an article by its number."""
        return self._prints[number - self.first]

    def has(self, number: int) -> bool:
        """Tell whether the article is still kept."""
        return number >= self.first

    def add(self, vector: Vector, fingerprint: Fingerprint, facts: Facts) -> int:
        """Add an article and return its number."""
        number = self.first + len(self)
        self._postings.add(number, vector.terms, vector.times)
        self._terms.extend(vector.terms)
        self._times.extend(vector.times)
        self._ends.extend([self._cut_terms + len(self._terms.values)])
        self._spoken.extend([self._languages.setdefault(vector.language, len(self._languages))])
        self._norms.extend([self._norm(vector)])
        for name, column in self._facts.items():
            column.extend([getattr(facts, name)])
        self._prints.append(fingerprint)
        return number

    def _norm(self, vector: Vector) -> float:
        weights = self._frequencies.weights(vector.terms, vector.language)
        return float(np.sum((weights * _TIMES[vector.times]) ** 2))

    def forget(self, seen_before: int) -> None:
        """Drop articles seen before that moment, from the oldest to the first that was not."""
        kept = np.flatnonzero(self._facts["seen"].values >= seen_before)
        count = int(kept[0]) if len(kept) else len(self)
        if not count or (8 * count < len(self)):  # Cutting copies the rest: not too often.
            return
        cut = int(self._ends.values[count - 1]) - self._cut_terms
        for column in (self._ends, self._norms, self._spoken, *self._facts.values()):
            column.cut(count)
        self._terms.cut(cut)
        self._times.cut(cut)
        self._cut_terms += cut
        del self._prints[:count]
        self.first += count
        self._postings.forget(self.first)

    def reweigh(self) -> None:
        """Work out all lengths anew, after the frequencies took a step."""
        squares = np.zeros(len(self))
        sizes = np.array([self._frequencies.articles(name) for name in self._languages], np.int64)
        for rows in self._postings.pieces():
            rows = rows[docs_of(rows) >= self.first]  # noqa: PLW2901 - the same rows, the dead left out
            docs = docs_of(rows) - self.first
            terms = terms_of(rows)
            starts = np.flatnonzero(np.diff(terms, prepend=terms[:1] ^ 1))
            lengths = np.diff(starts, append=len(rows))
            articles = sizes[self._spoken.values[docs[starts]]]
            counts = self._frequencies.counts(terms[starts])
            weights = np.repeat(self._frequencies.of_counts(counts, articles), lengths)
            squares += np.bincount(docs, (weights * _TIMES[times_of(rows)]) ** 2, len(self))
        self._norms = Column(np.float64)
        self._norms.extend(squares)

    def members(self, story: int, seen_from: int) -> Places:
        """Return the numbers of a story's articles that were seen since that moment."""
        found = np.flatnonzero(self._facts["story"].values == story)
        return found[self._facts["seen"].values[found] >= seen_from] + self.first

    def closeness(self, vector: Vector, numbers: Places) -> float:
        """Return the cosine, 0 … 1, of an article and the sum of others of its language."""
        own = self._frequencies.weights(vector.terms, vector.language) * _TIMES[vector.times]
        places, which = self._places(numbers - self.first)
        order = np.argsort(self._terms.values[places], kind="stable")
        terms, times = self._terms.values[places[order]], self._times.values[places[order]]
        starts = np.flatnonzero(np.diff(terms, prepend=terms[:1] ^ 1))
        distinct = terms[starts]
        shares = _TIMES[times] / np.sqrt(self._norms.values[numbers - self.first])[which[order]]
        total = np.add.reduceat(shares, starts)
        total *= self._frequencies.weights(distinct, vector.language)
        at = np.minimum(np.searchsorted(distinct, vector.terms), len(distinct) - 1)
        common = distinct[at] == vector.terms
        product = float(np.sum(own[common] * total[at[common]]))
        return product / float(np.sqrt(np.sum(own**2) * np.sum(total**2)))

    def _places(self, docs: Places) -> tuple[Places, Places]:
        """Return where the terms of those articles lie, and which article each belongs to."""
        ends = self._ends.values[docs] - self._cut_terms
        starts = np.where(docs > 0, self._ends.values[docs - 1] - self._cut_terms, 0)
        lengths = ends - starts
        which = np.repeat(np.arange(len(docs)), lengths)
        offsets = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.repeat(starts, lengths) + offsets, which

    def like(self, vector: Vector, published: int, seen: int, within: int) -> list[Like]:
        """Return the articles most like this one, the likest first, of its language.

        Only those published within so many seconds of it, and seen so many before it at most.
        """
        weights = self._frequencies.weights(vector.terms, vector.language)
        weighed = weights * _TIMES[vector.times]
        length = float(np.sqrt(np.sum(weighed**2)))
        if not len(self) or not length:
            return []
        telling = self._telling(vector)
        rows, which = self._postings.find(vector.terms[telling])
        docs = docs_of(rows) - self.first
        shares = (weighed * weights)[telling][which] * _TIMES[times_of(rows)]
        alive = docs >= 0
        sums = np.bincount(docs[alive], shares[alive], len(self))
        found = np.flatnonzero(sums)
        near = np.abs(self._facts["published"].values[found] - published) <= within
        near &= self._facts["seen"].values[found] >= seen - within
        found = found[near]
        rough = sums[found] / np.sqrt(self._norms.values[found])
        best = found[np.argsort(-rough, kind="stable")[:CANDIDATES]]
        exact, shared = self._exact(vector.terms, weighed * weights, weights, best)
        exact /= length
        order = np.argsort(-exact, kind="stable")
        first = self.first
        return [
            Like(first + int(best[at]), min(1.0, float(exact[at])), float(shared[at]) / SCALE)
            for at in order
            if exact[at] >= LEAST
        ]

    def _telling(self, vector: Vector) -> Places:
        """Return the places of the terms that are rare enough to find candidates by."""
        articles = self._frequencies.articles(vector.language)
        if articles < MIN_ARTICLES:
            return np.arange(len(vector.terms))
        return np.flatnonzero(self._frequencies.counts(vector.terms) <= COMMON * articles)

    def _exact(
        self, terms: Terms, factors: Weights, weights: Weights, docs: Places
    ) -> tuple[Weights, Weights]:
        """Return cosines, times the asking vector's length, and the shared terms' weights."""
        places, which = self._places(docs)
        theirs = self._terms.values[places]
        at = np.minimum(np.searchsorted(terms, theirs), len(terms) - 1)
        same = terms[at] == theirs
        products = factors[at] * _TIMES[self._times.values[places]]
        sums = np.bincount(which[same], products[same], len(docs))
        shared: Weights = np.bincount(which[same], weights[at[same]], len(docs)).astype(np.float64)
        return sums / np.sqrt(self._norms.values[docs]), shared
