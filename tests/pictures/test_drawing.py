"""Pictures: each script has its letters, and no chart breaks the child that draws."""

from io import BytesIO

import pytest
from matplotlib import font_manager
from PIL import Image

from bot.core.charts import Chart, Panel, Series
from bot.pictures import fonts
from bot.pictures.draw import draw
from bot.pictures.painter import KEPT, Painter
from bot.pictures.wire import pack_chart, unpack_chart
from bot.sources.wire import FRAME

PNG = b"\x89PNG\r\n\x1a\n"
DAYS = tuple(str(day) if day % 2 else "" for day in range(14))
SCRIPTS = (
    "#Samsung",
    "#Украина",
    "#한국경제",
    "#日本銀行",
    "#人工智能与国家",
    "#السعودية",
    "#भारत हिन्दी",
)


PANELS = (
    Panel("Messages", (Series("sent", tuple(range(14))), Series("dropped", (3,) * 14))),
    Panel("Queue", (Series("", (0,) * 14),)),
)


def chart(*names: str, **more: object) -> Chart:
    series = tuple(Series(name, tuple(range(14))) for name in names)
    return Chart("기사 · Stories", DAYS, series, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ko", "ja", "zh", "zh-hant", "hi", "ar"])
def test_every_script_has_its_letters(language: str) -> None:
    # A letter that no font has is a warning, and warnings are errors here.
    assert draw(chart(*SCRIPTS, language=language)).startswith(PNG)


def test_a_letter_that_no_font_has_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.draw.families", lambda _: [fonts.LATIN])
    with pytest.warns(UserWarning, match="missing from font"):
        draw(chart("#भारत"))


def test_a_tag_alone_is_drawn_with_its_sources_in_light_and_dark() -> None:
    shares = (("Yonhap", 3), ("조선일보", 2))
    light = draw(chart("#a", shares=shares, shares_title="Sources"))
    dark = draw(chart("#a", shares=shares, shares_title="Sources", dark=True))
    assert light.startswith(PNG)
    assert dark.startswith(PNG)
    assert light != dark
    assert draw(chart("#a")).startswith(PNG)


def test_several_parts_stand_above_each_other() -> None:
    tall = draw(Chart("Hours", DAYS, panels=PANELS, shares=(("Yonhap", 3.4),)))
    flat = draw(Chart("Hours", DAYS, panels=PANELS[:1], dark=True))
    for picture in (tall, flat):
        with Image.open(BytesIO(picture)) as opened:
            assert opened.size == (1080, 1620)


@pytest.mark.parametrize("name", ["_hidden", "$x^$", "a" * 4_000, "\\frac", "", "%d {x}", "a\nb"])
def test_no_name_breaks_a_picture(name: str) -> None:
    assert draw(chart(name, "#b", shares=((name, 1),))).startswith(PNG)


def test_the_readers_language_has_its_letters_first() -> None:
    assert fonts.families("ja")[:2] == ["DejaVu Sans", "Noto Sans JP"]
    assert fonts.families("zh-hant")[1] == "Noto Sans SC"
    assert len(fonts.families("en")) == 5


def test_without_the_packages_fonts_of_the_system_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = font_manager.FontEntry(fname="x.ttf", name="NanumGothic")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [entry])
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    assert fonts.families("en") == ["DejaVu Sans", "NanumGothic"]


def test_a_chart_crosses_to_the_child_and_comes_out_the_same() -> None:
    asked = chart("#a", "#b", panels=PANELS, shares=(("c", 1), ("d", 0.5)), dark=True)
    packed = pack_chart(asked)
    assert unpack_chart(packed[FRAME.size :]) == asked


async def test_a_picture_is_drawn_in_a_child_once() -> None:
    painter = Painter()
    try:
        first = await painter.draw(chart("#a"))
        assert first.startswith(PNG)
        assert await painter.draw(chart("#a")) is first
        for number in range(KEPT):
            painter._kept[chart(str(number))] = b"x"
        await painter.draw(chart("#b"))
        assert len(painter._kept) == KEPT + 1
        busy = painter._pool
        await painter.rest()
        assert painter._pool is busy
        await painter.rest()
        assert painter._pool is not busy
        assert busy._idle == []
    finally:
        await painter.close()
    assert await painter.draw(chart("#c")) == b""
