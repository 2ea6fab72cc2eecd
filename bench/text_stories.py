"""Scores duplicates, stories and addresses on labelled news text; see `bench/text.py`."""

import json
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np

from bot.core.duplicates import FULL, GRAM, MIXED, SHORT, Prober, fingerprint, fold, grams
from bot.core.stories import Grouper
from bot.core.urls import canonical_url
from storage.records import ArticleId, NewArticle, SourceId, StoryId

Row = tuple[str, float, dict[str, float]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHORT_CHARS, LEAD_CHARS = 200, 600
WINDOW_HOURS = 72
ORDERS = 5
"""Random orders in which the stories' documents come; the mean is shown."""


def rows(folder: Path) -> list[Row]:
    """Return (metric, our figure, {baseline: its figure}) for every score."""
    return [
        *_seed(folder / "seed.jsonl"),
        *_pairs(folder / "neardup_pairs.jsonl"),
        *_false_merges(folder / "story_docs.jsonl"),
        *_stories(folder / "story_docs.jsonl"),
        *_threads(folder / "thread_pairs.jsonl"),
        *_addresses(folder / "url_pairs.jsonl"),
    ]


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.open(encoding="utf-8")] if path.exists() else []


def f1(found: Sequence[bool], gold: Sequence[bool]) -> float:
    """Return the F1 of what was found."""
    right = sum(a and b for a, b in zip(found, gold, strict=True))
    return 2 * right / max(1, sum(found) + sum(gold))


def best_f1(scores: Sequence[float], gold: Sequence[bool]) -> float:
    """Return the F1 at the best threshold, chosen on the same pairs: flatters baselines."""
    return max(f1([score >= cut for score in scores], gold) for cut in set(scores))


# --- near-duplicates ----------------------------------------------------------------------------


def _text(doc: dict, chars: int | None) -> tuple[str, str]:
    return doc["title"], doc["text"][:chars]


def _shingles(text: str) -> set[int]:
    words = fold(text).split()
    return {zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)}


def minhash(one: str, other: str) -> float:
    """Return the Jaccard likeness of word 3-shingles as 128 minimal hashes estimate it."""
    numbers = np.random.default_rng(1)
    factors = numbers.integers(1, 2**61, 128, np.uint64)[:, None] | np.uint64(1)
    least = []
    for text in (one, other):
        hashes = np.fromiter(_shingles(text) or {0}, np.uint64)
        least.append(((hashes * factors) >> np.uint64(7)).min(axis=1))
    return float(np.mean(least[0] == least[1]))


