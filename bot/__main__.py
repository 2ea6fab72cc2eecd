"""`python -m bot` is `tagwire`: loads it, and runs it."""

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Load the program, which takes a second or two, and run it.

    Who stops it meanwhile sees no traceback, and stops it even where it is a container's first
    process, to which the system brings no signal that nobody handles.
    """
    kept = signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGTERM, _leave)
    from bot import cli  # noqa: PLC0415 - only now, when a signal is awaited

    signal.signal(signal.SIGINT, kept)
    cli.main()


def _leave(number: int, _frame: FrameType | None) -> None:
    # Nothing was begun: the bot was stopped in order, the other commands did not do their work.
    os._exit(0 if sys.argv[1:2] == ["run"] else 128 + number)


if __name__ == "__main__":
    main()
