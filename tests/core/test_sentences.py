import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sentences import split


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["S. Korea and the U.S. met Adm. Kim on Friday.", "They agreed."]),
        ("en", ["It was No. 5 of the list.", "Was he the last?", "No."]),
        ("en", ["She moved to the U.S.", "He stayed in Washington, D.C., with J. K. Rowling."]),
        ("en", ["Shares of Acme Inc. Monday rose 3.5 percent.", "Acme Inc.", "The end."]),
        ("en", ["“It works!” she said.", "“It does.”", "Then they left…", "All of them."]),
        ("en", ["Yahoo! said so.", "On Sept. 3 at 5 p.m. Eastern, Dr. Who came."]),
        ("en", ["In 2020.", "The rest…"]),
        ("de", ["Am 3. Mai kam z. B. Dr. Weber.", "Er blieb bis 2006.", "Danach ging er."]),
        ("de", ["Das war am 12.", "Er kam.", "Rund 2,5 Mio. Euro kostet es."]),
        ("ru", ["В 2020 г. Москва и ул. Ленина.", "А. С. Пушкин родился и т. д.", "Он жил."]),
        ("ja", ["彼は言った。", "「終わった。もう遅い。」と述べた。", "本当か？"]),
        ("zh", ["他说：“好。”", "第二句！"]),
        ("ko", ["그는 말했다.", "정말인가?"]),
        ("ar", ["هل هذا صحيح؟", "نعم."]),
        ("hi", ["यह सच है।", "हाँ।"]),
        ("hi", ["डॉ. सिंह ने 500 रु. दिए।", "वे गए।"]),
        ("", ["डॉ. सिंह आए।", "वे गए।"]),
        ("es", ["El presidente de EE.UU. Joe Biden habló.", "Luego salió."]),
        ("", ["Joe Biden gobierna EE. UU. Joe Biden habló.", "El resto."]),
        ("en", ["Yahoo! Inc. rose.", "They own Yahoo!", "The rest fell.", "Stop!", "Yahoo fell."]),
        ("en", ["He works at Yahoo!"]),
        ("ru", ["Это произошло в 1999 г.", "Позже он уехал.", "В 1999 г. Иванов вернулся."]),
        ("fr", ["« C'est fini. » a-t-il dit.", "« Bien ! »", "Il part."]),
        ("fr", ["« C'est fini. »", "Il part."]),
        ("de", ["Er kam.", "»Gut.«", "»Na dann.«", "„So.“", "Ja."]),
        ("zh", ['他说："好。"', "然后走了。", '"走。"', "第二句！"]),
        ("", ["Mr. Smith came.", "... and left."]),
        ("en", ["(.", "Then he left."]),
    ],
)
def test_sentences_end_where_they_should(language: str, sentences: list[str]) -> None:
    joined = "".join(sentences) if language in ("ja", "zh") else " ".join(sentences)
    assert split(joined, language) == sentences


def test_a_line_break_always_ends_a_sentence() -> None:
    assert split("By Dr.\nSmith\n\n", "en") == ["By Dr.", "Smith"]


@given(st.text(st.sampled_from("ab A.。!?「」と\n\"' 1")), st.sampled_from(["", "de", "ru", "ja"]))
def test_nothing_is_lost_or_added(text: str, language: str) -> None:
    sentences = split(text, language)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence.strip() == sentence != "" for sentence in sentences)


@pytest.mark.parametrize("pattern", [".", '..."', "。", "a.", "A. ", "। ", "「", "! ", '."'])
@pytest.mark.timeout(10)
def test_any_pattern_is_cut_in_linear_time(pattern: str) -> None:
    assert split((pattern * 100_000)[:100_000])
