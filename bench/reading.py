"""Reading alone: fetch, compare, parse; CPU of all processes for first, 304, same bytes, one new.

    python bench/reading.py URLS [--control http://127.0.0.1:8900]

URLS is a file of addresses on a `feedserver.py` of peerbench, one a line.
"""

import argparse
import asyncio
import resource
import sys
import time
import urllib.request
from ipaddress import ip_network
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
import uvloop

from bot.clock import SystemClock
from bot.core.entries import Document, Unchanged
from bot.sources.reader import Reader
from storage.records import SourceId, SourceKind, SourceToFetch, Validators

CONCURRENCY = 50


def used() -> float:
    """CPU seconds of this process and its living children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    times = [child.cpu_times() for child in psutil.Process().children()]
    return own.ru_utime + own.ru_stime + sum(one.user + one.system for one in times)


def memory() -> float:
    every = [psutil.Process(), *psutil.Process().children()]
    return sum(one.memory_info().rss for one in every) / 2**20


async def cycle(reader: Reader, urls: list[str], kept: dict[str, Validators]) -> dict[str, int]:
    left = iter(urls)
    counts = {"documents": 0, "unchanged": 0, "failed": 0, "entries": 0}

    async def work() -> None:
        for url in left:
            result = await reader.read(
                SourceToFetch(
                    id=SourceId(1),
                    url=url,
                    title="",
                    language="",
                    kind=SourceKind.FEED,
                    tag_id=None,
                    validators=kept.get(url, Validators()),
                    good_polls=1,
                    failures=0,
                    interval_s=300,
                    last_success_at=None,
                    last_new_at=None,
                )
            )
            if isinstance(result, Document):
                counts["documents"] += 1
                counts["entries"] += len(result.entries)
                kept[url] = result.validators
            elif isinstance(result, Unchanged):
                counts["unchanged"] += 1
                kept[url] = result.validators
            else:
                counts["failed"] += 1

    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return counts


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("urls", type=Path)
    arguments.add_argument("--control", default="http://127.0.0.1:8900")
    asked = arguments.parse_args()
    urls = asked.urls.read_text().split()

    def control(query: str) -> None:
        with urllib.request.urlopen(f"{asked.control}/_ctl?{query}", timeout=120) as answer:
            answer.read()

    reader = Reader(SystemClock(), [ip_network("127.0.0.0/8")])
    kept: dict[str, Validators] = {}
    for name, query in (
        ("first", "mode=normal"),
        ("304", "mode=normal"),
        ("same bytes", "mode=no304"),
        ("one new", f"mode=normal&grow=1&warm={len(urls)}"),
    ):
        await asyncio.to_thread(control, query)
        wall, cpu = time.perf_counter(), used()
        counts = await cycle(reader, urls, kept)
        wall, cpu = time.perf_counter() - wall, used() - cpu
        per = 1_000 / len(urls)
        print(
            f"{name:11s} {cpu * per:6.2f} CPU s, {wall * per:6.2f} wall s per 1,000; "
            f"{memory():4.0f} MiB; {counts}"
        )
    await reader.close()


if __name__ == "__main__":
    uvloop.run(main())
