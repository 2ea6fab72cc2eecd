"""One story to many chats, then out again: fan-out, claims and settles, on both databases.

    python -m bench.fanout [CHATS …]        (100000 and 1000000 unless said otherwise)

For each number of chats: seconds to put one story before all of them, growth of our own memory
meanwhile, claims (200 at a time) with their settles a second for 10,000 chats with one delivery
each, and the same while another chat has 10,000 deliveries waiting.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text

from storage.records import (
    ChatId,
    ChatKind,
    Done,
    Key,
    NewArticle,
    NewSource,
    NewSubscription,
    Place,
    QueryId,
    StoryId,
)
from storage.schema import chats, deliveries, subscriptions
from storage.store import Store
from tests.fakes.databases import PostgresServer, postgres_server

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BATCH = 200
DRAINED = 10_000


def article(number: int) -> NewArticle:
    return NewArticle(
        keys=(Key(number),), url=f"https://news.example/{number}", url_key=Key(number),
        title=f"Story {number}", summary="", body="", publisher="", language="en",
        categories=(), published_at=None, seen_at=NOW,
    )  # fmt: skip


async def people(store: Store, number: int) -> QueryId:
    """Make chats that all subscribe to one tag."""
    async with store.write() as tx:
        await tx.chats.put(ChatId(1), ChatKind.PRIVATE, "first", NOW)
        new = NewSubscription(Place(ChatId(1)), "korea", "Korea", (("korea", "Korea"),))
        first, _ = await tx.subscriptions.add(new, NOW)
        first_chat = {
            "kind": "private", "title": "", "state": "active", "state_at": NOW, "allowed": True,
            "settings": {"language": "en"}, "created_at": NOW,
        }  # fmt: skip
        for start in range(2, number + 1, 20_000):
            ids = range(start, min(start + 20_000, number + 1))
            await tx._work.run(insert(chats), [{"id": id_, **first_chat} for id_ in ids])
            await tx._work.run(
                insert(subscriptions),
                [
                    {
                        "chat_id": id_,
                        "topic_id": 0,
                        "query_id": first.query_id,
                        "shown": "Korea",
                        "mode": "instant",
                        "active": True,
                        "created_at": NOW,
                    }
                    for id_ in ids
                ],
            )
    if store.dialect == "postgresql":
        async with store.write() as tx:
            await tx._work.run(text("ANALYZE"))
    return first.query_id


async def story(store: Store, number: int) -> StoryId:
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource("https://news.example/feed"), NOW)
        added = await tx.articles.add(source.id, None, article(number))
        found = await tx.articles.get(added)
        assert found is not None
        return found.story_id


async def fan_out(store: Store, query: QueryId, number: int) -> tuple[float, int]:
    told = await story(store, number)
    began = time.perf_counter()
    async with store.write() as tx:
        await tx.stories.tag(told, [query])
        put = await tx.outbox.put(told, [query], NOW, NOW, NOW + timedelta(days=1))
    return time.perf_counter() - began, put


async def drain(store: Store, wanted: int) -> tuple[float, float]:
    """Claim and settle until so many went out; return rates: overall, of claims alone."""
    done, claiming, began = 0, 0.0, time.perf_counter()
    while done < wanted:
        start = time.perf_counter()
        async with store.write() as tx:
            due = await tx.outbox.claim(NOW, BATCH, 90, "bench")
        claiming += time.perf_counter() - start
        if not due:
            break
        for first in range(0, len(due), 50):
            async with store.write() as tx:
                ended = [Done(one.id, one.id) for one in due[first : first + 50]]
                await tx.outbox.settle_many(ended, NOW)
        done += len(due)
    return done / (time.perf_counter() - began), done / claiming


async def crowd(store: Store, number: int) -> None:
    """Let one chat have that many deliveries waiting."""
    row = {
        "chat_id": 1, "topic_id": 0, "state": "waiting",
        "due_at": NOW, "created_at": NOW, "expires_at": NOW,
    }  # fmt: skip
    async with store.write() as tx:
        rows = [{"story_id": 10**9 + one, **row} for one in range(number)]
        await tx._work.run(insert(deliveries), rows)


async def measure(address: str, number: int) -> list[str]:
    store = await Store.open(address)
    query = await people(store, number)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, put = await fan_out(store, query, 1)
    assert put == number
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    again, _ = await fan_out(store, query, 2)
    rate, claims = await drain(store, min(DRAINED, number))
    await crowd(store, 10_000)
    crowded, _ = await drain(store, min(DRAINED, number) // 2)
    await store.close()
    return [
        store.dialect, f"{number:,}", f"{seconds:.2f}", f"{again:.2f}", f"{grown:.0f}",
        f"{rate:,.0f}", f"{claims:,.0f}", f"{crowded:,.0f}",
    ]  # fmt: skip


async def on_postgresql(server: PostgresServer, number: int) -> list[str]:
    address = await server.new()
    row = await measure(address, number)
    await server.drop(address)
    return row


def main(numbers: list[int]) -> None:
    table = Table(title="Fan-out")
    for title in (
        "database", "chats", "one story s", "the next s", "memory + MiB",
        "claim+settle/s", "claim/s", "the same, one chat with 10,000",
    ):  # fmt: skip
        table.add_column(title, justify="right")
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server(f"bench-{os.getpid()}", "bench") as server,
    ):
        for number in numbers:
            path = Path(folder) / f"{number}.db"
            table.add_row(*asyncio.run(measure(f"sqlite:///{path}", number)))
            table.add_row(*asyncio.run(on_postgresql(server, number)))
    Console().print(table)


if __name__ == "__main__":
    main([int(one.replace(",", "")) for one in sys.argv[1:]] or [100_000, 1_000_000])
