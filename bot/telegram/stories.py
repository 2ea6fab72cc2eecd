"""Stories as a list in one message, in the chat's zone and language."""

from collections.abc import Sequence

from bot.core.render import story_list
from bot.telegram.turn import Turn
from storage.records import Story


def story_lines(turn: Turn, stories: Sequence[Story], title: str = "") -> tuple[str, int]:
    """Render as many stories as fit into one message; returns its HTML and how many they are."""
    for count in range(len(stories), 0, -1):
        made = story_list(
            stories[:count],
            turn.chat.settings,
            turn.clock.now(),
            title=title,
            per_page=count,
            wording=turn.texts.wording(),
        )
        if len(made) == 1:
            return made[0].html, count
    return "", 0
