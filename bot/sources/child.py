"""The inside of a child process that reads documents: frames in, frames out."""

import gc
import resource
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from bot.sources.wire import FRAME, READY

Answers = Callable[[bytes, bytes], bytes]
"""Makes the frame that answers, of the head and the body of the one that asks."""


def serve(asks: BinaryIO, answers: BinaryIO, alarm_s: int, answer: Answers) -> None:
    """Read one document after the other until the asking side closes."""
    while True:
        lengths = asks.read(FRAME.size)
        if len(lengths) < FRAME.size:
            return
        head_size, body_size = FRAME.unpack(lengths)
        head, body = asks.read(head_size), asks.read(body_size)
        signal.alarm(alarm_s)
        frame = answer(head, body)
        signal.alarm(0)
        answers.write(frame)
        answers.flush()


def work(answer: Answers) -> None:
    """Bound ourselves, then serve; arguments are memory in bytes and seconds per document.

    The asking side kills a child that takes too long. The alarm, whose default action ends a
    process even within one endless match of a regular expression, is for when that side died.
    """
    memory, alarm_s = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()  # What was loaded never goes: a seventh of the time of a picture.
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    serve(sys.stdin.buffer, sys.stdout.buffer, alarm_s, answer)
