"""How long each step takes on the texts of a folder, in milliseconds a document (median)."""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import tags
from bot.core.language import guess
from bot.core.stories import Grouper
from bot.core.summary import summarise
from bot.core.urls import canonical_url
from storage.records import ArticleId, NewArticle, SourceId, StoryId

Row = tuple[str, float, dict[str, float]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rows(folder: Path) -> Iterator[Row]:
    """Yield (metric, milliseconds, nothing) for every step."""
    path = folder / "story_docs.jsonl"
    if not path.exists():
        return
    docs = [json.loads(line) for line in path.open(encoding="utf-8")]
    steps: dict[str, Callable[[dict], object]] = {
        "language": lambda doc: guess(f"{doc['title']}\n{doc['text'][:500]}", "en"),
        "summary": lambda doc: summarise(doc["title"], "", doc["text"], "en"),
        "canonical address": lambda doc: canonical_url(doc.get("url") or "https://a.example/b?c=d"),
        "duplicates and story": _grouping(),
    }
    for name, step in steps.items():
        step(docs[0])
        yield f"{name}: ms a document, median", _median(docs, step), {}
    rng = random.Random(1)
    us = tags.figures(10_000, [doc["text"][:2_000] for doc in docs[:60]], rng)
    others = {name: us[name] / us["floor"] for name in ("loop", "aho") if name in us}
    yield "10,000 tags: times normalising the text alone", us["ours"] / us["floor"], others


def _median(docs: list[dict], step: Callable[[dict], object]) -> float:
    taken = []
    for doc in docs:
        start = time.perf_counter()
        step(doc)
        taken.append(time.perf_counter() - start)
    return 1_000 * statistics.median(taken)


def _grouping() -> Callable[[dict], object]:
    grouper = Grouper()
    added = 0

    def step(doc: dict) -> None:
        nonlocal added
        added += 1
        article = NewArticle((), "", None, doc["title"], "", doc["text"], "", "en", (), None, NOW)
        features = grouper.prepare(article)
        story = grouper.decide(features, SourceId(added)).story_id or StoryId(added)
        grouper.added(ArticleId(added), story, SourceId(added), features)

    return step
