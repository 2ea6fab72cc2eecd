"""/language: in which language the bot speaks in a chat; at first it is that of who wrote."""

import logging
from collections.abc import Sequence

from telegram.error import TelegramError

from bot.core.messages import Button
from bot.core.spoken import SPOKEN, nearest
from bot.telegram.access import Who, offered
from bot.telegram.commands.menu import set_menus_of_chat
from bot.telegram.commands.table import Command, Press
from bot.telegram.keyboards import in_rows, pack
from bot.telegram.turn import Turn
from storage.records import ChatKind

logger = logging.getLogger(__name__)


def language_button(turn: Turn) -> Button:
    """Make the button that leads to the choice; it tells the language in force."""
    return Button(f"🌐 {SPOKEN[_spoken(turn)]}", data=pack("langs"))


async def language(turn: Turn, commands: Sequence[Command]) -> None:
    """Show the languages, or take the one that was typed, by its name or code."""
    code = _typed(turn.argument)
    if code:
        await _choose(turn, code, commands)
    else:
        await languages(turn)


async def languages(turn: Turn) -> None:
    """Show the languages to choose from, each by its own name."""
    buttons = [
        Button(f"✓ {name}" if code == _spoken(turn) else name, data=pack("lang", code))
        for code, name in SPOKEN.items()
    ]
    await turn.show(turn.texts.choose_language(), in_rows(buttons))


async def choose(turn: Turn, commands: Sequence[Command]) -> None:
    """Take the language of a button."""
    await _choose(turn, turn.rest(0), commands)


async def _choose(turn: Turn, code: str, commands: Sequence[Command]) -> None:
    kept = await turn.services.preferences.speak(turn.chat.id, code)
    if kept is None:
        await turn.say_plain(turn.texts.stale_button())
        return
    texts = turn.languages.of(kept.language)
    back = Button(texts.all_settings_label(), data=pack("settings"))
    await turn.show(texts.speaks_now(), [[back]])
    people = [one for one in commands if offered(turn.services.chats, one.who)]
    group = turn.chat.kind is not ChatKind.PRIVATE
    if turn.chat.kind is ChatKind.CHANNEL:
        return  # Nobody sees a menu there.
    try:
        await set_menus_of_chat(turn.bot, turn.chat.id, people, texts, group=group)
    except TelegramError as error:
        logger.info("the menu of chat %d could not be set: %s", turn.chat.id, error)


def _spoken(turn: Turn) -> str:
    """Return the chat's language; who manages it from elsewhere may be answered in another."""
    return turn.languages.of(turn.chat.settings.language).language


def _typed(argument: str) -> str:
    """Return the code of a language that was typed; empty: none, or not one of ours."""
    typed = argument.strip().casefold()
    for code, name in SPOKEN.items():
        if typed in {code, name.casefold()}:
            return code
    near = nearest(typed)
    return near if near.partition("-")[0] == typed.partition("-")[0] else ""


PRESSES = (Press("langs", languages, Who.MANAGERS),)
