"""Whatever a feed says, every message it makes is one that Telegram takes."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.query import parse_query
from bot.demo.botapi import TOKEN, BotApiServer
from bot.demo.flood import Limits
from bot.services.compose import Composer
from bot.services.deliver import Deliverer
from bot.services.poll import Poller, PollRules
from bot.services.subscriptions import Subscriptions
from bot.settings import Settings
from bot.sources.reader import Reader
from bot.telegram.hello import make_bot
from bot.telegram.keyboards import under_alert
from bot.telegram.languages import Languages
from bot.telegram.pacing import Pace
from bot.telegram.polling import ListeningBot
from bot.telegram.sender import Sender
from storage.records import ChatId, ChatKind, ChatSettings, DeliveryState, NewSource, Place
from storage.store import Store
from tests.fakes.clock import HurriedClock
from tests.fakes.databases import SqliteFiles
from tests.fakes.feedserver import FeedServer

HOW = {
    1: ChatSettings(summary="long", burst_stories=0),
    2: ChatSettings(summary="none", burst_stories=0),
    3: ChatSettings(burst_stories=1),
}
"""Chats that are told long, short, and in roundups."""

# --- feeds --------------------------------------------------------------------------------------

BITS = st.sampled_from(
    [
        "Korea", "Korea", " ", "\n", "/start", "@durov", "#tag", "$TSLA", "t.me/x", "foo.py",
        "a@b.com", "<b>", "</a>", "<a href='tg://user?id=1'>x</a>", "<script>alert(1)</script>",
        "<p>", "<br/>", "<!-- x -->", "<img onerror=x>", "<![CDATA[", "]]>", "&", "&amp;", "&lt;",
        "&#xD800;", "&#0;", "&#99999999999;", "&l9;", "\x00", "\x08", "\x1b", "\ufffe", "\uffff",
        "\u202e", "\u2066", "\u200b", "\u2028", "e" + "\u0301" * 60, "\ud83d", "x" * 5_000,
        "&" * 3_000, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40, "한미일", "Корея", "كوريا",
        "https://evil.example/?a=1&b=\"'<>", "```", "_*[]()~`>#+-=|{}.!", "{tag}", "%s%n", "\\",
    ]
)  # fmt: skip
TEXTS = st.lists(BITS | st.text(max_size=12), max_size=8).map("".join)
LINKS = TEXTS | st.sampled_from(
    [
        "", "/rel", "//h.example/x", "javascript:alert(1)", "data:text/html,x", "http://localhost/",
        "https://paper.example/a?b=1&c=2#d", "https://пример.рф/я", "https://u:p@h.example/",
        "https://h.example/" + "x" * 3_000, "tg://resolve?domain=durov", "http://[::1]/",
    ]
)  # fmt: skip
DATES = st.sampled_from(["", "NOW", "0000-00-00", "9999-12-31T23:59:59-12:00", "soon", "-1"])


@st.composite
def entries(draw: st.DrawFn) -> dict[str, str]:
    names = ("title", "summary", "content", "guid", "author", "category", "publisher")
    entry = {name: draw(TEXTS) for name in names}
    for_whom = draw(st.sampled_from(["title", "summary", "category"]))
    entry[for_whom] = f"Korea {entry[for_whom]}"
    return entry | {"link": draw(LINKS), "date": draw(DATES)}


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    shown = draw(st.lists(entries(), min_size=1, max_size=4))
    form = draw(st.sampled_from([as_rss, as_atom, as_json]))
    quoting = draw(st.sampled_from([escape, in_cdata, str, twice]))
    body: bytes = form(draw(TEXTS), shown, quoting).encode("utf-8", "surrogatepass")
    for at, rubbish in draw(
        st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), max_size=2)
    ):
        place = int(at * len(body))
        body = body[:place] + rubbish + body[place:]
    return body


def in_cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def twice(text: str) -> str:
    return escape(escape(text))


def as_rss(title: str, shown: list[dict[str, str]], quoted: Any) -> str:
    items = "".join(
        f"<item><title>{quoted(one['title'])}</title><description>{quoted(one['summary'])}"
        f"</description><content:encoded>{quoted(one['content'])}</content:encoded>"
        f"<guid>{quoted(one['guid'])}</guid><link>{quoted(one['link'])}</link>"
        f"<author>{quoted(one['author'][:500])}</author><category>{quoted(one['category'])}"
        f"</category><source>{quoted(one['publisher'])}</source><pubDate>{one['date']}</pubDate>"
        "</item>"
        for one in shown
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{quoted(title)}</title>{items}</channel></rss>"
    )


def as_atom(title: str, shown: list[dict[str, str]], quoted: Any) -> str:
    items = "".join(
        f"<entry><id>{quoted(one['guid'])}</id><title type='html'>{quoted(one['title'])}</title>"
        f"<link href={json.dumps(escape(one['link']))}/><summary>{quoted(one['summary'])}</summary>"
        f"<content type='html'>{quoted(one['content'])}</content><updated>{one['date']}</updated>"
        f"<category term={json.dumps(escape(one['category']))}/></entry>"
        for one in shown
    )
    head = f"<title>{quoted(title)}</title>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{items}</feed>'


def as_json(title: str, shown: list[dict[str, str]], _quoted: Any) -> str:
    items = [
        {
            "id": one["guid"],
            "url": one["link"],
            "title": one["title"],
            "summary": one["summary"],
            "content_html": one["content"],
            "tags": [one["category"]],
            "date_published": one["date"],
        }
        for one in shown
    ]
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": title, "items": items})


# --- the pipes ----------------------------------------------------------------------------------


@dataclass
class Pipes:
    """Both pipes between a feed server and a Bot API server, on real sockets."""

    store: Store
    web: FeedServer
    api: BotApiServer
    clock: HurriedClock
    reader: Reader
    poller: Poller
    deliverer: Deliverer
    bot: ListeningBot
    running: asyncio.Task[None]
    feeds: int = 0

    @classmethod
    async def open(cls, database_url: str) -> "Pipes":
        clock = HurriedClock(500)
        store = await Store.open(database_url)
        api, web = BotApiServer(limits=Limits.none(), clock=clock), FeedServer()
        await api.start()
        await web.start()
        for number, how in HOW.items():
            api.private(number)
            async with store.write() as tx:
                await tx.chats.put(ChatId(number), ChatKind.PRIVATE, "", clock.now())
                await tx.chats.save_settings(ChatId(number), how)
            wanted = [parse_query("#Korea")]
            await Subscriptions(store, clock).subscribe(Place(ChatId(number)), wanted, None)
        bot = make_bot(Settings.model_validate({"token": TOKEN, "api_url": api.url}))
        await bot.initialize()
        reader = Reader(clock, [ip_network("127.0.0.0/8")], parsers=1)
        deliverer = Deliverer(
            store,
            Sender(bot),
            Pace(1_000),
            clock,
            owner="fuzz",
            composer=Composer(Languages().wording, under_alert),
        )
        poller = Poller(store, reader, clock, PollRules(owner="fuzz", gather_edits_s=1))
        running = asyncio.create_task(deliverer.run())
        return cls(store, web, api, clock, reader, poller, deliverer, bot, running)

    async def tell(self, body: bytes) -> int:
        """Publish a feed, poll it, deliver what it owes; return how many messages that made."""
        self.feeds += 1
        url = self.web.puts(f"/{self.feeds}", body)
        async with self.store.write() as tx:
            await tx.sources.add(NewSource(url), self.clock.now())
            (due,) = await tx.sources.claim_due(self.clock.now(), 1, 1e6, "fuzz")
        known = replace(due, good_polls=9, last_success_at=self.clock.now() - timedelta(hours=1))
        before = len(self.api.requests())
        await self.poller.poll(known)
        self.deliverer.wake()
        async with asyncio.timeout(60):
            while await self.owed():  # noqa: ASYNC110 - the deliverer's end is seen in the database
                await asyncio.sleep(0.002)
        return len(self.api.requests()) - before

    async def owed(self) -> bool:
        async with self.store.read() as tx:
            counts = await tx.outbox.counts()
        assert not counts.get(DeliveryState.DROPPED), "everything can be said somehow"
        return any(number for state, number in counts.items() if state is not DeliveryState.SENT)

    async def close(self) -> None:
        self.deliverer.stop()
        await self.running
        await self.bot.shutdown()
        await self.reader.close()
        await self.web.stop()
        await self.api.stop()
        await self.store.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def pipes(runner: asyncio.Runner, sqlite_files: SqliteFiles) -> Iterator[Pipes]:
    opened = runner.run(Pipes.open(sqlite_files.new()))
    yield opened
    runner.run(opened.close())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_feed_makes_a_message_that_telegram_refuses(
    runner: asyncio.Runner, pipes: Pipes
) -> None:
    told = 0

    @settings(
        max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(feeds())
    def fuzz(body: bytes) -> None:
        nonlocal told
        told += runner.run(pipes.tell(body))
        refused = [one for one in pipes.api.requests() if one.status == 400]
        # An edit that changes nothing is answered so; it says nothing against the text.
        assert [one for one in refused if "is not modified" not in one.description] == []

    fuzz()
    assert told > 100
