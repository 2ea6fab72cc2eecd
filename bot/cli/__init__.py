"""The commands of `tagwire`, thin: each calls a service."""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from bot.cli import database, reading, running, sources, streams
from bot.cli.console import complain, complain_at
from bot.errors import QueryError, TagwireError
from storage.errors import AddressError, StoreError, TooNewError, UnreadableError

_HELP = ["--help", "-h"]
SETTING_FAULTS = (AddressError, UnreadableError, TooNewError)
"""Faults of the database that another address or file mends, not another try."""


def program() -> typer.Typer:
    """Put the commands together."""
    tagwire = typer.Typer(
        name="tagwire",
        help="A Telegram bot that pushes the news stories that carry your tags.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": _HELP},
    )

    @tagwire.callback()
    def options(
        _: Annotated[
            bool,
            typer.Option(
                "--version", is_eager=True, callback=_show_version, help="Show the version."
            ),
        ] = False,
    ) -> None: ...

    running.add_to(tagwire)
    reading.add_to(tagwire)
    tagwire.add_typer(sources.program(), name="sources", help="Sources, without Telegram.")
    tagwire.add_typer(database.program(), name="db", help="The database.")
    return tagwire


def run(argv: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration.

    What goes wrong is one line on standard error that says what to do; never a traceback.
    """
    command = typer.main.get_command(program())
    _call_flags_flags(command)
    try:
        code = int(command.main(list(argv), prog_name="tagwire", standalone_mode=False) or 0)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except (TyperException, StoreError, TagwireError) as error:
        return _explain(error)
    except UnicodeError:
        complain("There is something in it that is no text in UTF-8. Look at what was typed.")
        return 2
    except OSError as error:
        return streams.give_up(error)
    return code


def main() -> None:
    """Run the command line and exit."""
    streams.open_missing()
    streams.speak_utf8_or_less()
    code = run(sys.argv[1:])
    streams.close()
    sys.exit(code)


def _call_flags_flags(command: Any) -> None:
    """Let the help of a flag, `--help` itself among them, not speak of a `<bool>`."""
    context = typer.Context(command, help_option_names=_HELP)
    for option in command.get_params(context):
        if getattr(option, "is_flag", False):
            option.metavar = ""
    for inner in getattr(command, "commands", {}).values():
        _call_flags_flags(inner)


def _explain(error: TyperException | StoreError | TagwireError) -> int:
    """Say what is wrong, and return the exit code."""
    match error:
        case TyperException():
            if spoken := _spoken(error):
                complain(spoken)
            return 2
        case StoreError():
            complain(str(error))
            return 2 if isinstance(error, SETTING_FAULTS) else 1
        case QueryError():
            complain_at(error)
        case _:
            complain(str(error))
    return error.exit_code


def _spoken(error: TyperException) -> str:
    """Return typer's own words, with the help that explains what was to be typed."""
    words = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "tagwire"
    return f"{words.rstrip('.')}. Try {path} --help." if words else ""


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer's own signature
    if asked:
        try:
            typer.echo(f"tagwire {version('tagwire')}")
        except PackageNotFoundError:
            typer.echo("tagwire, run from its source without being installed")
        raise typer.Exit
