"""*Why?* under an alert: a pop-up with the words that matched."""

from bot.core.text import shorten, utf16_len
from bot.services.whys import Because
from bot.telegram.commands.table import Press
from bot.telegram.turn import Turn
from storage.records import StoryId

ROOM = 200
"""What a pop-up holds (Telegram: answerCallbackQuery)."""
LONGEST = 60
"""Of one tag, or of the words that were found."""
MOST_WORDS = 3


async def why(turn: Turn) -> None:
    """Tell which words of the story matched which tags."""
    number = turn.number(0)
    if number is None:
        await turn.pop(turn.texts.stale_button())
        return
    found = await turn.services.whys.of(turn.place, StoryId(number))
    if found is None:
        await turn.pop(turn.texts.story_gone())
    elif not found:
        await turn.pop(turn.texts.no_reason_left())
    else:
        await turn.pop(_told(turn, found))


def _told(turn: Turn, found: list[Because]) -> str:
    """Return a line for each tag, as many as a pop-up holds; at least the first."""
    lines = [_line(turn, one) for one in found]
    for count in range(len(lines), 1, -1):
        rest = [turn.texts.and_more_tags(len(lines) - count)] if count < len(lines) else []
        text = "\n".join((*lines[:count], *rest))
        if utf16_len(text) <= ROOM:
            return text
    return shorten(lines[0], ROOM)


def _line(turn: Turn, one: Because) -> str:
    by_field: dict[str, list[str]] = {}
    for field, words in one.words[:MOST_WORDS]:
        by_field.setdefault(field, []).append(shorten(words, LONGEST))
    mentions = [turn.texts.mentioned(field, words) for field, words in by_field.items()]
    return turn.texts.because(shorten(one.tag, LONGEST), "; ".join(mentions))


PRESSES = (Press("why", why, answers=True),)
