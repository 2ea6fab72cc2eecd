"""Digests, quiet hours and pauses, from the outbox on: late rather than never, and once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.messages import Button
from bot.core.outcomes import Gone, Outcome, Sent, TryLater
from bot.services import digests
from bot.services.breaking import let_break
from bot.services.compose import Composer
from bot.services.digests import EIGHT, Digests
from bot.services.preferences import Preferences
from storage.records import (
    NO_END,
    Chat,
    ChatId,
    ChatKind,
    ChatSettings,
    DeliveryState,
    Mode,
    NewSource,
    NewSubscription,
    Place,
    Rhythm,
    Timetable,
    TopicId,
)
from storage.store import Store
from tests.fakes.clock import START, FakeClock
from tests.services.delivering import House, Ledger, article, delivering

ANNA, BEN = 11, 12
HERE = Place(ChatId(ANNA))
HOUR, DAY = 3_600.0, 86_400.0
NIGHT = ChatSettings(quiet_from="22:00", quiet_to="07:00")
TONIGHT, MORNING = 11 * HOUR, 19 * HOUR
"""From noon, when the clock begins, to 23:00 and to 07:00."""


@pytest.fixture
def service(store: Store, clock: FakeClock) -> Digests:
    return Digests(store, clock)


async def chat(house: House, number: int = ANNA) -> Chat:
    async with house.store.read() as tx:
        kept = await tx.chats.get(ChatId(number))
    assert kept is not None
    return kept


async def collecting(
    house: House, service: Digests, rhythm: Rhythm = EIGHT, settings: ChatSettings | None = None
) -> Timetable:
    """Let Anna's chat collect."""
    await house.chat(ANNA, settings=settings)
    return await service.collect(await chat(house), HERE, rhythm)


def once(clock: FakeClock, seconds: float) -> Callable[[], bool]:
    end = clock.monotonic() + seconds
    return lambda: clock.monotonic() >= end


async def deliver(house: House, ledger: Ledger, clock: FakeClock) -> list[str]:
    """Let the deliverer send what it may; return what it sent."""
    before = len(ledger.sent)
    async with delivering(house, ledger):
        await clock.run_until(once(clock, 20))
    return [message.plain for _, _, message in ledger.sent[before:]]


