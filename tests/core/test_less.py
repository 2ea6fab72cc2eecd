"""What could be left out so that a story would not have come."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.less import Proposal, effect, left_out, proposals, without
from bot.core.query import parse_query
from storage.records import Story, StoryId
from tests.core.test_breadth import told

NOW = datetime(2026, 5, 21, tzinfo=UTC)
SAMSUNG = parse_query("#Samsung")


def story(
    number: int, title: str, summary: str = "", by: str = "Herald", **fields: object
) -> Story:
    article = replace(told(number, by, 0, title), summary=summary, **fields)  # type: ignore[arg-type]
    return Story(StoryId(number), NOW, NOW, (article,))


BASEBALL = story(
    1, "Samsung Lions win again", "The baseball team beat Lotte at home.", by="Sports Daily"
)
OTHERS = (
    story(2, "Samsung Lions lose", "A baseball evening in Daegu."),
    story(3, "Samsung shows a phone", "It folds at home."),
    story(4, "Samsung chips sell well", "Memory is short."),
    story(5, "Samsung earns more", "Analysts expected less."),
    story(6, "Samsung strikes a deal", "With a maker of cars."),
)


def test_the_word_that_costs_fewest_comes_first_and_then_themes() -> None:
    found = proposals(BASEBALL, OTHERS, [SAMSUNG])
    assert [(one.typed, one.others) for one in found] == [
        ('"team"', 0),
        ('"Samsung Lions"', 1),
        ('"Lions"', 1),
    ]


def test_what_is_asked_for_is_not_left_out() -> None:
    typed = {one.typed for one in proposals(BASEBALL, OTHERS, [SAMSUNG])}
    assert '"Samsung"' not in typed
    assert proposals(story(1, "Samsung"), (), [SAMSUNG])[0].typed == 'source:"Herald"'


def test_a_word_is_proposed_once_however_often_it_stands_there() -> None:
    mine = story(1, "Samsung rockets", "Rockets, rockets and more rockets.")
    found = proposals(mine, OTHERS, [SAMSUNG])
    assert [one.typed for one in found] == ['"rockets"']


def test_a_source_may_be_left_out() -> None:
    found = proposals(story(1, "Samsung now", by="Sports Daily"), OTHERS, [SAMSUNG])
    assert [(one.typed, one.others) for one in found] == [('source:"Sports Daily"', 0)]


def test_a_word_that_most_stories_have_is_no_proposal() -> None:
    same = tuple(story(n, f"Samsung phone number {n}") for n in range(10, 20))
    found = proposals(story(1, "Samsung phone", by="Herald"), same, [SAMSUNG])
    assert found == []


def test_a_category_is_a_theme() -> None:
    mine = story(1, "Samsung now", categories=("Baseball", "News of the whole wide world"))
    assert proposals(mine, OTHERS, [SAMSUNG])[0].typed == '"Baseball"'


@pytest.mark.parametrize(
    ("title", "language", "typed"),
    [
        ("Samsung 야구 승리", "ko", '"야구"'),
        ("Samsung schlägt Konkurrenten", "de", '"schlägt"'),
    ],
)
def test_words_of_other_languages_are_told(title: str, language: str, typed: str) -> None:
    found = proposals(story(1, title, language=language), (), [SAMSUNG])
    assert typed in {one.typed for one in found}


def test_a_part_of_a_word_is_not_taken_for_one() -> None:
    found = proposals(story(1, "Samsung 棒球比赛", language="zh", by=""), (), [SAMSUNG])
    assert found == []


def test_the_story_stays_away_from_all_that_brought_it() -> None:
    korea = parse_query("#Korea | #Samsung")
    mine = story(1, "Samsung and Korea baseball")
    (first, *_) = proposals(mine, OTHERS, [SAMSUNG, korea])
    for query in (SAMSUNG, korea):
        kept = without(query, first.node)
        assert effect(first.node, mine, OTHERS, [kept]) >= 0
        assert parse_query(kept.shown) == kept


def test_the_effect_is_counted_without_the_story_itself() -> None:
    node = left_out('"baseball"')
    assert node is not None
    assert effect(node, BASEBALL, OTHERS, [SAMSUNG]) == 1
    assert effect(node, OTHERS[1], OTHERS, [SAMSUNG]) == 1


@pytest.mark.parametrize("typed", ["", ")", "a | b |", "x" * 5000, '"'])
def test_what_cannot_be_left_out_is_nothing(typed: str) -> None:
    assert left_out(typed) is None


@pytest.mark.parametrize("typed", ['"ice rink"', 'source:"The Herald"', "hockey", '"and"'])
def test_a_proposal_can_be_typed(typed: str) -> None:
    node = left_out(typed)
    assert node is not None
    assert left_out(Proposal(node, 0).typed) == node
