"""Articles that cannot tell the same story, as they were captured weeks apart: how many are joined.

    python bench/joins.py FOLDER [--show]

The folder holds captures named `source-YYYYMMDD….xml`. All their items come in random order as if
they were of one day, so that only the words can keep them apart. A join is false where all of the
story's articles were captured more than three weeks before or after.
"""

import argparse
import random
import re
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import feedparser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.core.language import guess
from bot.core.stories import Grouper
from bot.core.text import clean_line
from storage.records import ArticleId, NewArticle, SourceId, StoryId

NAME = re.compile(r"(?P<source>.+?)-(?P<day>[0-9]{8}).*")
MARKUP = re.compile(r"<[^>]+>")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(days=21)


def items_of(folder: Path) -> list[tuple[str, datetime, str, str]]:
    """Return (source, day, title, text) of every item, each title of a source once."""
    found = {}
    for path in sorted(folder.glob("*.xml")):
        name = NAME.fullmatch(path.stem)
        if name is None:
            continue
        day = datetime.strptime(name["day"], "%Y%m%d").replace(tzinfo=UTC)
        document = feedparser.parse(
            BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False
        )
        for entry in document.entries:
            title = clean_line(MARKUP.sub(" ", entry.get("title", "")), 300)
            text = clean_line(MARKUP.sub(" ", entry.get("summary", "")), 1_000)
            if title:
                found.setdefault((name["source"], title), (name["source"], day, title, text))
    return list(found.values())


def joined(items, *, show: bool) -> tuple[int, int]:
    """Return how many joins are false, and how many may be right."""
    sources = {name: n for n, name in enumerate(sorted({item[0] for item in items}), 1)}
    grouper, told, false, perhaps = Grouper(), {}, 0, 0
    for at, (source, day, title, text) in enumerate(items, 1):
        language = guess(f"{title}\n{text[:300]}", "")
        article = NewArticle((), "", None, title, text, "", "", language, (), None, NOW)
        features = grouper.prepare(article)
        decision = grouper.decide(features, SourceId(sources[source]))
        story = decision.story_id or StoryId(at)
        if decision.story_id is not None:
            apart = all(abs(day - other) > APART for other, _ in told[story])
            false += apart
            perhaps += not apart
            if apart and show:
                print(f"{decision.likeness:.2f}  {title}\n      {told[story][0][1]}")
        told.setdefault(story, []).append((day, title))
        grouper.added(ArticleId(at), story, SourceId(sources[source]), features)
    return false, perhaps


def main() -> None:
    reads = argparse.ArgumentParser()
    reads.add_argument("folder", type=Path)
    reads.add_argument("--show", action="store_true", help="Print the false joins.")
    given = reads.parse_args()
    items = items_of(given.folder)
    for seed in range(3):
        mixed = random.Random(seed).sample(items, len(items))
        false, perhaps = joined(mixed, show=given.show and seed == 0)
        print(f"order {seed}: {len(items)} items, {false} false joins, {perhaps} others")


if __name__ == "__main__":
    main()
