"""/help, /privacy, /deleteme, and what is said to a text that is no command."""

from html import escape

from bot.core.messages import Button
from bot.errors import UserInputError
from bot.services.privacy import KEPT_DAYS
from bot.services.subscriptions import read
from bot.services.suggestions import FOLLOWED_BY
from bot.telegram.access import Who, offered
from bot.telegram.commands.proposals import subscribe_button
from bot.telegram.commands.table import Command, Press, Table
from bot.telegram.keyboards import pack
from bot.telegram.texts import bold, code
from bot.telegram.turn import Turn
from storage.records import ChatKind


async def help_on(turn: Turn, table: Table) -> None:
    """Show all commands that this person may use, or the page of one."""
    wanted = turn.argument.removeprefix("/").split("@")[0]
    command = table.command(wanted) if wanted else None
    if command is not None:
        await turn.say(_page(turn, command))
        return
    chats = turn.services.chats
    lines = [
        f"/{one.name} {escape(turn.texts.usage(one.usage))}".rstrip()
        + f" – {escape(one.menu(turn.texts))}"
        for one in table.commands
        if offered(chats, one.who, turn.user_id)
    ]
    await turn.say("\n".join((turn.texts.help_title(), *lines, "", turn.texts.help_more())))


async def privacy(turn: Turn) -> None:
    """Tell what is stored of this chat."""
    stored = await turn.services.privacy.stored(turn.chat.id)
    texts = turn.texts
    lines = [texts.stored_chat(turn.chat.id, turn.chat.kind)]
    if turn.chat.kind is not ChatKind.PRIVATE:
        lines.append(texts.stored_title())
    if turn.chat.manages is not None:
        lines.append(texts.stored_managed())
    if turn.chat.settings.topics:
        lines.append(texts.stored_topics())
    lines.append(texts.stored_subscriptions(stored.subscriptions))
    lines.append(texts.stored_times())
    lines.append(texts.stored_people())
    lines.append(texts.stored_alerts(KEPT_DAYS))
    lines.append(texts.stored_buttons(KEPT_DAYS))
    await turn.say(texts.privacy(stored=lines, followed_by=FOLLOWED_BY))


async def delete_me(turn: Turn) -> None:
    """Ask before everything of the chat is deleted."""
    rows = [
        [Button(turn.texts.yes_delete(), data=pack("forget"))],
        [Button(turn.texts.cancel(), data=pack("keep"))],
    ]
    await turn.say(turn.texts.delete_question(), rows)


async def forget(turn: Turn) -> None:
    """Delete everything of the chat: the question was answered with yes."""
    await turn.services.privacy.forget(turn.chat.id)
    await turn.show(turn.texts.deleted())


async def no_command(turn: Turn) -> None:
    """Give a friendly hint; to something that looks like a tag, offer it."""
    shown = _tags(turn.argument)
    if not shown:
        await turn.say(turn.texts.no_command())
        return
    button = await subscribe_button(turn, shown, label=turn.texts.subscribe_label(shown))
    await turn.say(turn.texts.offer(shown), [[button]])


def _tags(text: str) -> str:
    """Return what looks like a tag or a few; empty for anything else."""
    if not text.startswith("#") or len(text) > 60:
        return ""
    try:
        return ", ".join(query.shown for query in read(text))
    except UserInputError:
        return ""


def _page(turn: Turn, command: Command) -> str:
    usage = turn.texts.usage(command.usage)
    lines = [bold(f"/{command.name} {usage}".rstrip()), escape(command.menu(turn.texts))]
    if command.more is not None:
        lines.append(escape(command.more(turn.texts)))
    for typed, meaning in command.examples(turn.texts) if command.examples else ():
        lines.append(f"{code(f'/{command.name} {typed}')} – {escape(meaning)}")
    if command.aliases:
        lines.append(turn.texts.aliases(command.aliases))
    return "\n".join(lines)


PRIVACY = Command("privacy", privacy, lambda texts: texts.menu_privacy(), here=True)
DELETE_ME = Command(
    "deleteme", delete_me, lambda texts: texts.menu_deleteme(), who=Who.MANAGERS, here=True
)
PRESSES = (Press("forget", forget, Who.MANAGERS),)
