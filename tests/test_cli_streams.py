"""Standard streams that are closed, full, or left by their reader: no traceback, no abort."""

import subprocess
import sys
from pathlib import Path

import pytest

TAGWIRE = f"{sys.executable} -m bot"
ROOT = Path(__file__).parents[1]


def shell(line: str, tmp_path: Path) -> tuple[int, str, str]:
    """Run a line of shell in which `tagwire` is ours; returns code, output and errors."""
    words = f'tagwire() {{ {TAGWIRE} "$@"; }}; {line}'
    ended = subprocess.run(  # noqa: S603 - our own lines
        ["/bin/bash", "-o", "pipefail", "-c", words],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "TAGWIRE_DATA_DIR": str(tmp_path / "data"),
            "TAGWIRE_SOURCES": "none",
        },
        capture_output=True,
        timeout=100,
        check=False,
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("tagwire explain Korea <&-", 1, ""),
        ("tagwire latest BBC >&-", 0, ""),
        ("tagwire latest '!!' 2>&-", 2, ""),
        ("tagwire latest BBC <&- >&- 2>&-", 0, ""),
        ("tagwire latest BBC >/dev/full", 1, "The output cannot be written: No space left"),
        ("tagwire latest --json BBC >/dev/full", 1, "The output cannot be written: No space left"),
        ("tagwire sources export >/dev/full", 1, "The output cannot be written: No space left"),
        ("tagwire --help >/dev/full", 1, "The output cannot be written: No space left"),
        ("tagwire latest '!!' 2>/dev/full", 2, ""),
        ("tagwire latest BBC | true", None, ""),
        ("tagwire sources export | true", None, ""),
        ("printf '/start\\n/tags\\n' | tagwire demo --pace 9 | head -1", 1, ""),
        ("printf '/start\\n/help\\n' | tagwire demo --pace 9 | head -12", 1, ""),
        ("tagwire demo --pace 20 <&-", 0, ""),
        ("TMPDIR=/none PYTHONIOENCODING=ascii tagwire latest '#서울'", 0, ""),
    ],
)
def test_a_stream_that_fails_is_one_line_at_most(
    tmp_path: Path, line: str, code: int | None, words: str
) -> None:
    got, _, errors = shell(line, tmp_path)
    assert code in {None, got}, errors
    assert words in errors
    assert len(errors.splitlines()) == (1 if words else 0)
