"""/preview: what a tag would bring, before anybody subscribes; and what may be meant instead."""

from bot.core.naming import bare
from bot.core.query import Query
from bot.services.subscriptions import TooManyTagsError, read
from bot.telegram.commands.proposals import proposals, subscribe_button, would_bring
from bot.telegram.commands.table import Command
from bot.telegram.texts import code
from bot.telegram.turn import Turn

SHOWN_IN_FULL = 2
"""With more tags at once, only their counts are shown."""


async def preview(turn: Turn) -> None:
    """Show what the command's tags would have brought."""
    queries = await _read(turn)
    if not queries:
        return
    in_full = len(queries) <= SHOWN_IN_FULL
    said, rows = [], []
    for query in queries:
        meant = await turn.services.subscriptions.meant(turn.place, query)
        brought = await turn.services.subscriptions.preview(meant)
        told = f"{code(bare(query).shown)}: {would_bring(turn, brought, in_full=in_full)}"
        said.append(told)
        label = turn.texts.subscribe_label(query.shown)
        rows.append([await subscribe_button(turn, query.shown, label=label)])
    if len(queries) == 1:
        proposed, more = await proposals(turn, meant, brought)
        said.append(proposed)
        rows += more
    await turn.say("\n\n".join(filter(None, said)), rows)


async def _read(turn: Turn) -> list[Query]:
    if not turn.argument:
        await turn.say(turn.texts.preview_usage())
        return []
    try:
        queries = read(turn.argument)
    except TooManyTagsError as error:
        await turn.say(turn.texts.too_many_tags(error.count, error.most))
        return []
    if not queries:
        await turn.say(turn.texts.no_tag(turn.argument))
    return queries


PREVIEW = Command(
    "preview",
    preview,
    lambda texts: texts.menu_preview(),
    usage="TAG…",
    more=lambda texts: texts.more_preview(),
)
