"""The table of methods that the Bot API server knows."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.demo import inline, membership, profile, sending
from bot.demo.params import Params
from bot.demo.refusals import bad_request
from bot.demo.world import World

Method = Callable[[World, Params], Any]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_AT_ONCE = 40


def set_webhook(world: World, params: Params) -> bool:
    """Answer `setWebhook`; plain http is taken too, for there is only loopback here."""
    url, secret = params.text("url"), params.text("secret_token")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(params.nested("allowed_updates", "allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    at_once = min(max(params.integer("max_connections") or _AT_ONCE, 1), 100)
    world.profile.webhook = {"url": url, "secret": secret, "at_once": at_once} if url else {}
    world.profile.webhook_trouble = {}
    if url:
        world.updates.terminate("terminated by setWebhook request")
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Answer `deleteWebhook`."""
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.profile.webhook = {}
    return True


def webhook_info(world: World, _: Params) -> dict[str, Any]:
    """Answer `getWebhookInfo`."""
    hook = world.profile.webhook
    told = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if not hook:
        return told
    kinds = sorted(world.updates.allowed or ())
    known = {"max_connections": hook["at_once"], "allowed_updates": kinds}
    return told | known | world.profile.webhook_trouble


def table() -> Mapping[str, Method]:
    """Return every method but `getUpdates`, by its lower-cased name."""
    methods: dict[str, Method] = {
        "getMe": profile.get_me,
        "setMyCommands": profile.set_commands,
        "getMyCommands": profile.get_commands,
        "deleteMyCommands": profile.delete_commands,
        "setWebhook": set_webhook,
        "deleteWebhook": delete_webhook,
        "getWebhookInfo": webhook_info,
        "sendMessage": sending.send_message,
        "sendPhoto": sending.send_photo,
        "sendDocument": sending.send_document,
        "editMessageText": sending.edit_text,
        "editMessageCaption": sending.edit_caption,
        "editMessageReplyMarkup": sending.edit_markup,
        "editMessageMedia": sending.edit_media,
        "deleteMessage": sending.delete_message,
        "getChat": membership.get_chat,
        "getChatMember": membership.get_member,
        "getChatAdministrators": membership.get_administrators,
        "sendChatAction": membership.send_action,
        "leaveChat": membership.leave,
        "createForumTopic": membership.create_topic,
        "getFile": membership.get_file,
        "answerCallbackQuery": membership.answer_callback,
        "answerInlineQuery": inline.answer_inline,
    }
    for field, name in (
        ("name", "MyName"),
        ("description", "MyDescription"),
        ("short_description", "MyShortDescription"),
    ):
        methods[f"set{name}"] = partial(profile.set_text, field=field)
        methods[f"get{name}"] = partial(profile.get_text, field=field)
    return MappingProxyType({name.lower(): method for name, method in methods.items()})
