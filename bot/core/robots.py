"""What a site's robots.txt lets us read (RFC 9309)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

LOOKED_AT = 512_000
"""Bytes of a robots.txt that are read; the RFC asks for as many."""
_LONGEST_DELAY_S = 3_600.0
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_SAFE = "/~!$&'()*+,;=:@?"


@dataclass(frozen=True, slots=True)
class _Rule:
    allows: bool
    parts: tuple[str, ...]
    """The pattern, cut at its asterisks."""
    to_the_end: bool
    length: int

    def matches(self, path: str) -> bool:
        """Tell whether the pattern fits; in one pass, so that no pattern can take long."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        if not others:
            return not self.to_the_end or path == first
        at = len(first)
        for part in others[:-1]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.to_the_end:
            return len(path) - len(others[-1]) >= at and path.endswith(others[-1])
        return path.find(others[-1], at) >= 0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that a robots.txt has for one reader."""

    rules: tuple[_Rule, ...] = ()
    delay_s: float = 0.0
    """The seconds between two requests that it asks for; no part of the RFC, but a word."""

    def allows(self, path: str) -> bool:
        """Tell whether a path with its query may be read: the longest rule decides, or nothing."""
        asked = _plain(path or "/")
        if asked == "/robots.txt":
            return True
        fitting = [rule for rule in self.rules if rule.matches(asked)]
        best = max(fitting, key=lambda rule: (rule.length, rule.allows), default=None)
        return best is None or best.allows


ALL = Robots()
"""Everything may be read."""
NOTHING = Robots((_Rule(allows=False, parts=("/",), to_the_end=False, length=1),))
"""Nothing may be read."""


def read(text: str, name: str) -> Robots:
    """Return the rules for a reader of this name, those for all where none are for it alone."""
    ours: list[_Rule] = []
    for_all: list[_Rule] = []
    delays = {"": 0.0, "*": 0.0}
    named = False
    for agents, fields in _groups(text):
        mine, everybody = name.lower() in agents, "*" in agents
        named = named or mine
        for field, value in fields:
            if field == "crawl-delay":
                delays |= {"": _seconds(value)} if mine else {}
                delays |= {"*": _seconds(value)} if everybody else {}
                continue
            rule = _rule(value, allows=field == "allow")
            if rule is not None:
                ours += [rule] * mine
                for_all += [rule] * everybody
    return Robots(tuple(ours), delays[""]) if named else Robots(tuple(for_all), delays["*"])


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Give each group: whom it is for, and its fields."""
    agents: set[str] = set()
    fields: list[tuple[str, str]] = []
    for field, value in _fields(text.splitlines()):
        if field == "user-agent":
            if fields:
                yield agents, fields
                agents, fields = set(), []
            agents.add(_product(value))
        elif agents:
            fields.append((field, value))
    yield agents, fields


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        field, colon, value = line.partition("#")[0].partition(":")
        field = field.strip().lower()
        if colon and field in ("user-agent", "allow", "disallow", "crawl-delay"):
            yield field, value.strip()


def _product(value: str) -> str:
    """Return the name that a line means: `Tagwire/1.0` is `tagwire`."""
    return re.split(r"[\s/]", value.lower(), maxsplit=1)[0]


def _rule(value: str, *, allows: bool) -> _Rule | None:
    """Return the rule of a line; an empty pattern says nothing."""
    if not value:
        return None
    pattern = value[:2_048]
    to_the_end = pattern.endswith("$")
    parts = tuple(_plain(part) for part in pattern.removesuffix("$").split("*"))
    return _Rule(allows, parts, to_the_end, len(pattern))


def _plain(path: str) -> str:
    """Return a path in one encoding, so that `%7E` and `~` are the same."""
    return quote(unquote_to_bytes(path), safe=_SAFE)


def _seconds(value: str) -> float:
    return min(float(value), _LONGEST_DELAY_S) if _NUMBER.fullmatch(value) else 0.0
