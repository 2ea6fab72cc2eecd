"""The keyboards under messages, checked as Telegram checks them."""

from collections.abc import Mapping
from typing import Any

from bot.demo import links
from bot.demo.params import Params
from bot.demo.refusals import bad_request

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_IN_ROW = 8
_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "pay",
)  # fmt: skip


def read_markup(params: Params) -> dict[str, Any] | None:
    """Return the `reply_markup` of a request; raise Refusal where Telegram would."""
    markup = params.nested("reply_markup", "reply keyboard markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        _check_keyboard(markup.get("keyboard", []), private=params.integer("chat_id") > 0)
        return markup
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    for row in rows:
        for button in row:
            _check(button)
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_IN_ROW for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": [row for row in rows if row]}


def _check(button: object) -> None:
    if not isinstance(button, Mapping):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(name in button for name in _ACTIONS):
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not _is_data(str(button["callback_data"])):
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not (links.checked(str(url)) or links.mentioned_user(str(url))):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_keyboard(rows: list[list[dict[str, Any]]], *, private: bool) -> None:
    """Check the buttons that take the place of a person's keyboard."""
    for button in (one for row in rows for one in row):
        wanted = button.get("request_chat")
        if "request_location" in button and not private:
            raise bad_request("location can be requested in private chats only")
        if wanted is None:
            continue
        if not private:
            raise bad_request("chats can be requested in private chats only")
        own, theirs = (_rights(wanted, whose) for whose in ("bot", "user"))
        if not own <= theirs:
            raise bad_request("BUTTON_TYPE_INVALID")


def _rights(wanted: Mapping[str, Any], whose: str) -> set[str]:
    listed = wanted.get(f"{whose}_administrator_rights") or {}
    return {name for name, has in listed.items() if has}


def _is_data(data: str) -> bool:
    return 1 <= len(data.encode()) <= MAX_DATA_BYTES
