"""An inverted index that grows at one end and is forgotten at the other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint32]
Terms = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

TIMES_BITS = 5
MAX_TIMES = (1 << TIMES_BITS) - 1
"""A term counts at most so often in one document."""
RUN = 512
"""Documents that are kept unsorted before they become a run."""
LONGEST = 16_384
"""Documents of the longest run: merging longer ones would make others wait."""

_TERM_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A sorted piece of the index: each term's rows, of 27 bits of document and 5 of how often."""

    terms: Terms
    """Ascending, each once."""
    starts: Numbers
    """Where each term's rows start; at last, where the last ones end."""
    rows: Rows
    first: int
    last: int

    def find(self, terms: Terms) -> tuple[Rows, Numbers]:
        """Return the rows of the terms, and which term each row belongs to."""
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        asked = np.flatnonzero(self.terms[at] == terms)
        starts = self.starts[at[asked]]
        lengths = self.starts[at[asked] + 1] - starts
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0)
        places += np.repeat(starts - ends + lengths, lengths)
        return self.rows[places], np.repeat(asked, lengths)

    @property
    def lengths(self) -> Numbers:
        """Return in how many documents each term stands."""
        return np.diff(self.starts)


def docs_of(rows: Rows) -> Numbers:
    """Return the document of each row."""
    return (rows >> TIMES_BITS).astype(np.int64)


def times_of(rows: Rows) -> Rows:
    """Return how often the term stands in the document of each row."""
    return rows & np.uint32(MAX_TIMES)


class Postings:
    """Which documents carry a term. Documents are numbered upwards, without gaps."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._fresh: list[tuple[Terms, Rows]] = []
        self._heads: dict[int, list[int]] = {}
        """Of the documents that are in no run yet: their rows by term."""
        self._next = 0

    def add(self, doc: int, terms: Terms, times: Numbers) -> None:
        """Add a document; its number is one more than the last one's."""
        rows = (np.minimum(times, MAX_TIMES) | (doc << TIMES_BITS)).astype(np.uint32)
        self._fresh.append((terms, rows))
        for term, row in zip(terms.tolist(), rows.tolist(), strict=True):
            self._heads.setdefault(term, []).append(row)
        self._next = doc + 1
        if len(self._fresh) == RUN:
            self._settle()

    def _settle(self) -> None:
        """Make the fresh documents a run; merge runs of like length, up to the longest."""
        run = self._fresh_run()
        self._fresh, self._heads = [], {}
        while self._runs and self._mergeable(self._runs[-1], run):
            older = self._runs.pop()
            parts = [(np.repeat(one.terms, one.lengths), one.rows) for one in (older, run)]
            run = _run(parts, older.first, run.last)
        self._runs.append(run)

    def _fresh_run(self) -> Run:
        return _run(self._fresh, self._next - len(self._fresh), self._next)

    @staticmethod
    def _mergeable(older: Run, newer: Run) -> bool:
        length = older.last - older.first
        return length <= newer.last - newer.first and 2 * length <= LONGEST

    def forget(self, before: int) -> None:
        """Drop what can be dropped of the documents numbered below `before`."""
        self._runs = [run for run in self._runs if run.last > before]

    def find(self, terms: Terms) -> tuple[Rows, Numbers]:
        """Return the rows of the terms, and the place in `terms` that each row belongs to."""
        pairs = [run.find(terms) for run in self._runs]
        heads = [self._heads.get(term, ()) for term in terms.tolist()]
        fresh = np.array([row for rows in heads for row in rows], np.uint32)
        which = np.repeat(np.arange(len(terms)), [len(rows) for rows in heads])
        pairs.append((fresh, which))
        return np.concatenate([rows for rows, _ in pairs]), np.concatenate([at for _, at in pairs])

    def runs(self) -> list[Run]:
        """Return everything, in runs."""
        return [*self._runs, self._fresh_run()] if self._fresh else self._runs


def _run(parts: list[tuple[Terms, Rows]], first: int, last: int) -> Run:
    """Return a run of documents `first` … `last` from pairs of terms and their rows."""
    both = np.concatenate([(t.astype(np.uint64) << _TERM_SHIFT) | rows for t, rows in parts])
    both.sort()
    terms = (both >> _TERM_SHIFT).astype(np.uint32)
    starts = np.flatnonzero(np.diff(terms, prepend=~terms[:1]))
    rows = both.astype(np.uint32)
    return Run(terms[starts], np.append(starts, len(both)), rows, first, last)
