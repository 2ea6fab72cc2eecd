"""The methods by which a bot describes itself: commands, name, descriptions."""

import re
from typing import Any

from bot.demo.params import Params
from bot.demo.refusals import bad_request
from bot.demo.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_MAX_COMMANDS = 100
_LENGTHS = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = frozenset({
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators", "chat_member",
})  # fmt: skip


def get_me(world: World, _: Params) -> dict[str, Any]:
    """Answer `getMe`."""
    return world.me.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_commands(world: World, params: Params) -> bool:
    """Answer `setMyCommands`."""
    listed = params.nested("commands", "commands") or []
    if not isinstance(listed, list):
        raise bad_request("can't parse commands JSON object")
    if len(listed) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in listed:
        if not _COMMAND.fullmatch(str(one.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile.commands[_where(params)] = listed
    return True


def get_commands(world: World, params: Params) -> list[dict[str, str]]:
    """Answer `getMyCommands`."""
    return world.profile.commands.get(_where(params), [])


def delete_commands(world: World, params: Params) -> bool:
    """Answer `deleteMyCommands`."""
    world.profile.commands.pop(_where(params), None)
    return True


def set_text(world: World, params: Params, field: str) -> bool:
    """Answer `setMyName`, `setMyDescription` and `setMyShortDescription`."""
    text = params.text(field)
    if len(text) > _LENGTHS[field]:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    world.profile.texts[field, _language(params)] = text
    return True


def get_text(world: World, params: Params, field: str) -> dict[str, str]:
    """Answer `getMyName`, `getMyDescription` and `getMyShortDescription`."""
    texts = world.profile.texts
    default = texts.get((field, ""), world.me.first_name if field == "name" else "")
    return {field: texts.get((field, params.text("language_code")), default)}


def _where(params: Params) -> tuple[str, str]:
    scope = params.nested("scope", "BotCommandScope") or {"type": "default"}
    if scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type")
    key = ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)
    return key, _language(params)


def _language(params: Params) -> str:
    """Read a language code: two letters, or none (td: validate_bot_language_code)."""
    code = params.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("Invalid language code specified")
    return code
