"""Rates and flood waits, decided without waiting."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pacing import ANSWERS_AHEAD, GROUP_S, PRIVATE_S, SLOWEST, Pace
from storage.records import ChatId

ANNA, BEN, CHRIS, DORA = (ChatId(n) for n in (1, 2, 3, 4))
GROUP = ChatId(-100)


def send(pace: Pace, chat_id: ChatId, now: float) -> float:
    """Send as soon as it is allowed; return when that was."""
    moment = max(pace.overall_at(now), pace.chat_at(chat_id, now))
    pace.take(chat_id, moment)
    pace.ended(0.0, moment)
    return moment


def most_within(moments: list[float], seconds: float) -> int:
    return max(sum(1 for other in moments if start <= other < start + seconds) for start in moments)


def test_the_whole_bot_keeps_its_rate_and_uses_nearly_all_of_it() -> None:
    pace, now, sent = Pace(30), 0.0, []
    for n in range(600):
        now = send(pace, ChatId(n + 1), now)
        sent.append(now)
    assert most_within(sent, 1.0) <= 30
    assert len(sent) / sent[-1] >= 0.98 * 30


def test_late_wakings_cost_no_speed() -> None:
    pace, now, sent = Pace(1000), 0.0, []
    for n in range(5_000):
        now = send(pace, ChatId(n + 1), now + (0.03 if n % 40 == 0 else 0.0))
        sent.append(now)
    assert most_within(sent, 1.0) <= 1000
    assert len(sent) / sent[-1] >= 0.98 * 1000


@given(st.lists(st.tuples(st.floats(0.01, 0.4), st.floats(0.0, 1.0)), min_size=40, max_size=150))
def test_wherever_on_its_way_a_message_is_counted_the_rate_holds(
    travels: list[tuple[float, float]],
) -> None:
    """Each takes its time, and is counted anywhere on its way; one of 16 goes straight through."""
    pace, now = Pace(10), 0.0
    travels = [way if n % 16 else (0.01, 0.0) for n, way in enumerate(travels)]
    flying: list[tuple[float, float]] = []
    counted: list[float] = []
    for number, (travel, where) in enumerate(travels):
        chat_id = ChatId(number + 1)
        while (moment := pace.overall_at(now)) > now or len(flying) >= 8:
            if flying and (flying[0][0] <= moment or len(flying) >= 8):
                landed, began = flying.pop(0)
                now = max(now, landed)
                pace.ended(landed - began, now)
            else:
                now = moment
        pace.take(chat_id, now)
        counted.append(now + 0.01 + (travel - 0.01) * where)
        flying.append((now + travel, now))
        flying.sort()
    assert most_within(sorted(counted), 1.0) <= 10


def test_slow_first_answers_are_not_taken_for_the_way() -> None:
    pace, now = Pace(10), 0.0
    for number in range(10):
        pace.take(ChatId(number + 1), now)
    for _ in range(10):
        pace.ended(0.5, 0.5)  # All were counted at 0.499.
    assert pace.overall_at(0.6) >= 1.5


def test_a_person_gets_three_at_once_and_then_one_a_second() -> None:
    pace, now, sent = Pace(30), 100.0, []
    for _ in range(6):
        now = send(pace, ANNA, now)
        sent.append(now)
    assert sent[2] - sent[0] < 0.2
    assert [round(b - a) for a, b in pairwise(sent[2:])] == [1, 1, 1]
    assert pace.chat_at(BEN, now) == now


def test_a_group_gets_at_most_twenty_a_minute() -> None:
    pace, now, sent = Pace(30), 0.0, []
    for _ in range(60):
        now = send(pace, GROUP, now)
        sent.append(now)
    assert most_within(sent, 60.0) <= 20
    assert sent[-1] < 60 * GROUP_S


def test_a_flood_wait_holds_its_chat_alone() -> None:
    pace = Pace(30)
    pace.take(ANNA, 0.0)
    assert not pace.flooded(ANNA, 40_000, 0.1)
    assert pace.chat_at(ANNA, 1.0) == 40_000.1
    assert pace.chat_at(BEN, 1.0) == 1.0
    assert pace.overall_at(1.0) == 1.0


def test_flood_waits_are_counted() -> None:
    pace = Pace(30)
    for chat in (ANNA, ANNA, BEN):
        pace.flooded(chat, 5, 1.0)
    assert pace.floods == 3


def test_one_chat_that_floods_often_holds_nobody_else() -> None:
    pace = Pace(30)
    assert not any(pace.flooded(ANNA, 5, second) for second in range(8))


def test_flood_waits_of_three_chats_hold_all_and_the_rate_grows_again() -> None:
    pace = Pace(30)
    assert not pace.flooded(ANNA, 6, 0.0)
    assert not pace.flooded(BEN, 7, 1.0)
    assert pace.flooded(CHRIS, 8, 2.0)
    assert pace.overall_at(3.0) == 8.0
    now, sent = 8.0, []
    for n in range(200):
        now = send(pace, ChatId(n + 10), now)
        sent.append(now)
    assert most_within(sent, 1.0) <= 30
    assert most_within([moment for moment in sent if moment < 9], 1.0) <= 8
    assert pace.rate(8.0) < pace.rate(20.0) < pace.rate(400.0) == 30


def test_flood_waits_of_three_chats_far_apart_hold_nobody_else() -> None:
    pace = Pace(30)
    assert not any(pace.flooded(ChatId(n), 5, n * 11.0) for n in range(1, 9))


def test_a_chat_that_floods_is_slowed_down_and_recovers() -> None:
    pace = Pace(30)
    for _ in range(20):
        pace.flooded(ANNA, 1, 0.0)
    now = 10.0
    for _ in range(3):
        now = send(pace, ANNA, now)
    assert send(pace, ANNA, now) - now == pytest.approx(SLOWEST)
    for _ in range(30):
        pace.passed(ANNA)
    later = now + 1_000
    pace.take(ANNA, later)
    assert pace.chat_at(ANNA, later) == later


def test_answers_go_ahead_and_pushes_step_back() -> None:
    pace = Pace(30)
    assert sum(pace.answer(ChatId(n), 0.0) for n in range(1, 31)) == 0
    assert pace.overall_at(0.0) > 1.0
    assert pace.answer(ANNA, 0.0) == 0
    pace.flooded(ANNA, 4, 0.0)
    assert pace.answer(ANNA, 1.0) == 3.0
    assert pace.answer(BEN, 1.0) == 0.0


def test_a_server_that_is_not_well_is_asked_with_one_message_at_growing_distances() -> None:
    pace, now, gaps = Pace(30), 0.0, []
    for _ in range(9):
        pace.take(ANNA, now)
        gaps.append(pace.failed(now))
        assert not pace.well
        now = pace.overall_at(now)
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    pace.take(ANNA, now)
    assert pace.overall_at(now) == float("inf")
    pace.passed(ANNA)
    assert pace.well
    assert pace.overall_at(now + 1) == now + 1


def test_those_in_flight_when_the_trouble_began_count_once() -> None:
    pace = Pace(30)
    for n in range(8):
        pace.take(ChatId(n + 1), 0.0)
    assert [pace.failed(0.5) for _ in range(8)] == [1.0] * 8


def test_a_refusal_shows_that_the_server_is_well() -> None:
    pace = Pace(30)
    pace.failed(0.0)
    pace.answered()
    assert pace.well


def test_a_chat_that_fails_alone_holds_nobody_else() -> None:
    pace = Pace(30)
    assert pace.failed(0.0, ANNA) == 1.0, "it may be the server"
    pace.passed(BEN)
    assert [pace.failed(now, ANNA) for now in (10.0, 20.0, 30.0)] == [0.0, 0.0, 0.0]
    assert pace.well
    assert pace.overall_at(30.0) == 30.0
    pace.passed(ANNA)
    assert pace.failed(40.0, ANNA) == 1.0, "it was well again"


def test_a_chat_that_fails_alone_makes_no_outage_longer() -> None:
    pace, now = Pace(30), 0.0
    pace.failed(now, ANNA)
    pace.passed(BEN)
    for _ in range(6):
        now += pace.failed(now, CHRIS)
    assert pace.failed(now, ANNA) == 1.0
    assert pace.overall_at(now) == now + 1
    for wait in (2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0):
        now = pace.overall_at(now)
        assert pace.failed(now, ANNA) == wait, "nobody else asks"
    now = pace.overall_at(now)
    assert pace.failed(now, DORA) == 32.0
    assert pace.failed(now + 60, ANNA) == 1.0, "somebody else did"


def test_the_longest_flood_waits_hold_the_whole_bot_for_a_minute_and_their_chats_to_the_end() -> (
    None
):
    pace = Pace(30)
    assert [pace.flooded(chat, 40_000, 0.0) for chat in (ANNA, BEN, CHRIS)] == [False, False, True]
    assert pace.overall_at(0.0) == 60.0
    assert pace.answer(DORA, 0.0) == 60.0
    pace.take(DORA, 60.0)
    assert pace.overall_at(60.0) == float("inf"), "one asks for all"
    pace.ended(0.1, 60.1)
    pace.passed(DORA)
    pace.take(DORA, 61.0)
    assert pace.overall_at(61.5) < 62
    assert pace.chat_at(ANNA, 61.0) == 40_000


def test_one_long_flood_wait_more_goes_on_with_the_silence() -> None:
    pace = Pace(30)
    for chat in (ANNA, BEN, CHRIS):
        pace.flooded(chat, 40_000, 0.0)
    pace.take(DORA, 60.0)
    pace.ended(0.1, 60.1)
    assert pace.flooded(DORA, 39_940, 60.1)
    assert pace.overall_at(61.0) == 120.1
    pace.take(GROUP, 121.0)
    pace.ended(0.1, 121.1)
    assert not pace.flooded(GROUP, 3, 121.1), "a short one is the chat's own"
    assert pace.overall_at(122.0) == 122.0


def test_processes_share_the_rate() -> None:
    pace = Pace(30)
    pace.share(1 / 3)
    assert pace.rate(0.0) == 10
    pace.share(1.0)
    assert pace.rate(0.0) == 30


def test_chats_that_may_be_sent_to_in_full_are_forgotten() -> None:
    pace = Pace(1_000_000)
    for n in range(25_000):
        pace.take(ChatId(n + 1), n / 100)
    assert len(pace._lanes) < 11_000


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.floats(0, 0.5), st.booleans()), min_size=1, max_size=200
    )
)
def test_whatever_comes_the_rates_hold(steps: list[tuple[int, float, bool]]) -> None:
    pace, now = Pace(10), 0.0
    everything: list[float] = []
    chats: dict[ChatId, list[float]] = {}
    for number, pause, in_group in steps:
        chat_id = ChatId(-number if in_group else number)
        now = send(pace, chat_id, now + pause)
        everything.append(now)
        chats.setdefault(chat_id, []).append(now)
    assert most_within(everything, 1.0) <= 10
    for chat_id, moments in chats.items():
        assert most_within(moments, 60.0) <= (20 if chat_id < 0 else 63)
        assert chat_id < 0 or most_within(moments, 0.999) <= 3


def test_a_probe_that_never_went_out_leaves_room_for_another() -> None:
    pace = Pace(30)
    now = pace.failed(0.0)
    pace.take(ANNA, now)
    assert pace.overall_at(now) == float("inf")
    pace.ended(0.0, now)
    assert pace.overall_at(now + 1) == now + 1


def test_what_others_sent_to_a_chat_counts() -> None:
    pace = Pace(30)
    pace.others_sent(GROUP, 10.0)
    assert pace.chat_at(GROUP, 0.0) == 10.0
    pace.take(GROUP, 10.0)
    assert pace.chat_at(GROUP, 10.0) == 10.0 + GROUP_S


def answered_in(pace: Pace, seconds: float, now: float, times: int = 1) -> None:
    """Let so many messages be answered at one moment, each after so many seconds."""
    for n in range(times):
        pace.take(ChatId(n + 1), now - seconds)
        pace.ended(seconds, now)


def full_until(pace: Pace, now: float) -> float:
    """Return for how long the window is full when thirty messages were answered just now."""
    return pace.overall_at(now) - now


@pytest.mark.parametrize(
    ("quickest_s", "wait_s"),
    [(0.5, 0.755), (0.08, 0.965), (0.006, 1.0)],
    ids=["a long way", "Telegram's usual way", "so short that nothing is known of it"],
)
def test_the_way_back_is_no_part_of_telegrams_second(quickest_s: float, wait_s: float) -> None:
    pace = Pace(30)
    answered_in(pace, quickest_s, 10.0, times=40)
    answered_in(pace, quickest_s, 100.0, times=30)
    assert full_until(pace, 100.0) == pytest.approx(wait_s)


def test_a_busy_machine_does_not_make_the_way_seem_longer() -> None:
    pace = Pace(30)
    answered_in(pace, 0.08, 10.0, times=40)
    for moment in (40.0, 42.0, 44.0, 90.0):
        answered_in(pace, 0.5, moment, times=30)
        assert full_until(pace, moment) == pytest.approx(0.965)


def test_a_way_that_became_longer_is_believed_after_two_minutes() -> None:
    pace = Pace(30)
    answered_in(pace, 0.08, 10.0, times=40)
    for moment in (80.0, 150.0):
        answered_in(pace, 0.5, moment, times=40)
    assert full_until(pace, 150.0) == pytest.approx(0.755)


def test_who_asks_very_much_at_once_is_answered_at_the_chats_rate() -> None:
    pace = Pace(1000)
    waits = [pace.answer(ANNA, 0.0) for _ in range(ANSWERS_AHEAD + 3)]
    assert waits == [0.0] * ANSWERS_AHEAD + [PRIVATE_S, 2 * PRIVATE_S, 3 * PRIVATE_S]
    assert pace.answer(BEN, 0.0) == 0.0
    assert pace.answer(ANNA, 100.0) == 0.0
