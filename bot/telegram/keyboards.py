"""Buttons under messages, and the few bytes that come back when one is pressed."""

import re
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.messages import Button
from bot.core.render import Wording
from storage.records import StoryId

MOST_BYTES = 64
"""Telegram's limit for callback_data (InlineKeyboardButton)."""
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


def markup(rows: Rows | None) -> InlineKeyboardMarkup | None:
    """Turn rows into Telegram's keyboard; none where there is no button."""
    kept: list[list[InlineKeyboardButton]] = []
    room = MOST_BUTTONS
    for row in rows or ():
        taken = list(row)[:room]
        room -= len(taken)
        if taken:
            kept.append([_button(button) for button in taken])
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


def under_alert(story: StoryId, wording: Wording) -> Rows:
    """Return the buttons under a story's alert."""
    return [[Button(wording.why, data=pack("why", story))]]


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)
