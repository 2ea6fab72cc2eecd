"""Marks that keep lines in right-to-left languages in order, with left-to-right names in them."""

import re
import unicodedata

from bot.core.messages import MAX_UNITS, units

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
TO_THE_LEFT = "\u200f"
"""Right-to-left mark: a line that begins with it runs to the left, whatever stands first."""
APART = ("\u2068", "\u2069")
"""First strong isolate and its end (Unicode 6.3): what stands between keeps its own direction."""
_MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)


def runs_to_the_left(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return language.partition("-")[0] in RIGHT_TO_LEFT


def laid_out(html: str, language: str) -> str:
    """Return a message of ours with the marks that its language needs; of most, as it is.

    What people typed is set apart, so that a full stop behind `#Samsung` stays behind it. A line in
    the language that begins with a name, such as `/help`, still runs to the left.
    """
    if not runs_to_the_left(language):
        return html
    apart = _CODE.sub(lambda found: f"{APART[0]}{found[0]}{APART[1]}", html)
    marked = "\n".join(_line(line) for line in apart.split("\n"))
    return marked if units(marked) <= MAX_UNITS else html


def _line(line: str) -> str:
    """Mark a line that has letters of both directions and begins with one of the wrong."""
    kinds = map(unicodedata.bidirectional, _MARKUP.sub("", line))
    strong = [kind for kind in kinds if kind in {"L", "R", "AL"}]
    mixed = strong[:1] == ["L"] and not {"R", "AL"}.isdisjoint(strong)
    return TO_THE_LEFT + line if mixed else line
