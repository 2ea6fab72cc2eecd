"""Every command and button, put into the one table."""

from bot.telegram.commands import (
    about,
    alias,
    latest,
    names,
    operators,
    settings,
    sources,
    start,
    subscribe,
    tags,
    unsubscribe,
    why,
)
from bot.telegram.commands.table import Command, Table
from bot.telegram.turn import Turn


def make_table() -> Table:
    """Build the table; its order is that of the menu and of /help."""

    async def show_help(turn: Turn) -> None:
        await about.help_on(turn, table)

    table = Table(
        commands=(
            subscribe.SUBSCRIBE,
            latest.LATEST,
            tags.TAGS,
            unsubscribe.UNSUBSCRIBE,
            alias.ALIAS,
            settings.SETTINGS,
            latest.SEARCH,
            sources.SOURCES,
            sources.ADD_SOURCE,
            Command("help", show_help, lambda texts: texts.menu_help(), usage="[COMMAND]"),
            start.START,
            about.PRIVACY,
            about.DELETE_ME,
            operators.STATS,
            operators.ALLOW,
            operators.DENY,
        ),
        presses=(
            *subscribe.PRESSES,
            *names.PRESSES,
            *alias.PRESSES,
            *tags.PRESSES,
            *settings.PRESSES,
            *why.PRESSES,
            *unsubscribe.PRESSES,
            *latest.PRESSES,
            *sources.PRESSES,
            *about.PRESSES,
        ),
        otherwise=about.no_command,
    )
    return table
