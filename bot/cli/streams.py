"""Standard input, output and error: always there, and calm where nobody takes what we write."""

import errno
import os
import sys
from contextlib import suppress
from typing import TextIO

from bot.cli.console import complain


def open_missing() -> None:
    """Put the null device in the place of a standard stream that is closed.

    Else the next file or socket would get its number, and the event loop aborts over that.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # Takes the lowest number that is free: this one.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def speak_utf8_or_less() -> None:
    """Let a letter that the terminal cannot show become a mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


def give_up(error: OSError) -> int:
    """Say what the system refused, and return the exit code; quiet where the reader has gone."""
    if error.errno == errno.EPIPE:
        return 1
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is None:  # Only the streams have no name.
        complain(f"The output cannot be written: {reason}. Look where it goes.")
    else:
        complain(f"{error.filename} cannot be used: {reason}. Look at its path and rights.")
    return 1


def close() -> None:
    """Write out what is left, and let no error of that come after us."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _divert(stream)


def _divert(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere: the interpreter writes it out at its end."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
