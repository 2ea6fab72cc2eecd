"""The articles of the last days, so kept that the alike ones are found at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.core.duplicates import Fingerprint
from bot.core.frequencies import SCALE, Frequencies, Terms, Weights
from bot.core.postings import MAX_TIMES, Numbers, Postings, docs_of, times_of

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
        self._ends, self._lengths = Column(np.int64), Column(np.float64)
        self._spoken = Column(np.uint8)
        self._facts = {name: Column(np.int64) for name in Facts.__slots__}
        self._prints: list[Fingerprint] = []
        self._members: dict[int, list[int]] = {}
        self.first = 0
        """The number of the oldest article that is kept."""
        self._cut_terms = 0

    def __len__(self) -> int:
        return len(self._prints)

    def facts(self, number: int) -> Facts:
        """Return the facts of an article by its number."""
        return self.facts_of([number])[0]

    def facts_of(self, numbers: Sequence[int]) -> list[Facts]:
        """Return the facts of articles by their numbers."""
        at = np.array(numbers, np.int64) - self.first
        columns = [column.values[at].tolist() for column in self._facts.values()]
        return [Facts(*row) for row in zip(*columns, strict=True)]

    def stories_of(self, numbers: Sequence[int]) -> list[int]:
        """Return the stories of articles by their numbers."""
        told: list[int] = (
            self._facts["story"].values[np.array(numbers, np.int64) - self.first].tolist()
        )
        return told

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
        self._lengths.extend([self._length(vector)])
        for name, column in self._facts.items():
            column.extend([getattr(facts, name)])
        self._prints.append(fingerprint)
        self._members.setdefault(facts.story, []).append(number)
        return number

    def _length(self, vector: Vector) -> float:
        weights = self._frequencies.weights(vector.terms, vector.language)
        return float(np.sqrt(np.sum((weights * _TIMES[vector.times]) ** 2)))

    def forget(self, seen_before: int) -> None:
        """Drop articles seen before that moment, from the oldest to the first that was not."""
        kept = np.flatnonzero(self._facts["seen"].values >= seen_before)
        count = int(kept[0]) if len(kept) else len(self)
        if not count or (8 * count < len(self)):  # Cutting copies the rest: not too often.
            return
        for story in self._facts["story"].values[:count].tolist():
            self._members[story].pop(0)
            if not self._members[story]:
                del self._members[story]
        cut = int(self._ends.values[count - 1]) - self._cut_terms
        for column in (self._ends, self._lengths, self._spoken, *self._facts.values()):
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
        for run in self._postings.runs():
            which = np.repeat(np.arange(len(run.terms)), run.lengths)
            alive = docs_of(run.rows) >= self.first
            which, rows = which[alive], run.rows[alive]
            docs = docs_of(rows) - self.first
            starts = np.flatnonzero(np.diff(which, prepend=-1))
            articles = sizes[self._spoken.values[docs[starts]]]
            counts = self._frequencies.counts(run.terms[which[starts]])
            lengths = np.diff(starts, append=len(rows))
            weights = np.repeat(self._frequencies.of_counts(counts, articles), lengths)
            squares += np.bincount(docs, (weights * _TIMES[times_of(rows)]) ** 2, len(self))
        self._lengths = Column(np.float64)
        self._lengths.extend(np.sqrt(squares))

    def members(self, story: int, seen_from: int) -> Places:
        """Return the numbers of a story's articles that were seen since that moment."""
        numbers = np.array(self._members.get(story, ()), np.int64)
        return numbers[self._facts["seen"].values[numbers - self.first] >= seen_from]

    def closeness(self, vector: Vector, numbers: Places) -> float:
        """Return the cosine, 0 … 1, of an article and the sum of others of its language."""
        own = self._frequencies.weights(vector.terms, vector.language) * _TIMES[vector.times]
        places, which = self._places(numbers - self.first)
        order = np.argsort(self._terms.values[places], kind="stable")
        terms, times = self._terms.values[places[order]], self._times.values[places[order]]
        starts = np.flatnonzero(np.diff(terms, prepend=terms[:1] ^ 1))
        distinct = terms[starts]
        shares = _TIMES[times] / self._lengths.values[numbers - self.first][which[order]]
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
        if not alive.all():
            docs, shares = docs[alive], shares[alive]
        sums = np.bincount(docs, shares, len(self))
        best = self._best(sums.astype(np.float64, copy=False), published, seen, within)
        exact, shared = self._exact(vector.terms, weighed * weights, weights, best)
        exact /= length
        order = np.argsort(-exact, kind="stable")
        order = order[exact[order] >= LEAST]
        columns = (best + self.first, np.minimum(exact, 1.0), shared / SCALE)
        return list(map(Like, *(column[order].tolist() for column in columns)))

    def _best(self, sums: Weights, published: int, seen: int, within: int) -> Places:
        """Return the places of the articles with most in common, of those that are near in time."""
        found = np.flatnonzero(sums > 0)
        rough = sums[found] / self._lengths.values[found]
        for count in (4 * CANDIDATES, len(found)):  # Mostly enough of the first are near.
            best = found[_largest(rough, count)]
            near = np.abs(self._facts["published"].values[best] - published) <= within
            near &= self._facts["seen"].values[best] >= seen - within
            best = best[near][:CANDIDATES]
            if len(best) == CANDIDATES:
                break
        return best

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
        return sums / self._lengths.values[docs], shared


def _largest(values: Weights, count: int) -> Places:
    """Return the places of the largest values, the earlier ones first where values are equal."""
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    least = np.partition(values, -count)[-count]
    above = np.flatnonzero(values > least)
    equal = np.flatnonzero(values == least)[: count - len(above)]
    kept = np.sort(np.concatenate((above, equal)))
    return kept[np.argsort(-values[kept], kind="stable")]
