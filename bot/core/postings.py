"""An inverted index that grows at one end and is forgotten at the other."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint64]
Terms = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

TIMES_BITS = 5
DOC_BITS = 27
MAX_TIMES = (1 << TIMES_BITS) - 1
"""A term counts at most so often in one document."""
MAX_DOCS = 1 << DOC_BITS
RUN = 512
"""Documents that are kept unsorted before they become a run."""
LONGEST = 16_384
"""Documents of the longest run: merging longer ones would make others wait."""

_TERM_SHIFT = np.uint64(32)
_DOC_SHIFT = np.uint64(TIMES_BITS)
_DOC_MASK = np.uint64(MAX_DOCS - 1)
_TIMES_MASK = np.uint64(MAX_TIMES)


class Run:
    """A sorted piece of the index: 32 bits of term, 27 of document, 5 of how often."""

    def __init__(self, rows: Rows, first: int, last: int) -> None:
        self.rows = rows
        self.first, self.last = first, last

    def find(self, terms: Terms) -> tuple[Rows, Numbers]:
        """Return the rows of the terms, and which term each row belongs to."""
        low = terms.astype(np.uint64) << _TERM_SHIFT
        starts = np.searchsorted(self.rows, low)
        ends = np.searchsorted(
            self.rows, low + ((np.uint64(1) << _TERM_SHIFT) - np.uint64(1)), "right"
        )
        lengths = ends - starts
        which = np.repeat(np.arange(len(terms)), lengths)
        offsets = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.rows[np.repeat(starts, lengths) + offsets], which


def docs_of(rows: Rows) -> Numbers:
    """Return the document of each row."""
    return ((rows >> _DOC_SHIFT) & _DOC_MASK).astype(np.int64)


def times_of(rows: Rows) -> Numbers:
    """Return how often the term stands in the document of each row."""
    return (rows & _TIMES_MASK).astype(np.int64)


def terms_of(rows: Rows) -> Terms:
    """Return the term of each row."""
    return (rows >> _TERM_SHIFT).astype(np.uint32)


class Postings:
    """Which documents carry a term. Documents are numbered upwards, without gaps."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._fresh: list[Rows] = []
        self._heads: dict[int, list[int]] = {}
        """Of the documents that are in no run yet: their rows by term."""
        self._next = 0

    def add(self, doc: int, terms: Terms, times: Numbers) -> None:
        """Add a document; its number is one more than the last one's."""
        rows = (terms.astype(np.uint64) << _TERM_SHIFT) | np.uint64(doc << TIMES_BITS)
        rows |= np.minimum(times, MAX_TIMES).astype(np.uint64)
        self._fresh.append(rows)
        for term, row in zip(terms.tolist(), rows.tolist(), strict=True):
            self._heads.setdefault(term, []).append(row)
        self._next = doc + 1
        if len(self._fresh) == RUN:
            self._settle()

    def _settle(self) -> None:
        """Make the fresh documents a run; merge runs of like length, up to the longest."""
        run = Run(np.sort(np.concatenate(self._fresh)), self._next - RUN, self._next)
        self._fresh, self._heads = [], {}
        while self._runs and self._mergeable(self._runs[-1], run):
            older = self._runs.pop()
            run = Run(np.sort(np.concatenate((older.rows, run.rows))), older.first, run.last)
        self._runs.append(run)

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
        fresh = np.array([row for rows in heads for row in rows], np.uint64)
        which = np.repeat(np.arange(len(terms)), [len(rows) for rows in heads])
        pairs.append((fresh, which))
        return np.concatenate([rows for rows, _ in pairs]), np.concatenate([at for _, at in pairs])

    def pieces(self) -> list[Rows]:
        """Return everything, in pieces that are each sorted by term."""
        pieces = [run.rows for run in self._runs]
        return [*pieces, np.sort(np.concatenate(self._fresh))] if self._fresh else pieces
