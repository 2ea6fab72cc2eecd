"""The one table of commands and buttons: it feeds dispatcher, menu and /help."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.telegram.access import Who
from bot.telegram.manual import Manual
from bot.telegram.turn import Turn

LIKE = 0.74
"""What a mistyped command shares with the one that was meant: /hlep and /help share 0.75; /digest
and /list, which have nothing to do with each other, 0.6."""
SURELY_LIKE = 0.85

Run = Callable[[Turn], Awaitable[None]]
Line = Callable[[Manual], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it is called, who may use it, what it does."""

    name: str
    run: Run
    menu: Line
    usage: str = ""
    """What follows the name, as /help shows it."""
    more: Line | None = None
    examples: Callable[[Manual], Sequence[tuple[str, str]]] | None = None
    """What may follow the name, each with what it means."""
    aliases: tuple[str, ...] = ()
    who: Who = Who.ANYBODY
    here: bool = False
    """True: about the chat where it is said, whatever is managed from there."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does: its verb, who may press it."""

    verb: str
    run: Run
    who: Who = Who.ANYBODY
    answers: bool = False
    """True: it answers with a pop-up itself; the others are answered before they run."""
    here: bool = False
    """True: about the chat where it stands, whatever its message is about."""


@dataclass(frozen=True, slots=True)
class Table:
    """All commands and buttons, found by name."""

    commands: tuple[Command, ...]
    presses: tuple[Press, ...]
    otherwise: Run
    """What answers a private text that is no command."""
    located: Run
    """What takes a location that somebody shares in private: `latitude longitude`."""

    def command(self, name: str) -> Command | None:
        """Find a command by its name or alias, in any case of letters."""
        wanted = name.lower()
        for command in self.commands:
            if wanted == command.name or wanted in command.aliases:
                return command
        return None

    def press(self, verb: str) -> Press | None:
        """Find what a button does."""
        return next((press for press in self.presses if press.verb == verb), None)

    def nearest(self, typed: str, offered: Callable[[Who], bool], *, surely: bool = False) -> str:
        """Return the name most like what was typed, of commands that are offered; empty: none is.

        `surely`: only where hardly another bot's command can be meant.
        """
        names = {
            alias: one.name
            for one in self.commands
            if offered(one.who)
            for alias in (one.name, *one.aliases)
        }
        cutoff = SURELY_LIKE if surely else LIKE
        found = get_close_matches(typed.lower(), names, n=1, cutoff=cutoff)
        return names[found[0]] if found else ""
