"""The second pipe: what waits goes out, once, in order, at its rate, whatever happens."""

import asyncio
import re
from collections.abc import Iterable

import pytest
from sqlalchemy import text

from bot.core.outcomes import (
    Denied,
    Gone,
    Mend,
    MessageLost,
    Moved,
    Refused,
    Sent,
    TokenRejected,
    TopicGone,
    TryLater,
    Uncertain,
)
from bot.core.render import ENGLISH, Wording
from bot.errors import TokenRejectedError
from bot.services.claims import Claims, Found
from bot.services.compose import Composer
from storage.records import (
    ChatId,
    ChatKind,
    ChatSettings,
    ChatState,
    DeliveryId,
    DeliveryState,
    Place,
    TopicId,
)
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.services.delivering import House, Ledger, delivering

ANNA, BEN = 11, 12
SINGLY = ChatSettings(burst_stories=0)


async def test_a_story_reaches_every_chat_once(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    await house.chat(BEN)
    await house.publish(2)
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.sent) == 4)
    assert await house.counts() == {DeliveryState.SENT: 4}
    assert [text.splitlines()[0] for text in ledger.texts(ANNA)] == ["Story 1", "Story 2"]
    assert ledger.texts(ANNA)[0].splitlines()[-1] == "#Japan"


async def test_what_comes_while_it_waits_is_found(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: clock.monotonic() > 60)
        await house.publish()
        deliverer.wake()
        await clock.stand_until(lambda: len(ledger.sent) == 1)


