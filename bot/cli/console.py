"""What the commands write: tables for people, JSON for programs, one line for what is wrong."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from bot.core.pointer import around, has_place
from bot.errors import QueryError

Result = TypeVar("Result")
_UNBROKEN = 10_000


def out() -> Console:
    """Return where results go; where that is no terminal, no line is broken to fit one."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _UNBROKEN)


def complain(line: str) -> None:
    """Say what is wrong, on standard error, without colours or wrapping."""
    with suppress(OSError):  # Nobody is left to tell; the exit code says it.
        sys.stderr.write(line.rstrip("\n") + "\n")


def complain_at(error: QueryError) -> None:
    """Say what is wrong with a query, and show the place with a mark under it."""
    complain(str(error))
    if has_place(error):
        before, after = around(error)
        complain(f"  {before}{after}")
        complain(f"  {' ' * cell_len(before)}^")


def say_json(value: object) -> None:
    """Write a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def table(*columns: str, title: str = "") -> Table:
    """Begin a table that also reads well where there are no colours."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, overflow="fold" if number else "ellipsis")
    return made


def wait_for(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not on every platform

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
