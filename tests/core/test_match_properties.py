import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import carries
from bot.core.folding import fold, is_prepared, origin, prepare
from bot.core.match import MatchText, TagIndex
from bot.core.query import Query, parse_query
from bot.core.query_nodes import (
    AllOf,
    AnyOf,
    FromSource,
    InLanguage,
    Named,
    Node,
    Term,
    Without,
    all_of,
    any_of,
    grounded,
)
from bot.core.tokens import joined, plain_pattern, token_pattern
from bot.core.why import fits_alone, why
from storage.records import QueryId

WORDS = ["Canada", "south", "Korea", "US", "us", "it's", "C++", "Straße", "東京都", "タイ",
         "서울에서",
         "Путина", "drones", "e\u0301te", "ﾊﾞ", "G7", "3.0", "в", "\u00ad", "हिन्दी"]  # fmt: skip
TEXTS = st.lists(st.sampled_from([*WORDS, " ", ". ", "\n", "-", ", ", "、"]), max_size=24).map(
    "".join
) | st.text(max_size=60)
TAGS = ["Canada", "SouthKorea", "US", "C++", "Strasse", "東京", "京都", "タイ", "서울", "Путин",
         "drone",
        "été", "バ", "G7", "Web3", "हिन्दी", "c", "Korea", "southkorea-us"]  # fmt: skip


def index_of(queries: list[Query]) -> TagIndex:
    index = TagIndex()
    for number, query in enumerate(queries):
        index.add(QueryId(number), query)
    return index


def tag_index() -> TagIndex:
    return index_of([parse_query(tag) for tag in TAGS if tag != "バ"])


@given(TEXTS, TEXTS)
def test_a_matchs_words_really_stand_in_the_text(title: str, body: str) -> None:
    fields = {"title": title, "summary": "", "body": body}
    for match in tag_index().match(MatchText(title=title, body=body)):
        assert match.hits
        for hit in match.hits:
            words = fields[hit.field][hit.start : hit.end]
            assert hit.words == words
            assert words
            key = hit.key.lower()
            assert joined(words) == key or joined(words)[:3] == key[:3]


@given(TEXTS)
def test_matching_is_the_same_however_a_text_is_composed(text: str) -> None:
    index = tag_index()
    found = {
        form: [match.query_id for match in index.match(MatchText(title=shape))]
        for form, shape in (
            ("as it is", text),
            ("NFC", unicodedata.normalize("NFC", text)),
            ("NFD", unicodedata.normalize("NFD", text)),
        )
    }
    assert found["as it is"] == found["NFD"] == found["NFC"]


@given(st.sampled_from(["Canada", "SouthKorea", "Strasse", "drones", "Путин", "Zürich"]), TEXTS)
def test_a_tags_own_case_does_not_matter_but_for_abbreviations(tag: str, text: str) -> None:
    shapes = (tag, tag.lower(), tag.title())
    indexes = [index_of([parse_query(shape)]) for shape in shapes]
    assert len({bool(index.match(MatchText(title=text))) for index in indexes}) == 1


@given(TEXTS)
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded = fold(prepare(text))
    places = origin(text)
    if places is None:
        assert len(folded) == len(text)
        return
    assert len(places) == len(folded) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_plain_texts_are_cut_like_all_others(text: str) -> None:
    folded = text.lower()
    assert plain_pattern().findall(folded) == token_pattern().findall(folded)
    assert is_prepared(text)


SPELLINGS = [
    parse_query(typed)
    for typed in (
        "#военнаяпомощь", "#ВоеннаяПомощь", "#ВоеннаяПомощь + #Москва", "#Москва",
        '"военная помощь" | #US', "#НАТО", "#нато", "#us", "#US", "#военнаяпомощь -#ВоеннаяПомощь",
        "#ΝέαΥόρκη", "#νέαυόρκη", "#SouthKorea", "#southkorea", "#Москва also:ВоеннаяПомощь",
    )
]  # fmt: skip
SPELT_TEXTS = [
    MatchText(title="О военной помощи говорили на саммите в Москве", language="ru"),
    MatchText(title="О военнойпомощи", categories=("Военная помощь",)),
    MatchText(title="военнаяпомощь us", summary="в НАТО и US, нату"),
    MatchText(title="στη Νέα Υόρκη", body="South Korea, southkorea"),
]


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, *SPELLINGS])), max_size=30))
def test_queries_that_come_and_go_leave_no_trace(steps: list[tuple[int, Query | None]]) -> None:
    index, live = TagIndex(), dict[int, Query]()
    for number, query in steps:
        if query is None:
            index.remove(QueryId(number))
            live.pop(number, None)
        else:
            index.add(QueryId(number), query)
            live[number] = query
    for text in SPELT_TEXTS:
        found = [match.query_id for match in index.match(text)]
        assert found == sorted(number for number, query in live.items() if fits_alone(query, text))
        assert all(any(one.good for one in why(live[number], text)) for number in found)


