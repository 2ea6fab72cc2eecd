"""Every file of a folder or tar through fetch, parse, normalise and store, again and again.

    python bench/corpus.py FEEDPARSER-CORPUS.tar.gz
    python bench/corpus.py FOLDER --shuffle     # and again shuffled, and with every guid changed

Each file is a source of its own. It is polled, polled again as it stands, and once more as if
nothing were known of its bytes: no poll may crash or hang, each entry with a title or a link is
stored once, and nothing is new at the second time. Prints the counts; exits 1 where one is wrong.
"""

import argparse
import asyncio
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.clock import SystemClock
from bot.core.entries import Document, Entry, Failed
from bot.core.identity import unseen
from bot.core.normalise import to_article, to_articles
from bot.services.poll import Poller, PollRules
from bot.sources.fetch import Limits
from bot.sources.reader import Reader
from storage.records import NewSource, SourceId, SourceKind, SourceToFetch, Validators
from storage.store import Store
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


@dataclass
class Corpus:
    """What became of all files."""

    server: FeedServer
    reader: Reader
    poller: Poller
    store: Store
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0

    async def one(self, path: str, name: str, body: bytes, *, shuffle: bool) -> None:
        kind = HEADER.search(body[:2_000])
        headers = {"Content-Type": kind[1].decode("latin-1") if kind else "application/xml"}
        url = self.server.puts(path, body, headers=headers)
        read = await self.reader.read(asked(url, Validators()))
        source = await self.add(url)
        stored = await self.poll(source, name)
        if isinstance(read, Failed):
            self.counts["files not read"] += 1
            self.faults[read.words] += 1
        elif isinstance(read, Document):
            self.compare(name, read, stored)
        self.counts["files"] += 1
        versions = {"as it stands": body}
        if shuffle:
            versions |= {"shuffled": shuffled(body), "with other guids": new_guids(body)}
        for what, version in versions.items():
            self.server.puts(path, version, headers=headers)
            for known in (True, False):
                again = await self.poll(source, name, known=known)
                self.counts[f"new when polled again, {what}"] += again
                if again:
                    self.wrong.append(f"{name} {what}: {again} entries are new again")

    def compare(self, name: str, read: Document, stored: int) -> None:
        """Hold what was stored against what the document says."""
        shown = [one for one in read.entries if one.title.strip() or one.link.strip()]
        fit = [one for one in shown if article_of(one, read) is not None]
        articles = articles_of(read)
        same = len([one for one in read.entries if article_of(one, read)]) - len(articles)
        self.counts["files read"] += 1
        self.counts["entries"] += len(read.entries)
        self.counts["entries with a title or a link"] += len(shown)
        self.counts["… of which nothing can be shown (only markup, no public link)"] += len(
            shown
        ) - len(fit)
        self.counts["entries that are another of their document again"] += same
        self.counts["articles stored"] += stored
        if stored != len(articles):
            self.wrong.append(f"{name}: {stored} stored of {len(articles)} articles")
        keys = {key for one in articles for key in one.keys}
        for one in fit:
            article = article_of(one, read)
            if article is not None and keys.isdisjoint(article.keys):
                self.wrong.append(f"{name}: not stored: {one.title!r} {one.link!r}")

    async def add(self, url: str) -> SourceToFetch:
        async with self.store.write() as tx:
            source, _ = await tx.sources.add(NewSource(url), datetime.now(UTC))
        return replace(asked(url, Validators()), id=source.id, good_polls=0)

    async def poll(self, source: SourceToFetch, name: str, *, known: bool = True) -> int:
        """Poll as the pipe does; with `known`, by what is kept of the last answer."""
        now = datetime.now(UTC)
        async with self.store.write() as tx:
            await tx.sources.poll_now(source.id, now)
            (due,) = await tx.sources.claim_due(datetime.now(UTC), 1, 60, "corpus")
        if not known:
            due = replace(due, validators=Validators())
        began = time.monotonic()
        try:
            polled = await self.poller.poll(due)
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            self.wrong.append(f"{name} crashed: {error!r}")
            return 0
        self.longest = max(self.longest, time.monotonic() - began)
        return polled.articles


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("place", type=Path)
    arguments.add_argument("--shuffle", action="store_true")
    given = arguments.parse_args()
    files = files_of(given.place)
    reader = Reader(SystemClock(), [ip_network("127.0.0.0/8")], limits=Limits(per_host=4))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite:///{folder}/corpus.db")
        poller = Poller(store, reader, SystemClock(), PollRules(owner="corpus"))
        async with FeedServer() as server:
            corpus = Corpus(server, reader, poller, store)
            for at, (name, body) in enumerate(files):
                await corpus.one(f"/{at}", name, body, shuffle=given.shuffle)
            if given.place.is_dir():
                await series(server, reader, files, corpus.counts, corpus.wrong)
        await reader.close()
        rows = await store.stats()
        await store.close()
    print(
        f"{len(files)} files in {time.monotonic() - began:.1f} s, the longest poll "
        f"{corpus.longest:.1f} s; {reader.killed} parsers killed; {rows['articles']} articles kept"
    )
    for what, count in corpus.counts.items():
        print(f"{count:7d}  {what}")
    for fault, count in corpus.faults.most_common():
        print(f"{count:7d}  not read: {fault}")
    for line in corpus.wrong:
        print("WRONG:", line)
    return 1 if corpus.wrong else 0


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
                result = await reader.read(asked(server.url(f"/{source}"), kept))
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


def article_of(entry: Entry, document: Document):
    return to_article(entry, document.url, document.language, datetime.now(UTC))


def asked(url: str, validators: Validators) -> SourceToFetch:
    return SourceToFetch(
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


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
