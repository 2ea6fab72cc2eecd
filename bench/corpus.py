"""Every file of a folder or tar through fetch, parse and normalise, twice: what is read, what not.

    python bench/corpus.py FEEDPARSER-CORPUS.tar.gz
    python bench/corpus.py FOLDER --shuffle     # and again shuffled, and with every guid changed

Prints counts of each ending and lists what raised a second alert (there must be none).
"""

import argparse
import asyncio
import re
import sys
import tarfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.clock import SystemClock
from bot.core.entries import Document, Failed, Unchanged
from bot.core.identity import unseen
from bot.core.normalise import to_articles
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import SourceId, SourceKind, SourceToFetch, Validators
from tests.fakes.feedserver import FeedServer

HEADER = re.compile(rb"^Header:\s*Content-type:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
ITEM = re.compile(rb"<(item|entry)(?=[\s>]).*?</\1>", re.DOTALL)
GUID = re.compile(rb"(<(guid|id)(?:\s[^>]*)?>)(\s*<!\[CDATA\[)?")


def files_of(place: Path) -> list[tuple[str, bytes]]:
    if place.is_dir():
        return [
            (str(path.relative_to(place)), path.read_bytes())
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != "README.md"
        ]
    with tarfile.open(place) as tar:
        members = [one for one in tar.getmembers() if one.isfile()]
        found = [(one.name, tar.extractfile(one)) for one in members]
        return [(name, stream.read()) for name, stream in found if stream is not None]


def shuffled(body: bytes) -> bytes:
    """Items in another order, as some feeds have them at every fetch."""
    items = [found[0] for found in ITEM.finditer(body)]
    mixed = iter(Random(7).sample(items, len(items)))
    return ITEM.sub(lambda _found: next(mixed), body)


def new_guids(body: bytes) -> bytes:
    """Items with other guids, as after a move to https or from one system to another."""
    head, _, rest = body.partition(b"<item") if b"<item" in body else body.partition(b"<entry")
    return head + body[len(head) :].replace(rest, GUID.sub(rb"\1\3moved-", rest))


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("place", type=Path)
    arguments.add_argument("--shuffle", action="store_true")
    arguments.add_argument("-v", "--verbose", action="store_true")
    asked = arguments.parse_args()
    files = files_of(asked.place)
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    again: list[str] = []
    reader = Reader(SystemClock(), [ip_network("127.0.0.0/8")], limits=Limits(per_host=4))
    began = time.monotonic()
    async with FeedServer() as server:
        for at, (name, body) in enumerate(files):
            await one_file(
                server, reader, f"/{at}", name, body, asked.shuffle, counts, faults, again
            )
        if asked.place.is_dir():
            await series(server, reader, files, counts, again)
    await reader.close()
    print(f"{len(files)} files in {time.monotonic() - began:.1f} s")
    for what, count in sorted(counts.items()):
        print(f"{count:7d}  {what}")
    for fault, count in faults.most_common():
        print(f"{count:7d}  not read: {fault}")
    for line in again:
        print("SECOND ALERT:", line)


async def one_file(server, reader, path, name, body, shuffle, counts, faults, again) -> None:
    kind = HEADER.search(body[:2_000])
    headers = {"Content-Type": kind[1].decode("latin-1") if kind else "application/xml"}
    server.puts(path, body, headers=headers)
    result = await read(reader, server.url(path), Validators())
    if not isinstance(result, Document):
        assert isinstance(result, Failed)
        counts["files not read"] += 1
        faults[result.words] += 1
        if {"-v", "--verbose"} & set(sys.argv):
            print(name, result.words)
        return
    articles = articles_of(result)
    counts["files read"] += 1
    counts["entries in them"] += result.total
    counts["articles"] += len(articles)
    counts["files without an article"] += not articles
    if len(unseen(articles, ())) != len(articles):
        again.append(f"{name}: twice in one document")
    known = {key for article in articles for key in article.keys}
    same = await read(reader, server.url(path), result.validators)
    counts["unchanged at the second poll"] += isinstance(same, Unchanged)
    versions = {"parsed anew": body}
    if shuffle:
        versions |= {"shuffled": shuffled(body), "with other guids": new_guids(body)}
    for what, version in versions.items():
        server.puts(path, version, headers=headers)
        for validators in (Validators(), result.validators):
            later = await read(reader, server.url(path), validators)
            if isinstance(later, Document):
                fresh = unseen(articles_of(later), known)
                again += [f"{name} {what}: {one.title!r} {one.url}" for one in fresh]
                counts[f"{what}: entries compared"] += len(later.entries)


async def series(server, reader, files, counts, again) -> None:
    """Poll the captures of one source in their order, by pieces and whole: both find the same."""
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for name, body in files:
        groups.setdefault(name.split("-")[0], []).append((name, body))
    for source, captures in groups.items():
        if len(captures) < 2 or "/" in source:
            continue
        known = {"pieces": set(), "whole": set()}
        validators = Validators()
        for name, body in captures:
            server.puts(f"/{source}", body)
            found = {}
            for way, seen in known.items():
                kept = validators if way == "pieces" else Validators()
                result = await read(reader, server.url(f"/{source}"), kept)
                articles = articles_of(result) if isinstance(result, Document) else []
                new = unseen(articles, seen)
                seen.update(key for one in articles for key in one.keys)
                found[way] = [one.title for one in new]
                if way == "pieces":
                    counts["series: entries parsed by pieces"] += len(articles)
                    validators = getattr(result, "validators", validators)
                else:
                    counts["series: entries parsed whole"] += len(articles)
                    counts["series: new articles"] += len(new)
            if sorted(found["pieces"]) != sorted(found["whole"]):
                again.append(f"{name}: by pieces {found['pieces']}, whole {found['whole']}")


def articles_of(document: Document):
    return to_articles(document.entries, document.url, document.language, datetime.now(UTC))


async def read(reader: Reader, url: str, validators: Validators):
    return await reader.read(
        SourceToFetch(
            id=SourceId(1),
            url=url,
            title="",
            language="",
            kind=SourceKind.FEED,
            tag_id=None,
            validators=validators,
            good_polls=5,
            failures=0,
            interval_s=300,
            last_success_at=datetime.now(UTC) - timedelta(minutes=5),
            last_new_at=None,
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
