"""Stopped while the program is still loading: at once, and without a traceback."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STOPPED_MEANWHILE = """
import os, sys

class Stops:
    def find_spec(self, name, path, target=None):
        if name == "bot.cli":
            os.kill(os.getpid(), {number})

sys.meta_path.insert(0, Stops())
sys.argv = ["tagwire", "{command}"]
from bot.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("command", "sign", "code"),
    [
        ("run", signal.SIGTERM, 0),
        ("run", signal.SIGINT, 0),
        ("check", signal.SIGTERM, 143),
        ("check", signal.SIGINT, 130),
    ],
)
def test_a_signal_while_it_loads_ends_it_without_a_word(
    command: str, sign: signal.Signals, code: int
) -> None:
    ended = subprocess.run(  # noqa: S603 - our own lines
        [sys.executable, "-c", STOPPED_MEANWHILE.format(number=int(sign), command=command)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, b"", b"")
