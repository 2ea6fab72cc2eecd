"""Many sources, a tenth of them hostile in turn, read again and again: memory and fairness.

    python bench/soak.py [--sources 2000] [--seconds 600] [--every 1.0]

Prints each tenth of the time: readings, how long the slowest good source waited for its reading
to end, memory of all processes, children killed, and the longest stall of the event loop.
"""

import argparse
import asyncio
import sys
import time
from ipaddress import ip_network
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil

from bot.clock import SystemClock
from bot.core.entries import Failed
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import SourceId, SourceKind, SourceToFetch, Validators
from tests.fakes.feedserver import FeedServer

GOOD = """<rss version="2.0"><channel><title>S</title><item><title>{0}</title><guid>{0}</guid>
<link>https://a.example/{0}</link></item></channel></rss>"""


def hostile(server: FeedServer) -> list[str]:
    return [
        server.puts(
            "/author", GOOD.format(1).replace("<guid>", f"<author>{'a' * 48_000}</author><guid>")
        ),
        server.puts("/nothing", kind="nothing"),
        server.puts("/500", "x", status=500),
        server.puts("/page", "<html>Log in</html>"),
        server.puts("/hang", kind="hang"),
        server.puts("/endless", kind="endless"),
        server.bombs("/bomb", 20),
        server.redirects("/circle", "/circle"),
        server.puts("/bytes", bytes(range(256)) * 1_000),
        server.gzips("/cut", b"<rss>" * 9_000, cut=9),
    ]


class Soak:
    def __init__(self, reader: Reader, every: float) -> None:
        self.reader, self.every = reader, every
        self.readings = self.failed = 0
        self.slowest = self.stall = 0.0
        self.ended = False

    async def watch(self) -> None:
        while not self.ended:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            self.stall = max(self.stall, time.perf_counter() - before - 0.01)

    async def source(self, at: int, url: str, bad: list[str]) -> None:
        """Read one source for ever; every tenth time, in turn, something hostile."""
        kept, turn = Validators(), at
        await asyncio.sleep(self.every * (at % 97) / 97)
        while not self.ended:
            turn += 1
            wrong = turn % 10 == 0
            before = time.perf_counter()
            result = await self.reader.read(
                SourceToFetch(
                    id=SourceId(at),
                    url=bad[turn // 10 % len(bad)] if wrong else url,
                    title="",
                    language="",
                    kind=SourceKind.FEED,
                    tag_id=None,
                    validators=kept,
                    good_polls=1,
                    failures=0,
                    interval_s=1,
                    last_success_at=None,
                    last_new_at=None,
                )
            )
            self.readings += 1
            if isinstance(result, Failed):
                self.failed += 1
            else:
                kept = result.validators
            if not wrong:
                self.slowest = max(self.slowest, time.perf_counter() - before)
            await asyncio.sleep(self.every)


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sources", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--every", type=float, default=1.0)
    asked = arguments.parse_args()
    limits = Limits(deadline_s=5, per_host=64, overall=128)
    reader = Reader(SystemClock(), [ip_network("127.0.0.0/8")], limits=limits)
    async with FeedServer() as server:
        bad = hostile(server)
        soak = Soak(reader, asked.every)
        urls = [server.puts(f"/good/{at}", GOOD.format(at)) for at in range(asked.sources)]
        tasks = [asyncio.create_task(soak.watch())]
        tasks += [asyncio.create_task(soak.source(at, url, bad)) for at, url in enumerate(urls)]
        for _ in range(10):
            await asyncio.sleep(asked.seconds / 10)
            every = [psutil.Process(), *psutil.Process().children()]
            memory = sum(one.memory_info().rss for one in every) / 2**20
            print(
                f"{soak.readings:8d} readings, {soak.failed:6d} failed, slowest good "
                f"{soak.slowest:5.1f} s, {memory:4.0f} MiB in {len(every)} processes, "
                f"{reader.killed} killed, stall {soak.stall * 1000:.0f} ms",
                flush=True,
            )
            soak.slowest = soak.stall = 0.0
        soak.ended = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await reader.close()


if __name__ == "__main__":
    asyncio.run(main())
