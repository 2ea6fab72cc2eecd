"""Which buttons stand under alerts."""

import pytest

from bot.core.under import FEW, FEW_FOR_MANY, UNDER, chosen, toggled


@pytest.mark.parametrize(
    ("kept", "buttons"),
    [
        ("few", FEW),
        ("none", ()),
        ("share+why", ("why", "share")),
        ("of another version", ()),
        ("+".join(UNDER), UNDER),
    ],
)
def test_settings_name_the_buttons(kept: str, buttons: tuple[str, ...]) -> None:
    assert chosen(kept) == buttons


def test_a_group_has_fewer_as_only_its_administrators_press_the_others() -> None:
    assert chosen("few", many=True) == FEW_FOR_MANY
    assert chosen("why+less", many=True) == ("why", "less")
    assert toggled("few", "less", many=True) == "why+less"
    assert toggled("why+less", "less", many=True) == "few"


def test_a_button_is_added_and_taken_away() -> None:
    kept = "none"
    for button in reversed(UNDER):
        kept = toggled(kept, button)
    assert kept == "+".join(UNDER)
    for button in UNDER:
        kept = toggled(kept, button)
    assert kept == "none"
    for button in FEW:
        kept = toggled(kept, button)
    assert kept == "few"
    assert toggled("few", FEW[0]) == ("+".join(FEW[1:]) or "none")
