import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.core.summary import summarise
from bot.core.text import clean_line, clean_text, utf16_len

TITLE = "Ship blocks harbour of Lindau"
FIRST = "A freight ship ran aground near the harbour of Lindau on Tuesday night, blocking ferries."
SECOND = (
    "Nobody was hurt, the coast guard said, but tugs could not free the ship before the tide fell."
)
THIRD = "Captain Mara Voss said that the steering had failed twice in the week before the accident."
FOURTH = (
    "An inquiry into the cause will begin on Monday, and divers are to look at the rudder today."
)
BODY = f"{FIRST} {SECOND}\n{THIRD}\n{FOURTH}"
FORUM = "Article URL: https://a.example Comments URL: https://b.example Points: 7 # Comments: 0"
GOOD = "The only channel for ferries is closed until the freighter is pulled off the sand bank."


@pytest.mark.parametrize(
    ("summary", "body", "length", "told"),
    [
        (GOOD, BODY, "short", GOOD),
        (GOOD, "", "short", GOOD),
        (GOOD, BODY, "none", ""),
        ("Short.", BODY, "short", f"{FIRST} {SECOND} {THIRD}"),
        ("", BODY, "long", f"{FIRST} {SECOND} {THIRD} {FOURTH}"),
        (GOOD, BODY, "long", f"{FIRST} {SECOND} {THIRD} {FOURTH}"),
        (f"{GOOD[:70]}…", BODY, "short", f"{FIRST} {SECOND} {THIRD}"),
        (f"{GOOD[:75]} [...]", "", "short", f"{GOOD[:75]}…"),
        (f"{GOOD} Continue reading…", "", "short", GOOD),
        (f"{GOOD} The post {TITLE} appeared first on The Paper.", "", "short", GOOD),
        (TITLE, "", "short", ""),
        (f"{TITLE} The Paper", "", "short", ""),
        (f"{TITLE}: {GOOD}", "", "short", GOOD),
        ("Ferries wait.", "", "short", "Ferries wait."),
        ("Ferries wait.", TITLE, "short", "Ferries wait."),
        ("", "", "long", ""),
        ("Comments", "", "short", ""),
        ("submitted by /u/Mara_Voss [link] [comments]", "", "short", ""),
        (f"{GOOD} submitted by u/mara [link] [12 comments]", "", "short", GOOD),
        (FORUM, "", "short", ""),
        ("", f"{TITLE}\nBy Mara Voss\nPhoto: Agency\n{FIRST}", "short", FIRST),
        ("", f"LINDAU, July 11 (Agency) -- {FIRST}\n{FIRST}", "short", FIRST),
        ("", f"By Mara Voss, Tim Berg and Anna Lind, who write from here\n{FIRST}", "short", FIRST),
        ("", f"The ship on its bank on Monday. © AP Photo\n{FIRST}", "short", FIRST),
        ("", f"Am 12.\nMai 2026 war es so weit, wie alle gehofft hatten.\n{FIRST}", "short",
         f"Am 12. Mai 2026 war es so weit, wie alle gehofft hatten. {FIRST}"),
    ],
)  # fmt: skip
def test_a_summary_says_what_the_headline_does_not(
    summary: str, body: str, length: str, told: str
) -> None:
    language = "de" if "Mai" in body else "en"
    assert summarise(TITLE, summary, body, language, length) == told


def test_dense_scripts_need_no_blank_between_sentences() -> None:
    body = "港で船が座礁し、フェリーの航路がふさがれたと当局が発表した。けが人はいなかった。"
    assert summarise("船が座礁", "", body, "ja") == body


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    told = summarise("T", "", f"{'many words ' * 60}end.", "en")
    assert told.endswith(("many…", "words…"))
    assert 200 < len(told) <= 280


wild = st.text(st.characters(exclude_categories=()), max_size=300)


@given(wild, wild, wild, st.sampled_from(["short", "long", "none"]))
def test_a_summary_fits_and_ends_at_a_grapheme(
    title: str, summary: str, body: str, length: str
) -> None:
    told = summarise(clean_line(title), clean_line(summary), clean_text(body, 5_000), "en", length)
    assert utf16_len(told) <= {"short": 280, "long": 600, "none": 0}[length]
    assert "\n" not in told
    assert len(regex.findall(r"\X", told)) <= len(told)


@given(
    st.lists(st.sampled_from(["won 1,250,000", "S. Korea", "said.", "ended.", "The"]), max_size=90)
)
def test_no_word_and_no_number_is_cut(words: list[str]) -> None:
    body = " ".join(words)
    told = summarise("", "", body, "en").removesuffix("…").removesuffix(".")
    assert set(told.replace(".", " ").split()) <= set(body.replace(".", " ").split())


@pytest.mark.parametrize(
    "pattern",
    [
        "submitted by u/a [link] ",
        "Article URL: ",
        ".",
        "a ",
        "By ",
        "(",
        "A ",
        "\n",
        "【",
        "A, ",
        "/a",
        "。",
        "[...]",
    ],
)
@pytest.mark.timeout(10)
def test_any_pattern_is_summarised_in_linear_time(pattern: str) -> None:
    text = (pattern * 20_000)[:20_000]
    for summary, body in ((text[:1_000], ""), ("", text)):
        assert utf16_len(summarise(pattern, summary, body, "en", "long")) <= 600
