"""Buttons within Telegram's limits, whatever is put into them."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.messages import Button
from bot.core.render import ENGLISH
from bot.telegram.keyboards import MOST_BUTTONS, in_rows, markup, pack, under_alert, unpack
from storage.records import Story, StoryId
from tests.core.test_breadth import told


def test_what_is_packed_is_unpacked() -> None:
    assert unpack(pack("lt", 5, 10, "=tag")) == ("lt", ("5", "10", "=tag"))
    assert unpack(pack("keep")) == ("keep", ())


@pytest.mark.parametrize("data", ["", ":", "::::", "x" * 64, "lt:", "💥:1"])
def test_anything_can_be_unpacked(data: str) -> None:
    verb, arguments = unpack(data)
    assert ":".join([verb, *arguments]) == data


def test_what_does_not_fit_is_refused_before_telegram_does() -> None:
    assert len(pack("lt", "k" * 61).encode()) == 64
    with pytest.raises(ValueError, match="does not fit"):
        pack("lt", "k" * 62)
    with pytest.raises(ValueError, match="does not fit"):
        pack("lt", "한" * 21)


def test_a_keyboard_stays_below_telegrams_hundred_buttons() -> None:
    made = markup(in_rows([Button(str(n), data=str(n)) for n in range(200)]))
    assert made is not None
    assert sum(map(len, made.inline_keyboard)) == MOST_BUTTONS


def test_no_buttons_are_no_keyboard() -> None:
    assert markup(None) is None
    assert markup([[]]) is None


def test_a_button_opens_an_address_or_sends_data_back() -> None:
    made = markup([[Button("a", url="https://example.com/"), Button("b", data="x")]])
    assert made is not None
    opens, sends = made.inline_keyboard[0]
    assert (opens.url, opens.callback_data) == ("https://example.com/", None)
    assert (sends.url, sends.callback_data) == (None, "x")


def test_a_story_is_shared_by_its_link() -> None:
    article = told(1, "The Paper", 0, "Müller & Söhne: “50 % more” / " + "x" * 300)
    story = Story(StoryId(7), article.seen_at, article.seen_at, (article,))
    rows = under_alert(story, ("why", "less", "mute", "snooze", "share", "nothing"), ENGLISH)
    assert [[one.text for one in row] for row in rows] == [
        ["Why?", "Less like this", "Mute source"],
        ["Snooze 8 h", "Share"],
    ]
    shared = parse_qs(urlsplit(rows[1][1].url).query)
    assert shared["url"] == [article.url]
    assert shared["text"][0].startswith("Müller & Söhne: “50 % more”")
    assert len(shared["text"][0]) <= 100


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", f"https://example.com/{'ü' * 400}"])
def test_what_cannot_be_shared_has_no_such_button(url: str) -> None:
    article = replace(told(1, "The Paper", 0), url=url)
    story = Story(StoryId(7), article.seen_at, article.seen_at, (article,))
    assert under_alert(story, ("share",), ENGLISH) == []
