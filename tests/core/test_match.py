import pytest

from bot.core.match import MAX_HITS, Match, MatchText, TagIndex
from bot.core.query import parse_query
from bot.core.scan import MAX_TEXT
from bot.core.stems import Stemmer
from storage.records import QueryId

ONE = QueryId(1)


def matches(query: str, text: MatchText | str) -> tuple[Match, ...]:
    index = TagIndex()
    index.add(ONE, parse_query(query))
    return tuple(index.match(MatchText(title=text) if isinstance(text, str) else text))


CASES = [
    ("#drone", "Drones over the harbour", True),
    ("#drone", "A drone", True),
    ("#bus", "The buses stand still", False),
    ("#coach", "Coaches stand still", True),
    ("#OldTown", "The old town's mayor", True),
    ("#OldTown", "The houses are old. Town hall said", False),
    ("#OldTown", "old\nTown", False),
    ("#OldTown", "old; town", True),
    ("#oldtown", "Old-Town, oldtown", True),
    ("#StLouis", "The fair in St. Louis opened", True),
    ("#UN", "the U.N. said", True),
    ("#UN", "un homme", False),
    ("#UN", "UN", True),
    ("#UFO", "two UFOs were seen", True),
    ("#UFO", "two Ufos were seen", True),
    ("#IT", "ITS BIG", False),
    ("#NATO", "says Nato chief", True),
    ("#NATO", "It ends. Nato said so", True),
    ("#NATO", "Nato chief warns", True),
    ("#NATO", "Nato chief", False),
    ("#NATO", "Nato. A page", False),
    ("#ISIS", "Isis claims attack", True),
    ("#WHO", "Who won the race?", False),
    ("#DER", "Der Minister kam", False),
    ("#LES", "Les ministres", False),
    ("#LES", "says Les Paul", True),
    ("#Україна", "Війна в Україні", True),
    ("#Україна", "разом з Україною", True),
    ("#Київ", "Вибух у Києві", True),
    ("#Київ", "мер Києва", True),
    ("#Харків", "Обстріл Харкова", True),
    ("#Харків", "у Харкові", True),
    ("#Львів", "у Львові", True),
    ("#Львів", "мер Львова", True),
    ("#Тернопіль", "у Тернополі", True),
    ("#Берлін", "мер Берліна", True),
    ("#Росія", "війна з Росією", True),
    ("#Росія", "у Росії", True),
    ("#Зеленський", "із Зеленським", True),
    ("#Порошенко", "актив і акт", False),
    ("#акт", "новый актив", False),
    ("#ліс", "без лиса", False),
    ("#غزة", "قصف بغزة", True),
    ("#روسيا", "تابع لروسيا", True),
    ("#السعودية", "مصر والسعودية", True),
    ("#السعودية", "زيارة للسعودية", True),
    ("#لبنان", "وبلبنان اليوم", True),
    ("#بغداد", "ببغداد", True),
    ("#واشنطن", "بواشنطن", True),
    ("#مصر", "في مصر", True),
    ("#مصر", "الشعب المصري", False),
    ("#ישראל", "בישראל היום", True),
    ("#Москва", "ܣܘܪܝܝܐ и Москве", True),
    ("#ישראל", "לישראל היום", True),
    ("#מצרים", "במצרים ובירדן", True),
    ("#לבנון", "שבלבנון", True),
    ("#ישראל", "הישראלי", False),
    ("#일본", "일본인 관광객", False),
    ("#한미", "한미일 회의", False),
    ("#한미", "한미는 합의했다", True),
    ("#WHO", "the Who play", False),
    ("#WHO", "WHO WILL WIN THE RACE", False),
    ("#NATO", "NATO WILL MEET THIS WEEK", True),
    ("#EU", "EU ACHO QUE SIM", False),
    ("#sa", "it's a fact", False),
    ("#SA", "S. A. Miller", True),
    ("#G7", "the g7 leaders", False),
    ("#서울", "서울에서는 오늘", True),
    ("#서울", "서울시는 오늘", False),
    ("#삼성전자", "삼성 전자가", True),
    ("#トランプ", "トランプ大統領", True),
    ("#ランプ", "トランプ大統領", False),
    ("#大統領", "トランプ大統領は", True),
    ("#中国", "其中，国家", False),
    ("#中国", "在中·国", True),
    ("#กรุงเทพ", "ที่กรุงเทพมหานคร", True),
    ("#МосковскаяБиржа", "на Московской бирже сказали", True),
    ("#Путин", "встретился с Путиным", True),
    ("#НАСА", "он нас видел", False),
    ("#НАСА", "учёные НАСА", True),
    ("#الصين", "في الصين", True),
    ("#Web3", "Web 3.0", False),
    ("#Web3", "Web 3. The next", True),
    ("#7", "costs 1.7 dollars", False),
    ("#C", "plan C works", True),
    ("#हिन्दी", "आज हिन्दी दिवस", True),
    ("#Cafe", "le cafe\u0301 noir", True),
    ("#ГАБТ", "директор ГАБТа сказал", True),
    ("#ГАБТ", "директор ГАБТик сказал", False),
    ("#Рим", "в Риме", True),
    ("#Лета", "много лет", False),
    ("#Дания", "новые данные", False),
    ("#Курилы", "у Курил", True),
    ("#Пакистан", "в Пакистане", True),
    ("#Гавана", "в Гаване", True),
    ("#Россия", "народы России", True),
    ("#МосковскаяОбласть", "в московскойобласти", False),
    ("#московскаяобласть", "в московскойобласти", False),
    ("#московскаяобласть", "в Московской области", False),
    ("#московская_область", "в Московской области", True),
    ('"московская область"', "в Московской области", True),
    ("#Αθήνα", "ΑΘΗΝΑ σήμερα", True),
    ("#Հայաստան", "Հայաստան", True),
    ("#Київ-2024", "у Києві 2024", True),
    ("#drone", "drone s", True),
    ("#Казань", "Казань ждёт", True),
    ("#о", "о", True),
    ("#sa", "vitamins s a", False),
    ("#НоваяЖизнь", "в Новой Жизнь", True),
    ("#владимирпутин", "Владимир Путину", True),
    ("#תלאביב", "בתל אביב в", True),
    ("#תלאביב", "תל והאביב в", False),
]


