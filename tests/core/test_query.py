import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.naming import bare
from bot.core.query import Query, made, parse_list, parse_query
from bot.core.query_nodes import canonical
from bot.errors import QueryError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("#SouthKorea-US-Japan", "southkoreausjapan"),
        ("#US", "US"),
        ('"climate change"', "climatechange"),
        ("#Canada -hockey", "-hockey + canada"),
        ('Canada -"ice rink" −hockey', "-hockey + -icerink + canada"),
        ("b + a", "a + b"),
        ("a b", "a + b"),
        ("b|a", "a | b"),
        ("a + b | c", "(a + b) | c"),
        ("a + (b | c)", "(b | c) + a"),
        ("a | (b | a)", "a | b"),
        ("a + a", "a"),
        ("C++ + C#", "C# + C++"),
        ("C++|a", "C++ | a"),
        ("title:Canada", "title:canada"),
        ('TITLE:"prime minister" Canada', "canada + title:primeminister"),
        ('Canada source:"BBC News" lang:EN', "canada + lang:en + source:bbcnews"),
        ("Canada -lang:fr -source:RT", "-lang:fr + -source:rt + canada"),
        ("Canada mention:any", "canada mention:any"),
        ("a|b mention:any", "(a | b) mention:any"),
        ("a, b", "a + b"),
        ("a - b", "a + b"),
        ("#“climate change”", "climatechange"),
        ("»a", "a"),
        ("-(a | b) c", "-(a | b) + c"),
        ("#Seoul also:Hanyang", "seoul also:hanyang"),
        ('#Seoul also:"Blue House" also:#ROK', "seoul also:ROK also:bluehouse"),
        ("#Seoul also:seoul", "seoul"),
        ("a + #Seoul also:b -c", "(seoul also:b) + -c + a"),
        ("-(a also:b) c", "-(a also:b) + c"),
        ("KorUS also:(Korea also:ROK + US)", "korus also:((korea also:ROK) + US)"),
        ("title:a also:b also:(c | d also:e)", "title:a also:((d also:e) | c) also:b"),
        ("a also:b mention:any", "(a also:b) mention:any"),
        ("Canada and China", "canada + china"),
        ("Korea AND Japan", "japan + korea"),
        ("Canada or China", "canada | china"),
        ("Canada not hockey", "-hockey + canada"),
        ("Canada and not (hockey Or football)", "-(football | hockey) + canada"),
        ("a and b or c", "(a + b) | c"),
        ("not a b", "-a + b"),
        ('#a also:"b" or c', "(a also:b) | c"),
        ("#and", "#and"),
        ('"not"', "#not"),
        ("#OR + #or", "#OR + #or"),
        ("title:and or a", "a | title:#and"),
        ("a -#not also:#or", "-(#not also:#or) + a"),
        ("android notary orbit", "android + notary + orbit"),
        ("not-for-profit", "notforprofit"),
        ("#ВоеннаяПомощь", "военная_помощь"),
        ('"военная помощь"', "военная_помощь"),
        ("#Военная-помощь", "военная_помощь"),
        ("#военнаяпомощь", "военнаяпомощь"),
        ("#военнаяпомощь | #ВоеннаяПомощь", "военная_помощь | военнаяпомощь"),
        ("#военнаяпомощь also:ВоеннаяПомощь", "военнаяпомощь also:военная_помощь"),
        ("#Київ-2024", "київ2024"),
        ('"C++ Москва"', "cмосква"),
    ],
)
def test_a_query_is_kept_as_one_text(typed: str, kept: str) -> None:
    query = parse_query(typed)
    assert query.canonical() == kept
    assert parse_query(kept).canonical() == kept


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("", 0),
        ("-hockey", 0),
        ("lang:en", 0),
        ("a | -b", 0),
        ('a "b', 2),
        ("a „b", 2),
        ("a + ", 4),
        ("a | | b", 4),
        ("(a", 0),
        ("a )", 2),
        ("()", 1),
        ("a --b", 2),
        ("a -(b -c)", 2),
        ("a -mention:any", 2),
        ("mention:any", 11),
        ("a mention:never", 2),
        ("a lang:english", 2),
        ("a source:!", 2),
        ("a 京", 2),
        ('a ""', 2),
        ("(" * 9 + "a" + ")" * 9, 8),
        (" ".join(f"w{n}" for n in range(33)), 118),
        ("also:a", 0),
        ("(a) also:b", 4),
        ("a also:", 7),
        ("a also:(-b)", 7),
        ("a also:(b -c)", 7),
        ("a also:(lang:en)", 7),
        ('a also:""', 2),
        ("a | lang:en", 0),
        ("a and", 2),
        ("a or ", 2),
        ("a not", 2),
        ("AND a", 0),
        ("or", 0),
        ("not", 0),
        ("a or or b", 5),
        ("(a and) b", 6),
        ("a not not b", 2),
        ("a or not b", 0),
        ("a, and b", 3),
    ],
)
def test_an_error_points_at_its_place(typed: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(typed)
    assert caught.value.position == position
    assert caught.value.text == typed
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("#Canada China", ["#Canada", "#China"]),
        ("Canada,China", ["#Canada", "#China"]),
        (",Canada，China、", ["#Canada", "#China"]),
        ('#Canada -hockey "climate change"', ["#Canada -hockey", '"climate change"']),
        ("#Canada lang:en #China", ["#Canada lang:en", "#China"]),
        ("#Canada + #China #US", ["#Canada + #China", "#US"]),
        ("(a b) c", ["(a b)", "#c"]),
        ("title:a b", ["title:a", "#b"]),
        ("canada #Canada", ["#canada"]),
        ("Canada not hockey China", ["Canada not hockey", "#China"]),
        ("Canada or China Korea AND Japan", ["Canada or China", "Korea AND Japan"]),
        ("#and #or", ["#and", "#or"]),
        ("a|b c", ["a|b", "#c"]),
        ('#a also:b #c also:"d e" -f', ["#a also:b", '#c also:"d e" -f']),
    ],
)
def test_a_commands_argument_is_a_list_of_queries(typed: str, shown: list[str]) -> None:
    assert [query.shown for query in parse_list(typed)] == shown


