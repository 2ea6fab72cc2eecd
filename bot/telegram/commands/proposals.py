"""What a tag would bring, and which tags may be meant instead."""

from bot.core.messages import Button
from bot.core.query import Query
from bot.services.subscriptions import Preview
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.stories import story_lines
from bot.telegram.turn import Turn

FEW = 10
"""With fewer stories in a week, tags with more of them are proposed."""
MOST_PROPOSED = 3


async def subscribe_button(turn: Turn, typed: str, *, label: str) -> Button:
    """Make a button that subscribes to what `typed` says."""
    return Button(label, data=pack("sub", await turn.token(typed)))


def would_bring(turn: Turn, brought: Preview, *, in_full: bool) -> str:
    """Tell how many stories the last days had, and show the newest."""
    texts = turn.texts
    if not brought.count:
        if not brought.ever:
            return texts.never_carried()
        return texts.would_have_none(brought.days)
    said = texts.would_have(brought.count, brought.days, at_least=brought.at_least, listed=in_full)
    return f"{said}\n{story_lines(turn, brought.newest)[0]}" if in_full else said


async def proposals(turn: Turn, query: Query, brought: Preview) -> tuple[str, list[list[Button]]]:
    """Propose tags with more stories where a query has few: a line, and buttons that subscribe."""
    if brought.count >= FEW:
        return "", []
    shown = await turn.services.suggestions.related(
        query,
        brought.ever,
        turn.chat.settings.language,
        turn.texts.well_known_tags(),
        MOST_PROPOSED,
    )
    if not shown:
        return "", []
    buttons = [await subscribe_button(turn, one, label=one) for one in shown]
    return turn.texts.with_more_stories(), in_rows(buttons, MOST_PROPOSED)
