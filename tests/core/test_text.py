import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import (
    clean_line,
    clean_text,
    has_substance,
    html_to_text,
    shorten,
    split,
    utf16_len,
    without_markup,
)

FAMILY = "👨‍👩‍👧‍👦"
PERSIAN = "می‌خواهم"
wild = st.text(st.characters(exclude_categories=()), max_size=120)
patterns = (
    *("<a ", "<div>", "<", "&", "&amp;", "<p>", "</p>", "<!--", "<b><i>", "&#", "<table>"),
    *("<![CDATA[", "<a href='", "<select><option>", "<font>x</i>", "\u0301", "e\u0301", "\ud83d"),
    *("\u0301\u0323", FAMILY, "\u200d", "가", " ", "\n", "a ", "\u0e33", "\r\n", "\u1100", "漢"),
    *("\U0001f1f0", "क्ष", "x", "\x00", "&nbsp;", "<x", "<script>", "]]>", "<p>漢"),
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two \t\n lines\u2028and\u00a0blanks\u3000", "two lines and blanks"),
        ("nul\x00 bell\x07 c1\x9b end", "nul bell c1 end"),
        ("over\u202eride \u2066isolate\u2069", "override isolate"),
        ("\ud83d\ude00 joined, \ud83d alone", "😀 joined, \ufffd alone"),
        ("non\ufffe\ufdd0\U0001ffffcharacters\ufeff", "noncharacters"),
        ("e\u0301", "é"),
        ("ﬁ Ⅷ stay", "ﬁ Ⅷ stay"),
        ("zalgo a" + "\u0300" * 500, "zalgo à" + "\u0300" * 3),
        (f"{FAMILY} {PERSIAN} ❤️", f"{FAMILY} {PERSIAN} ❤️"),
        ("South\u200bKo\u00adrea", "SouthKorea"),
        ("nel\x85line\x1cunit", "nel line unit"),
        ("", ""),
    ],
)
def test_a_line_is_clean(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


@given(wild, st.integers(min_value=1, max_value=60))
def test_a_clean_line_is_fit_for_every_door_and_cleaning_it_again_changes_nothing(
    raw: str, limit: int
) -> None:
    line = clean_line(raw, limit)
    line.encode()
    assert utf16_len(line) <= limit
    assert unicodedata.is_normalized("NFC", line)
    assert regex.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\p{M}{5}", line) is None
    assert clean_line(line, limit) == line


@given(st.text(st.characters(codec="utf-8", categories=["M"]), min_size=1, max_size=200))
def test_marks_never_pile_up(marks: str) -> None:
    assert regex.search(r"\p{M}{5}", clean_line("a" + marks)) is None


def test_clean_text_keeps_paragraphs_apart() -> None:
    assert clean_text(" one \r\n\r\n  two\x00\rthree \n", 100) == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('AT&T <3 "x"', 'AT&T <3 "x"'),
        ("a < b", "a < b"),
        ("List<String> x", "List<String> x"),
        ("Tom &amp; Jerry &hellip; &nope;", "Tom & Jerry … &nope;"),
        ("<p>one<p>two<br/>three</p>", "one\ntwo\nthree"),
        ("<p>a\nb  <b>c</b>d</p>", "a b cd"),
        ("plain\nlines &amp; more", "plain\nlines & more"),
        ("<script>alert(1)</script>Hi<style>a{}</style>", "Hi"),
        ("<img onerror=alert(1)>y", "y"),
        ("<!-- x -->seen<!-- not closed", "seen"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("<figure><img><figcaption>A port. AP</figcaption></figure><p>Text.</p>", "Text."),
        ("&#xD800;&#99999999999;&#0;x", "\ufffd\ufffd\ufffdx"),
        ("<p>one</p>\x00<p>two</p>", "one\ntwo"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_html_gives_its_words(raw: str, words: str) -> None:
    assert html_to_text(raw, 1_000) == words


@given(wild)
def test_no_html_is_too_wild(raw: str) -> None:
    html_to_text(raw, 50).encode()
    html_to_text(f"<p>{raw}<b", 50).encode()


@pytest.mark.parametrize("pattern", patterns)
@pytest.mark.timeout(10)
def test_a_megabyte_of_one_pattern_is_read_in_linear_time(pattern: str) -> None:
    raw = (pattern * 1_000_000)[:1_000_000]
    for text in (html_to_text(raw, 20_000), clean_line(raw, 300), clean_text(raw, 20_000)):
        assert utf16_len(text) <= 20_000
        assert len(split(text, 4_096)) <= 6


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two, three", 10, "one two…"),
        ("a price of 1,250,000 won", 16, "a price of…"),
        ("La ville compte 1 000 000 habitants", 24, "La ville compte…"),
        ("La ville compte 1 000 000 habitants", 26, "La ville compte 1 000 000…"),
        ("Er zahlte USD 4 300.50 dafür", 18, "Er zahlte USD…"),
        ("Er zahlte $4 300.50 dafür", 14, "Er zahlte…"),
        ("12 500 000 человек", 8, "…"),
        ("12 500 000 человек", 12, "12 500 000…"),
        ("in 2020 300 people died", 14, "in 2020 300…"),
        ("漢字漢字漢字", 4, "漢字漢…"),
        ("กรุงเทพมหานคร เมืองหลวง", 20, "กรุงเทพมหานคร…"),
        ("กรุงเทพมหานคร", 6, "กรุง…"),
        ("在2026年發生", 4, "在…"),
        (FAMILY * 3, 13, FAMILY + "…"),
        ("🇰🇷🇯🇵🇺🇸", 10, "🇰🇷🇯🇵…"),
        (FAMILY, 5, "…"),
        ("unbreakablelongword", 8, "unbreak…"),
        ("น้ำน้ำ", 3, "…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
    ],
)
def test_shortening_cuts_no_word_number_or_grapheme(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(wild, st.integers(min_value=0, max_value=40))
def test_shortened_text_fits_and_ends_at_a_grapheme(raw: str, limit: int) -> None:
    text = clean_line(raw)
    short = shorten(text, limit)
    assert utf16_len(short) <= limit
    if short != text and limit:
        assert short.endswith("…")
        head = short[:-1]
        assert text.startswith(head)
        borders = {0, *(match.end() for match in regex.finditer(r"\X", text))}
        assert len(head) in borders or text[len(head)].isspace()


def test_a_long_text_is_shortened_near_its_end_only() -> None:
    text = "word " * 10_000
    short = shorten(text, 4_096)
    assert 4_080 < len(short) <= 4_096
    assert short.endswith("word…")


@given(wild, st.integers(min_value=1, max_value=40))
def test_parts_fit_and_lose_nothing_that_fits(raw: str, limit: int) -> None:
    text = clean_text(raw, 500)
    parts = split(text, limit)
    assert all(0 < utf16_len(part) <= limit for part in parts)
    if all(utf16_len(match.group()) <= limit for match in regex.finditer(r"\X", text)):
        assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("first line\nsecond line", 14, ["first line", "second line"]),
        ("a\nlong second line", 12, ["a\nlong", "second line"]),
        (f"{FAMILY}x", 3, ["x"]),
        ("abcdef", 4, ["abcd", "ef"]),
        ("  ", 4, []),
    ],
)
def test_splitting(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@pytest.mark.parametrize(("text", "length"), [("", 0), ("abc", 3), ("é漢", 2), ("😀", 2)])
def test_length_is_counted_as_telegram_counts(text: str, length: int) -> None:
    assert utf16_len(text) == length


@pytest.mark.parametrize(("text", "seen"), [("\u200c \u0301", False), ("!", True), ("漢", True)])
def test_substance_is_something_to_see(text: str, seen: bool) -> None:
    assert has_substance(text) is seen


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("<b>x</b>", "x"),
        ('<a href="https://x.example/">sea</a> <BR/>ice', "sea ice"),
        ("<tg-spoiler>x</tg-spoiler>", "x"),
        ("I <3 NY", "I <3 NY"),
        ("List<String> a < b > c", "List<String> a < b > c"),
        ("<b", "<b"),
    ],
)
def test_markup_that_was_typed_is_left_out(typed: str, left: str) -> None:
    assert without_markup(typed) == left
