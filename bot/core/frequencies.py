"""How common each term is: running counts, which only take effect in steps."""

import zlib
from struct import Struct

import numpy as np
import numpy.typing as npt

Terms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float64]

DAY_S = 86_400
STEP = 20
"""A step is taken when the articles have grown by one in so many, or a day has passed."""
MAX_TERMS = 400_000
MAX_ARTICLES = 2_000_000
"""Beyond, all counts are halved: the language of news changes."""
SCALE = 64
"""Weights are whole numbers, so that sums are exact in any order."""
PRIOR = 50
"""Articles that are imagined at the start, lest the first real ones decide too much."""

_HEAD = Struct("<qqII")


class Frequencies:
    """Counts in how many articles of its language each term stands.

    Weights follow the counts as of the last step, never between steps. So whoever restores the
    dump of a step and counts the articles since again gets the same weights to the last bit.
    """

    def __init__(self) -> None:
        self._terms: Terms = np.empty(0, np.uint32)
        self._counts: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._articles: dict[str, int] = {}
        self._total = 0
        self._fresh: dict[int, int] = {}
        self._fresh_articles: dict[str, int] = {}
        self._fresh_total = 0
        self.last_id = 0
        """The article up to which everything is counted in the last step."""
        self._stepped_at = 0

    def weights(self, terms: Terms, language: str) -> Weights:
        """Return the weight of each term: high for rare ones, whole numbers."""
        return self.of_counts(self.counts(terms), self._articles.get(language, 0))

    @staticmethod
    def of_counts(counts: npt.NDArray[np.int64], articles: int | npt.NDArray[np.int64]) -> Weights:
        """Return the weights of terms that stand in so many of so many articles."""
        weights: Weights = np.rint(SCALE * np.log(1 + (articles + PRIOR) / (counts + 0.5)))
        return weights

    def counts(self, terms: Terms) -> npt.NDArray[np.int64]:
        """Return in how many articles each term stood at the last step."""
        if not len(self._terms):
            return np.zeros(len(terms), np.int64)
        at = np.minimum(np.searchsorted(self._terms, terms), len(self._terms) - 1)
        return np.where(self._terms[at] == terms, self._counts[at], 0)

    def articles(self, language: str) -> int:
        """Return how many articles of a language were counted at the last step."""
        return self._articles.get(language, 0)

    def count(self, terms: Terms, language: str, article_id: int, at: int) -> bool:
        """Count an article seen at `at` (seconds); True when this took a step."""
        if article_id <= self.last_id:
            return False
        for term in terms.tolist():
            self._fresh[term] = self._fresh.get(term, 0) + 1
        self._fresh_articles[language] = self._fresh_articles.get(language, 0) + 1
        self._fresh_total += 1
        if self._fresh_total * STEP < self._total and at - self._stepped_at < DAY_S:
            return False
        self._step(article_id, at)
        return True

    def _step(self, article_id: int, at: int) -> None:
        fresh = np.fromiter(self._fresh.keys(), np.uint32, len(self._fresh))
        added = np.fromiter(self._fresh.values(), np.int64, len(self._fresh))
        terms, where = np.unique(np.concatenate((self._terms, fresh)), return_inverse=True)
        both = np.concatenate((self._counts, added))
        counts = np.bincount(where, both, len(terms)).astype(np.int64)
        for language, articles in self._fresh_articles.items():
            self._articles[language] = self._articles.get(language, 0) + articles
        self._total += self._fresh_total
        self._fresh, self._fresh_articles, self._fresh_total = {}, {}, 0
        if self._total > MAX_ARTICLES:
            counts //= 2
            self._articles = {name: count // 2 for name, count in self._articles.items()}
            self._total = sum(self._articles.values())
        if len(terms) > MAX_TERMS:  # The rarest are as good as unseen.
            order = np.sort(np.argsort(-counts, kind="stable")[: MAX_TERMS // 2])
            terms, counts = terms[order], counts[order]
        self._terms, self._counts = terms, counts
        self.last_id, self._stepped_at = article_id, at

    def dump(self) -> bytes:
        """Return the state as of the last step."""
        languages = "\n".join(f"{name} {count}" for name, count in self._articles.items()).encode()
        head = _HEAD.pack(self.last_id, self._stepped_at, len(self._terms), len(languages))
        body = self._terms.tobytes() + self._counts.astype(np.uint32).tobytes()
        return zlib.compress(head + languages + body, 1)

    def restore(self, state: bytes) -> None:
        """Take the state of a dump; raises ValueError where it is none."""
        try:
            raw = zlib.decompress(state)
        except zlib.error as error:
            raise ValueError("not a dump of term frequencies") from error
        if len(raw) < _HEAD.size:
            raise ValueError("not a dump of term frequencies")
        self.last_id, self._stepped_at, terms, languages = _HEAD.unpack_from(raw)
        start = _HEAD.size + languages
        if len(raw) != start + 8 * terms:
            raise ValueError("the dump of term frequencies is not whole")
        lines = raw[_HEAD.size : start].decode().split("\n") if languages else []
        pairs = (line.rpartition(" ") for line in lines)
        self._articles = {name: int(count) for name, _, count in pairs}
        self._total = sum(self._articles.values())
        self._terms = np.frombuffer(raw, np.uint32, terms, start).copy()
        counts = np.frombuffer(raw, np.uint32, terms, start + 4 * terms)
        self._counts = counts.astype(np.int64)
        self._fresh, self._fresh_articles, self._fresh_total = {}, {}, 0