@pytest.mark.parametrize(("typed", "position"), [("", 0), (", ,", 0), ("a )", 2), ("a ! b", 2)])
def test_a_bad_list_points_at_its_place(typed: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_list(typed)
    assert caught.value.position == position


def test_an_error_says_what_to_type() -> None:
    said = {
        "a and": "A tag is missing after “and”. Type one; if you mean the word itself, type #and.",
        "OR a": "A tag is missing before “OR”. Type one; if you mean the word itself, type #OR.",
        "a not not b": "What not leaves out must be a word or a phrase, such as not hockey.",
        "lang:en": "A source or a language alone is too much. Name a tag too, such as #Canada.",
        "-a": "Say what you want before what you leave out, such as #Canada.",
    }
    for typed, line in said.items():
        with pytest.raises(QueryError) as caught:
            parse_query(typed)
        assert str(caught.value) == line


def test_a_query_tells_its_tags_and_whether_it_is_only_one() -> None:
    assert parse_query("#Canada").plain == "canada"
    assert parse_query("Canada mention:any").plain == ""
    assert parse_query("title:Canada").plain == ""
    query = parse_query("(#Canada | title:Canada | #US) -hockey lang:en")
    assert query.plain == ""
    assert query.tags == (("canada", "Canada"), ("US", "US"))


def test_of_two_spellings_of_a_tag_the_fuller_finds_it() -> None:
    for typed in ("#военнаяпомощь | #ВоеннаяПомощь", "#ВоеннаяПомощь | #военнаяпомощь"):
        ((key, _, own),) = parse_query(typed).own
        assert (key, own.canonical()) == ("военнаяпомощь", "военная_помощь")


SOME = st.sampled_from(
    ["a", "US", "#x", "+", "|", "-", "(", ")", '"', "„", " ", ",", "lang:en", "source:x",
     "title:", "mention:any", "京都", "C++", "#", "also:", "also:b", " (c also:d) ",
     " and ", " OR ", " not ", "#and", "#NOT", '"or"', "title:or", "ВоеннаяПомощь"]
)  # fmt: skip


@given(st.lists(SOME, max_size=14).map("".join) | st.text(max_size=40))
def test_whatever_is_typed_is_a_query_or_a_query_error(typed: str) -> None:
    queries: list[Query] = []
    positions: list[int] = []
    for parse in (lambda text: [parse_query(text)], parse_list):
        try:
            queries += parse(typed)
        except QueryError as error:
            positions.append(error.position)
    assert all(0 <= position <= len(typed) for position in positions)
    for query in queries:
        again = parse_query(query.canonical())
        assert again.canonical() == query.canonical()
        assert parse_query(query.shown).canonical() == query.canonical()
        assert query.tags
        assert made(query.node, any_mention=query.any_mention) == query
        spelt = made(query.node, any_mention=query.any_mention).shown
        assert parse_query(spelt).canonical() == query.canonical()
        called = bare(query)
        assert parse_query(called.shown).canonical() == called.canonical()
        assert bare(called) is called
        assert all(own.canonical() for _, _, own in query.own)
        assert canonical(query.node)
