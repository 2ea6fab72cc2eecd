"""The methods that send, change and delete messages."""

from typing import Any

from bot.demo.chats import Chat, SentMessage, message_json
from bot.demo.compose import MAX_CAPTION, MAX_TEXT, Composed, compose, entities_given
from bot.demo.keyboards import read_markup
from bot.demo.params import Params, Upload
from bot.demo.refusals import bad_request
from bot.demo.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_DELETABLE_S = 48 * 3600


def send_message(world: World, params: Params) -> dict[str, Any]:
    """Answer `sendMessage`."""
    chat = _chat(world, params)
    if "text" not in params:
        raise bad_request("message text is empty")
    composed = _composed(params, "text", "entities", MAX_TEXT)
    return _put(world, params, chat, composed, media={}, content=b"")


def send_photo(world: World, params: Params) -> dict[str, Any]:
    """Answer `sendPhoto`."""
    return _send_file(world, params, "photo")


def send_document(world: World, params: Params) -> dict[str, Any]:
    """Answer `sendDocument`."""
    return _send_file(world, params, "document")


def edit_text(world: World, params: Params) -> dict[str, Any]:
    """Answer `editMessageText`."""
    chat, message = _own(world, params)
    if "text" not in params:
        raise bad_request("message text is empty")
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, params, chat, message, _composed(params, "text", "entities", MAX_TEXT))


def edit_caption(world: World, params: Params) -> dict[str, Any]:
    """Answer `editMessageCaption`."""
    chat, message = _own(world, params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    composed = _composed(params, "caption", "caption_entities", MAX_CAPTION)
    return _edit(world, params, chat, message, composed)


def edit_markup(world: World, params: Params) -> dict[str, Any]:
    """Answer `editMessageReplyMarkup`."""
    chat, message = _own(world, params)
    return _edit(world, params, chat, message, Composed(message.text, message.entities))


def edit_media(world: World, params: Params) -> dict[str, Any]:
    """Answer `editMessageMedia`."""
    chat, message = _own(world, params)
    media = params.nested("media", "InputMedia")
    if not isinstance(media, dict) or media.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: there is no media")
    inner = Params(media | {media["type"]: media.get("media", "")}, params.files)
    message.media, message.file = _file(world, inner, media["type"])
    composed = _composed(inner, "caption", "caption_entities", MAX_CAPTION)
    return _edit(world, params, chat, message, composed, same_media=False)


def delete_message(world: World, params: Params) -> bool:
    """Answer `deleteMessage`."""
    chat = _chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if world.unix_time() - message.date > _DELETABLE_S:
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message.message_id]
    return True


def _chat(world: World, params: Params) -> Chat:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    return world.chat(params.text("chat_id"))


def _own(world: World, params: Params) -> tuple[Chat, SentMessage]:
    chat = _chat(world, params)
    world.check_may_write(chat)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not world.me:
        raise bad_request("message can't be edited")
    return chat, message


def _composed(params: Params, text: str, entities: str, limit: int) -> Composed:
    raw = params.text(text)
    listed = params.nested(entities, "entities")
    given = entities_given(raw, listed) if listed else None
    return compose(raw, params.text("parse_mode"), given, limit=limit)


def _put(
    world: World, params: Params, chat: Chat, composed: Composed, *,
    media: dict[str, Any], content: bytes,
) -> dict[str, Any]:  # fmt: skip
    markup = read_markup(params)
    world.check_may_write(chat)
    topic = world.topic(chat, params.integer("message_thread_id"))
    reply_to = _replied(params, chat)
    world.flood.check(chat.id)
    message = world.new_message(chat, topic.id if topic else 0, world.me)
    message.media, message.file, message.reply_to = media, content, reply_to
    message.silent = params.flag("disable_notification")
    _fill(message, composed, params, markup)
    chat.put(message)
    return message_json(message, chat)


def _edit(
    world: World, params: Params, chat: Chat, message: SentMessage, composed: Composed, *,
    same_media: bool = True,
) -> dict[str, Any]:  # fmt: skip
    markup = read_markup(params)
    before = (message.text, message.entities, message.markup or None)
    if same_media and before == (composed.text, composed.entities, markup or None):
        raise bad_request(NOT_MODIFIED)
    world.flood.check(chat.id)
    _fill(message, composed, params, markup)
    message.edited += 1
    return message_json(message, chat)


def _fill(
    message: SentMessage, composed: Composed, params: Params, markup: dict[str, Any] | None
) -> None:
    message.text, message.entities = composed.text, composed.entities
    message.markup = markup
    message.raw = params.text("text") or params.text("caption")
    message.preview = params.nested("link_preview_options", "link preview options")
    message.params = params.values


def _replied(params: Params, chat: Chat) -> int:
    wanted = params.nested("reply_parameters", "reply parameters") or {}
    number = int(wanted.get("message_id", 0)) or params.integer("reply_to_message_id")
    allowed = wanted.get("allow_sending_without_reply") or params.flag(
        "allow_sending_without_reply"
    )
    if number and number not in chat.messages:
        if not allowed:
            raise bad_request("message to be replied not found")
        return 0
    return number


def _send_file(world: World, params: Params, kind: str) -> dict[str, Any]:
    chat = _chat(world, params)
    media, content = _file(world, params, kind)
    composed = _composed(params, "caption", "caption_entities", MAX_CAPTION)
    return _put(world, params, chat, composed, media=media, content=content)


def _file(world: World, params: Params, kind: str) -> tuple[dict[str, Any], bytes]:
    """Return what the message says of the file, and its bytes."""
    upload = _upload(params, kind)
    if upload is None:
        known = world.files.get(params.text(kind))
        if known is None:
            raise bad_request(f"there is no {kind} in the request")
        upload = Upload(*known)
    file_id = f"file-{world.serial()}"
    world.files[file_id] = (upload.name, upload.content)
    facts = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(upload.content)}
    if kind == "photo":
        return {"photo": [facts | {"width": 800, "height": 600}]}, upload.content
    return {"document": facts | {"file_name": upload.name}}, upload.content


def _upload(params: Params, kind: str) -> Upload | None:
    asked = params.text(kind)
    if asked.startswith("attach://"):
        return params.files.get(asked.removeprefix("attach://"))
    return params.files.get(kind)
