"""/channel: manages a channel or a group from the private chat."""

from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)

from bot.telegram.access import Who
from bot.telegram.commands.table import Command, Press
from bot.telegram.managing import Managing
from bot.telegram.turn import OWN, Turn
from storage.records import ChatId

OFF = "off"


async def channel(turn: Turn) -> None:
    """Let somebody choose a chat where they and the bot are administrators, or leave it again."""
    if not turn.private:
        await turn.say(turn.texts.from_private())
    elif turn.argument.lower() == OFF:
        await own(turn)
    else:
        await turn.say(turn.texts.choose_chat(), keyboard=_keyboard(turn))


async def own(turn: Turn) -> None:
    """Let commands be about the private chat itself again."""
    if not turn.private:
        return
    await turn.services.chats.manage(turn.chat.id, None)
    await turn.show(turn.texts.own_again())


async def manage(turn: Turn) -> None:
    """Begin to manage the channel of a greeting."""
    number = turn.number(0)
    if turn.private and number is not None:
        await Managing(turn.bot, turn.services.chats).begin(turn, ChatId(number))


def _keyboard(turn: Turn) -> ReplyKeyboardMarkup:
    """Make the buttons with which Telegram shows the chats that fit; it tells only the chosen."""
    posts, leads = _rights(can_post_messages=True), _rights(can_manage_chat=True)
    a_channel = KeyboardButtonRequestChat(
        1, chat_is_channel=True, user_administrator_rights=posts, bot_administrator_rights=posts
    )
    a_group = KeyboardButtonRequestChat(
        2, chat_is_channel=False, user_administrator_rights=leads, bot_is_member=True
    )
    buttons = (
        (turn.texts.a_channel_label(), a_channel),
        (turn.texts.a_group_label(), a_group),
    )
    rows = [[KeyboardButton(label, request_chat=wanted)] for label, wanted in buttons]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)


def _rights(
    *, can_manage_chat: bool = True, can_post_messages: bool = False
) -> ChatAdministratorRights:
    """Return rights of an administrator: those named, and no others."""
    none = ChatAdministratorRights.no_rights().to_dict()
    wanted = {"can_manage_chat": can_manage_chat, "can_post_messages": can_post_messages}
    return ChatAdministratorRights(**none | wanted)


CHANNEL = Command(
    "channel",
    channel,
    lambda texts: texts.menu_channel(),
    usage="[off]",
    more=lambda texts: texts.more_channel(),
    who=Who.MANAGERS,
    here=True,
)
PRESSES = (Press(OWN, own, here=True), Press("manage", manage, here=True))
