"""What a query is called, and its tags' other names."""

import pytest

from bot.core.match import MatchText, TagIndex
from bot.core.naming import (
    bare,
    name,
    named_tags,
    names_of,
    narrowed,
    say,
    together,
    with_any_mention,
    with_names,
)
from bot.core.query import parse_query
from bot.core.why import Verdict, why
from storage.records import QueryId


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("#SouthKorea", "#SouthKorea"),
        ("#SouthKorea also:ROK", "#SouthKorea"),
        ("#Canada mention:any", "#Canada"),
        ("Canada also:CAN mention:any", "#Canada"),
        ('"climate change" also:warming', '"climate change"'),
        ("#Korea  +  #Japan", "#Korea + #Japan"),
        ('#Korea also:ROK + #Japan -"ice rink" -(a also:b)', '#Korea + #Japan -"ice rink" -a'),
        ("(#a also:b | title:c) + source:BBC lang:en mention:any",
         '(#a | title:c) + source:"BBC" + lang:en'),
        ("#a mention:any (b -c | d)", "#a + ((#b -c) | #d)"),
    ],
)  # fmt: skip
def test_a_query_is_called_by_its_own_tags(typed: str, called: str) -> None:
    assert bare(parse_query(typed)).shown == called


def test_names_are_added_and_taken_back() -> None:
    query = parse_query("#SouthKorea -hockey mention:any")
    both = with_names(query, "southkorea", [name("S. Korea"), name("ROK"), name("south korea")])
    assert both.shown == '(#SouthKorea also:"S. Korea" also:ROK) -hockey mention:any'
    assert [say(one) for one in names_of(both, "southkorea")] == ["S. Korea", "ROK"]
    assert named_tags(both) == [("southkorea", "#SouthKorea", ("S. Korea", "ROK"))]
    assert both.tags == (("southkorea", "SouthKorea"),)
    again = with_names(both, "southkorea", [name("ROK")])
    assert names_of(again, "southkorea") == (name("ROK"),)
    assert with_names(again, "southkorea", []).canonical() == query.canonical()
    assert names_of(query, "japan") == ()
    assert with_names(query, "japan", [name("JPN")]).canonical() == query.canonical()


def test_a_tag_may_stand_for_several_together() -> None:
    parts = [name("South Korea"), parse_query("US also:U.S.A.").node, name("Japan")]
    query = with_names(
        parse_query("#SouthKorea-US-Japan"),
        "southkoreausjapan",
        [together(parts)],
    )
    assert query.shown == ('#SouthKorea-US-Japan also:("South Korea" + (#US also:U.S.A.) + #Japan)')
    assert parse_query(query.shown).canonical() == query.canonical()
    assert named_tags(query)[0][2] == ("South Korea + US + Japan",)
    index = TagIndex()
    index.add(QueryId(1), query)
    assert index.match(MatchText(title="Japan, the U.S.A. and South Korea meet"))
    assert index.match(MatchText(title="South Korea-US-Japan talks"))
    assert not index.match(MatchText(title="Japan and South Korea meet"))


def test_names_of_a_tag_in_the_headline_count_in_the_headline() -> None:
    query = parse_query("title:Seoul also:Hanyang also:(a1 + b2 also:c3 lang:en)")
    index = TagIndex()
    index.add(QueryId(1), query)
    assert index.match(MatchText(title="Hanyang"))
    assert index.match(MatchText(title="a1 and c3", language="en"))
    assert not index.match(MatchText(title="a1", language="en", summary="Hanyang, b2, Seoul"))


def test_any_mention_is_switched() -> None:
    query = parse_query("#Canada also:CAN | #US")
    loose = with_any_mention(query, any_mention=True)
    assert loose.canonical() == "((canada also:CAN) | US) mention:any"
    assert with_any_mention(loose, any_mention=False).canonical() == query.canonical()
    assert [own.canonical() for _, _, own in loose.own] == [
        "(canada also:CAN) mention:any", "US mention:any",
    ]  # fmt: skip


def test_why_tells_of_a_tag_by_the_name_that_was_found() -> None:
    query = parse_query("#SouthKorea also:ROK")
    (reason,) = why(query, MatchText(title="The ROK navy"))
    assert (reason.shown, reason.verdict, reason.good) == ("SouthKorea", Verdict.FOUND, True)
    assert [hit.words for hit in reason.hits] == ["ROK"]
    assert say(parse_query("a | b").node) == "#a | #b"
    assert say(parse_query("a also:b").node) == "a"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("a -b", "a"),
        ("(a also:c) -b -d", "a"),
        ("a", ""),
        ("a + b -c", ""),
        ("(a | b) -c", ""),
        ("a | b", ""),
    ],
)
def test_a_query_may_leave_out_a_part_of_one_tag(typed: str, key: str) -> None:
    assert narrowed(parse_query(typed)) == key
