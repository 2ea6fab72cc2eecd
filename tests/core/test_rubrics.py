"""Which categories of papers would make good tags."""

from bot.core.rubrics import good_tags


def shown(*carried: tuple[int, tuple[str, ...]]) -> list[str]:
    return [tag.shown for tag in good_tags(carried)]


def test_those_of_most_sources_come_first_then_those_of_most_articles() -> None:
    assert shown(
        (1, ("Floods", "Elections")), (1, ("Floods", "Elections")), (1, ("Floods",)),
        (2, ("Elections", "Volcanoes")), (2, ("Volcanoes", "volcanoes")), (3, ("Once",)),
    ) == ["Elections", "Floods", "Volcanoes"]  # fmt: skip


def test_what_is_no_good_tag_is_left_out() -> None:
    bad = (
        "", "World", "Uncategorized", "Top stories", "Trump, Donald J", "<b>x</b>", "2026", "it",
        "a/b/c", "c/o", "#hash", "one two three four", "x" * 25, "Film & TV", "s", "中", "-",
        "\u202eevil", "line\nbreak",
    )  # fmt: skip
    assert shown((1, bad), (2, bad), (3, bad)) == []


def test_names_in_any_script_and_of_some_words_are_good() -> None:
    good = ("서울", "Côte d’Ivoire", "Covid-19", "Climate change", "हिन्दी")
    assert sorted(shown((1, good), (2, good))) == sorted(good)
