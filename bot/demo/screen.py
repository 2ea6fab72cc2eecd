"""The bot's messages drawn in a terminal: formatting, links, numbered buttons, calm edits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rich.console import Console
from rich.text import Text

from bot.demo.chats import Button, Chat, SentMessage, User
from bot.demo.world import Press

_STYLES: Mapping[str, str] = MappingProxyType({
    "bold": "bold", "italic": "italic", "underline": "underline", "strikethrough": "strike",
    "spoiler": "dim", "code": "cyan", "pre": "cyan", "blockquote": "italic",
    "expandable_blockquote": "italic", "hashtag": "blue", "cashtag": "blue", "mention": "blue",
    "bot_command": "blue", "url": "blue underline", "email": "blue underline",
    "text_link": "blue underline", "text_mention": "blue",
})  # fmt: skip


Offers = Callable[[], Sequence[str] | None]
"""The lines that inline mode offers; None: it has not answered yet."""


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button on the screen that can be pressed by its number."""

    message: SentMessage
    button: Button


class Screen:
    """Prints what is new in a chat, and in others beside it; plain where it is no terminal."""

    def __init__(
        self, console: Console, chat: Chat, bot: User, others: Sequence[Chat] = ()
    ) -> None:
        self._console = console
        self._chats = (chat, *others)
        self._bot = bot
        self._shown: dict[int, tuple[int, str]] = {}
        self._buttons: dict[int, Pressable] = {}
        self._numbers: dict[tuple[int, str], int] = {}
        """By message and what the button says to the bot: a number is never given twice."""
        self._pressed: list[Press] = []
        self._asked: list[Offers] = []

    def watch(self, press: Press) -> None:
        """Show what the bot answers to a pressed button."""
        self._pressed.append(press)

    def watch_offers(self, offers: Offers) -> None:
        """Show what the bot offers behind its name, as soon as it does."""
        self._asked.append(offers)

    def has_news(self) -> bool:
        """Tell whether the bot wrote or edited something that is not on the screen yet."""
        offered = any(offers() is not None for offers in self._asked)
        return next(self._news(), None) is not None or any(self._popped()) or offered

    def draw(self) -> int:
        """Print what is new; return how many messages and edits that were."""
        news = list(self._news())
        for message in news:
            before = self._shown.get(message.message_id)
            if before is None:
                self._draw(message)
            else:
                self._draw_edit(message, before[1])
            self._shown[message.message_id] = (message.edited, message.text)
        for text in self._popped():
            self._head("pop-up")
            self._print(Text(text))
        self._pressed = [press for press in self._pressed if not press.answers]
        for lines in filter(None, [offers() for offers in self._asked]):
            self._head("to share")
            self._print(Text("\n".join(lines)))
        self._asked = [offers for offers in self._asked if offers() is None]
        return len(news)

    def button(self, typed: str) -> Pressable | None:
        """Return the button with that number, None where what was typed is none."""
        return self._buttons.get(int(typed)) if typed.isdecimal() else None

    def say(self, words: str) -> None:
        """Print a line of the demo's own."""
        self._console.print(Text(words, style="dim"), soft_wrap=not self._console.is_terminal)

    def echo(self, typed: str) -> None:
        """Print what was read from a pipe, as if it had been typed."""
        self._console.print(Text(f"> {typed}", style="bold green"), soft_wrap=True)

    def _news(self) -> Iterator[SentMessage]:
        for message in [one for chat in self._chats for one in chat.messages.values()]:
            if message.sender is self._bot:
                seen = self._shown.get(message.message_id)
                if seen is None or seen[0] != message.edited:
                    yield message

    def _popped(self) -> list[str]:
        """Return the words of pop-ups that are not on the screen yet."""
        said = [answer.get("text") for press in self._pressed for answer in press.answers]
        return [str(text) for text in said if text]

    def _draw(self, message: SentMessage) -> None:
        self._head("silent" if message.silent else "", message)
        self._print(self._styled(message))
        self._draw_buttons(message)

    def _draw_edit(self, message: SentMessage, before: str) -> None:
        """Print only the lines that an edit brought, unless those alone would not read well."""
        old = set(before.split("\n"))
        lines = self._styled(message).split("\n")
        new = [line for line, plain in zip(lines, message.text.split("\n"), strict=False)
               if plain not in old]  # fmt: skip
        announces = any(line.plain.rstrip().endswith((":", "：")) for line in new)
        if message.text == before and not message.buttons:
            return
        self._head("edited", message)
        whole = not new or announces or len(new) > len(lines) / 2
        self._print(Text("\n").join(lines if whole else new))
        self._draw_buttons(message)

    def _head(self, remark: str, message: SentMessage | None = None) -> None:
        chat_id = message.chat_id if message is not None else 0
        where = [f"in {one.title}" for one in self._chats[1:] if one.id == chat_id]
        remark = ", ".join(filter(None, (*where, remark)))
        head = Text(f"\n{self._bot.first_name}", style="bold magenta")
        if remark:
            head.append(f" ({remark})", style="not bold dim")
        self._console.print(head, soft_wrap=True)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=not self._console.is_terminal)

    def _styled(self, message: SentMessage) -> Text:
        sent = f"[{', '.join(message.media)}]" if message.media else ""
        text = Text("\n".join(filter(None, (message.text, sent))) or "[empty]")
        links = []
        for entity in message.entities:
            style = _STYLES.get(entity.type, "")
            if entity.type == "text_link" and self._console.is_terminal:
                style = f"{style} link {entity.argument}"
            elif entity.type == "text_link":
                links.append(entity)
            text.stylize(style, entity.offset, entity.end)
        for link in reversed(links):
            text = text[: link.end].append(f" <{link.argument}>").append_text(text[link.end :])
        return text

    def _draw_buttons(self, message: SentMessage) -> None:
        """Draw the buttons; one that outlives an edit keeps its number, the others lose theirs."""
        self._buttons = {
            number: one for number, one in self._buttons.items() if one.message is not message
        }
        asked = tuple(tuple(Button(one["text"]) for one in row) for row in message.keyboard)
        for row in message.buttons + asked:
            line = Text("  ")
            for button in row:
                line.append_text(self._label(message, button)).append("  ")
            self._print(line)

    def _label(self, message: SentMessage, button: Button) -> Text:
        if button.url:
            return Text(f"[{button.text}: {button.url}]", style="blue")
        key = (message.message_id, button.data or button.text)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        self._buttons[number] = Pressable(message, button)
        return Text(f"[{number} {button.text}]", style="green")
