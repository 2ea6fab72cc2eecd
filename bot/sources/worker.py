"""The child process that parses: `python -m bot.sources.worker`, frames in, frames out."""

import resource
import signal
import sys
from typing import BinaryIO

import feedparser.api

from bot.sources.parse import parse
from bot.sources.wire import FRAME, READY, pack_parsed, unpack_task


def serve(asks: BinaryIO, answers: BinaryIO, alarm_s: int) -> None:
    """Parse one document after the other until the asking side closes."""
    while True:
        lengths = asks.read(FRAME.size)
        if len(lengths) < FRAME.size:
            return
        head_size, body_size = FRAME.unpack(lengths)
        task = unpack_task(asks.read(head_size), asks.read(body_size))
        signal.alarm(alarm_s)
        answer = pack_parsed(parse(task))
        signal.alarm(0)
        answers.write(answer)
        answers.flush()


def main() -> None:
    """Bound ourselves, then serve; arguments are memory in bytes and seconds per document.

    The asking side kills a child that takes too long. The alarm, whose default action ends a
    process even within one endless match of a regular expression, is for when that side died.
    """
    memory, alarm_s = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    feedparser.api.PREFERRED_XML_PARSERS.clear()  # else an import fails with each document
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    serve(sys.stdin.buffer, sys.stdout.buffer, alarm_s)


if __name__ == "__main__":
    main()
