"""Every way in which Telegram can fail, over real HTTP: how often it is asked, what arrives."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from telegram import Bot

from bot.demo import faults
from bot.demo.botapi import BotApiServer
from bot.demo.faults import Fault
from bot.demo.flood import Limits
from bot.errors import TokenRejectedError
from bot.telegram.pacing import Pace
from bot.telegram.request import AiohttpRequest
from bot.telegram.sender import Sender
from storage.records import ChatId, ChatKind, ChatSettings, ChatState, DeliveryState
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House, delivering

ADA, BEN = 1001, 1002
SINGLY = ChatSettings(burst_stories=0)
SENT, DROPPED = DeliveryState.SENT, DeliveryState.DROPPED
WAITING = DeliveryState.WAITING


@dataclass
class Scene:
    """A house with a real sender, and Telegram on loopback; all on one clock."""

    house: House
    server: BotApiServer
    sender: Sender
    clock: FakeClock

    def asked(self, chat_id: int) -> list[float]:
        """Return when a message to the chat was asked for."""
        return [line.at for line in self.server.world.ledger if line.chat_id == chat_id]

    def titles(self, chat_id: int) -> list[str]:
        return [message.text.splitlines()[0] for message in self.server.messages(chat_id)]


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    clock = FakeClock()
    store = await Store.open(sqlite_url)
    server = BotApiServer(limits=Limits.none(), clock=clock, create_chats=True)
    await server.start()
    request, updates = AiohttpRequest(read_timeout=1.0), AiohttpRequest()
    await request.initialize()
    bot = Bot(
        server.token, base_url=f"{server.url}/bot", request=request, get_updates_request=updates
    )
    yield Scene(House(store, clock), server, Sender(bot), clock)
    await request.shutdown()
    await server.stop()
    await store.close()


@pytest.mark.parametrize(
    ("fault", "times", "requests", "copies", "ends"),
    [
        (faults.flood(4), 1, 2, 1, SENT),
        (faults.flood_without_parameters(), 2, 3, 1, SENT),
        (faults.blocked(), None, 1, 0, DROPPED),
        (faults.deactivated(), None, 1, 0, DROPPED),
        (faults.kicked(), None, 1, 0, DROPPED),
        (faults.chat_deleted(), None, 1, 0, DROPPED),
        (faults.bad_markup(), 1, 2, 1, SENT),
        (faults.refused("message is too long"), 1, 2, 1, SENT),
        (faults.refused("message is too long"), 2, 3, 1, SENT),
        (faults.refused("message is too long"), None, 3, 0, DROPPED),
        (faults.refused("BUTTON_URL_INVALID"), 1, 2, 1, SENT),
        (faults.refused("message to be replied not found"), 1, 2, 1, SENT),
        (faults.refused("something new"), None, 2, 0, DROPPED),
        (faults.bad_gateway(), 3, 4, 1, SENT),
        (faults.server_error(happens=True), 1, 2, 2, SENT),
        (faults.server_error(happens=False), 1, 2, 1, SENT),
        (faults.garbage(), None, 2, 2, WAITING),
        (faults.cut_short(), 1, 2, 2, SENT),
        (faults.without_field("date"), None, 1, 1, SENT),
        (faults.without_field("message_id"), None, 2, 2, WAITING),
        (faults.broken_line(), None, 2, 2, WAITING),
        (faults.broken_line(happens=False), 1, 2, 1, SENT),
        (faults.slow(7), None, 1, 1, SENT),
        (
            faults.refused(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            ),
            None,
            1,
            0,
            SENT,
        ),
    ],
    ids=lambda value: repr(value)[:70] if isinstance(value, Fault) else str(value),
)
async def test_a_fault_of_one_chat(  # noqa: PLR0917 - a table of cases
    scene: Scene,
    fault: Fault,
    times: int | None,
    requests: int,
    copies: int,
    ends: DeliveryState,
) -> None:
    await scene.house.chat(ADA)
    await scene.house.publish()
    scene.server.faults.add(fault, chat=ADA, times=times)
    async with delivering(scene.house, scene.sender):
        await scene.clock.run_until(lambda: len(scene.asked(ADA)) >= requests)
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 150, within=300)
    assert len(scene.asked(ADA)) == requests
    assert len(scene.server.messages(ADA)) == copies <= 2
    assert await scene.house.counts() == {ends: 1}


async def test_a_lost_answer_is_known_as_a_possible_double(scene: Scene) -> None:
    await scene.house.chat(ADA)
    await scene.house.publish()
    scene.server.faults.add(faults.broken_line(), chat=ADA, times=1)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 1)
    first, second = scene.asked(ADA)
    assert second - first >= 15


async def test_no_answer_at_all_is_waited_for_in_real_time_and_asked_once_more(
    scene: Scene,
) -> None:
    await scene.house.chat(ADA)
    await scene.house.publish()
    scene.server.faults.add(faults.silence(), chat=ADA, times=1)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 1, within=100_000)
    assert len(scene.server.messages(ADA)) == 2


async def test_a_long_flood_wait_of_one_chat_keeps_nobody_waiting(scene: Scene) -> None:
    for chat_id in range(ADA, ADA + 9):
        await scene.house.chat(chat_id, settings=SINGLY)
    scene.server.faults.add(faults.flood(40_000), chat=ADA)
    await scene.house.publish(3)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 24)
        assert len(scene.asked(ADA)) == 1
        scene.server.faults.clear()
        scene.clock.move(39_980)
        await scene.clock.run_until(lambda: deliverer.counts.sent == 27, within=200)
    assert scene.asked(ADA)[1] - scene.asked(ADA)[0] >= 40_000
    assert scene.titles(ADA) == ["Story 1", "Story 2", "Story 3"]


async def test_after_the_whole_bot_was_held_it_does_not_rush(scene: Scene) -> None:
    for number in range(100):
        await scene.house.chat(ADA + number)
    for number in range(3):
        scene.server.faults.add(faults.flood(6), chat=ADA + number, times=1)
    await scene.house.publish()
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 100, within=600)
    moments = sorted(line.at for line in scene.server.world.ledger)
    floods = [line.at for line in scene.server.world.ledger if line.status == 429]
    after = [moment for moment in moments if moment > max(floods) + 5]
    assert len(after) > 60
    assert min(after) >= min(floods) + 6
    assert all(sum(1 for other in moments if start <= other < start + 1) <= 30 for start in moments)


async def test_twenty_alerts_for_a_chat_that_blocked_the_bot_cost_one_request(
    scene: Scene,
) -> None:
    await scene.house.chat(ADA, settings=SINGLY)
    await scene.house.publish(20)
    rule = scene.server.faults.add(faults.blocked(), chat=ADA)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: rule.hits == 1)
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 30)
        assert len(scene.asked(ADA)) == 1
        rule.stop()
        async with scene.house.store.write() as tx:
            await tx.chats.wake(ChatId(ADA))
        await scene.house.publish()
        deliverer.wake()
        await scene.clock.run_until(lambda: deliverer.counts.sent == 1)
    assert scene.titles(ADA) == ["Story 21"]


async def test_a_group_that_became_a_supergroup(scene: Scene) -> None:
    await scene.house.chat(-5, ChatKind.GROUP, settings=SINGLY)
    await scene.house.publish(5)
    scene.server.faults.add(faults.moved(-1001234567890), chat=-5)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 5)
    assert len(scene.asked(-5)) == 1
    assert scene.titles(-1001234567890) == [f"Story {n}" for n in range(1, 6)]


async def test_a_closed_topic_leaves_the_others_alone(scene: Scene) -> None:
    forum = scene.server.supergroup("Forum", forum=True)
    open_, closed = scene.server.topic(forum, "Open"), scene.server.topic(forum, "Closed")
    topics = (open_.id, closed.id)
    await scene.house.chat(forum.id, ChatKind.SUPERGROUP, topics, settings=SINGLY)
    rule = scene.server.faults.add(faults.topic_closed(), chat=forum.id, topic=closed.id)
    told = []

    async def notice(place: object, _reason: str) -> None:
        told.append(place)

    await scene.house.publish(3)
    async with delivering(scene.house, scene.sender, topic_notice=notice) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 3)
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 60)
    assert rule.hits == 1
    assert len(told) == 1
    assert len(scene.server.messages(forum, open_.id)) == 3


async def test_no_server_at_all_for_a_minute(scene: Scene) -> None:
    for number in range(10):
        await scene.house.chat(ADA + number)
    await scene.house.publish(2)
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent >= 5)
        await scene.server.stop()
        await scene.house.publish(2)
        began = scene.clock.monotonic()
        await scene.clock.run_until(lambda: scene.clock.monotonic() > began + 60)
        await scene.server.start()
        await scene.clock.run_until(lambda: deliverer.counts.sent == 40, within=200)
    for number in range(10):
        assert scene.titles(ADA + number) == [f"Story {number}" for number in range(1, 5)]
    assert await scene.house.counts() == {SENT: 40}


async def test_a_revoked_token_keeps_all_for_the_next_start(scene: Scene) -> None:
    for number in range(50):
        await scene.house.chat(ADA + number)
    await scene.house.publish()
    rule = scene.server.faults.add(faults.unauthorized())
    with pytest.raises(TokenRejectedError):
        async with delivering(scene.house, scene.sender) as deliverer:
            await scene.clock.run_until(lambda: deliverer._stopping)
    assert rule.hits <= 4
    rule.stop()
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 50)
    assert all(len(scene.titles(ADA + number)) == 1 for number in range(50))


@pytest.mark.parametrize(
    "fault",
    [
        faults.server_error(happens=False),
        faults.broken_line(happens=False),
        faults.garbage(happens=False),
        faults.bad_gateway(),
        Fault(status=504, body=b"<html>504</html>"),
    ],
    ids=["restart", "reset", "captive portal", "502", "504"],
)
async def test_no_alert_is_lost_however_long_telegram_is_not_well(
    scene: Scene, fault: Fault
) -> None:
    people = range(ADA, ADA + 15)
    for number in people:
        await scene.house.chat(number)
    await scene.house.publish()
    rule = scene.server.faults.add(fault, method="sendMessage")
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 900, within=1_000)
        rule.stop()
        await scene.clock.run_until(lambda: deliverer.counts.sent == len(people), within=400)
    assert [len(scene.titles(number)) for number in people] == [1] * len(people)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413, 420])
async def test_a_proxys_page_puts_nobody_to_sleep_and_loses_nothing(
    scene: Scene, status: int
) -> None:
    people = range(ADA, ADA + 8)
    for number in people:
        await scene.house.chat(number)
    await scene.house.publish()
    page = Fault(status=status, body=b"<html><title>Blocked by policy</title></html>")
    rule = scene.server.faults.add(page, method="sendMessage")
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 90, within=120)
        rule.stop()
        await scene.clock.run_until(lambda: deliverer.counts.sent == len(people), within=100)
    assert [len(scene.titles(number)) for number in people] == [1] * len(people)
    async with scene.house.store.read() as tx:
        assert (await tx.chats.counts())[ChatState.ACTIVE] == len(people)


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_gateway(),
        faults.server_error(happens=False),
        Fault(status=406, body=b"<html>blocked by policy</html>"),
    ],
    ids=["502", "500", "406"],
)
async def test_ten_chats_that_always_fail_keep_nobody_else_waiting(
    scene: Scene, fault: Fault
) -> None:
    people = range(ADA, ADA + 100)
    bad = {*people[:4], *people[9:64:9][:6]}
    for number in people:
        await scene.house.chat(number)
    for number in bad:
        scene.server.faults.add(fault, chat=number)
    await scene.house.publish()
    async with delivering(scene.house, scene.sender, concurrency=15) as deliverer:
        await scene.clock.run_until(lambda: deliverer.counts.sent == 90, within=60)
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 90)
        await scene.house.publish()
        began = scene.clock.monotonic()
        await scene.clock.run_until(lambda: deliverer.counts.sent == 180, within=30)
        assert scene.clock.monotonic() - began < 15
        scene.server.faults.clear()
        await scene.clock.run_until(
            lambda: all(scene.titles(number) for number in bad), within=1_500
        )


async def test_endless_flood_waits_of_three_chats_keep_the_others_a_minute(scene: Scene) -> None:
    for number in range(10):
        await scene.house.chat(ADA + number)
    for number in range(3):
        scene.server.faults.add(faults.flood(40_000), chat=ADA + number, times=1)
    await scene.house.publish()
    async with delivering(scene.house, scene.sender) as deliverer:
        await scene.clock.run_until(lambda: scene.clock.monotonic() > 30)
        await scene.house.publish()
        await scene.clock.run_until(lambda: deliverer.counts.sent >= 14, within=60)
        assert all(len(scene.asked(ADA + number)) == 1 for number in range(3))


@pytest.mark.slow
async def test_two_hundred_stories_for_twenty_groups_at_once_break_no_rate(scene: Scene) -> None:
    scene.server.world.flood.limits = Limits()
    for number in range(20):
        await scene.house.chat(-1_001_000_000_000 - number, ChatKind.SUPERGROUP)
    await scene.house.publish(200)
    async with delivering(scene.house, scene.sender):
        await scene.clock.run_until(lambda: len(scene.server.world.ledger) >= 7 * 20, within=900)
    assert scene.server.world.flood.refused == 0
    assert await scene.house.counts() == {SENT: 200 * 20}


@pytest.mark.slow
async def test_a_chat_with_a_thousand_waiting_delays_nobody(scene: Scene) -> None:
    await scene.house.chat(ADA, settings=ChatSettings(burst_stories=0, burst_minutes=1))
    await scene.house.publish(1_000)
    others = range(ADA + 1, ADA + 301)
    for number in others:
        await scene.house.chat(number)
    began = scene.clock.monotonic()
    await scene.house.publish()
    async with delivering(scene.house, scene.sender, Pace(25)):
        await scene.clock.run_until(lambda: all(scene.asked(number) for number in others))
    waits = sorted(scene.asked(number)[0] - began for number in others)
    assert waits[150] <= 8
    assert waits[-1] <= 15
