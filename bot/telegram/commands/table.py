"""The one table of commands and buttons: it feeds dispatcher, menu and /help."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.telegram.access import Who
from bot.telegram.manual import Manual
from bot.telegram.turn import Turn

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


@dataclass(frozen=True, slots=True)
class Press:
    """What a button does: its verb, who may press it."""

    verb: str
    run: Run
    who: Who = Who.ANYBODY
    answers: bool = False
    """True: it answers with a pop-up itself; the others are answered before they run."""


@dataclass(frozen=True, slots=True)
class Table:
    """All commands and buttons, found by name."""

    commands: tuple[Command, ...]
    presses: tuple[Press, ...]
    otherwise: Run
    """What answers a private text that is no command."""

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

    def nearest(self, typed: str) -> str:
        """Return the name most like what was typed; empty where none is."""
        names = {alias: one.name for one in self.commands for alias in (one.name, *one.aliases)}
        found = get_close_matches(typed.lower(), names, n=1, cutoff=0.6)
        return names[found[0]] if found else ""
