"""From an update to the command or button it means, with rights checked on the way."""

import re
from dataclasses import replace

from telegram import (
    CallbackQuery,
    Document,
    Location,
    MaybeInaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.core.pointer import around, has_place
from bot.core.text import clean_text
from bot.errors import QueryError, SourceError, UserInputError
from bot.telegram.access import Who, let_in, may, offered
from bot.telegram.commands.table import Command, Press, Run, Table
from bot.telegram.inline import InlineMode
from bot.telegram.keyboards import unpack
from bot.telegram.languages import Languages
from bot.telegram.managing import Managing, managed_by
from bot.telegram.membership import Membership, kind_of, title_of
from bot.telegram.pacing import Pace
from bot.telegram.turn import Services, Turn, answer
from storage.records import NO_TOPIC, ChatId, Place, TopicId

_COMMAND = re.compile(
    r"/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?:\s+(?P<rest>.*))?",
    re.DOTALL,
)
"""What Telegram takes for a command, and what follows it."""

LONGEST = 4_096
"""Telegram's limit for a message (Message.text)."""


class Dispatcher:
    """Takes every update; answers those that are meant for the bot."""

    def __init__(
        self,
        bot: ExtBot[None],
        services: Services,
        table: Table,
        languages: Languages,
        *,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._bot = bot
        self._services = services
        self._table = table
        self._languages = languages
        self._clock = clock
        self._pace = pace
        self._membership = Membership(bot, services.chats)
        self._inline = InlineMode(bot, services, languages, clock)
        self._managing = Managing(bot, services.chats)

    async def handle(self, update: Update) -> None:
        """Answer one update."""
        message = update.message or update.channel_post
        if update.my_chat_member is not None:
            texts = self._languages.of_user(_language(update.my_chat_member.from_user))
            await self._membership.changed(update.my_chat_member, texts)
        elif update.callback_query is not None:
            await self._pressed(update.callback_query)
        elif update.inline_query is not None:
            await self._inline.answer(update.inline_query)
        elif message is not None:
            await self._heard(message)

    async def _heard(self, message: Message) -> None:
        chats = self._services.chats
        if message.migrate_to_chat_id is not None:
            await chats.moved(ChatId(message.chat.id), ChatId(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id is not None:
            await chats.moved(ChatId(message.migrate_from_chat_id), ChatId(message.chat.id))
        elif message.forum_topic_reopened is not None:
            await chats.topic_written_to(Place(ChatId(message.chat.id), _topic(message)))
        elif message.document is not None:
            await self._file(message)
        elif message.location is not None:
            await self._located(message, message.location)
        elif message.chat_shared is not None:
            await self._chosen(message, ChatId(message.chat_shared.chat_id))
        elif message.text and not message.is_automatic_forward:  # It was read in the channel.
            await self._read(message, message.text)

    async def _located(self, message: Message, where: Location) -> None:
        """Take a location that somebody shares with the bot alone."""
        if message.chat.type != message.chat.PRIVATE:
            return
        turn = await self._turn(message, message.from_user)
        if await let_in(turn):
            await self._table.located(replace(turn, argument=f"{where.latitude} {where.longitude}"))

    async def _chosen(self, message: Message, chat_id: ChatId) -> None:
        """Take a chat that somebody chose to manage from here."""
        turn = await self._turn(message, message.from_user)
        if await let_in(turn):
            await self._managing.begin(turn, chat_id)

    async def _file(self, message: Message) -> None:
        """Take a file for one to import; in groups only where its caption says so."""
        caption = message.caption or ""
        if caption.startswith("/"):
            await self._read(message, caption)
        elif message.chat.type == message.chat.PRIVATE:
            await self._read(message, "/import")

    async def _read(self, message: Message, text: str) -> None:
        text = clean_text(text, LONGEST)
        found = _COMMAND.fullmatch(text)
        addressed = bool(found and found["bot"])
        if addressed and found and found["bot"].lower() != self._bot.username.lower():
            return
        command = self._table.command(found["name"]) if found else None
        private = message.chat.type == message.chat.PRIVATE
        nearest = ""
        if command is None and found is not None:
            nearest = self._nearest(found["name"], message, surely=not private and not addressed)
        if command is None and not private and not addressed and not nearest:
            return  # A text, or a command of another bot in the same group.
        in_its_name = message.sender_chat is not None and message.sender_chat.id == message.chat.id
        turn = await self._turn(message, None if in_its_name else message.from_user)
        turn = replace(turn, as_chat=in_its_name)
        if not await let_in(turn):
            await turn.say(turn.texts.private_bot(turn.chat.id))
        elif found is None:
            await self._led(self._table.otherwise, replace(turn, argument=text))
        elif command is None:
            typed = f"/{found['name']}"
            await turn.say(turn.texts.unknown_command(typed, nearest))
        else:
            await self._run(command, replace(turn, argument=(found["rest"] or "").strip()))

    async def _led(self, run: Run, turn: Turn) -> None:
        """Run something for the chat that is managed from this one, else for this one."""
        led: Turn | None = turn
        if turn.chat.manages is not None:
            led = await self._managing.led(turn, turn.chat.manages)
        if led is not None:
            await run(led)

    def _nearest(self, typed: str, message: Message, *, surely: bool) -> str:
        chats = self._services.chats
        user = message.from_user.id if message.from_user is not None else None
        return self._table.nearest(typed, lambda who: offered(chats, who, user), surely=surely)

    async def _run(self, command: Command, turn: Turn) -> None:
        async def run(turn: Turn) -> None:
            if await may(turn, command.who):
                await _do(command, turn)
            else:
                await turn.say_plain(_refusal(turn, command.who))

        await (run(turn) if command.here else self._led(run, turn))

    async def _pressed(self, query: CallbackQuery) -> None:
        verb, arguments = unpack(query.data or "")
        press = self._table.press(verb)
        if press is None or query.message is None or _is_unclear(press, query.message):
            texts = self._languages.of_user(_language(query.from_user))
            await answer(query, texts.stale_button())
            return
        turn = await self._turn(query.message, query.from_user)
        turn = replace(turn, pressed=query, arguments=arguments, message_id=None)
        if not await let_in(turn):
            await answer(query, turn.texts.only_operators())
            return
        managed = managed_by(query.message) if turn.private and not press.here else None
        if managed is not None:
            led = await self._managing.led(turn, managed)
            if led is None:
                await answer(query)
                return
            turn = led
        await _press(press, turn, query)

    async def _turn(self, message: MaybeInaccessibleMessage, user: User | None) -> Turn:
        """Gather what is known of who speaks where."""
        chat, _ = await self._services.chats.seen(
            ChatId(message.chat.id),
            kind_of(message.chat),
            title_of(message.chat),
            language=self._languages.nearest(_language(user)),
        )
        return Turn(
            bot=self._bot,
            clock=self._clock,
            pace=self._pace,
            services=self._services,
            languages=self._languages,
            texts=self._languages.of(chat.settings.language),
            chat=chat,
            place=Place(chat.id, _topic(message)),
            forum=bool(message.chat.is_forum) and _topic(message) == NO_TOPIC,
            user_id=user.id if user is not None else None,
            message_id=message.message_id,
            file=_file_of(message),
        )


async def _press(press: Press, turn: Turn, query: CallbackQuery) -> None:
    """Do what a button does, if this person may."""
    if not await may(turn, press.who):
        await answer(query, _refusal(turn, press.who))
        return
    if not press.answers:
        await answer(query)
    await _do(press, turn)


async def _do(what: Command | Press, turn: Turn) -> None:
    """Run a command or a button; what people got wrong is explained in one line."""
    try:
        await what.run(turn)
    except QueryError as error:
        said = turn.texts.bad_query(turn.texts.reason(error))
        if has_place(error):
            said = turn.texts.bad_query_at(turn.texts.reason(error), *around(error))
        await turn.say(said)
    except UserInputError as error:
        await turn.say(turn.texts.bad_query(turn.texts.reason(error)))
    except SourceError as error:
        await turn.say(turn.texts.source_failed(turn.texts.reason(error)))


def _is_unclear(press: Press, message: MaybeInaccessibleMessage) -> bool:
    """Tell whether a button would change nobody knows which chat: its message cannot be read."""
    private = message.chat.type == message.chat.PRIVATE
    return private and press.who is not Who.ANYBODY and not message.is_accessible


def _topic(message: MaybeInaccessibleMessage) -> TopicId:
    """Return the forum topic; a thread of replies in an ordinary group is none."""
    if isinstance(message, Message) and message.is_topic_message and message.message_thread_id:
        return TopicId(message.message_thread_id)
    return NO_TOPIC


def _file_of(message: MaybeInaccessibleMessage) -> Document | None:
    if not isinstance(message, Message):
        return None
    answered = message.reply_to_message
    return message.document or (answered.document if answered is not None else None)


def _language(user: User | None) -> str:
    return (user.language_code or "") if user is not None else ""


def _refusal(turn: Turn, who: Who) -> str:
    return turn.texts.only_administrators() if who is Who.MANAGERS else turn.texts.only_operators()
