"""How long people wait for an answer while the database is large and all else goes on.

    python -m bench.chat [--articles 1000000] [--chats 100000] [--subscriptions 300000]
                         [--seconds 60] [--rate 50] [--warm 120] [--postgresql [only]]
                         [--keep FILE|ADDRESS] [--only COMMAND …]

A `tagwire run` of its own, with everything it does: it polls sources that publish all the time and
delivers alerts that wait, at Telegram's usual rate. Beside it a Bot API and a web server on
loopback, in another process, which lets one chat after the other send a command, and takes the
time from there to the first message of the answer; it begins so many seconds after every source
was asked once, when the start is over. In milliseconds, for each command.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import uvloop
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, text, update

from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.flood import Limits
from storage.database import search
from storage.records import ArticleId, ChatId, ChatKind, NewSource, NewSubscription, Place
from storage.schema import (
    articles,
    chats,
    deliveries,
    seen_keys,
    sources,
    stories,
    story_queries,
    subscriptions,
)
from storage.store import Store
from tests.fakes.databases import postgres_server
from tests.fakes.feedserver import FeedServer

SOURCES = 200
TAGS = 5_000
WORDS = 30_000
DAYS = 30
AT_ONCE = 10_000
READERS = 2_000
"""The first so many chats have alerts waiting; nobody writes from there."""
OPERATORS = range(READERS + 1, READERS + 41)
"""Each hears from the bot once a second at most; so several ask how it is doing."""
ALERTS = 20_000
ASKED = (
    "/start", "/help", "/tags", "/latest", "/latest #{tag}", "/latest #{rare}", "/latest {word}",
    "/search {word} {word}", "/search {rare}", "/preview #{tag}", "/preview {word}",
    "/subscribe #{tag}", "/subscribe #{rare} -{word}", "/unsubscribe #{tag}", "/settings",
    "/sources", "/digest", "/digest daily 08:00", "/mute #{tag} 1d", "/pause 8h", "/resume",
    "/alias", "/privacy", "/export", "/trends", "/trends #{tag}", "/stats", "/hlep",
)  # fmt: skip


class Words:
    """Words as often as people use them: the second half as often as the first, and so on."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.words = [_word(number) for number in range(WORDS)]
        self.tags = [_word(WORDS + number) for number in range(TAGS)]

    def _some(self, of: Sequence[str], count: int) -> list[str]:
        size = len(of)
        return [of[min(size - 1, int(size ** self._chance.random()) - 1)] for _ in range(count)]

    def text(self, count: int) -> str:
        return " ".join(self._some(self.words, count))

    def tag(self) -> int:
        return min(TAGS - 1, int(TAGS ** self._chance.random()) - 1)

    def number(self, below: int) -> int:
        return self._chance.randrange(below)

    def fill(self, command: str) -> str:
        while "{word}" in command:
            command = command.replace("{word}", self.text(1), 1)
        rare = self.tags[TAGS - 1 - self.number(TAGS // 10)]
        return command.replace("{tag}", self.tags[self.tag()]).replace("{rare}", rare)


def _word(number: int) -> str:
    """Make a word of its own for each number, from two letters on."""
    letters, rest = "", number + 20
    while rest:
        rest, one = divmod(rest, 20)
        letters += "bcdfghjklmnpqrstvwxz"[one] + "aeiou"[(rest + one) % 5]
    return letters.capitalize()


# --- the database ---------------------------------------------------------------------------------


async def fill(address: str, options: argparse.Namespace, feeds: Sequence[str]) -> None:
    words, now = Words(1), datetime.now(UTC)
    store = await Store.open(address)
    if (await store.stats())["articles"]:  # Kept from an earlier run.
        await store.close()
        return
    queries = await _tags(store, words, now)
    await _people(store, options, words, queries, now)
    async with store.write() as tx:
        for url in feeds:
            await tx.sources.add(NewSource(url, f"Paper {url.rpartition('/')[2]}"), now)
    for start in range(0, options.articles, AT_ONCE):
        size = min(AT_ONCE, options.articles - start)
        await _news(store, range(start + 1, start + size + 1), options.articles, words, queries)
    await _alerts(store, options.articles, now)
    if store.dialect == "postgresql":
        async with store.write() as tx:
            for table in ("stories", "articles"):  # Rows came with ids of their own.
                after = f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
                await tx._work.run(text(after))
            await tx._work.run(text("ANALYZE"))
    await store.close()


async def _readdress(address: str, feeds: Sequence[str]) -> None:
    """Let the sources be where the papers are now, and due; forget the last Bot API's updates.

    A new server numbers them from the start: they would be taken for those of the last run.
    """
    store = await Store.open(address)
    async with store.write() as tx:
        for name in await tx.state.all("telegram."):
            await tx.state.remove(name)
        for number, url in enumerate(feeds, 1):
            await tx._work.run(
                update(sources)
                .where(sources.c.id == number)
                .values(url=url, host="", next_poll_at=datetime.now(UTC), error="", failures=0)
            )
    await store.close()


async def _tags(store: Store, words: Words, now: datetime) -> list[int]:
    """Let one chat follow every tag, so that all of them are known."""
    found = []
    async with store.write() as tx:
        await tx.chats.put(ChatId(10**9), ChatKind.PRIVATE, "", now)
        for shown in words.tags:
            key = shown.lower()
            new = NewSubscription(Place(ChatId(10**9)), key, shown, ((key, shown),))
            kept, _ = await tx.subscriptions.add(new, now)
            found.append(int(kept.query_id))
    return found


async def _people(
    store: Store, options: argparse.Namespace, words: Words, queries: list[int], now: datetime
) -> None:
    chat = {
        "kind": "private", "title": "", "state": "active", "state_at": now, "allowed": True,
        "settings": {"language": "en"}, "created_at": now,
    }  # fmt: skip
    each = options.subscriptions // options.chats
    for start in range(1, options.chats + 1, AT_ONCE):
        ids = range(start, min(start + AT_ONCE, options.chats + 1))
        wanted = [(id_, tag) for id_ in ids for tag in {words.tag() for _ in range(each)}]
        async with store.write() as tx:
            await tx._work.run(insert(chats), [{"id": id_, **chat} for id_ in ids])
            await tx._work.run(
                insert(subscriptions),
                [
                    {
                        "chat_id": id_, "topic_id": 0, "query_id": queries[tag],
                        "shown": words.tags[tag], "mode": "instant", "active": True,
                        "created_at": now,
                    }
                    for id_, tag in wanted
                ],
            )  # fmt: skip


async def _news(store: Store, ids: range, total: int, words: Words, queries: list[int]) -> None:
    """Keep articles of the last month, each with a story of its own and with one or two tags."""
    now = datetime.now(UTC)
    rows, found, told, looked = [], [], [], []
    for id_ in ids:
        at = now - timedelta(days=DAYS) * ((total - id_) / total) - timedelta(minutes=5)
        tags = {words.tag() for _ in range(2)}
        title = f"{' '.join(words.tags[tag] for tag in tags)} {words.text(7)}"
        summary = words.text(40)
        rows.append({
            "id": id_, "source_id": id_ % SOURCES + 1, "source_title": f"Paper {id_ % SOURCES}",
            "story_id": id_, "url": f"https://news.example/{id_}", "url_key": id_, "title": title,
            "summary": summary, "body": "", "publisher": "", "language": "en", "categories": [],
            "published_at": at, "seen_at": at,
        })  # fmt: skip
        told.append({"id": id_, "first_at": at, "last_at": at})
        found += [{"story_id": id_, "query_id": queries[tag], "at": at} for tag in tags]
        looked.append((ArticleId(id_), (title, summary)))
    keys = [
        {
            "source_id": row["source_id"], "key": row["id"], "article_id": row["id"],
            "seen_at": row["seen_at"],
        }
        for row in rows
    ]  # fmt: skip
    async with store.write() as tx:
        await tx._work.run(insert(stories), told)
        await tx._work.run(insert(articles), rows)
        await tx._work.run(insert(story_queries), found)
        await tx._work.run(insert(seen_keys), keys)
        await search.index(tx._work, looked)


async def _alerts(store: Store, newest: int, now: datetime) -> None:
    """Let alerts wait for the first chats, more than can be sent in the time."""
    row = {
        "topic_id": 0, "state": "waiting", "due_at": now, "created_at": now,
        "expires_at": now + timedelta(days=1),
    }  # fmt: skip
    async with store.write() as tx:
        rows = [
            {"story_id": newest - number // READERS, "chat_id": number % READERS + 1, **row}
            for number in range(ALERTS)
        ]
        await tx._work.run(insert(deliveries), rows)


# --- the world ------------------------------------------------------------------------------------


class Town:
    """The process beside: Telegram, the papers, and the people who ask."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.api = BotApiServer(limits=Limits.none(), keep=3, create_chats=True)
        self.papers = FeedServer()
        self.words = Words(2)
        self.took: dict[str, list[float]] = defaultdict(list)
        self.lost = 0

    async def run(self) -> None:
        await self.api.start()
        await self.papers.start()
        urls = [self._publishes(number, 0) for number in range(SOURCES)]
        print(json.dumps({"api": self.api.url, "feeds": urls}), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await self.papers.arrived(SOURCES)
        await asyncio.sleep(self.options.warm)
        publishing = asyncio.create_task(self._publish())
        # The first picture after some idle minutes takes a second more; so does the first of each.
        for command in ASKED:
            await self._one(READERS + 1 + self.words.number(1_000), command)
        self.took.clear()
        await self._ask()
        publishing.cancel()
        print(json.dumps({"took": self.took, "lost": self.lost}), flush=True)
        await self.papers.stop()
        await self.api.stop()

    def _publishes(self, number: int, turn: int) -> str:
        words = self.words
        items = "".join(
            f"<item><title>{words.tags[words.tag()]} {words.text(8)}</title>"
            f"<guid>{number}-{one}</guid><link>https://paper{number}.example/{one}</link>"
            f"<description>{words.text(40)}</description></item>"
            for one in range(turn + 20, turn, -1)
        )
        feed = f'<rss version="2.0"><channel><title>Paper {number}</title>{items}</channel></rss>'
        return self.papers.puts(f"/{number}", feed)

    async def _publish(self) -> None:
        for turn in range(1, 10**6):
            self._publishes(turn % SOURCES, turn // SOURCES + 1)
            await asyncio.sleep(0.2)

    async def _ask(self) -> None:
        commands = [one for one in ASKED if self._is_wanted(one)]
        running = set()
        order = random.Random(1)
        began = time.perf_counter()
        for number in range(int(self.options.seconds * self.options.rate)):
            await asyncio.sleep(max(0.0, began + number / self.options.rate - time.perf_counter()))
            chat = READERS + 1 + self.words.number(self.options.chats - READERS)
            if number % len(commands) == 0:
                order.shuffle(commands)
            task = asyncio.create_task(self._one(chat, commands[number % len(commands)]))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)

    def _is_wanted(self, command: str) -> bool:
        only = self.options.only
        return not only or any(command.startswith(f"/{one}") for one in only)

    def _answered(self, chat: int, number: int) -> bool:
        return any(message.message_id > number for message in self.api.messages(chat))

    async def _one(self, chat: int, command: str) -> None:
        chat = OPERATORS[chat % len(OPERATORS)] if command == "/stats" else chat
        self.api.private(chat)
        said = self.api.user_says(chat, self.words.fill(command))
        began = time.perf_counter()
        try:
            await self.api.wait_for(lambda: self._answered(chat, said.message_id), 20)
        except TimeoutError:
            self.lost += 1
            return
        self.took[command].append(time.perf_counter() - began)


# --- the table ------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def town(options: argparse.Namespace) -> AsyncIterator[tuple[Any, dict[str, Any]]]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.chat", "--town", "--chats", str(options.chats),
        "--seconds", str(options.seconds), "--rate", str(options.rate), "--warm", str(options.warm),
        *(["--only", *options.only] if options.only else []),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**26,
    )  # fmt: skip
    assert child.stdout is not None
    yield child, json.loads(await child.stdout.readline())
    if child.returncode is None:
        child.kill()
        await child.wait()


@contextlib.asynccontextmanager
async def bot(
    database: str, there: dict[str, Any], folder: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN, "TAGWIRE_TELEGRAM_API_URL": there["api"],
        "TAGWIRE_DATABASE_URL": database, "TAGWIRE_SOURCES": "none",
        "TAGWIRE_ADMINS": ",".join(map(str, OPERATORS)),
        "TAGWIRE_ALLOWED_NETWORKS": "127.0.0.0/8", "TAGWIRE_POLL_INTERVAL": "60",
        "TAGWIRE_LOG_LEVEL": "WARNING", "TAGWIRE_DATA_DIR": folder,
    }  # fmt: skip
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        env={**os.environ, **given, "PYTHONPATH": str(Path.cwd())}, cwd=folder,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.terminate()
        await child.wait()


async def measure(name: str, database: str, options: argparse.Namespace, folder: str) -> Table:
    async with town(options) as (people, there):
        began = time.perf_counter()
        await fill(database, options, there["feeds"])
        await _readdress(database, there["feeds"])
        print(f"{name}: filled in {time.perf_counter() - began:.0f} s", flush=True)
        async with bot(database, there, folder) as running:
            people.stdin.write(b"\n")
            told = json.loads(await people.stdout.readline())
            used = psutil.Process(running.pid)
            times, memory = used.cpu_times(), used.memory_info().rss
    title = (
        f"{name}: {options.rate} updates/s, {told['lost']} unanswered; "
        f"bot: {times.user + times.system:.0f} s of CPU, {memory / 2**20:.0f} MiB"
    )
    table = Table("command", "answers", "median", "p90", "p99", "longest", title=title)
    for row in _rows(told["took"]):
        table.add_row(*row)
    return table


def _rows(took: dict[str, list[float]]) -> Iterator[list[str]]:
    every = [one for times in took.values() for one in times]
    for command, times in [*sorted(took.items()), ("all", every)]:
        ordered = sorted(times)
        shares = [ordered[min(len(ordered) - 1, int(len(ordered) * at))] for at in (0.5, 0.9, 0.99)]
        shown = [f"{1000 * one:.0f}" for one in (*shares, ordered[-1])]
        yield [command, str(len(ordered)), *shown]


async def tables(options: argparse.Namespace, folder: str, other: str) -> None:
    file = options.keep or Path(folder) / "chat.db"
    places = {"SQLite": f"sqlite:///{file}", "PostgreSQL": other}
    if options.keep.startswith("postgresql"):
        places = {"PostgreSQL": options.keep}
    elif options.postgresql == "only":
        del places["SQLite"]
    for name, database in places.items():
        if not database:
            continue
        Console(width=100).print(await measure(name, database, options, folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--subscriptions", type=int, default=300_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--warm", type=float, default=120)
    parser.add_argument("--postgresql", nargs="?", const="too", default="", choices=["too", "only"])
    parser.add_argument(
        "--keep",
        default="",
        help="a SQLite file, or the address of a PostgreSQL database, to keep or kept from before",
    )
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--town", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.town:
        uvloop.run(Town(options).run())
        return
    if options.keep and "://" not in options.keep:
        options.keep = str(Path(options.keep).absolute())
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        other = ""
        if options.postgresql:
            server = stack.enter_context(postgres_server(f"chat-{os.getpid()}", "bench"))
            other = asyncio.run(server.new())
        asyncio.run(tables(options, folder, other))


if __name__ == "__main__":
    main()
