"""/stats: words at once, then a picture of the last two days that tells the same as its caption."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.charts import Chart
from bot.core.hours import Hour, dump, number_of
from bot.demo.botapi import BotApiServer
from bot.demo.chats import SentMessage
from bot.services.hours import NAME
from bot.services.stats import Live, Stats
from storage.records import SourcePolled
from storage.store import Store
from tests.storage.makers import add_story, put, subscribe
from tests.telegram.conftest import OPERATOR, House, Sketcher, StoppedClock, opened, place
from tests.telegram.test_first_steps import labels


@pytest.fixture
async def korean(server: BotApiServer, store: Store, clock: StoppedClock) -> AsyncIterator[House]:
    async with opened(server, store, clock, languages=("en", "ko")) as made:
        yield made


async def two_days(house: House, language: str = "en") -> None:
    """Let the last two days have brought something, and an operator be there."""
    house.server.private(OPERATOR, language=language)
    now = house.clock.now()
    hours = {
        number_of(now - timedelta(hours=30)): Hour(1_200, 3, 90, 8, 2, 410),
        number_of(now): Hour(5, 0, 10, 0, 0, 1),
    }
    async with house.store.write() as tx:
        await tx.state.put(NAME, dump(hours))


async def asked(house: House) -> tuple[SentMessage, SentMessage]:
    """Ask how the bot is doing; return the words and the picture."""
    picture = await house.ask(OPERATOR, "/stats", answers=2)
    assert picture.media.keys() == {"photo"}
    return house.server.messages(OPERATOR)[-2], picture


async def test_operators_see_the_queue_and_failing_sources(house: House) -> None:
    await house.publish("A", source="Paper")
    (kept,) = await house.services.sources.listed()
    at = house.clock.now() - timedelta(minutes=3)
    async with house.store.write() as tx:
        await tx.sources.record(
            SourcePolled(kept.id, at=at, next_poll_at=at, interval_s=60, error="answers with 500")
        )
    answer = await house.ask(house.server.private(OPERATOR), "/stats")
    assert "Queue: 0 waiting, 0 being sent, 0 to edit" in answer.text
    assert "Stored: articles 1, stories 1, chats 1, subscriptions 0" in answer.text
    assert "Sources: 1, 1 failing:\n⚠ Paper · answers with 500 (×1)" in answer.text
    await house.settled()
    assert house.server.messages(OPERATOR) == [answer], "there was nothing to draw"


async def test_rates_waits_failed_jobs_and_slow_sources_are_told(house: House) -> None:
    house.server.private(OPERATOR)
    begun = house.clock.now() - timedelta(minutes=90)

    def live() -> Live:
        return Live(begun, sent=17, floods=2, rate=7.5, jobs_failing=("poll", "prune"))

    house.side._services = replace(house.services, stats=Stats(house.store, house.clock, live))
    house.side._dispatcher._services = house.side._services
    async with house.store.write() as tx:
        await subscribe(tx, 1001)
        await put(tx, await add_story(tx))
        [source] = await tx.sources.all()
        now = house.clock.now()
        polled = SourcePolled(source.id, now, now, interval_s=60, state='{"took_s":3.42}')
        await tx.sources.record(replace(polled, title="<Slow> Paper"))
    words, picture = await asked(house)
    assert words.text.split("\n") == [
        "How the bot is doing",
        "Queue: 1 waiting, 0 being sent, 0 to edit",
        "Alerts of the last 30 days: 0 sent, 0 dropped",
        "Messages sent since the start 1.5 h ago: 17. Flood waits: 2",
        "Rate in force: 7.5 messages a second",
        "Failed at their last run, the log says why: poll, prune",
        "Stored: articles 1, stories 1, chats 2, subscriptions 1, different ones 1",
        "Sources: 1, none failing",
        "Slowest to answer: <Slow> Paper 3.4 sec",
    ]
    assert b"'<Slow> Paper', 3.4" in picture.file
    assert "Longest queue: 1" in picture.text


async def test_the_caption_tells_what_the_picture_shows(house: House) -> None:
    await two_days(house)
    _, picture = await asked(house)
    assert picture.text.split("\n") == [
        "The last 48 hours",
        "Messages: 1,205 sent, 3 dropped",
        "Most in one hour: 1,200, from Oct 31, 6:00\u202fAM on",
        "Longest queue: 410",
        "Polls: 100, 8 of them failed; flood waits: 2",
    ]
    assert b"'Oct 31'" in picture.file
    assert b"'12:00'" in picture.file


async def test_the_picture_speaks_the_operators_language_and_zone(korean: House) -> None:
    await two_days(korean, "ko")
    await korean.ask(OPERATOR, "/settings Seoul")
    words, picture = await asked(korean)
    assert words.text.startswith("봇의 상태")
    assert picture.text.split("\n")[:3] == [
        "지난 48시간",
        "메시지: 보냄 1,205, 버림 3",
        "한 시간 최다: 1,200(10월 31일, 오후 3:00부터)",
    ]
    assert "10월 31일".encode() in picture.file or repr("10월 31일").encode() in picture.file


async def test_a_dark_ground_is_chosen_by_a_button_and_kept(house: House) -> None:
    await two_days(house)
    _, picture = await asked(house)
    light = picture.file
    await house.press(picture, "Dark")
    assert picture.file != light
    assert labels((await asked(house))[1]) == ["Light"]
    assert len(house.server.messages(OPERATOR)) == 4


@pytest.mark.parametrize("data", ["stats", "stats:pink"])
async def test_a_forged_button_changes_nothing(house: House, data: str) -> None:
    await two_days(house)
    _, picture = await asked(house)
    picture.markup = {"inline_keyboard": [[{"text": "?", "callback_data": data}]]}
    house.server.press(picture, 0)
    await house.server.wait_for(lambda: "too old" in house.server.last(OPERATOR).text)
    chat = await house.services.chats.get(place(OPERATOR).chat_id)
    assert chat is not None
    assert chat.settings.pictures == "light"


async def test_the_words_do_not_wait_for_the_picture(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_days(house)
    drawn = asyncio.Event()

    async def draw(_: Chart) -> bytes:
        await drawn.wait()
        return b"picture"

    monkeypatch.setattr(house.services.painter, "draw", draw)
    words = await house.ask(OPERATOR, "/stats")
    assert words.text.startswith("How the bot is doing")
    drawn.set()
    await house.server.wait_for(lambda: house.server.last(OPERATOR).file == b"picture")


async def test_where_nobody_draws_the_words_are_all(house: House) -> None:
    await two_days(house)
    assert isinstance(house.services.painter, Sketcher)
    house.services.painter.broken = True
    words = await house.ask(OPERATOR, "/stats")
    await house.settled()
    assert house.server.messages(OPERATOR) == [words]
