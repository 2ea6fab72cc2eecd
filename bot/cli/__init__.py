"""The commands of `tagwire`, thin: each calls a service."""

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from bot.cli import database, reading, running, sources
from bot.cli.console import complain, complain_at
from bot.errors import QueryError, TagwireError
from storage.errors import AddressError, StoreError


def program() -> typer.Typer:
    """Put the commands together."""
    tagwire = typer.Typer(
        name="tagwire",
        help="A Telegram bot that pushes the news stories that carry your tags.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
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
    try:
        return int(command.main(list(argv), prog_name="tagwire", standalone_mode=False) or 0)
    except TyperException as error:
        spoken = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        if spoken:
            complain(f"{spoken.rstrip('.')}. Try tagwire --help.")
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except StoreError as error:
        complain(str(error))
        return 2 if isinstance(error, AddressError) else 1
    except TagwireError as error:
        if isinstance(error, QueryError):
            complain_at(error)
        else:
            complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer's own signature
    if asked:
        try:
            typer.echo(f"tagwire {version('tagwire')}")
        except PackageNotFoundError:
            typer.echo("tagwire, run from its source without being installed")
        raise typer.Exit