async def test_what_comes_while_we_look_is_looked_for_at_once(
    house: House, ledger: Ledger, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look has read the outbox already, but not returned, when the news is put."""
    await house.chat(ANNA)
    looked, put = asyncio.Event(), asyncio.Event()
    look = Claims.look

    async def slowly(self: Claims, limit: int, held: Iterable[DeliveryId]) -> Found:
        found = await look(self, limit, held)
        looked.set()
        await put.wait()
        return found

    monkeypatch.setattr(Claims, "look", slowly)
    async with delivering(house, ledger) as deliverer:
        await looked.wait()
        await house.publish()
        deliverer.wake()
        put.set()
        await clock.stand_until(lambda: len(ledger.sent) == 1)


async def test_another_process_may_put_something(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    async with delivering(house, ledger):
        await clock.run_until(lambda: clock.monotonic() > 60)
        await house.publish()
        await clock.run_until(lambda: len(ledger.sent) == 1, within=30)


async def test_a_flood_wait_holds_its_chat_alone(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    for chat_id in range(ANNA, ANNA + 9):
        await house.chat(chat_id)
    ledger.answers[ChatId(ANNA)] = [TryLater(4, counts=False)]
    await house.publish()
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: len(ledger.sent) == 9)
        del ledger.answers[ChatId(ANNA)]
        await clock.run_until(lambda: len(ledger.times(ANNA)) == 2, within=60)
        assert ledger.times(ANNA)[1] >= 4.0
        assert deliverer.counts.postponed == 1
    assert await house.counts() == {DeliveryState.SENT: 9}


async def test_a_chat_that_blocked_the_bot_is_asked_once_and_sleeps(
    house: House, ledger: Ledger, clock: FakeClock, store: Store
) -> None:
    await house.chat(ANNA, settings=SINGLY)
    await house.chat(BEN)
    ledger.answers[ChatId(ANNA)] = [Gone("bot was blocked by the user")]
    await house.publish(20)
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.times(BEN)) >= 1)
        await clock.run_until(lambda: clock.monotonic() > 30)
    assert len(ledger.times(ANNA)) == 1
    async with store.read() as tx:
        chat = await tx.chats.get(ChatId(ANNA))
    assert chat is not None
    assert (chat.state, chat.state_reason) == (ChatState.ASLEEP, "bot was blocked by the user")


async def test_a_group_that_moved_takes_along_all_that_waits(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(-5, ChatKind.GROUP, settings=SINGLY)
    ledger.answers[ChatId(-5)] = [Moved(ChatId(-1005))]
    await house.publish(5)
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.times(-1005)) == 5)
    assert len(ledger.times(-5)) == 1
    titles = [text.splitlines()[0] for text in ledger.texts(-1005)]
    assert titles == [f"Story {n}" for n in range(1, 6)]


async def test_a_closed_topic_sleeps_and_is_told_of_once(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    told: list[int] = []

    async def notice(place: object, _reason: str) -> None:
        told.append(place.topic_id)  # type: ignore[attr-defined]

    await house.chat(-1005, ChatKind.SUPERGROUP, topics=(7, 8), settings=SINGLY)
    ledger.answers[ChatId(-1005)] = [TopicGone("Topic_closed"), Uncertain("x"), Uncertain("x")]
    await house.publish(1)
    async with delivering(house, ledger, topic_notice=notice):
        await clock.run_until(lambda: len(ledger.sent) >= 1)
        ledger.answers.clear()
        await house.publish(2)
        await clock.run_until(lambda: len(ledger.sent) >= 4)
        await clock.run_until(lambda: clock.monotonic() > 60)
    assert told == [7]
    assert [due.place.topic_id for _, due, _ in ledger.sent] == [7, 8, 8, 8]


@pytest.mark.parametrize(
    ("refusal", "wanted"),
    [
        (Refused("can't parse entities", Mend.PLAIN), "plain"),
        (Refused("message is too long", Mend.SHORTER), "short"),
        (Refused("Button_url_invalid", Mend.NO_BUTTONS), "html"),
    ],
)
async def test_a_refused_message_goes_again_mended(
    house: House, ledger: Ledger, clock: FakeClock, refusal: Refused, wanted: str
) -> None:
    await house.chat(ANNA)
    ledger.answers[ChatId(ANNA)] = [refusal, Sent(7)]
    await house.publish()
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.sent) == 2, within=20)
    (_, first, _), (_, second, message) = ledger.sent
    assert not first.plain
    assert second.plain is (wanted == "plain")
    assert ("What happened" in message.plain) is (wanted != "short")
    assert await house.counts() == {DeliveryState.SENT: 1}


async def test_a_message_refused_for_good_leaves_the_line(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    ledger.answers[ChatId(ANNA)] = [Refused("odd"), Refused("odd"), Sent(7)]
    await house.publish(2)
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1, within=100)
    assert [text.splitlines()[0] for text in ledger.texts()] == ["Story 1", "Story 1", "Story 2"]
    assert await house.counts() == {DeliveryState.DROPPED: 1, DeliveryState.SENT: 1}


async def test_a_story_that_breaks_us_is_put_aside_and_the_next_goes_on(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    def composing(_language: str) -> Wording:
        if not ledger.sent:
            ledger.sent.append((0.0, None, None))  # type: ignore[arg-type]
            raise RuntimeError("a mistake of ours")
        return ENGLISH

    await house.chat(ANNA)
    await house.publish(2)
    async with delivering(house, ledger, composer=Composer(composing)) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1)
        assert deliverer.counts.broken == 1
    assert await house.counts() == {DeliveryState.DROPPED: 1, DeliveryState.SENT: 1}


async def test_an_answer_that_was_lost_is_asked_for_once_more(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    ledger.answers[ChatId(ANNA)] = [Uncertain("lost")]
    await house.publish()
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.sent) == 2)
        await clock.run_until(lambda: clock.monotonic() > 120, within=240)
    assert len(ledger.sent) == 2
    assert ledger.sent[1][0] - ledger.sent[0][0] >= 15
    assert ledger.sent[1][1].maybe_duplicate
    assert await house.counts() == {DeliveryState.WAITING: 1}


async def test_new_stories_bring_along_none_that_may_have_arrived(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    """Every answer is lost for a while, and yet no story is told again with each new one."""
    await house.chat(ANNA, settings=ChatSettings(burst_stories=1, burst_minutes=1))
    await house.chat(BEN, settings=SINGLY)
    ledger.answers[ChatId(ANNA)] = [Uncertain("lost")]
    async with delivering(house, ledger) as deliverer:
        await house.publish(3)
        for number in range(1, 13):
            until = number * 12.0
            await clock.run_until(lambda until=until: clock.monotonic() > until)  # type: ignore[misc]
            await house.publish()
        await clock.run_until(lambda: clock.monotonic() > 200, within=200)
        told = [
            len(re.findall(rf"Story {n}\b", "\n".join(ledger.texts(ANNA)))) for n in range(1, 16)
        ]
        assert max(told) <= 2
        ledger.answers.clear()
        await clock.run_until(lambda: deliverer.counts.roundups >= 1, within=400)
        await clock.run_until(lambda: clock.monotonic() > 900, within=900)
    assert await house.counts() == {DeliveryState.SENT: 30}


async def test_what_is_lost_again_and_again_waits_longer_and_is_kept(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA, settings=SINGLY)
    ledger.answers[ChatId(ANNA)] = [Uncertain("lost")]
    await house.chat(BEN, settings=SINGLY)
    await house.publish(max_age_s=3_600)
    async with delivering(house, ledger) as deliverer:
        for number in range(1, 6):
            until = number * 600.0
            await clock.run_until(lambda until=until: clock.monotonic() > until, within=700)  # type: ignore[misc]
            await house.publish()
        assert [round(at) for at in ledger.times(ANNA)] == [0, 15, 255]
        ledger.answers.clear()
        await clock.run_until(lambda: deliverer.counts.sent >= 7, within=4_000)
        await clock.run_until(lambda: clock.monotonic() > 4_200, within=4_000)
    assert "Story 1" in "\n".join(ledger.texts(ANNA)[-2:])
    assert await house.counts() == {DeliveryState.SENT: 12}


async def test_a_roundup_that_is_too_long_goes_out_as_shorter_ones(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    too_long = Refused("message is too long", Mend.SHORTER)
    ledger.answers[ChatId(ANNA)] = [too_long, too_long, Sent(1)]
    await house.publish(20)
    async with delivering(house, ledger):
        await clock.run_until(lambda: clock.monotonic() > 60)
    assert [text.count("• ") for text in ledger.texts(ANNA)][:3] == [20, 10, 5]
    assert await house.counts() == {DeliveryState.SENT: 20}


async def test_the_last_try_of_what_is_too_long_is_headline_and_address(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    too_long = Refused("message is too long", Mend.SHORTER)
    ledger.answers[ChatId(ANNA)] = [too_long, too_long, Sent(1)]
    await house.publish()
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1)
    _, due, message = ledger.sent[-1]
    assert due.plain
    assert message.plain == "Story 1\nhttps://example.com/1"
    assert not message.buttons


async def test_no_right_to_write_is_probed_once_an_hour(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(-5, ChatKind.GROUP, settings=SINGLY)
    ledger.answers[ChatId(-5)] = [Denied("not enough rights")]
    await house.publish(3)
    async with delivering(house, ledger):
        await clock.run_until(lambda: len(ledger.sent) == 1)
        ledger.answers[ChatId(-5)] = [Sent(7)]
        clock.move(3_590)
        await clock.run_until(lambda: len(ledger.sent) == 4, within=400)
    assert ledger.times(-5)[1] >= 3_600


async def test_a_rejected_token_stops_everything_and_keeps_it(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    for chat_id in range(1, 51):
        await house.chat(chat_id)
        ledger.answers[ChatId(chat_id)] = [TokenRejected()]
    await house.publish()
    with pytest.raises(TokenRejectedError):
        async with delivering(house, ledger) as deliverer:
            await clock.run_until(lambda: deliverer._stopping)
    assert len(ledger.sent) <= 4
    assert await house.counts() == {DeliveryState.WAITING: 50}


async def test_a_server_that_is_not_well_is_asked_seldom_and_nothing_is_lost(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    for chat_id in range(1, 31):
        await house.chat(chat_id)
        ledger.answers[ChatId(chat_id)] = [TryLater(5, whole_bot=True, words="502")]
    await house.publish()
    async with delivering(house, ledger):
        await clock.run_until(lambda: clock.monotonic() > 60)
        assert len(ledger.sent) <= 20
        ledger.answers.clear()
        await clock.run_until(lambda: len(set(chats(ledger))) == 30, within=200)
        await clock.run_until(lambda: clock.monotonic() > 150, within=200)
    assert await house.counts() == {DeliveryState.SENT: 30}


def chats(ledger: Ledger) -> list[int]:
    return [due.place.chat_id for _, due, _ in ledger.sent]


async def test_a_story_that_grows_is_edited_once_for_several_papers(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    (story,) = await house.publish()
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1)
        await clock.run_until(lambda: clock.monotonic() > 5)
        await house.grow(story, "Hans India")
        await house.grow(story, "Yonhap")
        await clock.run_until(lambda: deliverer.counts.edited == 1, within=20)
        await clock.run_until(lambda: clock.monotonic() > 60)
    assert len(ledger.sent) == 2
    _, due, message = ledger.sent[1]
    assert (due.edit, due.message_id) == (True, 1)
    assert "Also: Hans India, Yonhap" in message.plain
    assert await house.counts() == {DeliveryState.SENT: 1}


@pytest.mark.parametrize("answer", [MessageLost("message to edit not found"), Uncertain("lost")])
async def test_an_edit_that_cannot_be_is_no_error(
    house: House, ledger: Ledger, clock: FakeClock, answer: MessageLost | Uncertain
) -> None:
    await house.chat(ANNA)
    (story,) = await house.publish()
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1)
        ledger.answers[ChatId(ANNA)] = [answer]
        await house.grow(story, "Yonhap")
        await clock.run_until(lambda: len(ledger.sent) == 2, within=20)
        await clock.run_until(lambda: clock.monotonic() > 100)
    assert len(ledger.sent) == 2
    assert await house.counts() == {DeliveryState.SENT: 1}


async def test_a_burst_goes_out_as_one_roundup_that_drops_nothing(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    await house.publish(45)
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.roundups == 2)
    assert [due.silent for _, due, _ in ledger.sent] == [False, True], "one burst, one sound"
    text = "\n".join(ledger.texts(ANNA))
    assert text.startswith("45 stories")
    found = [line for line in text.splitlines() if line.startswith("• ")]
    assert sorted(found) == sorted(f"• Story {n}" for n in range(1, 46))
    assert await house.counts() == {DeliveryState.SENT: 45}


async def test_after_ten_stories_in_ten_minutes_the_next_are_collected(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    async with delivering(house, ledger) as deliverer:
        for _ in range(10):
            await house.publish()
            sent = deliverer.counts.sent
            await clock.run_until(lambda sent=sent: deliverer.counts.sent > sent)  # type: ignore[misc]
        await house.publish(3)
        await clock.run_until(lambda: clock.monotonic() > 500, within=600)
        assert len(ledger.sent) == 10
        await clock.run_until(lambda: len(ledger.sent) == 11, within=150)
    assert ledger.texts(ANNA)[-1].count("• ") == 3


async def test_what_grew_too_old_while_waiting_comes_as_a_roundup(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    await house.chat(ANNA)
    await house.publish(3, max_age_s=60)
    clock.move(120)
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 1)
    assert ledger.texts(ANNA)[0].startswith("3 stories")
    assert await house.counts() == {DeliveryState.SENT: 3}


REFUSAL = """
CREATE TRIGGER refusal BEFORE UPDATE ON deliveries WHEN NEW.chat_id = {chat} AND NEW.state = 'sent'
BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


async def test_what_the_database_refuses_of_one_chat_holds_no_other(
    sqlite_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = await Store.open(sqlite_url)
    house, ledger = House(store, clock), Ledger(clock)
    async with store.write() as tx:
        await tx._work.run(text(REFUSAL.format(chat=BEN)))
    for chat_id in (ANNA, BEN):
        await house.chat(chat_id)
    await house.publish()
    async with delivering(house, ledger) as deliverer:
        await clock.run_until(lambda: deliverer.counts.sent == 2)
        await house.publish()
        await clock.run_until(lambda: len(ledger.times(ANNA)) == 2)
        assert len(ledger.times(BEN)) == 1, "it is not known as sent, and not sent again"
    assert "its chat waits for a restart" in caplog.text
    await store.close()


async def test_an_effect_that_the_database_refuses_is_left_out(
    sqlite_url: str, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = await Store.open(sqlite_url)
    house, ledger = House(store, clock), Ledger(clock)
    ledger.answers[ChatId(BEN)] = [Gone("blocked", forever=False)]
    async with store.write() as tx:
        await tx._work.run(text(REFUSAL.format(chat=BEN).replace("deliveries", "chats", 1)
            .replace("NEW.chat_id", "NEW.id").replace("'sent'", "'asleep'")))  # fmt: skip
    for chat_id in (ANNA, BEN):
        await house.chat(chat_id)
    await house.publish()
    async with delivering(house, ledger):
        await clock.run_until(lambda: "cannot be kept" in caplog.text)
        await house.publish()
        await clock.run_until(lambda: len(ledger.times(ANNA)) == 2)
    await store.close()


async def test_a_topic_that_had_enough_delays_no_other_of_its_forum(
    house: House, ledger: Ledger, clock: FakeClock
) -> None:
    settings = ChatSettings(burst_stories=2, burst_minutes=10)
    await house.chat(-1005, ChatKind.SUPERGROUP, topics=(7,), settings=settings)
    async with delivering(house, ledger) as deliverer:
        for count in (1, 2):
            await house.publish()
            await clock.run_until(lambda count=count: deliverer.counts.sent == count)  # type: ignore[misc]
        await house.publish(3)
        await clock.run_until(lambda: clock.monotonic() > 60, within=90)
        assert await house.counts() == {DeliveryState.SENT: 2, DeliveryState.HELD: 3}
        await house.chat(-1005, ChatKind.SUPERGROUP, topics=(8,), settings=settings)
        began = clock.monotonic()
        await house.publish()
        await clock.run_until(lambda: deliverer.counts.sent == 3)
        assert ledger.sent[-1][1].place == Place(ChatId(-1005), TopicId(8))
        assert clock.monotonic() - began < 30
        await clock.run_until(lambda: len(ledger.sent) == 4, within=700)
    assert ledger.sent[-1][1].place == Place(ChatId(-1005), TopicId(7))
    assert ledger.texts(-1005)[-1].count("• ") == 4
    assert await house.counts() == {DeliveryState.SENT: 7}
