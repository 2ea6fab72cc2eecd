"""The place in a text where reading it broke off, with as much around it as people can take in."""

import re
from typing import Final

from bot.errors import QueryError

ROOM = 40
"""Characters that are shown before the place, and after it."""
_SIGN: Final = re.compile(r"[()|+]")


def has_place(error: QueryError) -> bool:
    """Tell whether the place says more than the words do: in a single word there is only one."""
    more = len(error.text.split()) > 1 or _SIGN.search(error.text.strip()) is not None
    return error.position > 0 or more


def around(error: QueryError, room: int = ROOM) -> tuple[str, str]:
    """Return what stands before the place and what begins there, each on one line.

    What is longer than `room` is cut at the far end; what cannot be seen is shown as a blank.
    """
    before, after = error.text[: error.position], error.text[error.position :]
    if len(before) > room:
        before = "…" + before[1 - room :]
    if len(after) > room:
        after = after[: room - 1] + "…"
    return _visible(before), _visible(after.rstrip())


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
