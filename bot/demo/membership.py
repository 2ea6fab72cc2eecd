"""The methods about chats, their members, topics and files."""

from collections.abc import Collection
from typing import Any

from bot.demo.chats import Chat, Topic
from bot.demo.params import Params
from bot.demo.refusals import bad_request, forbidden
from bot.demo.world import World


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """Answer `getChat`."""
    chat = _inside(world, params)
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11}


def get_member(world: World, params: Params) -> dict[str, Any]:
    """Answer `getChatMember`."""
    chat = _inside(world, params)
    asked = params.integer("user_id")
    if asked == world.me.id:
        return member_json(world, chat, world.me.id)
    if asked not in chat.members and asked not in chat.admins:
        if asked not in world.users:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return {"user": world.users[asked].as_json(), "status": "left"}
    return member_json(world, chat, asked)


def get_administrators(world: World, params: Params) -> list[dict[str, Any]]:
    """Answer `getChatAdministrators`."""
    chat = _inside(world, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    if chat.kind == "channel" and chat.bot_status != "administrator":
        raise bad_request("member list is inaccessible")
    listed = [member_json(world, chat, one) for one in sorted(chat.admins)]
    if chat.bot_status == "administrator":
        listed.append(member_json(world, chat, world.me.id))
    return listed


def send_action(world: World, params: Params) -> bool:
    """Answer `sendChatAction`."""
    chat = world.chat(params.text("chat_id"))
    world.check_may_write(chat)
    world.topic(chat, params.integer("message_thread_id"))
    if not params.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def leave(world: World, params: Params) -> bool:
    """Answer `leaveChat`."""
    chat = _inside(world, params)
    if chat.kind == "private":
        raise bad_request("chat can't be left")
    chat.bot_status = "left"
    return True


def create_topic(world: World, params: Params) -> dict[str, Any]:
    """Answer `createForumTopic`."""
    chat = _inside(world, params)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    name = params.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    lacking = chat.lacking.get(world.me.id, set())
    if chat.bot_status != "administrator" or "can_manage_topics" in lacking:
        raise bad_request("not enough rights to create a topic")
    topic = Topic(world.serial() + 1, name)
    chat.topics[topic.id] = topic
    return {"message_thread_id": topic.id, "name": name, "icon_color": 7_322_096}


def get_file(world: World, params: Params) -> dict[str, Any]:
    """Answer `getFile`; the file itself is under `/file/bot<token>/<file_path>`."""
    file_id = params.text("file_id")
    if file_id not in world.files:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    name, content = world.files[file_id]
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": len(content),
        "file_path": f"documents/{file_id}/{name}",
    }


def answer_callback(world: World, params: Params) -> bool:
    """Answer `answerCallbackQuery`."""
    if len(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    world.press(params.text("callback_query_id")).answers.append(params.values)
    return True


def member_json(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    """Return what a chat says of one of its members."""
    if user_id == world.me.id:
        return bot_member_json(world, chat.bot_status, chat.lacking.get(user_id, set()))
    user = (chat.members.get(user_id) or world.users[user_id]).as_json()
    if user_id in chat.admins:
        return {"user": user, "status": "administrator"} | _rights(chat.lacking.get(user_id, set()))
    return {"user": user, "status": "member"}


def bot_member_json(world: World, status: str, lacking: Collection[str] = ()) -> dict[str, Any]:
    """Return the bot itself as a member with that status; `lacking`: the rights it has not."""
    told: dict[str, Any] = {"user": world.me.as_json(), "status": status}
    if status == "administrator":
        return told | _rights(lacking)
    if status == "kicked":
        return told | {"until_date": 0}
    return told | _muted() if status == "restricted" else told


def _inside(world: World, params: Params) -> Chat:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    chat = world.chat(params.text("chat_id"))
    if chat.bot_status in {"kicked", "left"} and chat.kind != "private":
        done = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
        raise forbidden(f"bot {done} the {chat.kind} chat")
    return chat


def _rights(lacking: Collection[str]) -> dict[str, bool]:
    names = (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
        "can_manage_video_chats", "can_restrict_members", "can_promote_members",
        "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
        "can_delete_stories", "can_post_messages", "can_edit_messages", "can_pin_messages",
        "can_manage_topics",
    )  # fmt: skip
    return {name: name not in {"can_be_edited", "is_anonymous", *lacking} for name in names}


def _muted() -> dict[str, Any]:
    names = (
        "is_member", "can_send_messages", "can_send_audios", "can_send_documents",
        "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
        "can_send_polls", "can_send_other_messages", "can_add_web_page_previews",
        "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
        "can_edit_tag", "can_react_to_messages",
    )  # fmt: skip
    return {name: name == "is_member" for name in names} | {"until_date": 0}
