"""Times tags against an article: `python bench/tags.py [FOLDER] [--million]`.

µs per article of 2,000 characters, medians of interleaved rounds: ours with the whole rule set,
normalising the text alone (the floor), a loop of `tag in text`, one regular expression, and
pyahocorasick where it is installed. FOLDER holds reuters_tags.jsonl; without it, invented words.
"""

import importlib.util
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bot.core.folding import fold, prepare
from bot.core.match import MatchText, TagIndex
from bot.core.query import parse_query
from storage.records import QueryId

ROUNDS = 7
ARTICLES = 60


def articles(folder: Path | None, rng: random.Random) -> list[str]:
    if folder:
        lines = (folder / "reuters_tags.jsonl").open(encoding="utf-8")
        text = " ".join(json.loads(line)["text"] for line in lines)
    else:
        vocabulary = ["".join(rng.choices("abcdefghilmnoprstu", k=rng.randint(2, 9)))
                      for _ in range(20_000)]  # fmt: skip
        text = " ".join(rng.choices(vocabulary, k=60_000))
    starts = [rng.randrange(len(text) - 2000) for _ in range(ARTICLES)]
    return [text[start : start + 2000] for start in starts]


def tags(count: int, texts: list[str], rng: random.Random) -> list[str]:
    """Return tags of one to three words, a thousandth of them from the articles themselves."""
    words = sorted({w for text in texts for w in re.findall(r"[a-z]{4,}", text.lower())})
    parts = [w + s for w in words for s in ("", "land", "berg", "ton", "ist", "vale", "ford", "ia")]
    found: dict[str, None] = {}
    while len(found) < count:
        common = rng.random() < 0.001
        picked = [
            rng.choice(words if common else parts).title() for _ in range(rng.choice((2, 2, 3)))
        ]
        found["-".join(picked)] = None
    return list(found)


def median_us(work: Callable[[str], object], texts: list[str]) -> float:
    began = time.perf_counter()
    for text in texts:
        work(text)
    return (time.perf_counter() - began) / len(texts) * 1e6


def main() -> None:
    folders = [Path(a) for a in sys.argv[1:] if not a.startswith("-")]
    rng = random.Random(1)
    texts = articles(folders[0] if folders else None, rng)
    counts = [1_000, 10_000, 100_000, *([1_000_000] if "--million" in sys.argv else [])]
    print(f"{'tags':>9}  {'floor':>8} {'ours':>8} {'x floor':>8} {'loop':>9} {'regex':>9} "
          f"{'aho':>8} {'build s':>8} {'add µs':>7} {'remove µs':>9}")  # fmt: skip
    for count in counts:
        us = figures(count, texts, rng)
        times, build = us["ours"] / us["floor"], us["build"] / 1e6
        shown = {name: f"{value:.0f}" for name, value in us.items()}
        others = "{:>9} {:>9} {:>8}".format(*(shown.get(k, "-") for k in ("loop", "regex", "aho")))
        print(f"{count:>9}  {shown['floor']:>8} {shown['ours']:>8} {times:>8.1f} {others} "
              f"{build:>8.1f} {shown['add']:>7} {shown['remove']:>9}")  # fmt: skip


def figures(count: int, texts: list[str], rng: random.Random) -> dict[str, float]:
    """Return µs an article by each method, and µs to build the index, add a tag, remove one."""
    names = tags(count, texts, rng)
    queries = [parse_query(f"#{name}") for name in names]
    index = TagIndex()
    began = time.perf_counter()
    for number, query in enumerate(queries):
        index.add(QueryId(number), query)
    build = time.perf_counter() - began
    word = re.compile(r"\w+")
    keys = [query.plain for query in queries]
    works: dict[str, Callable[[str], object]] = {
        "floor": lambda text: word.findall(fold(prepare(text))),
        "ours": lambda text: index.match(MatchText(title=text[:80], body=text[80:])),
    }
    few = {"loop", "regex"}
    if count <= 10_000:
        phrases = [name.replace("-", " ").lower() for name in names]
        works["loop"] = lambda text: [p for p in phrases if p in text]
    if count <= 1_000:
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")
        works["regex"] = lambda text: pattern.findall(text.lower())
    if importlib.util.find_spec("ahocorasick"):
        automaton = importlib.import_module("ahocorasick").Automaton()
        for key in keys:
            automaton.add_word(key, key)
        automaton.make_automaton()
        works["aho"] = lambda text: list(automaton.iter("".join(word.findall(text.lower()))))
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(median_us(work, texts[:6] if name in few else texts))
    us = {name: statistics.median(taken) for name, taken in times.items()}
    extra = [parse_query(f"#Extra{n}-Tag") for n in range(200)]
    began = time.perf_counter()
    for number, query in enumerate(extra):
        index.add(QueryId(count + number), query)
    added = time.perf_counter()
    for number in range(len(extra)):
        index.remove(QueryId(count + number))
    removed = time.perf_counter()
    return us | {
        "build": build * 1e6,
        "add": (added - began) / len(extra) * 1e6,
        "remove": (removed - added) / len(extra) * 1e6,
    }


if __name__ == "__main__":
    main()
