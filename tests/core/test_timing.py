"""Times as people type them."""

from datetime import timedelta

import pytest

from bot.core.timing import (
    LONGEST,
    MORNING,
    Wish,
    WishWords,
    read_span,
    read_time,
    read_wish,
    written,
)
from storage.records import Rhythm

MONDAY, FRIDAY = 0, 4


@pytest.mark.parametrize(
    ("typed", "language", "wish"),
    [
        ("", "en", Wish()),
        ("daily 08:00", "en", Wish(Rhythm(480))),
        ("Daily", "en", Wish(Rhythm(MORNING))),
        ("every day at 7.30", "en", Wish(Rhythm(450))),
        ("21", "en", Wish(Rhythm(1260))),
        ("6 pm", "en", Wish(Rhythm(1080))),
        ("weekly mon 08:00", "en", Wish(Rhythm(480, MONDAY))),
        ("weekly", "en", Wish(Rhythm(MORNING, MONDAY))),
        ("friday weekly 9h", "en", Wish(Rhythm(540, FRIDAY))),
        ("on Fri, 18:30", "en", Wish(Rhythm(1110, FRIDAY))),
        ("금요일 18:30", "ko", Wish(Rhythm(1110, FRIDAY))),
        ("Freitag 18:30", "de", Wish(Rhythm(1110, FRIDAY))),
        ("Fr. 18:30", "de", Wish(Rhythm(1110, FRIDAY))),
        ("vendredi", "xx", Wish(tags="vendredi")),
        ("off", "en", Wish(off=True)),
        ("#Samsung daily 8", "en", Wish(Rhythm(480), tags="#Samsung")),
        ('weekly fri "climate summit" #5G', "en",
         Wish(Rhythm(MORNING, FRIDAY), tags='"climate summit" #5G')),
        ("#Samsung off", "en", Wish(off=True, tags="#Samsung")),
        ("8:00 9:00", "en", Wish(Rhythm(480), tags="9:00")),
        ("25:00", "en", Wish(tags="25:00")),
    ],
)  # fmt: skip
def test_a_wish_is_read(typed: str, language: str, wish: Wish) -> None:
    assert read_wish(typed, language) == wish


@pytest.mark.parametrize(
    ("typed", "language", "words", "wish"),
    [
        ("매일 08:00", "ko", ("매일", "매주", "끄기", "에"), Wish(Rhythm(480))),
        ("매주 금요일 8시", "ko", ("매일", "매주", "끄기", "에"), Wish(Rhythm(480, FRIDAY))),
        ("毎週金曜日8時30分", "ja", ("毎日", "毎週", "オフ", "に"), Wish(Rhythm(510, FRIDAY))),
        ("每周一8点", "zh", ("每天、每日", "每周", "关闭", "每"), Wish(Rhythm(480, MONDAY))),
        ("cada viernes a las 18:30", "es", ("diario", "semanal", "no", "cada, a, las"),
         Wish(Rhythm(1110, FRIDAY))),
        ("#Samsung diario", "es", ("diario", "semanal", "no", ""),
         Wish(Rhythm(MORNING), tags="#Samsung")),
        ("daily 8", "es", ("diario", "semanal", "no", ""), Wish(Rhythm(480))),
        ("كل يوم 8", "ar", ("يوميًا، يوم", "أسبوعيًا", "إيقاف", "كل"), Wish(Rhythm(480))),
        ("끄기", "ko", ("매일", "매주", "끄기", "에"), Wish(off=True)),
        ("毎日新聞", "ja", ("毎日", "毎週", "オフ", "に"), Wish(tags="毎日新聞")),
    ],
)  # fmt: skip
def test_a_wish_is_read_in_the_words_of_a_language(
    typed: str, language: str, words: tuple[str, str, str, str], wish: Wish
) -> None:
    assert read_wish(typed, language, WishWords.beside(*words)) == wish


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("0", 0), ("00:00", 0), ("23:59", 1439), ("8", 480), ("8h30", 510), ("8.05", 485),
        ("12am", 0), ("12PM", 720), ("1a.m.", 60), ("11:30pm", 1410),
        ("24", None), ("24:00", None), ("8:60", None), ("8:5", None), ("13pm", None),
        ("0am", None), ("8:", None), ("", None), ("noon", None), ("123", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read(typed: str, minute: int | None) -> None:
    assert read_time(typed) == minute


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("8h", timedelta(hours=8)), ("8", timedelta(hours=8)), ("30 min", timedelta(minutes=30)),
        ("1d", timedelta(days=1)), ("2 Weeks", timedelta(weeks=2)), ("3 hrs", timedelta(hours=3)),
        ("90m", timedelta(minutes=90)), ("9999w", LONGEST), ("99999d", LONGEST),
        ("12345", LONGEST), ("1" * 20 + "m", LONGEST), ("1" * 21, None),
        ("0h", None), ("h", None), ("", None), ("-1h", None), ("5 moons", None),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read(typed: str, span: timedelta | None) -> None:
    assert read_span(typed) == span


def test_a_time_of_day_is_written_so_that_it_can_be_read() -> None:
    assert [written(minute) for minute in (0, 485, 1439)] == ["00:00", "08:05", "23:59"]
    assert all(read_time(written(minute)) == minute for minute in range(24 * 60))
