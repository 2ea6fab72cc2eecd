"""The outbox under everything that can happen to it, in any order, held to a plain model."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core.outcomes import (
    Denied,
    Gone,
    Mend,
    MessageLost,
    Outcome,
    Refused,
    TopicGone,
    TryLater,
    Uncertain,
)
from storage.records import ChatId, ChatKind, ChatSettings, Place, TopicId
from tests.fakes.databases import SqliteFiles
from tests.services.troubled import Troubled

SINGLY = ChatSettings(burst_stories=0)
FEW = ChatSettings(burst_stories=4, burst_minutes=1)
ADA, BEN, GROUP, FORUM = 11, 12, -5, -1_007
CHATS = st.sampled_from([ADA, BEN, GROUP, FORUM])
PLACES = st.sampled_from([(ADA, 0), (BEN, 0), (GROUP, 0), (FORUM, 7), (FORUM, 8)])
SECONDS = st.sampled_from([0.05, 0.15, 0.3, 1.0, 3.0, 10.0, 40.0])
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.sampled_from([3.0, 20.0, 70.0]).map(lambda wait: TryLater(wait, counts=False)),
    st.sampled_from(
        [
            Uncertain("the line broke before"),
            Uncertain("the answer was lost"),
            Refused("can't parse entities", Mend.PLAIN),
            Refused("message is too long", Mend.SHORTER),
            Refused("something new"),
            Denied("not enough rights"),
            MessageLost("message to edit not found"),
        ]
    ),
)


QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


class OutboxMachine(RuleBasedStateMachine):
    """News, people, faults, crashes and time, in whatever order hypothesis thinks of."""

    files: SqliteFiles

    @initialize(second=st.booleans())
    def begin(self, second: bool) -> None:
        self.world = Troubled(self.files.new())
        self.world.do(self.world.open())
        self.world.do(self.world.house.chat(ADA, settings=SINGLY))
        self.world.do(self.world.house.chat(BEN, settings=FEW))
        self.world.do(self.world.house.chat(GROUP, ChatKind.GROUP, settings=FEW))
        self.world.do(
            self.world.house.chat(FORUM, ChatKind.SUPERGROUP, topics=(7, 8), settings=FEW)
        )
        self.world.do(self.world.start("one"))
        if second:
            self.world.do(self.world.start("two"))

    # --- news -----------------------------------------------------------------------------------

    @rule(count=st.sampled_from([1, 1, 2, 3, 7, 30]))
    def publish(self, count: int) -> None:
        self.world.do(self.world.publish(count))

    @rule(back=st.integers(0, 5))
    @precondition(lambda self: self.world.stories)
    def another_paper_joins(self, back: int) -> None:
        self.world.do(self.world.grow(back))

    # --- people ---------------------------------------------------------------------------------

    @rule(chat=CHATS)
    def somebody_blocks_the_bot(self, chat: int) -> None:
        self.world.telegram.plan(chat, Gone("bot was blocked by the user"))

    @rule(chat=CHATS)
    def somebody_comes_back(self, chat: int) -> None:
        self.world.do(self.world.wake(chat))

    @rule(place=PLACES)
    def a_place_is_subscribed_or_not(self, place: tuple[int, int]) -> None:
        self.world.do(self.world.toggle(place))

    @rule(told=st.booleans())
    def the_group_becomes_a_supergroup(self, told: bool) -> None:
        self.world.do(self.world.migrate(GROUP, told=told))

    @rule()
    def a_topic_is_closed(self) -> None:
        self.world.telegram.plan(FORUM, TopicGone("Topic_closed"))

    @rule(topic=st.sampled_from([7, 8]))
    def a_topic_is_opened(self, topic: int) -> None:
        self.world.do(self.world.open_topic(Place(ChatId(FORUM), TopicId(topic))))

    # --- faults ---------------------------------------------------------------------------------

    @rule(chat=CHATS, outcome=OUTCOMES)
    def telegram_answers_oddly(self, chat: int, outcome: Outcome) -> None:
        self.world.telegram.plan(chat, outcome)

    @rule(back=st.integers(0, 8))
    @precondition(lambda self: self.world.stories)
    def telegram_never_takes_a_story(self, back: int) -> None:
        self.world.poison(back)

    @rule(requests=st.integers(1, 6))
    def telegram_is_down(self, requests: int) -> None:
        self.world.telegram.down = requests

    @rule(seconds=st.sampled_from([0.1, 0.5, 2.0]))
    def telegram_is_slow(self, seconds: float) -> None:
        self.world.telegram.takes_s = seconds

    # --- processes and time ---------------------------------------------------------------------

    @rule(which=st.sampled_from(["one", "two"]), seconds=SECONDS)
    def a_process_crashes(self, which: str, seconds: float) -> None:
        self.world.do(self.world.crash(which, seconds))

    @rule(which=st.sampled_from(["one", "two"]))
    def a_process_is_restarted_in_order(self, which: str) -> None:
        self.world.do(self.world.restart(which))

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.world.do(self.world.passes(seconds))

    @rule(seconds=st.sampled_from([50.0, 200.0, 90_000.0]))
    def the_clock_is_put_forward(self, seconds: float) -> None:
        self.world.do(self.world.leap(timedelta(seconds=seconds), asleep=False))

    @rule(seconds=st.sampled_from([50.0, 200.0]))
    def the_machine_slept(self, seconds: float) -> None:
        self.world.do(self.world.leap(timedelta(seconds=seconds), asleep=True))

    # --- what holds -----------------------------------------------------------------------------

    @invariant()
    def nothing_breaks_a_promise(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.world.do(self.world.drain())
            finally:
                self.world.do(self.world.close())
                self.world.runner.close()


def hold(files: SqliteFiles, wanted: settings) -> None:
    OutboxMachine.files = files
    run_state_machine_as_test(OutboxMachine, settings=wanted)


def test_the_outbox_keeps_its_promises(sqlite_files: SqliteFiles) -> None:
    hold(sqlite_files, settings(QUIET, max_examples=12, stateful_step_count=15, derandomize=True))


@pytest.mark.slow
def test_the_outbox_keeps_its_promises_whatever_happens(sqlite_files: SqliteFiles) -> None:
    hold(sqlite_files, settings(QUIET, max_examples=60, stateful_step_count=30))
