"""Our own driver of bench/polling.py: `setup WORKDIR URLS`, then `cycle WORKDIR` each time."""

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvloop

from bot.services.poll import Poller, PollRules
from bot.sources.reader import Reader
from storage.records import ChatId, ChatKind, NewSource, NewSubscription, Place
from storage.store import Store

QUERIES = 10_000
BETWEEN_CYCLES = timedelta(hours=2)


class LaterClock:
    """The machine's clock, some cycles of polling later."""

    def __init__(self, cycles: int) -> None:
        self._ahead = BETWEEN_CYCLES * cycles

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def setup(folder: Path, urls: list[str]) -> None:
    store = await Store.open(f"sqlite:///{folder / 'tagwire.db'}")
    now = datetime.now(UTC)
    async with store.write() as tx:
        for url in urls:
            await tx.sources.add(NewSource(url), now)
        await tx.chats.put(ChatId(1), ChatKind.PRIVATE, "bench", now)
        for number in range(QUERIES):
            name = f"word{number} number{number % 97}"
            new = NewSubscription(Place(ChatId(1)), name, name, ((name, name),))
            await tx.subscriptions.add(new, now)
    await store.close()
    (folder / "cycles").write_text("0")


async def cycle(folder: Path) -> dict[str, object]:
    number = int((folder / "cycles").read_text())
    (folder / "cycles").write_text(str(number + 1))
    clock = LaterClock(number)
    store = await Store.open(f"sqlite:///{folder / 'tagwire.db'}")
    reader = Reader(clock, [ip_network("127.0.0.0/8")])
    poller = Poller(store, reader, clock, PollRules(owner="bench"))
    # What a running bot has in mind, long before any cycle.
    async with store.read() as tx:
        await poller._news.refresh_queries(tx)
        await poller._news.load_stories(tx, clock.now())
    wall, cpu = time.perf_counter(), time.process_time()
    while await poller.tick():
        await poller.idle()
    await reader.close()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stats = await store.stats()
    async with store.read() as tx:
        faults = Counter(one.error for one in await tx.sources.feeds() if one.error)
    await store.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)  # The parsers; they have ended.
    return {
        "wall": wall,
        "cpu": cpu + children.ru_utime + children.ru_stime,
        "stored": stats["articles"],
        "note": f"{poller.polls} polls, {poller.failed} failed {dict(faults) or ''}",
    }


def main() -> None:
    folder = Path(sys.argv[2])
    if sys.argv[1] == "setup":
        uvloop.run(setup(folder, Path(sys.argv[3]).read_text().split()))
    else:
        print(json.dumps(uvloop.run(cycle(folder))))


if __name__ == "__main__":
    main()
