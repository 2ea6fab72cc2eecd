"""The command menu that Telegram shows, set per scope from the one table."""

from collections.abc import Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
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
        await bot.set_my_commands(_lines(commands, texts), scope=scope, language_code=language)


async def describe(bot: ExtBot[None], texts: Manual, language: str = "") -> None:
    """Set what Telegram shows of the bot before anybody wrote to it, in one language."""
    await bot.set_my_description(texts.description(), language_code=language)
    await bot.set_my_short_description(texts.short_description(), language_code=language)


async def set_menus_of_chat(
    bot: ExtBot[None], chat_id: int, people: Sequence[Command], texts: Manual, *, group: bool
) -> None:
    """Set the menus of a chat that chose a language, whatever its people's Telegram speaks."""
    if group:
        anybody = [one for one in people if one.who is Who.ANYBODY]
        await bot.set_my_commands(_lines(anybody, texts), scope=BotCommandScopeChat(chat_id))
        scope: BotCommandScope = BotCommandScopeChatAdministrators(chat_id)
    else:
        scope = BotCommandScopeChat(chat_id)
    await bot.set_my_commands(_lines(people, texts), scope=scope)


def _lines(commands: Sequence[Command], texts: Manual) -> list[BotCommand]:
    return [BotCommand(one.name, one.menu(texts)[:LONGEST]) for one in commands]
