"""Sends one message, or edits one, and says how it ended."""

from collections.abc import Sequence

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.core.messages import Button, Message
from bot.core.outcomes import Outcome, Sent
from bot.telegram.answers import classify
from storage.records import DeliveryDue

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """The one way of alerts to Telegram. Knows nothing of rates: who may go was decided before."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, due: DeliveryDue, message: Message) -> Outcome:
        """Send the message to the delivery's place, or edit it there; never raises.

        A plain delivery goes without markup. Nothing is tried twice here.
        """
        try:
            if due.edit:
                return await self._edit(due, message)
            sent = await self._bot.send_message(
                due.place.chat_id,
                message.plain if due.plain else message.html,
                parse_mode=None if due.plain else ParseMode.HTML,
                message_thread_id=due.place.topic_id or None,
                disable_notification=due.silent or None,
                link_preview_options=_preview(message),
                reply_markup=_keyboard(message.buttons),
            )
            return Sent(sent.message_id)
        except Exception as error:  # noqa: BLE001 - an answer that lacks a field is a KeyError
            return _with_id(classify(error, error.__cause__), due)

    async def _edit(self, due: DeliveryDue, message: Message) -> Outcome:
        await self._bot.edit_message_text(
            message.plain if due.plain else message.html,
            chat_id=due.place.chat_id,
            message_id=due.message_id,
            parse_mode=None if due.plain else ParseMode.HTML,
            link_preview_options=_preview(message),
            reply_markup=_keyboard(message.buttons),
        )
        return Sent(due.message_id or 0)


def _with_id(outcome: Outcome, due: DeliveryDue) -> Outcome:
    return Sent(due.message_id or 0) if isinstance(outcome, Sent) else outcome


def _preview(message: Message) -> LinkPreviewOptions:
    if not message.preview_url:
        return _NO_PREVIEW
    return LinkPreviewOptions(url=message.preview_url)


def _keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)
