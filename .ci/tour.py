"""Plays a session of `tagwire demo` and keeps it for the README: as text, and as pictures.

    python .ci/tour.py

The text goes between the marks in README.md, the pictures into .ci/tour/.
"""

import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".ci" / "tour"
BEGIN, END = "<!-- tour -->", "<!-- end of tour -->"
LINES = (
    "/start",
    "/subscribe #SouthKorea-US-Japan",
    "/preview #Transport -ferry",
    "/digest daily 08:00",
    "/digest off",
    "/latest #Transport 2",
    "/settings",
    "/channel",
    "[Choose a channel]",
    "/subscribe #Transport",
    "/channel off",
)
"""What is typed; in brackets a button, whose number the session tells."""
PICTURES = {
    "subscribe": ("/subscribe #SouthKorea-US-Japan", "push"),
    "settings": ("/settings",),
    "digest": ("/digest daily 08:00",),
    "channel": ("/channel", "next"),
}
WIDTH, LINE, PAD, COLUMNS = 420, 19, 14, 52
SIGN = 7.3
_BUTTON = re.compile(r"\[\d+ ([^\]]+)\]")


@dataclass
class Said:
    """One message: who said it, its lines, its rows of buttons."""

    by_bot: bool
    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def play() -> str:
    """Return what a session prints."""
    pipe, printed = subprocess.PIPE, [""]
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"], stdin=pipe, stdout=pipe, cwd=ROOT, text=True
    ) as demo:
        assert demo.stdin is not None  # noqa: S101 - both are pipes
        assert demo.stdout is not None  # noqa: S101
        for line in LINES:
            button = re.compile(rf"\[(\d+) {re.escape(line.strip('[]'))}\]")
            while line.startswith("[") and not button.search(printed[-1]):
                printed.append(next(demo.stdout))
            pressed = button.search(printed[-1]) if line.startswith("[") else None
            demo.stdin.write(f"{pressed[1] if pressed else line}\n")
            demo.stdin.flush()
        demo.stdin.close()
        return "".join([*printed, *demo.stdout])


def read(session: str) -> list[Said]:
    """Cut a session into its messages."""
    found: list[Said] = []
    for line in session.splitlines():
        if line.startswith("> "):
            found.append(Said(by_bot=False, lines=[line[2:]]))
        elif line.startswith("Tagwire") and not line.startswith("Tagwire demo"):
            found.append(Said(by_bot=True))
        elif found and (buttons := _BUTTON.findall(line)) and line.startswith("  ["):
            found[-1].rows.append(buttons)
        elif found and found[-1].by_bot:
            found[-1].lines.append(re.sub(r" <https?://[^>]*>", "", line))
    for one in found:
        while one.lines and not one.lines[-1]:
            one.lines.pop()
    return found


def wide(text: str) -> float:
    """Return about how wide a text is drawn."""
    return sum(SIGN * (1.75 if unicodedata.east_asian_width(c) in "WF" else 1) for c in text)


def picture(messages: list[Said]) -> str:
    """Draw messages as a chat shows them."""
    top, parts = PAD, []
    for said in messages:
        lines = [part for line in said.lines for part in (wrap(line, COLUMNS) or [""])]
        width = min(WIDTH - 2 * PAD, max(wide(line) for line in lines) + 2 * PAD)
        if said.rows:
            width = WIDTH - 2 * PAD - 40
        left = PAD if said.by_bot else WIDTH - PAD - width
        height = LINE * len(lines) + PAD
        kind = "bot" if said.by_bot else "me"
        parts.append(box(left, top, width, height, kind))
        parts += [
            f'<text x="{left + PAD:.0f}" y="{top + LINE * (number + 1)}">{escape(line)}</text>'
            for number, line in enumerate(lines)
        ]
        top += height + 4
        for row in said.rows:
            each = (width - 4 * (len(row) - 1)) / len(row)
            for number, label in enumerate(row):
                at = left + number * (each + 4)
                short = label if wide(label) < each else label[: int(each / SIGN) - 2] + "…"
                parts.append(box(at, top, each, LINE + 8, "key"))
                parts.append(
                    f'<text class="label" x="{at + each / 2:.0f}" y="{top + LINE}">'
                    f"{escape(short)}</text>"
                )
            top += LINE + 12
        top += 8
    return SVG.format(width=WIDTH, height=top + PAD, parts="\n".join(parts))


def box(left: float, top: float, width: float, height: float, kind: str) -> str:
    """Draw a bubble or a button."""
    return (
        f'<rect class="{kind}" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" rx="9"/>'
    )


SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" role="img">
<style>
text {{ font: 13px "DejaVu Sans", "Noto Sans", sans-serif; fill: #10202e; }}
.label {{ text-anchor: middle; fill: #ffffff; font-size: 12px; }}
.bot {{ fill: #ffffff; }} .me {{ fill: #e2f7cb; }} .key {{ fill: #6f93ab; }}
</style>
<rect width="100%" height="100%" fill="#c9dbe6"/>
{parts}
</svg>
"""


def chosen(messages: list[Said], wanted: tuple[str, ...]) -> list[Said]:
    """Return a command and its answer; with `next` the following too, with `push` its alert."""
    at = next(n for n, one in enumerate(messages) if one.lines == [wanted[0]])
    found = messages[at : at + (4 if "next" in wanted else 2)]
    if "push" in wanted:
        alerts = [one for one in messages[at + 2 :] if any("_" in line for line in one.lines)]
        found += [one for one in alerts if one.lines[-1].startswith("#")][:1]
    return found


def main() -> None:
    """Play, draw and write."""
    session = play()
    messages = read(session)
    FOLDER.mkdir(exist_ok=True)
    for name, wanted in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(picture(chosen(messages, wanted)))
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    _, after = rest.split(END)
    kept = re.sub(r" <https?://[^>]*>", "", session).strip()
    block = "\n".join(line.rstrip() for line in kept.splitlines())
    readme.write_text(f"{before}{BEGIN}\n\n```\n{block}\n```\n\n{END}{after}")


if __name__ == "__main__":
    main()
