"""Waiting alerts into a loopback Bot API in its own process: how many a second, at what cost.

    python -m bench.delivery [--messages 10000] [--slow-seconds 30] [--postgresql] [--only NAME …]

Rows: Tagwire at 30/s, at 1000/s and with the cap lifted, from the database to the settled row, with
rendering and pacing; python-telegram-bot's own request class, bare and with its AIORateLimiter;
aiogram, if it is installed; a bare aiohttp loop as the limit. Each sender runs in a process of its
own, all in one call. CPU is the sender's alone, in milliseconds a message.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from telegram import Bot, LinkPreviewOptions
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bench.fanout import people
from bot.app.memory import rest_what_is_there
from bot.clock import SystemClock
from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.flood import Limits
from bot.services.deliver import Deliverer, concurrency_for
from bot.telegram.pacing import Pace
from bot.telegram.request import AiohttpRequest
from bot.telegram.sender import Sender
from storage.records import Key, NewArticle, NewSource
from storage.store import Store
from tests.fakes.databases import PostgresServer, postgres_server

STORIES = 20
TEXT = (
    '<a href="https://news.example/world/2026/11/24/story-{n}.html">Three governments agree on '
    "joint drills and a hotline, story {n}</a>\nThe Paper · 3:05 PM\nThe agreement was reached "
    "after two days of talks. It comes into force in January. The ministers meet again in June, "
    "when the first report is due.\n#SouthKorea_US_Japan"
)
LIFTED = 1_000_000.0


@dataclass
class Result:
    sent: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.sent / self.seconds


# --- the server -----------------------------------------------------------------------------------


async def serve(per_second: int) -> None:
    """Serve until standard input ends; then tell what came."""
    limits = Limits.none() if not per_second else Limits(per_second=per_second)
    server = BotApiServer(limits=limits, keep=1, create_chats=True)
    await server.start()
    print(server.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"refused": server.world.flood.refused}), flush=True)
    await server.stop()


@contextlib.asynccontextmanager
async def served(per_second: int, told: dict[str, Any]) -> AsyncIterator[str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.delivery", "--serve", str(per_second),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    yield (await child.stdout.readline()).decode().strip()
    child.stdin.close()
    told |= json.loads(await child.stdout.readline())
    await child.wait()


# --- the senders ----------------------------------------------------------------------------------


async def measured(what: Callable[[], Awaitable[int]]) -> Result:
    wall, cpu = time.perf_counter(), time.process_time()
    sent = await what()
    return Result(sent, time.perf_counter() - wall, time.process_time() - cpu)


async def tagwire(url: str, database: str, messages: int, per_second: float) -> Result:
    request = AiohttpRequest(connections=128)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    store = await Store.open(database)
    deliverer = Deliverer(
        store, Sender(bot), Pace(per_second), SystemClock(),
        owner="bench", concurrency=concurrency_for(per_second),
    )  # fmt: skip

    rest_what_is_there()  # As `tagwire run` does.

    async def work() -> int:
        task = asyncio.create_task(deliverer.run())
        while deliverer.counts.sent < messages and not task.done():  # noqa: ASYNC110 - it is a bench
            await asyncio.sleep(0.01)
        sent = deliverer.counts.sent
        deliverer.stop()
        await task
        return sent

    try:
        return await measured(work)
    finally:
        await store.close()
        await request.shutdown()


async def spread(send: Callable[[int], Awaitable[object]], messages: int, at_once: int) -> int:
    numbers = iter(range(1, messages + 1))

    async def one() -> None:
        for number in numbers:
            await send(number)

    await asyncio.gather(*(one() for _ in range(at_once)))
    return messages


async def own_stack(url: str, messages: int, *, limiter: bool, per_second: float) -> Result:
    limits = AIORateLimiter(per_second, 1, max_retries=20) if limiter else None
    request = HTTPXRequest(connection_pool_size=128, pool_timeout=60)
    bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=limits)
    none = LinkPreviewOptions(is_disabled=True)

    async def send(number: int) -> object:
        text = TEXT.format(n=number % STORIES)
        return await bot.send_message(number, text, parse_mode="HTML", link_preview_options=none)

    async with bot:
        return await measured(lambda: spread(send, messages, 50))


async def aiogram(url: str, messages: int) -> Result:
    # A peer that need not be installed.
    client = importlib.import_module("aiogram.client.session.aiohttp")
    servers = importlib.import_module("aiogram.client.telegram")
    session = client.AiohttpSession(api=servers.TelegramAPIServer.from_base(url))
    async with importlib.import_module("aiogram").Bot(TOKEN, session=session) as bot:

        async def send(number: int) -> object:
            return await bot.send_message(
                number, TEXT.format(n=number % STORIES), parse_mode="HTML"
            )

        return await measured(lambda: spread(send, messages, 50))


async def bare(url: str, messages: int) -> Result:
    address = f"{url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> None:
            body = {
                "chat_id": number,
                "text": TEXT.format(n=number % STORIES),
                "parse_mode": "HTML",
            }
            async with session.post(address, json=body) as answer:
                await answer.read()

        return await measured(lambda: spread(send, messages, 50))


SENDERS: dict[str, Callable[[argparse.Namespace], Awaitable[Result]]] = {
    "tagwire": lambda o: tagwire(o.url, o.database, o.messages, o.per_second),
    "ptb": lambda o: own_stack(o.url, o.messages, limiter=False, per_second=o.per_second),
    "ptb+limiter": lambda o: own_stack(o.url, o.messages, limiter=True, per_second=o.per_second),
    "aiogram": lambda o: aiogram(o.url, o.messages),
    "aiohttp": lambda o: bare(o.url, o.messages),
}


# --- the database ---------------------------------------------------------------------------------


async def fill(address: str, messages: int) -> None:
    """Put one of twenty stories before each of so many chats."""
    store = await Store.open(address)
    query = await people(store, messages)
    now = datetime.now(UTC)
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource("https://news.example/feed", "The Paper"), now)
        for number in range(STORIES):
            added = await tx.articles.add(source.id, None, article(number, now))
            kept = await tx.articles.get(added)
            assert kept is not None
            await tx.stories.tag(kept.story_id, [query])
            if number == 0:
                await tx.outbox.put(kept.story_id, [query], now, now, now + timedelta(days=1))
                first = kept.story_id
        # Every chat waits for one story, twenty different ones in all.
        await tx._work.run(
            text("UPDATE deliveries SET story_id = :first + (chat_id % :n)"),
            {"first": first, "n": STORIES},
        )
    await store.close()


def article(number: int, now: datetime) -> NewArticle:
    return NewArticle(
        keys=(Key(number),), url=f"https://news.example/world/2026/11/24/story-{number}.html",
        url_key=Key(number), title=f"Three governments agree on joint drills, story {number}",
        summary="The agreement was reached after two days of talks. It comes into force in "
        "January. The ministers meet again in June, when the first report is due.",
        body="", publisher="", language="en", categories=(), published_at=now, seen_at=now,
    )  # fmt: skip


# --- the table ------------------------------------------------------------------------------------


async def one_run(sender: str, messages: int, per_second: float, strict: int, database: str) -> Any:
    told: dict[str, Any] = {}
    async with served(strict, told) as url:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.delivery", "--send", sender, "--url", url,
            "--messages", str(messages), "--per-second", str(per_second), "--database", database,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await child.communicate()
    return Result(**json.loads(out.splitlines()[-1])), told


async def table(options: argparse.Namespace, server: PostgresServer | None) -> None:
    messages = options.messages
    slow = min(messages, 30 * options.slow_seconds)
    rows: list[tuple[str, str, int, float, int]] = []
    for base in options.databases:
        rows += [
            (f"Tagwire, 30/s, {base}", "tagwire", slow, 30, 30),
            (f"Tagwire, 1000/s, {base}", "tagwire", messages, 1000, 1000),
            (f"Tagwire, cap lifted, {base}", "tagwire", messages, LIFTED, 0),
        ]
    rows += [
        ("python-telegram-bot", "ptb", messages, LIFTED, 0),
    ]
    if importlib.util.find_spec("aiolimiter") is not None:  # AIORateLimiter needs it.
        rows += [
            ("the same, AIORateLimiter, cap lifted", "ptb+limiter", messages, LIFTED, 0),
            ("the same, AIORateLimiter, 30/s", "ptb+limiter", slow, 30, 30),
        ]
    if importlib.util.find_spec("aiogram") is not None:
        rows.append(("aiogram", "aiogram", messages, LIFTED, 0))
    rows.append(("bare aiohttp loop", "aiohttp", messages, LIFTED, 0))
    shown = Table("sender", "messages", "a second", "of the limit", "429s", "CPU ms each")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, sender, count, rate, strict) in enumerate(rows):
            if options.only and not any(word in name for word in options.only):
                continue
            database = ""
            if sender == "tagwire":
                on_file = "SQLite" in name
                file = f"sqlite:///{Path(folder) / f'{number}.db'}"
                database = file if on_file or server is None else await server.new()
                await fill(database, count)
            result, told = await one_run(sender, count, rate, strict, database)
            share = f"{result.rate / rate:.1%}" if rate < LIFTED else ""
            row = [
                name, str(result.sent), f"{result.rate:,.1f}", share,
                str(told["refused"]), f"{1000 * result.cpu / result.sent:.2f}",
            ]  # fmt: skip
            print("  ".join(row), flush=True)
            shown.add_row(*row)
    Console(width=110).print(shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--slow-seconds", type=int, default=30)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    for hidden in ("--serve", "--send", "--url", "--database"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--per-second", type=float, default=30, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.databases = ["SQLite", "PostgreSQL"] if options.postgresql else ["SQLite"]
    if options.serve:
        uvloop.run(serve(int(options.serve)))
    elif options.send:
        print(json.dumps(asdict(uvloop.run(SENDERS[options.send](options)))))
    else:
        with contextlib.ExitStack() as stack:
            server = None
            if options.postgresql:
                server = stack.enter_context(postgres_server(f"bench-{os.getpid()}", "bench"))
            asyncio.run(table(options, server))


if __name__ == "__main__":
    main()
