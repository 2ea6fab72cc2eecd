"""Polls of one morning through the whole road: stories of several sources, and every alert.

    python bench/series.py FOLDER [TAG …]

The folder holds captures named `source-YYYYMMDD-HHMM.xml`; each is served on loopback when its
minute has come, and polled, stored, grouped, matched and delivered as `tagwire run` does it. The
first poll of each source is its past; one chat for each tag subscribed before it.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.core.outcomes import Sent
from bot.core.query import parse_query
from bot.services.deliver import Deliverer
from bot.services.poll import Poller, PollRules
from bot.services.subscriptions import Subscriptions
from bot.sources.reader import Reader
from bot.telegram.pacing import Pace
from storage.records import ChatId, ChatKind, NewSource, Place
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.feedserver import FeedServer

NAME = re.compile(r"(?P<source>.+)-(?P<at>\d{8}-\d{4})")
TAGS = ("#Canada", "#Afghanistan", "#China", "#COVID")


class Ledger:
    """Telegram's side: keeps what each chat was sent."""

    def __init__(self) -> None:
        self.told = defaultdict(dict)

    async def send(self, due, message) -> Sent:
        self.told[due.place.chat_id][due.story_id] = message.plain
        return Sent(due.message_id or len(self.told) * 10_000 + due.id)


def captures(folder: Path, day: str) -> dict[datetime, dict[str, bytes]]:
    """Return moment -> source -> document, of the sources with several polls on that day."""
    found = defaultdict(dict)
    for path in sorted(folder.glob(f"*-{day}-*.xml")):
        name = NAME.fullmatch(path.stem)
        at = datetime.strptime(name["at"], "%Y%m%d-%H%M").replace(tzinfo=UTC)
        found[at][name["source"]] = path.read_bytes()
    return dict(sorted(found.items()))


async def play(store: Store, polls, tags) -> tuple[Ledger, FakeClock]:
    start = min(polls)
    clock, ledger = FakeClock(start - timedelta(minutes=1)), Ledger()
    web = FeedServer()
    await web.start()
    reader = Reader(clock, (ip_network("127.0.0.0/8"),))
    rules = PollRules(owner="bench", interval_s=86_400, gather_edits_s=1)
    poller = Poller(store, reader, clock, rules)
    async with store.write() as tx:
        for number in range(1, len(tags) + 1):
            await tx.chats.put(ChatId(number), ChatKind.PRIVATE, "", clock.now())
    subscriptions = Subscriptions(store, clock)
    for number, tag in enumerate(tags, 1):
        await subscriptions.subscribe(Place(ChatId(number)), [parse_query(tag)], None)
    deliverer = Deliverer(store, ledger, Pace(1_000), clock, owner="bench", jitter=lambda: 0.0)
    delivering = asyncio.create_task(deliverer.run())
    for at, documents in polls.items():
        clock.move((at - clock.now()).total_seconds())
        for source, document in documents.items():
            web.puts(f"/{source}", document)
        for source in sorted(documents):  # One by one: every run shall tell the same.
            async with store.write() as tx:
                kept, _ = await tx.sources.add(NewSource(web.url(f"/{source}")), clock.now())
                await tx.sources.poll_now(kept.id, clock.now())
            await poller.tick()
            await poller.idle()
        deliverer.wake()
        await passed(clock, 30)
    deliverer.stop()
    await clock.run_until(delivering.done, within=60)
    await poller.stop(1)
    await reader.close()
    await web.stop()
    return ledger, clock


async def passed(clock: FakeClock, seconds: float) -> None:
    end = clock.monotonic() + seconds
    await clock.run_until(lambda: clock.monotonic() >= end)


async def main() -> None:
    reads = argparse.ArgumentParser()
    reads.add_argument("folder", type=Path)
    reads.add_argument("tags", nargs="*", default=list(TAGS))
    reads.add_argument("--day", default="20210920")
    given = reads.parse_args()
    polls = captures(given.folder, given.day)
    if not polls:
        raise SystemExit(f"{given.folder} has no captures of {given.day}")
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite:///{folder}/series.db")
        ledger, _ = await play(store, polls, given.tags)
        async with store.read() as tx:
            stories = await tx.stories.latest(limit=100_000)
        await store.close()
    articles = sum(len(story.articles) for story in stories)
    broad = [story for story in stories if len({one.by for one in story.articles}) > 1]
    print(
        f"{len(polls)} moments, {sum(map(len, polls.values()))} documents, "
        f"{articles} articles, {len(stories)} stories, {len(broad)} with several sources"
    )
    for story in broad:
        print(f"\nstory {story.id}")
        for one in story.articles:
            print(f"  {one.published_at or one.seen_at:%m-%d %H:%M} {one.by}: {one.title}")
            print(f"      {one.summary[:160]}")
    for number, tag in enumerate(given.tags, 1):
        told = ledger.told[number]
        print(f"\nalerts for {tag}: {len(told)}")
        for text in told.values():
            print("  - " + "\n    ".join(text.splitlines()))


if __name__ == "__main__":
    asyncio.run(main())
