"""When sources are polled: how late an article is found, for how many requests.

    python bench/schedule.py [--days 7]

Simulates kinds of sources (a newsroom by day, one on the hour, a blog, a wire, bursts) under
bot.core.schedule with a setting of 300 s and one or a hundred chats that wait, and under fixed
intervals of 5 and 15 minutes.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.core.entries import Document, Entry, Unchanged
from bot.core.schedule import next_poll
from storage.records import SourceId, SourceKind, SourceToFetch, Validators

START = datetime(2026, 11, 2, tzinfo=UTC)
SHOWN = 20
SOURCES = 20
DAY = 86_400.0


def newsroom(rng: Random, days: int) -> list[float]:
    """Sixty articles a day, most of them from six to twenty-two."""
    per_hour = [0.3 if hour < 6 or hour > 21 else 3.6 for hour in range(24)]
    return [
        day * DAY + hour * 3_600 + rng.random() * 3_600
        for day in range(days)
        for hour in range(24)
        for _ in range(int(per_hour[hour] + rng.random()))
    ]


def hourly(rng: Random, days: int) -> list[float]:
    """One to three articles just after each full hour."""
    return [
        hour * 3_600 + rng.random() * 45
        for hour in range(days * 24)
        for _ in range(rng.randint(1, 3))
    ]


def blog(rng: Random, days: int) -> list[float]:
    """One article in two days."""
    return [rng.random() * days * DAY for _ in range(days // 2 + 1)]


def wire(rng: Random, days: int) -> list[float]:
    """Four hundred articles a day, at any time."""
    return [rng.random() * days * DAY for _ in range(400 * days)]


def bursts(rng: Random, days: int) -> list[float]:
    """Twice a day ten articles within ten minutes."""
    starts = [rng.random() * days * DAY for _ in range(2 * days)]
    return [start + rng.random() * 600 for start in starts for _ in range(10)]


KINDS: list[Callable[[Random, int], list[float]]] = [newsroom, hourly, blog, wire, bursts]


@dataclass
class Outcome:
    delays: list[float]
    requests: int = 0


def simulate(times: list[float], at: int, days: int, fixed: float | None, demand: int) -> Outcome:
    times = sorted(times)
    outcome = Outcome([])
    moment, seen = at * 7.0, 0
    source = SourceToFetch(
        id=SourceId(at),
        url="",
        title="",
        language="",
        kind=SourceKind.FEED,
        tag_id=None,
        validators=Validators(),
        good_polls=0,
        failures=0,
        interval_s=300,
        last_success_at=None,
        last_new_at=None,
    )
    while moment < days * DAY:
        outcome.requests += 1
        published = next((n for n, one in enumerate(times) if one > moment), len(times))
        new = times[seen:published]
        # The first day is for learning; it costs requests but is not judged.
        outcome.delays += [moment - one for one in new if one > DAY]
        seen = published
        if fixed is not None:
            moment += fixed
            continue
        now = START + timedelta(seconds=moment)
        entries = tuple(Entry(published_at=START + timedelta(seconds=one)) for one in new[-SHOWN:])
        result = Document("", "", "", entries, Validators()) if new else Unchanged(Validators())
        polled = next_poll(
            source, result, now, interval_s=300, new_articles=len(new), demand=demand
        )
        source = replace(source, state=polled.state, good_polls=source.good_polls + 1)
        moment += polled.interval_s
    return outcome


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--days", type=int, default=7)
    days = arguments.parse_args().days
    print(f"{SOURCES} sources of each kind, {days} days; delays in seconds, the first day left out")
    print(f"{'kind':10s} {'way':9s} {'requests/day':>12s} {'median':>7s} {'mean':>7s} {'p90':>7s}")
    ways = (
        ("1 chat", None, 1),
        ("100 chats", None, 100),
        ("5 min", 300.0, 1),
        ("15 min", 900.0, 1),
    )
    totals: dict[str, list[float]] = {}
    for kind in KINDS:
        for way, fixed, demand in ways:
            ended = [
                simulate(kind(Random(at), days), at, days, fixed, demand) for at in range(SOURCES)
            ]
            delays = [delay for one in ended for delay in one.delays]
            requests = sum(one.requests for one in ended) / SOURCES / days
            totals.setdefault(way, []).append(requests)
            print(
                f"{kind.__name__:10s} {way:9s} {requests:12.0f} {median(delays):7.0f} "
                f"{sum(delays) / len(delays):7.0f} {quantiles(delays, n=10)[-1]:7.0f}"
            )
    for way, requests in totals.items():
        print(f"all kinds  {way:9s} {sum(requests) / len(requests):12.0f}")


if __name__ == "__main__":
    main()