async def test_a_digest_comes_at_its_time_with_what_was_collected(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    kept = await collecting(house, service)
    assert kept.digest_at == START.replace(hour=8) + timedelta(days=1)
    await house.publish(2)
    assert await deliver(house, ledger, clock) == []
    clock.move(19.9 * HOUR)
    assert await service.tick() == 0
    clock.move(0.1 * HOUR)
    assert await service.tick() == 1
    assert await service.tick() == 0
    (text,) = await deliver(house, ledger, clock)
    assert text.splitlines()[0] == "Your digest: 2 stories"
    assert text.splitlines()[2] == "#Japan"
    assert "Story 1" in text
    assert "Story 2" in text
    assert text.count("#Japan") == 1
    (_, due, _) = ledger.sent[-1]
    assert not due.silent
    assert await house.counts() == {DeliveryState.SENT: 2}
    assert (await service.of(HERE)).digested_at == kept.digest_at


async def test_two_processes_let_a_digest_go_once(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish(3)
    clock.move(DAY)
    ticks = await asyncio.gather(service.tick(), Digests(house.store, clock).tick())
    assert sorted(ticks) == [0, 1]
    assert len(await deliver(house, ledger, clock)) == 1


async def test_what_is_muted_when_a_digest_goes_is_not_in_it(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish(2)
    async with house.store.write() as tx:
        await tx.mutes.put(HERE, clock.now() + timedelta(hours=8), name="The Paper")
    clock.move(4 * HOUR)
    async with house.store.write() as tx:
        await tx.timetables.put(replace(await tx.timetables.get(HERE), roundup_at=clock.now()))
    assert await service.tick() == 1
    assert await house.counts() == {DeliveryState.HELD: 2}
    async with house.store.write() as tx:
        await tx.mutes.put(HERE, None, name="The Paper")
    clock.move(DAY)
    assert await service.tick() == 1
    assert await house.counts() == {DeliveryState.DROPPED: 2}
    assert await deliver(house, ledger, clock) == []


async def test_a_subscription_may_have_a_digest_of_its_own(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock, store: Store
) -> None:
    await collecting(house, service)
    place, now = HERE, clock.now() - timedelta(days=1)
    async with store.write() as tx:
        new = NewSubscription(place, "korea", "Korea", (("korea", "Korea"),), mode=Mode.DIGEST)
        korea, _ = await tx.subscriptions.add(new, now)
    anna = await chat(house)
    noon = Rhythm(13 * 60)
    await service.set_rhythm(anna, place, [korea.id], noon)
    (both,) = await house.publish()
    async with store.write() as tx:
        japan = next(one for one in await tx.subscriptions.queries() if one.text == "japan")
        await tx.stories.tag(both, [japan.id])
        source = await tx.sources.add(NewSource("https://other.example"), clock.now())
        article_id = await tx.articles.add(source[0].id, None, article(900, clock.now()))
        kept = await tx.articles.get(article_id)
        assert kept is not None
        await tx.stories.tag(kept.story_id, [korea.query_id])
        expires = clock.now() + timedelta(days=1)
        await tx.outbox.put(kept.story_id, [korea.query_id], clock.now(), clock.now(), expires)
    clock.move(HOUR)
    assert await service.tick() == 1
    (text,) = await deliver(house, ledger, clock)
    assert text.startswith("Your digest: 2 stories")
    assert await service.tick() == 0
    clock.move(19 * HOUR)
    assert await service.tick() == 1
    assert await deliver(house, ledger, clock) == []
    await Preferences(store, clock).choose(place.chat_id, "zone", "Asia/Seoul")
    async with store.read() as tx:
        changed = next(one for one in await tx.subscriptions.of(place) if one.id == korea.id)
    assert changed.rhythm == noon
    assert changed.digest_at == datetime(2026, 5, 23, 4, tzinfo=UTC)


async def test_the_places_digest_leaves_what_another_one_takes(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock, store: Store
) -> None:
    await collecting(house, service)
    async with store.write() as tx:
        (japan,) = await tx.subscriptions.of(HERE)
        await tx.timetables.set_own(japan.id, Rhythm(14 * 60), START + timedelta(days=2))
    await house.publish()
    clock.move(20 * HOUR)
    assert await service.tick() == 1
    assert await deliver(house, ledger, clock) == []
    async with store.write() as tx:
        before = await tx.timetables.get(HERE)
        await tx.timetables.put(replace(before, paused_until=NO_END), before)
    clock.move(2 * DAY)
    assert await service.tick() == 0
    async with store.write() as tx:
        await tx.timetables.put(before, await tx.timetables.get(HERE))
    assert await service.tick() == 2
    assert len(await deliver(house, ledger, clock)) == 1
    await house.publish()
    assert await service.stop(HERE) == 1


async def test_without_news_nothing_is_sent(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    clock.move(DAY)
    assert await service.tick() == 1
    assert await deliver(house, ledger, clock) == []


async def test_who_slept_over_the_hour_sends_it_late_and_once(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish()
    clock.move(3 * DAY + 5 * HOUR)
    assert await service.tick() == 1
    assert await service.tick() == 0
    assert len(await deliver(house, ledger, clock)) == 1
    assert (await service.of(HERE)).digest_at == START.replace(hour=8) + timedelta(days=4)


async def test_a_clock_that_is_set_back_brings_nothing_twice(
    house: House, service: Digests, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish()
    clock.move(20 * HOUR)
    assert await service.tick() == 1
    clock.put_forward(-timedelta(hours=3))
    await house.publish()
    assert await service.tick() == 0
    clock.move(3 * HOUR)
    assert await service.tick() == 0
    assert await house.counts() == {DeliveryState.WAITING: 1, DeliveryState.HELD: 1}


@pytest.mark.parametrize("killed", [False, True], ids=["flood", "crash"])
async def test_what_is_left_of_a_digest_comes_after_a_flood_or_a_crash(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock, killed: bool
) -> None:
    await collecting(house, service)
    await house.publish(70)
    clock.move(20 * HOUR)
    await service.tick()
    answers: list[Outcome] = [Sent(1), TryLater(600, counts=False), Sent(2)]
    ledger.answers[ChatId(ANNA)] = answers
    first, *_ = await deliver(house, ledger, clock)
    assert first.startswith("Your digest: 70 stories")
    if killed:
        async with house.store.write() as tx:
            await tx.outbox.claim(clock.now() + timedelta(hours=1), 10, 90, "killed")
    clock.move(2 * HOUR)
    rest = await deliver(house, ledger, clock)
    assert len(rest) >= 2
    told = [line for text in (first, *rest) for line in text.splitlines() if "• Story" in line]
    assert len(told) == len(set(told)) == 70
    assert await house.counts() == {DeliveryState.SENT: 70}


async def test_a_long_digest_is_one_message_with_pages(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    stories = await house.publish(70)
    clock.move(20 * HOUR)
    await service.tick()
    composer = Composer(further=lambda word: [[Button("▶︎", data=f"dgp:1:{word}")]])
    async with delivering(house, ledger, composer=composer):
        await clock.run_until(once(clock, 20))
    ((_, due, message),) = ledger.sent
    assert message.plain.startswith("Your digest: 70 stories")
    assert (message.plain.count("• Story"), message.stories) == (30, 70)
    assert message.buttons[0][0].data == f"dgp:1:{due.together}"
    assert await house.counts() == {DeliveryState.SENT: 70}
    told = await service.told(HERE, int(due.together.partition(":")[2]))
    assert {story.id for story in told} == set(stories)
    assert {story.tags for story in told} == {("Japan",)}
    assert await service.told(HERE, 0) == []


async def test_a_blocked_chat_gets_no_digest_of_what_it_missed(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish(2)
    clock.move(20 * HOUR)
    await service.tick()
    await house.publish()
    ledger.answers[ChatId(ANNA)] = [Gone("Forbidden: bot was blocked by the user")]
    await deliver(house, ledger, clock)
    clock.move(DAY)
    assert await service.tick() == 1
    assert await house.counts() == {DeliveryState.DROPPED: 3}


async def test_many_places_are_due_in_the_same_minute(
    house: House, service: Digests, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    for number in range(1, 6):
        await house.chat(number, ChatKind.SUPERGROUP, topics=[7])
        place = Place(ChatId(number), TopicId(7))
        await service.collect(await chat(house, number), place, EIGHT)
    await house.publish()
    clock.move(DAY)
    assert await service.tick() == 5
    assert await house.counts() == {DeliveryState.WAITING: 5}


async def test_what_comes_at_once_is_held_up_by_no_digest(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish(20)
    clock.move(20 * HOUR)
    await service.tick()
    assert len(await deliver(house, ledger, clock)) == 1
    assert await service.stop(HERE) == 0
    await house.publish()
    assert (await deliver(house, ledger, clock))[0].startswith("Story 21")


async def test_a_digest_that_ends_brings_what_it_has(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    await house.publish(2)
    assert await service.stop(HERE) == 2
    assert await service.stop(HERE) == 0
    assert (await deliver(house, ledger, clock))[0].startswith("Your digest: 2 stories")
    assert await service.of(HERE) == Timetable(HERE)
    async with house.store.read() as tx:
        assert {one.mode for one in await tx.subscriptions.of(HERE)} == {Mode.INSTANT}


async def test_one_tag_alone_can_be_collected(house: House, service: Digests) -> None:
    await house.chat(ANNA)
    anna = await chat(house)
    async with house.store.read() as tx:
        (one,) = await tx.subscriptions.of(HERE)
    changed = await service.set_mode(anna, HERE, one.id, Mode.DIGEST)
    assert changed is not None
    assert changed.mode is Mode.DIGEST
    kept = await service.of(HERE)
    assert (kept.rhythm, kept.whole) == (EIGHT, False)
    assert (await service.reschedule(anna, HERE, Rhythm(60, 2))).rhythm == Rhythm(60, 2)
    await house.publish()
    await service.set_mode(anna, HERE, one.id, Mode.SILENT)
    assert (await service.of(HERE)).rhythm is None
    assert await house.counts() == {DeliveryState.WAITING: 1}
    assert await service.set_mode(anna, Place(ChatId(BEN)), one.id, Mode.DIGEST) is None


async def test_a_new_zone_moves_the_digest_and_skips_none_that_is_due(
    house: House, service: Digests, store: Store, clock: FakeClock
) -> None:
    await collecting(house, service)
    preferences = Preferences(store, clock)
    await preferences.choose(HERE.chat_id, "zone", "Asia/Seoul")
    assert (await service.of(HERE)).digest_at == datetime(2026, 5, 21, 23, tzinfo=UTC)
    clock.move(11 * HOUR)
    await preferences.choose(HERE.chat_id, "zone", "Europe/Berlin")
    assert (await service.of(HERE)).digest_at == datetime(2026, 5, 21, 23, tzinfo=UTC)
    await service.tick()
    assert (await service.of(HERE)).digest_at == datetime(2026, 5, 23, 6, tzinfo=UTC)


async def test_what_grew_too_old_goes_into_the_next_digest(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await collecting(house, service)
    async with house.store.write() as tx:
        (one,) = await tx.subscriptions.of(HERE)
        await tx.subscriptions.set_mode(one.id, Mode.INSTANT)
    await house.publish(max_age_s=60)
    clock.move(120)
    assert await deliver(house, ledger, clock) == []
    clock.move(20 * HOUR)
    await service.tick()
    assert (await deliver(house, ledger, clock))[0].startswith("Your digest: 1 story")


async def test_a_quiet_night_ends_with_one_roundup(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA, settings=NIGHT)
    clock.move(TONIGHT)
    await house.publish(3)
    assert await deliver(house, ledger, clock) == []
    assert await house.counts() == {DeliveryState.HELD: 3}
    assert (await service.of(HERE)).roundup_at == START + timedelta(seconds=MORNING)
    assert await service.tick() == 0
    clock.move(MORNING - clock.monotonic())
    assert await service.tick() == 1
    (text,) = await deliver(house, ledger, clock)
    assert text.startswith("Meanwhile: 3 stories")
    assert await house.counts() == {DeliveryState.SENT: 3}
    assert (await service.of(HERE)).wake_at is None


async def test_a_roundup_makes_a_sound_if_one_of_its_stories_may(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA, settings=NIGHT)
    clock.move(TONIGHT)
    await house.publish()
    async with house.store.write() as tx:
        (one,) = await tx.subscriptions.of(HERE)
        await tx.subscriptions.set_mode(one.id, Mode.SILENT)
    await house.publish()
    await deliver(house, ledger, clock)
    clock.move(MORNING - clock.monotonic())
    await service.tick()
    await deliver(house, ledger, clock)
    assert [due.silent for _, due, _ in ledger.sent] == [False]


async def test_one_story_of_the_night_comes_as_an_alert(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA, settings=NIGHT)
    clock.move(TONIGHT)
    await house.publish()
    await deliver(house, ledger, clock)
    clock.move(MORNING - clock.monotonic())
    await service.tick()
    (text,) = await deliver(house, ledger, clock)
    assert text.startswith("Story 1")


async def test_quiet_hours_that_change_are_looked_at_again(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock, store: Store
) -> None:
    await house.chat(ANNA, settings=NIGHT)
    clock.move(TONIGHT)
    await house.publish()
    await deliver(house, ledger, clock)
    preferences = Preferences(store, clock)
    await preferences.choose(HERE.chat_id, "zone", "Europe/Berlin")
    assert await service.tick() == 1
    assert (await service.of(HERE)).roundup_at == datetime(2026, 5, 22, 5, tzinfo=UTC)
    await preferences.choose(HERE.chat_id, "zone", "Asia/Seoul")
    assert await service.tick() == 1
    assert len(await deliver(house, ledger, clock)) == 1


async def test_what_breaks_comes_through_the_night_if_wanted(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA, settings=replace(NIGHT, quiet_breaking=True))
    await house.chat(BEN, settings=NIGHT)
    clock.move(TONIGHT)
    story, _ = await house.publish(2)
    assert await deliver(house, ledger, clock) == []
    for paper in ("Second", "Third"):
        await house.grow(story, paper)
        async with house.store.write() as tx:
            broke = await let_break(tx, [story], clock.now())
        assert broke == (paper == "Third")
    assert len(await deliver(house, ledger, clock)) == 1
    assert ledger.texts(ANNA)[0].startswith("Story 1")
    assert ledger.texts(BEN) == []


async def test_who_wants_only_what_breaks_gets_it_when_it_does(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    async with house.store.read() as tx:
        (one,) = await tx.subscriptions.of(HERE)
    await service.set_mode(await chat(house), HERE, one.id, Mode.BREAKING)
    story, other = await house.publish(2)
    assert await deliver(house, ledger, clock) == []
    for paper in ("Second", "Third"):
        await house.grow(story, paper)
    async with house.store.write() as tx:
        assert await let_break(tx, [story, other], clock.now()) == 1
    assert [text.splitlines()[0] for text in await deliver(house, ledger, clock)] == ["Story 1"]
    assert not ledger.sent[-1][1].silent


async def test_a_pause_ends_with_a_roundup_and_the_digest_that_was_due(
    house: House, service: Digests, ledger: Ledger, clock: FakeClock, store: Store
) -> None:
    kept = await collecting(house, service)
    await house.chat(BEN)
    for place, until in ((HERE, START + timedelta(days=2)), (Place(ChatId(BEN)), NO_END)):
        async with store.write() as tx:
            now_kept = kept if place == HERE else Timetable(place)
            await tx.timetables.put(replace(now_kept, paused_until=until))
    await house.publish(2)
    clock.move(DAY)
    assert await service.tick() == 0
    assert await deliver(house, ledger, clock) == []
    clock.move(DAY)
    assert await service.tick() == 1
    assert [text.splitlines()[0] for text in await deliver(house, ledger, clock)] == [
        "Your digest: 2 stories"
    ]
    assert ledger.texts(BEN) == []
