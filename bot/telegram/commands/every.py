"""Every command and button, put into the one table."""

from bot.telegram.access import Who
from bot.telegram.commands import (
    about,
    alias,
    channel,
    digest,
    hush,
    language,
    latest,
    less,
    names,
    operators,
    preview,
    settings,
    sources,
    start,
    stats,
    subscribe,
    tags,
    transfer,
    trends,
    unsubscribe,
    why,
)
from bot.telegram.commands.table import Command, Press, Table
from bot.telegram.turn import Turn


def make_table() -> Table:
    """Build the table; its order is that of the menu and of /help."""

    async def show_help(turn: Turn) -> None:
        await about.help_on(turn, table)

    async def choose_language(turn: Turn) -> None:
        await language.language(turn, table.commands)

    async def take_language(turn: Turn) -> None:
        await language.choose(turn, table.commands)

    table = Table(
        commands=(
            subscribe.SUBSCRIBE,
            preview.PREVIEW,
            latest.LATEST,
            tags.TAGS,
            unsubscribe.UNSUBSCRIBE,
            alias.ALIAS,
            digest.DIGEST,
            hush.MUTE,
            hush.PAUSE,
            hush.RESUME,
            settings.SETTINGS,
            Command(
                "language",
                choose_language,
                lambda texts: texts.menu_language(),
                aliases=("lang",),
                who=Who.MANAGERS,
            ),
            latest.SEARCH,
            trends.TRENDS,
            sources.SOURCES,
            sources.ADD_SOURCE,
            transfer.EXPORT,
            transfer.IMPORT,
            channel.CHANNEL,
            Command(
                "help", show_help, lambda texts: texts.menu_help(), usage="[COMMAND]", here=True
            ),
            start.START,
            about.PRIVACY,
            about.DELETE_ME,
            stats.STATS,
            operators.ALLOW,
            operators.DENY,
        ),
        presses=(
            *subscribe.PRESSES,
            *names.PRESSES,
            *alias.PRESSES,
            *tags.PRESSES,
            *digest.PRESSES,
            *hush.PRESSES,
            *settings.PRESSES,
            *channel.PRESSES,
            *language.PRESSES,
            Press("lang", take_language, Who.MANAGERS),
            *why.PRESSES,
            *less.PRESSES,
            *unsubscribe.PRESSES,
            *latest.PRESSES,
            *sources.PRESSES,
            *transfer.PRESSES,
            *trends.PRESSES,
            *about.PRESSES,
            *stats.PRESSES,
        ),
        otherwise=about.no_command,
        located=settings.located,
    )
    return table
