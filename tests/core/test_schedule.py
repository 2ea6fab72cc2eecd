"""When a source is polled again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.entries import Document, Entry, Failed, Hints, ReadResult, Unchanged
from bot.core.schedule import (
    failing_days,
    next_poll,
    usual_new,
    usual_rhythm_s,
    wants_whole,
)
from bot.core.source_state import State, took_s
from storage.records import (
    SourceId,
    SourceKind,
    SourcePolled,
    SourceState,
    SourceToFetch,
    Validators,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = 86_400
SOURCE = SourceToFetch(
    id=SourceId(7),
    url="https://h.example/feed",
    title="",
    language="",
    kind=SourceKind.FEED,
    tag_id=None,
    validators=Validators(),
    good_polls=1,
    failures=0,
    interval_s=300,
    last_success_at=None,
    last_new_at=None,
)
UNCHANGED = Unchanged(Validators(etag="x"))


def document(*dates: datetime | None, **said: object) -> Document:
    entries = tuple(Entry(guid=str(at), published_at=date) for at, date in enumerate(dates))
    known: dict[str, object] = {"title": "H", "language": "en", "entries": entries} | said
    return Document(url="https://h.example/feed", validators=Validators(etag="y"), **known)  # type: ignore[arg-type]


def after(polled: SourcePolled, source: SourceToFetch = SOURCE) -> SourceToFetch:
    """Return the source as the next poll gets it."""
    good = not polled.error
    return replace(
        source,
        state=polled.state,
        good_polls=source.good_polls + good,
        failures=0 if good else source.failures + 1,
    )


def wait_s(result: ReadResult, source: SourceToFetch = SOURCE, new: int = 0) -> float:
    polled = next_poll(source, result, NOW, interval_s=300, new_articles=new)
    assert polled.next_poll_at == NOW + timedelta(seconds=polled.interval_s)
    return polled.interval_s


def test_a_good_poll_brings_what_was_learnt() -> None:
    result = document(NOW, hints=Hints(ttl_s=60, hub="https://hub/", self_url="https://s/"))
    polled = next_poll(SOURCE, result, NOW, interval_s=300, new_articles=1)
    assert (polled.title, polled.language, polled.validators) == ("H", "en", Validators(etag="y"))
    assert (polled.error, polled.new_url, polled.new_articles) == ("", "", 1)
    state = State.load(polled.state)
    assert (state.hub, state.self_url, state.ttl_s) == ("https://hub/", "https://s/", 60)


def test_without_a_history_the_setting_holds_with_a_small_spread_of_its_own() -> None:
    waits = {wait_s(document(NOW), replace(SOURCE, id=SourceId(at)), new=1) for at in range(50)}
    assert len(waits) > 40
    assert all(285 <= wait <= 315 for wait in waits)


@pytest.mark.parametrize(
    "together",
    [
        replace(SOURCE, good_polls=0),
        replace(SOURCE, good_polls=50, last_success_at=NOW - timedelta(hours=3)),
    ],
    ids=["first polls", "after an outage of ours"],
)
def test_sources_that_were_polled_at_once_are_spread_over_the_interval(
    together: SourceToFetch,
) -> None:
    dates = [NOW - timedelta(minutes=at) for at in range(20)]
    waits = [
        wait_s(document(*dates), replace(together, id=SourceId(at)), new=20) for at in range(500)
    ]
    assert all(60 <= wait <= 300 for wait in waits)
    by_minute = [sum(60 * at <= wait < 60 * at + 60 for wait in waits) for at in range(1, 5)]
    assert min(by_minute) > 80


def test_even_spread_out_nobody_comes_before_the_source_wants_it() -> None:
    first = replace(SOURCE, good_polls=0)
    hinted = document(NOW, hints=Hints(ttl_s=1_200))
    waits = [wait_s(hinted, replace(first, id=SourceId(at)), new=1) for at in range(50)]
    assert min(waits) >= 1_140


def test_who_is_late_once_because_it_failed_keeps_its_pace() -> None:
    failed = replace(SOURCE, failures=1, last_success_at=NOW - timedelta(hours=3))
    assert 285 <= wait_s(document(NOW), failed, new=1) <= 315


@pytest.mark.parametrize(
    ("demand", "wait"),
    [(None, 3_600 / 6), (1, 3_600 / 6), (10, 3_600 / 9), (100, 300), (10**6, 300)],
)
def test_the_more_chats_wait_the_sooner_a_source_is_asked_again(
    demand: int | None, wait: float
) -> None:
    hourly_at_any_minute = document(
        *(NOW - timedelta(minutes=61 * at + 3) for at in range(20, -1, -1))
    )
    source = replace(SOURCE, good_polls=500)
    polled = next_poll(
        source, hourly_at_any_minute, NOW, interval_s=300, new_articles=20, demand=demand
    )
    assert polled.interval_s == pytest.approx(wait, rel=0.1)


def test_where_nobody_waits_a_source_is_asked_seldom_in_time() -> None:
    lively = document(*(NOW - timedelta(minutes=at) for at in range(20)))
    waits = [
        next_poll(
            replace(SOURCE, good_polls=polls),
            lively,
            NOW,
            interval_s=300,
            new_articles=20,
            demand=0,
        ).interval_s
        for polls in (1, 12, 100)
    ]
    assert waits == [
        pytest.approx(325, rel=0.06),
        pytest.approx(600, rel=0.06),
        pytest.approx(1_200, rel=0.06),
    ]


def test_a_quiet_source_is_asked_less_and_less_but_at_least_hourly() -> None:
    source = replace(SOURCE, good_polls=0)
    waits = []
    for _ in range(200):
        polled = next_poll(source, document(NOW - timedelta(days=90)), NOW, interval_s=300)
        waits.append(polled.interval_s)
        source = after(polled, source)
    assert waits[0] < 330
    assert waits[-1] == pytest.approx(3_600, rel=0.06)


def test_a_lively_source_is_asked_as_often_as_the_setting_says() -> None:
    dates = [NOW - timedelta(minutes=3 * at) for at in range(20)]
    assert wait_s(document(*dates), replace(SOURCE, good_polls=500), new=20) < 316


@pytest.mark.parametrize(
    ("hints", "least"),
    [
        (Hints(ttl_s=900), 855),
        (Hints(max_age_s=1_200), 1_140),
        (Hints(ttl_s=10), 285),
        (Hints(ttl_s=10 * DAY), 3_420),
        (Hints(ttl_s=600, max_age_s=1_800), 1_710),
    ],
)
def test_what_the_source_asks_for_is_kept_up_to_an_hour(hints: Hints, least: float) -> None:
    dates = [NOW - timedelta(minutes=at) for at in range(20)]
    assert least <= wait_s(document(*dates, hints=hints), new=20) <= max(315, least * 1.11)


def test_a_ttl_is_remembered_over_answers_that_do_not_repeat_it() -> None:
    polled = next_poll(SOURCE, document(NOW, hints=Hints(ttl_s=900)), NOW, interval_s=300)
    again = next_poll(after(polled), UNCHANGED, NOW, interval_s=300)
    assert again.interval_s > 800


def hourly(minute: int, spread: int = 60) -> Document:
    start = NOW - timedelta(hours=20)
    return document(
        *(start + timedelta(hours=at, minutes=minute, seconds=at * 7 % spread) for at in range(20))
    )


@pytest.mark.parametrize("minute", [0, 17, 59])
def test_a_source_that_publishes_on_the_hour_is_polled_just_after(minute: int) -> None:
    source = replace(SOURCE, good_polls=100)
    polled = next_poll(source, hourly(minute), NOW, interval_s=300, new_articles=1)
    at = polled.next_poll_at - timedelta(minutes=minute)
    assert 60 <= (at.minute * 60 + at.second) <= 180
    assert polled.interval_s <= 3_600


def test_what_came_late_after_the_hour_is_asked_for_once_more_soon() -> None:
    source = replace(SOURCE, good_polls=100)
    polled = next_poll(source, hourly(0), NOW, interval_s=300, new_articles=1)
    missed = next_poll(after(polled, source), UNCHANGED, NOW, interval_s=300)
    assert missed.interval_s <= 300
    quiet = next_poll(after(missed, source), UNCHANGED, NOW, interval_s=300)
    assert quiet.interval_s <= 3_600
    assert State.load(quiet.state).missed_mark is False


def test_a_source_that_publishes_at_any_time_has_no_mark() -> None:
    dates = [NOW - timedelta(minutes=47 * at) for at in range(20)]
    source = replace(SOURCE, good_polls=100)
    assert wait_s(document(*dates), source, new=3) == pytest.approx(470, rel=0.06)


def test_one_burst_is_no_habit() -> None:
    dates = [NOW - timedelta(seconds=at) for at in range(20)]
    assert 285 <= wait_s(document(*dates), replace(SOURCE, good_polls=100), new=20) <= 315


def test_dates_that_cannot_be_new_count_as_now() -> None:
    polled = next_poll(
        SOURCE, document(NOW - timedelta(days=900), None), NOW, interval_s=300, new_articles=2
    )
    assert set(State.load(polled.state).times) == {NOW.timestamp()}


def test_of_a_first_poll_only_real_dates_count() -> None:
    first = replace(SOURCE, good_polls=0)
    polled = next_poll(first, document(NOW, None), NOW, interval_s=300, new_articles=2)
    assert State.load(polled.state).times == (NOW.timestamp(),)


def test_entries_that_were_all_known_teach_nothing() -> None:
    polled = next_poll(SOURCE, document(NOW), NOW, interval_s=300, new_articles=0)
    assert State.load(polled.state).times == ()


# --- failures -----------------------------------------------------------------------------------


def test_failures_back_off_to_a_day_with_a_spread() -> None:
    source, waits = SOURCE, []
    for _ in range(30):
        polled = next_poll(source, Failed("does not answer"), NOW, interval_s=300)
        assert polled.error == "does not answer"
        assert polled.validators is None
        assert polled.new_state is SourceState.ACTIVE
        waits.append(polled.interval_s)
        source = after(polled, source)
    assert 300 <= waits[0] <= 360
    assert all(300 <= wait <= DAY for wait in waits)
    assert waits[4] > 2_000
    assert waits[-1] > 0.7 * DAY


def test_what_is_our_own_fault_makes_no_source_wait_longer() -> None:
    source = replace(SOURCE, failures=9)
    polled = next_poll(source, Failed("x", silent=True, ours=True), NOW, interval_s=300)
    assert 300 <= polled.interval_s <= 360
    assert (polled.ours, polled.error) == (True, "x")


@pytest.mark.parametrize(
    ("asked", "wait"),
    [(3_600.0, 3_600.0), (1.0, 300.0), (10.0**7, float(DAY)), (-5.0, None), (None, None)],
)
def test_retry_after_is_kept_within_interval_and_a_day(
    asked: float | None, wait: float | None
) -> None:
    found = wait_s(Failed("429", 429, retry_after_s=asked))
    if wait is None:
        assert 300 <= found <= 360
    else:
        assert found == wait


@pytest.mark.parametrize(
    ("failed", "held"),
    [
        (Failed("429", 429, url="https://cdn.example/feed"), "https://cdn.example/feed"),
        (Failed("429", 429), SOURCE.url),
        (Failed("503", 503, retry_after_s=60), SOURCE.url),
        (Failed("503", 503), ""),
        (Failed("500", 500, retry_after_s=60), ""),
    ],
)
def test_who_asks_for_peace_asks_for_its_whole_host(failed: Failed, held: str) -> None:
    assert next_poll(SOURCE, failed, NOW, interval_s=300).held_url == held


def test_two_410_an_hour_apart_end_a_source_and_one_does_not() -> None:
    gone = Failed("is gone", 410, gone=True)
    first = next_poll(SOURCE, gone, NOW, interval_s=300)
    assert first.new_state is SourceState.ACTIVE
    assert first.interval_s >= 3_600
    soon = next_poll(after(first), gone, NOW + timedelta(minutes=5), interval_s=300)
    assert soon.new_state is SourceState.ACTIVE
    later = next_poll(after(soon), gone, first.next_poll_at, interval_s=300)
    assert later.new_state is SourceState.GONE


def test_a_good_poll_forgets_a_410_and_the_days_of_failing() -> None:
    first = next_poll(SOURCE, Failed("is gone", 410, gone=True), NOW, interval_s=300)
    assert failing_days(first.state, NOW + timedelta(days=3)) == 3
    well = next_poll(after(first), UNCHANGED, NOW + timedelta(days=3), interval_s=300)
    assert failing_days(well.state, NOW + timedelta(days=4)) == 0
    again = next_poll(after(well), Failed("gone", 410, gone=True), NOW, interval_s=300)
    assert again.new_state is SourceState.ACTIVE


def test_failing_days_count_from_the_first_failure() -> None:
    first = next_poll(SOURCE, Failed("x"), NOW, interval_s=300)
    second = next_poll(after(first), Failed("x"), NOW + timedelta(days=1), interval_s=300)
    assert failing_days(second.state, NOW + timedelta(days=2)) == 2


# --- moving, whole answers ----------------------------------------------------------------------


def test_a_permanent_redirect_is_believed_on_its_third_day() -> None:
    source, target = SOURCE, "https://new.example/feed"
    moves: list[ReadResult] = [
        document(NOW, moved_to=target),
        Unchanged(Validators(), moved_to=target),
    ]
    found = []
    for day in (0, 0, 1, 2):
        polled = next_poll(source, moves[day % 2], NOW + timedelta(days=day), interval_s=300)
        found.append(polled.new_url)
        source = after(polled, source)
    assert found == ["", "", "", target]
    assert State.load(source.state).moved_days == ()


def test_a_redirect_that_changes_or_ends_starts_anew() -> None:
    source = SOURCE
    for day, target in enumerate(["a", "a", "b", "", "a", "a"]):
        result = document(NOW, moved_to=target)
        polled = next_poll(source, result, NOW + timedelta(days=day), interval_s=300)
        assert polled.new_url == ""
        source = after(polled, source)


def test_once_a_day_the_whole_document_is_asked_for() -> None:
    polled = next_poll(SOURCE, document(NOW), NOW, interval_s=300)
    assert not wants_whole("", NOW)
    assert not wants_whole(polled.state, NOW + timedelta(hours=23))
    assert wants_whole(polled.state, NOW + timedelta(hours=24))
    later = NOW + timedelta(hours=20)
    same = next_poll(after(polled), UNCHANGED, later, interval_s=300)
    assert wants_whole(same.state, NOW + timedelta(hours=24))
    fresh = next_poll(after(same), replace(UNCHANGED, fresh=True), later, interval_s=300)
    assert not wants_whole(fresh.state, NOW + timedelta(hours=24))


# --- what is remembered -------------------------------------------------------------------------


def test_the_usual_number_of_new_articles_follows_slowly() -> None:
    first = next_poll(SOURCE, document(NOW), NOW, interval_s=300, new_articles=2)
    assert usual_new(first.state) == 2
    second = next_poll(after(first), document(NOW), NOW, interval_s=300, new_articles=7)
    assert usual_new(second.state) == 3
    assert usual_new("") == 0


def test_the_usual_rhythm_is_told_when_enough_is_known() -> None:
    assert usual_rhythm_s("") is None
    assert usual_rhythm_s(State(times=(0.0, 60.0)).dump()) is None
    assert usual_rhythm_s(State(times=(0.0, 60.0, 1_200.0)).dump()) == 600


@pytest.mark.parametrize("text", ["", "no json", "[]", "3", "null", '{"times": 5}', '{"x": 1}'])
def test_a_state_that_cannot_be_read_is_forgotten(text: str) -> None:
    assert State.load(text) == State()


def test_a_state_survives_and_is_small() -> None:
    state = State(whole_at=1.5, times=(1.0, 2.0), moved_to="x", moved_days=(3,), usual=2.0)
    assert State.load(state.dump()) == state
    assert State().dump() == "{}"


@given(
    st.integers(0, 10_000),
    st.integers(0, 300),
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2026, 12, 1)), max_size=30),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.floats(10, DAY),
    st.integers(0, 40),
)
def test_the_next_poll_is_never_past_and_never_later_than_a_day(
    source_id: int, polls: int, dates: list[datetime], interval: float, new: int
) -> None:
    source = replace(SOURCE, id=SourceId(source_id), good_polls=polls, failures=polls)
    entries = document(*(date.replace(tzinfo=UTC) for date in dates))
    for result in (entries, UNCHANGED, Failed("x"), Failed("x", 410, gone=True)):
        polled = next_poll(source, result, NOW, interval_s=interval, new_articles=new)
        least = min(interval, 60) * 0.9
        assert least <= polled.interval_s <= DAY * 1.0001


def test_polls_get_rarer_while_the_hub_pushes_and_never_stop() -> None:
    """It lasts a day after the last push, and until a poll finds what was not pushed."""
    polled = next_poll(SOURCE, document(NOW), NOW, interval_s=300, new_articles=1, pushed=True)
    assert (polled.next_poll_at - NOW).total_seconds() >= 1_800
    source = after(polled)
    later = NOW + timedelta(hours=1)
    quiet = next_poll(source, document(), later, interval_s=300)
    assert (quiet.next_poll_at - later).total_seconds() >= 1_800
    missed = next_poll(source, document(later), later, interval_s=300, new_articles=1)
    assert (missed.next_poll_at - later).total_seconds() < 700
    silent = next_poll(source, document(), NOW + timedelta(days=1), interval_s=3_600)
    assert silent.interval_s < 2 * 3_600
    slow = next_poll(SOURCE, document(NOW), NOW, interval_s=7_200, new_articles=1, pushed=True)
    assert slow.interval_s < 3 * 7_200


def test_a_push_says_nothing_of_what_only_a_poll_can_tell() -> None:
    whole_at = NOW.timestamp() - 50_000
    moved = (NOW.toordinal() - 1,)
    state = State(whole_at=whole_at, moved_to="https://new.example/", moved_days=moved).dump()
    polled = next_poll(
        replace(SOURCE, state=state), document(NOW), NOW, interval_s=300, pushed=True
    )
    kept = State.load(polled.state)
    assert (kept.whole_at, kept.moved_to, kept.moved_days) == (
        whole_at,
        "https://new.example/",
        moved,
    )


def test_how_long_a_source_takes_is_an_average_that_forgets() -> None:
    polled = next_poll(SOURCE, document(NOW, took_s=4.0), NOW, interval_s=300)
    assert took_s(polled.state) == 4.0
    again = next_poll(after(polled), replace(UNCHANGED, took_s=1.0), NOW, interval_s=300)
    assert took_s(again.state) == 3.4
    failed = next_poll(after(again), Failed("answers with 500"), NOW, interval_s=300)
    assert took_s(failed.state) == 3.4
    pushed = next_poll(after(again), document(NOW), NOW, interval_s=300, pushed=True)
    assert took_s(pushed.state) == 3.4


def test_no_text_of_a_state_is_taken_for_the_time() -> None:
    assert took_s(State(hub='https://h.example/"took_s":9').dump()) == 0.0
    assert took_s("") == 0.0
