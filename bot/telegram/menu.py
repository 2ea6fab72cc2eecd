"""The command menu that Telegram shows, set per scope from the one table."""

from collections.abc import Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.ext import ExtBot

from bot.telegram.access import Who
from bot.telegram.commands.table import Command
from bot.telegram.manual import Manual

LONGEST = 256
"""Telegram's limit for a command's description (BotCommand)."""


async def set_menus(
    bot: ExtBot[None], people: Sequence[Command], texts: Manual, language: str = ""
) -> None:
    """Set the menus of one language, of the commands for people who are no operators.

    `language` is empty for everybody else's.
    """
    anybody = [one for one in people if one.who is Who.ANYBODY]
    menus: list[tuple[BotCommandScope, Sequence[Command]]] = [
        (BotCommandScopeDefault(), people),
        (BotCommandScopeAllPrivateChats(), people),
        (BotCommandScopeAllGroupChats(), anybody),
        (BotCommandScopeAllChatAdministrators(), people),
    ]
    for scope, commands in menus:
        lines = [BotCommand(one.name, one.menu(texts)[:LONGEST]) for one in commands]
        await bot.set_my_commands(lines, scope=scope, language_code=language or None)