class Tfidf:
    """TF-IDF over whole words, counted on all texts beforehand."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._df = Counter(word for text in texts for word in set(fold(text).split()))
        self._n = len(texts)

    def vector(self, text: str) -> dict[str, float]:
        """Return the unit vector of a text."""
        counts = Counter(fold(text).split())
        raw = {w: c * np.log((1 + self._n) / (1 + self._df[w])) for w, c in counts.items()}
        length = sum(weight**2 for weight in raw.values()) ** 0.5 or 1.0
        return {word: weight / length for word, weight in raw.items()}

    def cosine(self, one: str, other: str) -> float:
        """Return the cosine of two texts."""
        a, b = self.vector(one), self.vector(other)
        return sum(weight * b.get(word, 0.0) for word, weight in a.items())


def _pairs(path: Path) -> Iterator[Row]:
    pairs = [pair for pair in _read(path) if pair["label"] != "partial"]
    if not pairs:
        return
    gold = [pair["label"] == "copy" for pair in pairs]
    near = [(pair["hours_apart"] or 0) <= WINDOW_HOURS for pair in pairs]
    modes = (
        ("full", None, None),
        ("short", SHORT_CHARS, SHORT_CHARS),
        ("mixed", SHORT_CHARS, None),
    )
    for name, left, right in modes:
        texts = [(_text(pair["a"], left), _text(pair["b"], right)) for pair in pairs]
        found = [
            close and Prober(fingerprint(*a)).is_duplicate(fingerprint(*b))
            for (a, b), close in zip(texts, near, strict=True)
        ]
        plain = [(" ".join(a), " ".join(b)) for a, b in texts]
        tfidf = Tfidf([text for pair in plain for text in pair])
        hashes = [close * minhash(*pair) for pair, close in zip(plain, near, strict=True)]
        cosines = [close * tfidf.cosine(*pair) for pair, close in zip(plain, near, strict=True)]
        yield (
            f"near-duplicates, {name}: F1",
            f1(found, gold),
            {"MinHash, best": best_f1(hashes, gold), "TF-IDF, best": best_f1(cosines, gold)},
        )


def _false_merges(path: Path) -> Iterator[Row]:
    """Count pairs of all documents, of different stories, that pass for duplicates."""
    docs = [doc for doc in _read(path) if doc["text"] or doc["title"]]
    if not docs:
        return
    for name, chars in (("full", None), ("short", SHORT_CHARS)):
        prints = [fingerprint(*_text(doc, chars)) for doc in docs]
        shared: Counter[tuple[int, int]] = Counter()
        holders: dict[int, list[int]] = defaultdict(list)
        sizes = []
        for at, one in enumerate(prints):
            own = grams(one.text, GRAM)
            sizes.append(len(own))
            for gram in own.tolist():
                holders[gram].append(at)
        for held in holders.values():
            shared.update((a, b) for i, a in enumerate(held) for b in held[i + 1 :])
        least = min(FULL, SHORT, MIXED)
        likely = [p for p, n in shared.items() if n >= least * min(sizes[p[0]], sizes[p[1]])]
        false = sum(
            docs[a]["story"] != docs[b]["story"] and Prober(prints[a]).is_duplicate(prints[b])
            for a, b in likely
        )
        total = len(docs) * (len(docs) - 1) // 2
        yield f"false duplicates in {total:,} pairs, {name}", float(false), {}


# --- stories ------------------------------------------------------------------------------------


def _article(doc: dict, chars: int | None, language: str = "en") -> NewArticle:
    title, text = _text(doc, chars)
    return NewArticle((), "", None, title, text, "", "", language, (), None, NOW)


def group(docs: Sequence[dict], chars: int | None) -> list[int]:
    """Return the story that our grouper gives each document, in their order."""
    grouper, stories, given = Grouper(), 0, []
    for at, doc in enumerate(docs, 1):
        features = grouper.prepare(_article(doc, chars))
        story = grouper.decide(features, SourceId(at)).story_id
        if story is None:
            stories += 1
            story = StoryId(stories)
        grouper.added(ArticleId(at), story, SourceId(at), features)
        given.append(int(story))
    return given


def group_by_tfidf(docs: Sequence[dict], chars: int | None, least: float) -> list[int]:
    """Return the baseline's stories: the most alike item before, at a fixed threshold."""
    texts = [" ".join((doc["title"], *_text(doc, chars))) for doc in docs]
    tfidf, given, stories = Tfidf(texts), [], 0
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, text in enumerate(texts):
        vector, likeness = tfidf.vector(text), Counter()
        for word, weight in vector.items():
            for other, theirs in holders[word]:
                likeness[other] += weight * theirs
            holders[word].append((at, weight))
        best, score = max(likeness.items(), key=lambda pair: pair[1], default=(0, 0.0))
        stories += score < least
        given.append(given[best] if score >= least else stories)
    return given


