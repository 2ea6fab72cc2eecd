"""Many sources, a tenth of them hostile in turn, polled again and again: memory and fairness.

    python bench/soak.py [--sources 2000] [--seconds 600] [--every 1.0]

The whole first pipe: fetched from a server in a process of its own, parsed, stored in SQLite. Each
tenth of the time it prints polls, how long ago the source was asked that was asked longest ago,
memory of all our processes, children killed, and the longest stall of the event loop. It exits 1
where memory grew after the first minute, a source was starved, or a good one is not read.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
import uvloop
from aiohttp import web

from bot.clock import SystemClock
from bot.services.poll import Poller, PollRules
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import NewSource
from storage.store import Store
from tests.fakes.feedserver import FeedServer

GOOD = """<rss version="2.0"><channel><title>S{0}</title><item><title>Story {0}</title>
<guid>{0}</guid><link>https://a.example/{0}</link></item></channel></rss>"""
GROWTH = 1.15
"""What memory may have at the end of what it had after a minute: pools and caches fill slowly."""
STARVED_ROUNDS = 4
"""No source may wait for as long as so many rounds of all take, and a minute."""


class Hostile(FeedServer):
    """Each path is good nine times of ten, and the tenth one of many evils."""

    def evils(self) -> None:
        self.puts("/evil/1", kind="nothing")
        self.puts("/evil/2", "x", status=500)
        self.puts("/evil/3", "<html>Log in</html>")
        self.puts("/evil/4", kind="hang")
        self.puts("/evil/5", kind="endless")
        self.bombs("/evil/6", 20)
        self.redirects("/evil/7", "/evil/7")
        self.puts("/evil/8", bytes(range(256)) * 1_000)
        self.gzips("/evil/9", b"<rss>" * 9_000, cut=9)

    async def _answer(self, request: web.Request, path: str) -> web.StreamResponse:
        if not path.startswith("/s/"):
            return await super()._answer(request, path)
        number = int(path[3:])
        turn = self.asked[path] + number
        self.headers.pop(path, None)  # Ten minutes of them are many.
        if turn % 100 == 0:  # Never the same twice, lest it be known again.
            author = f"<author>{self.asked[path]}{'a' * 48_000}</author><guid>"
            return web.Response(body=GOOD.format(number).replace("<guid>", author).encode())
        if turn % 10 == 0:
            return await super()._answer(request, f"/evil/{turn // 10 % 10 or 1}")
        return web.Response(body=GOOD.format(number).encode())


async def serve() -> None:
    async with Hostile("0.0.0.0") as server:  # Every address of 127.0.0.0/8 is a host of its own.
        server.evils()
        print(server.port, flush=True)
        await asyncio.Event().wait()


class Watch:
    """The longest that the loop was at work between two turns, in time of this process."""

    def __init__(self) -> None:
        self.stall = 0.0

    async def look(self) -> None:
        while True:
            before = time.process_time()
            await asyncio.sleep(0.01)
            self.stall = max(self.stall, time.process_time() - before)


def memory() -> float:
    own = psutil.Process()
    used = own.memory_info().rss
    for one in own.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # Killed in this very moment.
            if "--serve" not in one.cmdline():
                used += one.memory_info().rss
    return used / 2**20


async def ages(store: Store) -> tuple[float, float]:
    """Return the seconds since the source was polled, and was read well, that waits longest."""
    now = datetime.now(UTC)
    async with store.read() as tx:
        every = await tx.sources.feeds()
    polled = max((now - (one.last_polled_at or one.added_at)).total_seconds() for one in every)
    read = max((now - (one.last_success_at or one.added_at)).total_seconds() for one in every)
    return polled, read


async def soak(store: Store, port: int, asked) -> list[str]:
    reader = Reader(SystemClock(), [ip_network("127.0.0.0/8")], limits=Limits(deadline_s=5))
    rules = PollRules(owner="soak", interval_s=asked.every)
    poller = Poller(store, reader, SystemClock(), rules)
    async with store.write() as tx:
        for at in range(asked.sources):
            host = f"127.1.{at // 250}.{at % 250 + 1}"
            await tx.sources.add(NewSource(f"http://{host}:{port}/s/{at}"), datetime.now(UTC))
    watch = Watch()
    looking = asyncio.create_task(watch.look())
    began, reports, early, faults = time.monotonic(), 0, 0.0, []
    while (passed := time.monotonic() - began) < asked.seconds:
        await poller.tick()
        await asyncio.sleep(0.2)
        if not early and passed >= min(60, asked.seconds / 4):
            early = memory()
        if passed >= (reports + 1) * asked.seconds / 10:
            reports += 1
            polled, read = await ages(store)
            print(
                f"{passed:4.0f} s: {poller.polls:7d} polls, {poller.failed:6d} failed; longest ago "
                f"asked {polled:4.1f} s, read {read:4.1f} s; {memory():4.0f} MiB; "
                f"{reader.killed} killed; stall {watch.stall * 1000:.0f} ms",
                flush=True,
            )
            if watch.stall >= 0.2:
                faults.append(f"a stall of {watch.stall * 1000:.0f} ms")
            watch.stall = 0.0
    polled, read = await ages(store)
    every_round = asked.sources * asked.seconds / max(1, poller.polls)
    late = memory()
    if late > GROWTH * early:
        faults.append(f"memory grew from {early:.0f} to {late:.0f} MiB")
    if polled > STARVED_ROUNDS * every_round + 60:
        faults.append(f"a source was not asked for {polled:.0f} s")
    if read > 2 * (STARVED_ROUNDS * every_round + 60):
        faults.append(f"a source was not read for {read:.0f} s")
    print(f"a round of all takes {every_round:.1f} s; memory {early:.0f} -> {late:.0f} MiB")
    looking.cancel()
    await poller.stop(10)
    await reader.close()
    return faults


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sources", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--every", type=float, default=1.0)
    arguments.add_argument("--serve", action="store_true", help="be the server")
    asked = arguments.parse_args()
    if asked.serve:
        await serve()
    server = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            store = await Store.open(f"sqlite:///{folder}/soak.db")
            try:
                faults = await soak(store, port, asked)
            finally:
                await store.close()
    finally:
        server.kill()
        await server.wait()
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
