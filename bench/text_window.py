"""What an article costs beside a full window: duplicates, story and 10,000 tags, and its memory.

The window holds 100,000 articles that are made of the folder's words, as often as they stand in
it, with new words as fast as news brings them; every third tells a story of the hours before it,
in words of its own.
"""

import gc
import json
import random
import re
import resource
import statistics
import time
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import tags
from bot.core.match import MatchText, TagIndex
from bot.core.query import parse_query
from bot.core.stories import Grouper
from storage.records import ArticleId, NewArticle, QueryId, SourceId, StoryId

Row = tuple[str, float, dict[str, float]]

WINDOW = 100_000
ASKED = 600
TAGS = 10_000
SOURCES = 1_000
STORIES = 1_200
"""How many articles back an article may tell the same as another."""
START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN_S = 72 * 3_600


class Press:
    """Makes articles without end, always the same ones."""

    def __init__(self, folder: Path) -> None:
        self._rng = random.Random(7)
        counts = Counter(
            word for doc in _docs(folder) for word in re.findall(r"\w+|[.,]", doc["text"])
        )
        self._words = list(counts)
        self._sums = list(_running(counts.values()))
        self._recent: deque[tuple[int, list[str]]] = deque(maxlen=STORIES)
        self._made = 0

    def article(self, number: int, size: int = 130) -> tuple[NewArticle, StoryId]:
        """Return the next article, about as long as a feed's lead, and its story."""
        story = number
        words = self._rng.choices(self._words, cum_weights=self._sums, k=size)
        for at in self._rng.sample(range(size), 3):
            words[at] = self._name()
        if self._recent and number % 3 == 0:
            story, other = self._rng.choice(self._recent)
            for at in self._rng.sample(range(size), size // 2):
                words[at] = other[at]
        self._recent.append((story, words))
        seen = START + timedelta(seconds=number * SPAN_S / WINDOW)
        title, text = " ".join(words[:10]), " ".join(words[10:])
        made = NewArticle((), "", None, title, "", text, "", "en", (), None, seen)
        return made, StoryId(story)

    def _name(self) -> str:
        """Return a name: an old one, more often one of the last, or a new one."""
        self._made += self._rng.random() < 0.3
        back = int(self._rng.paretovariate(0.6)) % (self._made + 1)
        return f"Nam{self._made - back:x}"


def rows(folder: Path) -> Iterator[Row]:
    """Yield (metric, figure, baselines)."""
    if not (folder / "story_docs.jsonl").exists():
        return
    press, grouper, index = Press(folder), Grouper(), TagIndex()
    rng = random.Random(3)
    texts = [doc["text"][:2_000] for doc in _docs(folder)]
    for number, name in enumerate(tags.tags(TAGS, texts, rng)):
        index.add(QueryId(number), parse_query(f"#{name}"))
    gc.collect()
    before = _resident_mib()
    for number in range(WINDOW):
        article, story = press.article(number)
        features = grouper.prepare(article)
        grouper.added(ArticleId(number), story, SourceId(number % SOURCES), features)
    gc.collect()
    window_mib = _resident_mib() - before
    taken: dict[str, list[float]] = {"group": [], "tags": [], "all": []}
    for number in range(WINDOW, WINDOW + ASKED):
        article, _ = press.article(number)
        start = time.perf_counter()
        _step(grouper, number, article)
        grouped = time.perf_counter()
        index.match(MatchText(title=article.title, body=article.body))
        done = time.perf_counter()
        for name, seconds in (
            ("group", grouped - start),
            ("tags", done - grouped),
            ("all", done - start),
        ):
            taken[name].append(1_000 * seconds)
    middle = {name: statistics.median(values) for name, values in taken.items()}
    shown = {"duplicates and story": middle["group"], "10,000 tags": middle["tags"]}
    yield "window of 100,000: ms an article, median", middle["all"], shown
    p99 = statistics.quantiles(taken["all"], n=100)[98]
    yield "window of 100,000: ms an article, p99", p99, {}
    yield "window of 100,000: MiB", window_mib, {}


def _step(grouper: Grouper, number: int, article: NewArticle) -> None:
    features, source = grouper.prepare(article), SourceId(number % SOURCES)
    story = grouper.decide(features, source).story_id or StoryId(number)
    grouper.added(ArticleId(number), story, source, features)


def _docs(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "story_docs.jsonl").open(encoding="utf-8")]


def _running(values) -> Iterator[int]:
    total = 0
    for value in values:
        total += value
        yield total


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
