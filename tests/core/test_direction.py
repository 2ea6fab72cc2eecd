"""Lines that run to the left, with names in them that run to the right."""

import pytest

from bot.core.direction import laid_out, runs_to_the_left

RLM, FSI, PDI = "\u200f", "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("مرحبا", "مرحبا"),
        ("Samsung", "Samsung"),
        ("123", "123"),
        ("/help – مساعدة", f"{RLM}/help – مساعدة"),
        ("<b>/help</b> &amp; مساعدة\nنعم", f"{RLM}<b>/help</b> &amp; مساعدة\nنعم"),
        (
            "تم الاشتراك في <code>#Samsung</code>.",
            f"تم الاشتراك في {FSI}<code>#Samsung</code>{PDI}.",
        ),
        ("ـ" * 4096 + "<code></code>", "ـ" * 4096 + "<code></code>"),
    ],
)
def test_a_line_keeps_its_order(html: str, marked: str) -> None:
    assert laid_out(html, "ar") == marked
    assert laid_out(html, "en") == html


def test_only_some_languages_run_to_the_left() -> None:
    assert [code for code in ("en", "ar", "zh-hant", "he", "hi") if runs_to_the_left(code)] == [
        "ar", "he",
    ]  # fmt: skip
