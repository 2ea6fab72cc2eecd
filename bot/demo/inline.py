"""Inline mode's side of the server: what a bot offers behind its name, checked as Telegram does."""

import re
from typing import Any

from bot.demo.compose import compose
from bot.demo.keyboards import read_markup
from bot.demo.params import Params
from bot.demo.refusals import bad_request
from bot.demo.world import World

_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline(world: World, params: Params) -> bool:
    """Answer `answerInlineQuery`."""
    query_id = params.text("inline_query_id")
    if query_id not in world.inline_answers:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = params.nested("results", "inline query results") or []
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(one.get("id", "")) for one in results]
    if any(not 1 <= len(one.encode()) <= 64 for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    for one in results:
        _check_article(one)
    world.inline_answers[query_id] = results
    world.inline_said[query_id] = {
        "next_offset": params.text("next_offset"),
        "cache_time": params.integer("cache_time", 300),
        "is_personal": params.flag("is_personal"),
        "button": _inline_button(params.nested("button", "InlineQueryResultsButton")),
    }
    return True


def _check_article(result: dict[str, Any]) -> None:
    """Refuse an article that could not be listed, or not be sent."""
    if result.get("type") != "article":
        raise bad_request("RESULT_TYPE_INVALID")
    if not result.get("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result.get("input_message_content") or {}
    compose(str(content.get("message_text", "")), str(content.get("parse_mode", "")), None)
    if not content.get("message_text"):
        raise bad_request("message text is empty")
    if markup := result.get("reply_markup"):
        read_markup(Params({"reply_markup": markup}))


def _inline_button(button: dict[str, Any] | None) -> dict[str, Any]:
    if not button:
        return {}
    if not button.get("text"):
        raise bad_request("BUTTON_TEXT_EMPTY")
    if not _START.fullmatch(str(button.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    return button