@pytest.mark.parametrize(("tag", "text", "found"), CASES)
def test_a_tag_is_found_where_a_reader_would_see_it(tag: str, text: str, found: bool) -> None:
    assert bool(matches(tag, text)) is found


PAD = "Nothing of note happened in the valley for a long time. " * 8


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("valencia", MatchText(body=f"Valencia won. {PAD}"), True),
        ("valencia", MatchText(body=f"{PAD} Valencia won."), False),
        ("valencia", MatchText(body=f"{PAD} Valencia won. In Valencia."), True),
        ("valencia mention:any", MatchText(body=f"{PAD} Valencia won."), True),
        ("valenciabay", MatchText(body=f"{PAD} In Valencia Bay."), True),
        ("valencia", MatchText(summary="Valencia won."), True),
        ("valencia", MatchText(categories=("VALENCIA",)), True),
        ("valencia", MatchText(categories=("Valencia news",)), False),
        ("#US", MatchText(categories=("us",)), True),
        ("#WHO", MatchText(title="WHO WILL WIN NOW", body=f"{PAD} the WHO."), True),
        ("title:valencia", MatchText(summary="Valencia"), False),
        ("title:valencia", MatchText(title="Valencia"), True),
        ("valencia -orange", MatchText(title="Valencia", body=f"{PAD} orange"), False),
        ("valencia -orange", MatchText(title="Valencia"), True),
        ("valencia + orange", MatchText(title="Valencia"), False),
        ("valencia | orange", MatchText(title="Orange"), True),
        ("valencia source:times", MatchText(title="Valencia", source="The Times"), True),
        ("valencia source:times", MatchText(title="Valencia", source="Globe"), False),
        ("valencia lang:es", MatchText(title="Valencia", language="es-ES"), True),
        ("valencia lang:es", MatchText(title="Valencia", language="en"), False),
    ],
)
def test_what_a_query_wants_of_a_text(query: str, text: MatchText, found: bool) -> None:
    assert bool(matches(query, text)) is found


def test_a_match_says_which_words_of_which_field() -> None:
    text = MatchText(title="Straße in São Paulo", summary="SAO PAULO: x", categories=("Sao-Paulo",))
    (match,) = matches("#SaoPaulo", text)
    assert [(hit.field, hit.start, hit.end, hit.words) for hit in match.hits] == [
        ("title", 10, 19, "São Paulo"),
        ("summary", 0, 9, "SAO PAULO"),
        ("category", 0, 9, "Sao-Paulo"),
    ]


def test_queries_come_and_go_between_two_texts() -> None:
    index = TagIndex()
    text = MatchText(title="Канада и US: Canada in C")
    for number, query in enumerate(["#Canada", "#Canada -US", "#Канада", "#US", "#c"]):
        index.add(QueryId(number), parse_query(query))
    assert len(index) == 5
    assert [match.query_id for match in index.match(text)] == [0, 2, 3, 4]
    index.remove(QueryId(0))
    index.remove(QueryId(99))
    index.add(QueryId(1), parse_query("#Canada"))
    assert [match.query_id for match in index.match(text)] == [1, 2, 3, 4]
    for number in range(5):
        index.remove(QueryId(number))
    assert index.match(text) == []
    assert len(index) == 0


def test_a_query_of_many_words_goes_as_it_came() -> None:
    index = TagIndex()
    for number, query in enumerate(["#Россия", "Россия|b", "#России", "ab", "abcd", "ab|q"]):
        index.add(QueryId(number), parse_query(query))
    for number in (0, 2, 3):
        index.remove(QueryId(number))
    text = MatchText(title="в России ab abcd q")
    assert [match.query_id for match in index.match(text)] == [1, 4, 5]


def test_a_headline_in_capitals_is_looked_at_once_for_all_tags() -> None:
    index = TagIndex()
    for number, tag in enumerate(["#WHO", "#US", "#NATO"]):
        index.add(QueryId(number), parse_query(tag))
    text = MatchText(title="NATO TELLS US WHO WILL WIN")
    assert [match.query_id for match in index.match(text)] == [2]


def test_stems_are_forgotten_when_there_are_too_many() -> None:
    stemmer = Stemmer(cached=1)
    assert [stemmer(word) for word in ("россии", "канады", "россии")] == ["росс", "канад", "росс"]
    assert stemmer("תל") == "תל"
    assert stemmer("ܣܘܪ") == "ܣܘܪ"


def test_a_search_ends_however_often_a_text_repeats_itself() -> None:
    index = TagIndex()
    index.add(ONE, parse_query("#" + "a" * 60))
    text = MatchText(body="A " * (MAX_TEXT // 2))
    (match,) = index.match(text)
    assert len(match.hits) == MAX_HITS
