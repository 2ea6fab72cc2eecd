"""Scores what Tagwire makes of text: `python bench/text.py FOLDER` prints one table.

FOLDER holds labelled news text, one JSON object a line, in the files that `text_tags`,
`text_stories` and `text_summaries` read; those that are missing are left out. Baselines run beside
ours on the same texts: whole-word search, MinHash and TF-IDF (at thresholds that are best for
these very texts, which flatters them), TF-IDF at a fixed threshold, TextRank and the bare lead.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import text_speed, text_stories, text_summaries, text_tags, text_window


def main() -> None:
    """Print the table."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python bench/text.py FOLDER")
    folder = Path(sys.argv[1])
    print(f"{'metric':52}{'ours':>9}   baselines")
    for room in (text_tags, text_stories, text_summaries, text_speed, text_window):
        start = time.perf_counter()
        for metric, ours, others in room.rows(folder):
            shown = "  ".join(f"{name} {figure:.3f}" for name, figure in others.items())
            print(f"{metric:52}{ours:9.3f}   {shown}".rstrip(), flush=True)
        print(f"  ({room.__name__}: {time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
