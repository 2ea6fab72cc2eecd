"""The whole way from a source to stored stories, beside its peers, on one loopback server.

    PEERS=/where/.peers python bench/polling.py PEERBENCH [--only reader,rss2email] [--rounds 3]

PEERBENCH is the folder with `bench.py`, `feedserver.py` and the peers' drivers. Five cycles: all
new, all 304, all 200 with the same bytes, one new entry in each twentieth feed, one in each. Our
own driver does everything that production does: hygiene, identity, 10,000 queries matched,
stories, storage; `bench/polling_driver.py` is that.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

DRIVER = str(Path(__file__).with_name("polling_driver.py"))
CYCLES = {
    "first": "_ctl?mode=normal",
    "304": "_ctl?mode=normal",
    "same": "_ctl?mode=no304",
    "few new": "_few?mode=normal",
    "one new": "_ctl?grow=1",
}
FEW = 20
SERVER = """
import asyncio, sys
from argparse import Namespace
folder, port, feeds, items = sys.argv[1], *map(int, sys.argv[2:])
sys.path.insert(0, folder)
import feedserver
whole, control = feedserver.State.feed, feedserver.Proto.control
feedserver.State.few = 0

def feed(state, path):
    late = state.few if int(path[3:-4]) % 20 else 0
    state.grow -= late
    try:
        return whole(state, path)
    finally:
        state.grow += late

def controlled(proto, path, close):
    if path.startswith("/_few"):
        proto.s.few += 1
        path = path.replace("/_few", "/_ctl") + "&grow=1"
    elif "grow=1" in path:
        proto.s.few -= 1
        path = path.replace("grow=1", "grow=0")
    control(proto, path, close)

feedserver.State.feed, feedserver.Proto.control = feed, controlled
asyncio.run(feedserver.main(Namespace(
    port=port, feeds=feeds, items=items, desc=400, content=0, mode="normal", delay=0,
    no_gzip=False, hosts=feeds, tls="",
)))
"""


def load(folder: Path):
    spec = importlib.util.spec_from_file_location("peerbench", folder / "bench.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules["peerbench"] = bench
    spec.loader.exec_module(bench)
    return bench


def peers(folder: Path, arguments: list[str]) -> None:
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--feeds", type=int, default=1_000)
    reads.add_argument("--items", type=int, default=20)
    reads.add_argument("--rounds", type=int, default=3)
    reads.add_argument("--only", default="reader-3.26 w10,rss2email-3.14 no-send,rsstt")
    asked = reads.parse_args(arguments)
    bench = load(folder)

    class Tagwire(bench.Peer):
        def setup(self, work: str, urls: str) -> None:
            done = bench.run([sys.executable, DRIVER, "setup", work, urls])
            assert done["rc"] == 0, done["err"][-800:]

        def cycle(self, work: str, urls: str) -> list[str]:
            return [sys.executable, DRIVER, "cycle", work, urls]

    names = asked.only.split(",")
    chosen = [one for name, one in bench.PEERS.items() if any(part in name for part in names)]
    chosen.append(Tagwire("tagwire"))
    results: dict[tuple[str, str], list[dict]] = {}
    for _ in range(asked.rounds):
        for peer in chosen:
            with tempfile.TemporaryDirectory(prefix="polling-") as work:
                one_peer(bench, folder, peer, Path(work), asked, results)
    table(chosen, results, asked)


def one_peer(bench, folder, peer, work, asked, results) -> None:
    numbers = map(str, (bench.PORT, asked.feeds, asked.items))
    command = [bench.V("v11"), "-c", SERVER, str(folder), *numbers]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        server.stdout.readline()
        urls = work / "urls.txt"
        hosts = (f"127.1.{at // 250}.{at % 250 + 1}" for at in range(asked.feeds))
        lines = [f"http://{h}:{bench.PORT}/f/{at}.xml" for at, h in enumerate(hosts, 1)]
        urls.write_text("\n".join(lines) + "\n")
        peer.setup(str(work), str(urls))
        stored = asked.feeds * asked.items
        for cycle, control in CYCLES.items():
            bench.ctl(f"{control}&warm={asked.feeds}")
            new = {"few new": asked.feeds // FEW, "one new": asked.feeds}.get(cycle, 0)
            # With the twentieth that had theirs, each feed now has one more.
            stored += new - (asked.feeds // FEW if cycle == "one new" else 0)
            command, home = peer.cycle(str(work), str(urls)), {"HOME": str(work)}
            done = bench.run(command, env={**peer.env, **home}, cwd=str(work))
            said = bench.last_json(done["out"])
            done |= {"in_cpu": said.get("cpu"), "in_wall": said.get("wall")}
            kept = said.get("stored", peer.stored(str(work)))
            # An entry or two of the made-up ones are known by their titles: rightly the same.
            missing = 0 if kept is None else abs(stored - kept)
            bad = done["rc"] or missing > stored // 1_000
            wrong = f"stored {kept} of {stored}" if bad else ""
            inside = f"{said.get('wall', 0):.2f} s {said.get('cpu', 0):.2f} CPU s"
            print(
                f"{peer.name:24s} {cycle:8s} {done['wall']:6.2f} s {done['cpu']:6.2f} CPU s "
                f"{done['rss']:4.0f} MiB; without its start {inside} "
                f"{said.get('note', '')} {wrong} {done['err'][-200:] if done['rc'] else ''}",
                flush=True,
            )
            if not wrong:
                results.setdefault((peer.name, cycle), []).append(done)
    finally:
        server.terminate()
        server.wait()


def table(chosen, results, asked) -> None:
    print(
        f"\n{asked.feeds} feeds of {asked.items}, medians of {asked.rounds}; wall s / CPU s / MiB"
    )
    print(f"| program | {' | '.join(CYCLES)} |\n|{' --- |' * (len(CYCLES) + 1)}")
    for peer in chosen:
        cells = []
        for cycle in CYCLES:
            runs = results.get((peer.name, cycle), [])
            if not runs:
                cells.append("–")
                continue
            wall, cpu = (median(one[what] for one in runs) for what in ("wall", "cpu"))
            inner = ""
            if runs[0]["in_cpu"] is not None:
                in_wall, in_cpu = (
                    median(one[what] for one in runs) for what in ("in_wall", "in_cpu")
                )
                inner = f" ({in_wall:.2f} / {in_cpu:.2f})"
            cells.append(f"{wall:.2f} / {cpu:.2f} / {max(one['rss'] for one in runs):.0f}{inner}")
        print(f"| {peer.name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    peers(Path(sys.argv[1]).resolve(), sys.argv[2:])