def test_equal_canonical_texts_match_alike() -> None:
    by_text: dict[str, set[tuple[bool, ...]]] = {}
    shapes = ["ВоеннаяПомощь", "военная-помощь", '"военная помощь"', "военнаяпомощь", "Киев-2024",
              "киев2024", "киев 2024", "ВОЕННАЯПОМОЩЬ", "НовыйЮрк", "новый_юрк"]  # fmt: skip
    for shape in shapes:
        query = parse_query(shape)
        found = tuple(fits_alone(query, text) for text in SPELT_TEXTS)
        by_text.setdefault(query.canonical(), set()).add(found)
        by_text[query.canonical()].add(
            tuple(fits_alone(parse_query(query.canonical()), text) for text in SPELT_TEXTS)
        )
    assert len(by_text) < len(shapes)
    assert {len(found) for found in by_text.values()} == {1}


LEAVES = st.one_of(
    st.sampled_from(["canada", "korea", "US", "southkorea"]).map(lambda key: Term(key, key)),
    st.sampled_from(["canada", "us"]).map(lambda key: Term(key, key, title_only=True)),
    st.sampled_from(["bbc", "times"]).map(lambda key: FromSource(key, key)),
    st.sampled_from(["en", "ko"]).map(InLanguage),
    st.sampled_from(["canada", "US"]).map(
        lambda key: Named(
            Term(key, key, title_only=key == "US"), (Term("southkorea", "SouthKorea"),)
        )
    ),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(all_of),
        st.lists(inner, min_size=1, max_size=3).map(any_of),
        inner.map(Without),
    ),
    max_leaves=8,
)


def naive(node: Node, text: MatchText, *, any_mention: bool) -> bool:
    """Decide each part anew, with an index of its own that holds only that one tag."""
    match node:
        case Term():
            evidence = index_of([Query(node, "")]).evidence(text).get(node.key, [])
            hits = [h for h in evidence if h.field == "title" or not node.title_only]
            return carries(hits, any_mention=any_mention)
        case FromSource():
            return node.key in text.source
        case InLanguage():
            return node.code == text.language
        case Without():
            return not naive(node.node, text, any_mention=True)
        case AllOf():
            return all(naive(child, text, any_mention=any_mention) for child in node.nodes)
        case AnyOf(nodes=nodes) | Named(options=nodes):
            return any(naive(child, text, any_mention=any_mention) for child in nodes)


@given(
    st.lists(NODES.filter(grounded), min_size=1, max_size=4),
    st.booleans(),
    st.lists(st.sampled_from(["Canada", "South Korea", "US", "us", "x." * 200]), max_size=4),
    st.lists(st.sampled_from(["Canada", "South Korea", "US", "us", "x." * 200]), max_size=5),
    st.sampled_from(["bbc", "times", ""]),
    st.sampled_from(["en", "ko", ""]),
)
def test_one_pass_decides_like_a_naive_evaluator(  # noqa: PLR0917 - hypothesis fills them in
    nodes: list[Node],
    any_mention: bool,
    title: list[str],
    body: list[str],
    source: str,
    language: str,
) -> None:
    text = MatchText(" ".join(title), "", " ".join(body), (), language, source)
    index = index_of([Query(node, "", any_mention) for node in nodes])
    expected = [n for n, node in enumerate(nodes) if naive(node, text, any_mention=any_mention)]
    assert [match.query_id for match in index.match(text)] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    ["a", "a ", ".", ". ", "'s", "\u0301", "가", "東", "東、", "タ", "c++", "C#", "1.", "A", "S. ",
     "Путин ", "('", "\u00ad", "\n", "é", "US ", "ab"],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_less_than_a_second(pattern: str) -> None:
    index = tag_index()
    index.add(QueryId(99), parse_query("#" + "a" * 60))
    text = pattern * (1_000_000 // len(pattern))
    before = time.thread_time()
    index.match(MatchText(title="x", body=text))
    assert time.thread_time() - before < 1
