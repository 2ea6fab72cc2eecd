"""Buttons under messages, and the few bytes that come back when one is pressed."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.breadth import best_headline
from bot.core.messages import MAX_LINK, Button, is_link
from bot.core.render import Wording
from bot.core.text import shorten
from storage.records import Story

MOST_BYTES = 64
"""Telegram's limit for callback_data (InlineKeyboardButton)."""
SHARED = 100
"""Characters of a headline that goes along with a shared link."""
MOST_BUTTONS = 90
"""Telegram takes 100 a message."""
_VERB = re.compile(r"[a-z]{1,8}")


Rows = Sequence[Sequence[Button]]


def pack(verb: str, *arguments: str | int) -> str:
    """Write what a button sends back; raise ValueError over Telegram's 64 bytes."""
    data = ":".join([verb, *map(str, arguments)])
    if not _VERB.fullmatch(verb) or len(data.encode()) > MOST_BYTES:
        raise ValueError(f"callback data does not fit: {data!r}")
    return data


def unpack(data: str) -> tuple[str, tuple[str, ...]]:
    """Read it again; anybody may forge it, so every argument is still only text."""
    verb, *arguments = data.split(":")
    return verb, tuple(arguments)


def markup(rows: Rows | None, last: Button | None = None) -> InlineKeyboardMarkup | None:
    """Turn rows into Telegram's keyboard; none where there is no button.

    `last` stands below them, however many they are.
    """
    kept: list[list[InlineKeyboardButton]] = []
    room = MOST_BUTTONS
    for row in rows or ():
        taken = list(row)[:room]
        room -= len(taken)
        if taken:
            kept.append([_button(button) for button in taken])
    if last is not None:
        kept.append([_button(last)])
    return InlineKeyboardMarkup(kept) if kept else None


def in_rows(buttons: Sequence[Button], width: int = 2) -> list[list[Button]]:
    """Lay buttons out in rows of `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def ticked(label: str, *, on: bool) -> str:
    """Mark a button's label where it is what was chosen."""
    return f"✓ {label}" if on else label


def pages(verb: str, page: int, *arguments: str, more: bool) -> list[Button]:
    """Buttons that turn to the page before and after `page` (from 0)."""
    buttons = []
    if page > 0:
        buttons.append(Button("◀︎", data=pack(verb, page - 1, *arguments)))
    if more:
        buttons.append(Button("▶︎", data=pack(verb, page + 1, *arguments)))
    return buttons


def under_alert(story: Story, names: Sequence[str], wording: Wording) -> Rows:
    """Return the buttons under a story's alert, those of these names."""
    told = best_headline(story.articles)
    made = {
        "why": Button(wording.why, data=pack("why", story.id)),
        "less": Button(wording.less, data=pack("less", story.id)),
        "mute": Button(wording.mute, data=pack("mutesrc", story.id)),
        "snooze": Button(wording.snooze, data=pack("snooze", story.id)),
    }
    sheet = share_sheet(told.url, shorten(told.title, SHARED))
    if is_link(told.url) and len(sheet) <= MAX_LINK:
        made["share"] = Button(wording.share, url=sheet)
    return in_rows([made[name] for name in names if name in made], 3)


def under_digest(together: str) -> Rows:
    """Return the button that turns to the second page of a digest."""
    return [pages("dgp", 0, together.partition(":")[2], more=True)]


def share_sheet(url: str, said: str) -> str:
    """Return the address under which Telegram asks with whom to share a link."""
    return f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(said)}"


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)
