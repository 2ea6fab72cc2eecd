"""Links that share a subscription: with a person, with a group."""

from bot.core.messages import Button
from bot.core.naming import bare
from bot.core.query import Query
from bot.telegram.keyboards import share_sheet
from bot.telegram.turn import Turn


def link(username: str, carried: str, *, group: bool = False) -> str:
    """Return the deep link that opens the bot with what it carries; or adds it to a group."""
    return f"https://t.me/{username}?{'startgroup' if group else 'start'}={carried}"


async def share_buttons(turn: Turn, query: Query) -> list[Button]:
    """Make the buttons that share a subscription; none where no link can carry it."""
    carried = await turn.services.links.make(query)
    if not carried:
        return []
    name = turn.bot.username
    said = turn.texts.shared(bare(query).shown)
    return [
        Button(turn.texts.share_label(), url=share_sheet(link(name, carried), said)),
        Button(turn.texts.add_to_group_label(), url=link(name, carried, group=True)),
    ]