def bcubed(gold: Sequence[object], given: Sequence[object]) -> float:
    """Return the BCubed F1 of a grouping."""
    both, of_gold, of_given = Counter(zip(gold, given, strict=True)), Counter(gold), Counter(given)
    pairs = list(zip(gold, given, strict=True))
    precision = sum(both[pair] / of_given[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / of_gold[pair[0]] for pair in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


def _mean(docs: list[dict], work: Callable[[list[dict]], list[int]]) -> float:
    scores = []
    for seed in range(ORDERS):
        shuffled = random.Random(seed).sample(docs, len(docs))
        scores.append(bcubed([doc["story"] for doc in shuffled], work(shuffled)))
    return sum(scores) / len(scores)


def _stories(path: Path) -> Iterator[Row]:
    docs = [doc for doc in _read(path) if doc["text"] or doc["title"]]
    kinds = sorted({doc["id"].partition("/")[0] for doc in docs})
    for name, chars, least in (("lead", LEAD_CHARS, 0.26), ("short", SHORT_CHARS, 0.22)):
        for kind in ("", *kinds) if len(kinds) > 1 else ("",) if docs else ():
            some = [doc for doc in docs if doc["id"].startswith(kind)]
            yield (
                f"stories, {name}{', ' if kind else ''}{kind}: BCubed F1",
                _mean(some, lambda these: group(these, chars)),  # noqa: B023 - called at once
                {"TF-IDF, fixed": _mean(some, lambda t: group_by_tfidf(t, chars, least))},  # noqa: B023 - called at once
            )


def _threads(path: Path) -> Iterator[Row]:
    pairs = _read(path)
    for language in sorted({pair["lang"] for pair in pairs}):
        some = [pair for pair in pairs if pair["lang"] == language]
        gold = [pair["same_thread"] for pair in some]
        grouper = Grouper()
        docs = [doc for pair in some for doc in (pair["a"], pair["b"])]
        random.Random(1).shuffle(docs)
        for at, doc in enumerate(docs, 1):  # The stream in which the pairs stand.
            features = grouper.prepare(_article(doc, LEAD_CHARS, language))
            grouper.added(ArticleId(at), StoryId(at), SourceId(at), features)
        found = [_joined(grouper, pair, language) for pair in some]
        tfidf = Tfidf([" ".join(_text(doc, SHORT_CHARS)) for doc in docs])
        cosines = [
            tfidf.cosine(*(" ".join(_text(pair[side], SHORT_CHARS)) for side in "ab"))
            for pair in some
        ]
        yield f"threads, {language}: F1", f1(found, gold), {"TF-IDF, best": best_f1(cosines, gold)}


def _joined(trained: Grouper, pair: dict, language: str) -> bool:
    """Tell whether the second of a pair joins the first, with the word counts of the stream."""
    grouper = Grouper()
    grouper.restore(trained.dump())
    first, second = (grouper.prepare(_article(pair[side], LEAD_CHARS, language)) for side in "ab")
    grouper.added(ArticleId(10**9), StoryId(1), SourceId(1), first)
    return grouper.decide(second, SourceId(2)).story_id is not None


# --- the owner's page, addresses ----------------------------------------------------------------


def _seed(path: Path) -> Iterator[Row]:
    docs = _read(path)
    if not docs:
        return
    dated = sorted(docs, key=_date)
    grouper, given = Grouper(), {}
    for at, doc in enumerate(dated, 1):
        when = _date(doc)
        article = NewArticle((), "", None, doc["title"], "", doc["text"], "", "en", (), when, when)
        features = grouper.prepare(article)
        story = grouper.decide(features, SourceId(at)).story_id or StoryId(at)
        grouper.added(ArticleId(at), story, SourceId(at), features)
        given[doc["id"]] = story
    pairs = list(combinations(docs, 2))
    right = sum(
        (given[a["id"]] == given[b["id"]]) == (a["expect"]["duplicate_of"] == b["id"])
        for a, b in pairs
    )
    yield f"owner's page: pairs right of {len(pairs)}", float(right), {}


def _date(doc: dict) -> datetime:
    return datetime.strptime(doc["date"], "%d-%m-%Y").replace(tzinfo=UTC)


def _addresses(path: Path) -> Iterator[Row]:
    pairs = _read(path)
    if not pairs:
        return
    ours = sum((canonical_url(p["a"]) == canonical_url(p["b"])) == p["same"] for p in pairs)
    bare = [
        (re.sub(r"^https?://|[?#].*", "", p["a"]) == re.sub(r"^https?://|[?#].*", "", p["b"]))
        == p["same"]
        for p in pairs
    ]
    yield f"addresses right of {len(pairs)}", float(ours), {"without parameters": float(sum(bare))}
