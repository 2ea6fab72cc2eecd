"""Addresses that Telegram links in plain text: with a scheme, bare domains, e-mail."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import regex

from bot.demo.entities import Entity

_SEPARATOR = r"\p{Z}"
_PUNCTUATION = r"\u2000-\u200b\u200e\u200f\u2016-\u206f"
_PATH = regex.compile(rf"[^\n<>\"«»{_SEPARATOR}{_PUNCTUATION}]*")
_USER = regex.compile(rf"[^\n/\[\]{{}}()'`<>\"@«»{_SEPARATOR}{_PUNCTUATION}]")
_DOMAIN = regex.compile(rf"[.A-Za-z0-9_~\-]|(?![{_SEPARATOR}{_PUNCTUATION}])[\u00c0-\U0010ffff]")
_SCHEME = regex.compile(rf"[A-Za-z0-9+\-]|(?!{_SEPARATOR})[\u0080-\U0010ffff]")
_WORD = regex.compile(r"[\p{L}\p{N}_]")
_PORT = regex.compile(r":0*(\d{1,5})(?!\d)")
_BAD_END = ".:;,('?!`"
_EMAIL = regex.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}"
    r"@(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}",
    regex.IGNORECASE,
)
_KNOWN = regex.compile(r"(?:https?|ftp)://", regex.IGNORECASE)
_DECIMAL = regex.compile(
    r"(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}"
)
_ONLY_DIGITS = regex.compile(r"[0-9.]+")
_PUNYCODE = regex.compile(r"xn--[A-Za-z0-9]{2,}")


@dataclass(slots=True)
class _Candidate:
    start: int
    end: int
    bad: bool = False


def find_addresses(text: str, top_domains: Collection[str]) -> list[Entity]:
    """Return the e-mail and web addresses of the text, those without a scheme too."""
    found = []
    for one in _candidates(text):
        written = text[one.start : one.end]
        if _EMAIL.fullmatch(written):
            found.append(Entity("email", one.start, len(written)))
        elif written.startswith("mailto:") and _EMAIL.fullmatch(written, 7):
            found.append(Entity("email", one.start + 7, len(written) - 7))
        elif length := _kept_length(written, top_domains):
            found.append(Entity("url", one.start, length))
    return found


def _candidates(text: str) -> list[_Candidate]:
    found, begin = [], 0
    while 0 <= (dot := text.find(".", begin)) < len(text) - 1:
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        one = _round(text, begin, dot)
        if not one.bad and one.end > dot + 1:
            found.append(_Candidate(one.start, one.end))
        begin = max(_next_begin(text, one), dot + 1)
    return found


def _next_begin(text: str, one: _Candidate) -> int:
    end = one.end
    if one.bad:
        return text.rfind(".", 0, end) + 1
    while end < len(text) and text[end] == ".":
        end += 1
    return end


def _round(text: str, begin: int, dot: int) -> _Candidate:
    """Spread out from a dot to both sides as far as an address may reach."""
    start = _back(text, begin, dot, _is(_DOMAIN))
    end, last_at = dot, -1
    while end < len(text) and (text[end] == "@" or _DOMAIN.match(text[end])):
        last_at = end if text[end] == "@" else last_at
        end += 1
    if last_at >= 0:
        start = _back(text, begin, start, _is(_USER))
    one = _Candidate(start, _tail(text, end, dot))
    _take_user(text, begin, one, has_at=last_at >= 0)
    _take_scheme(text, begin, one)
    return one


def _take_user(text: str, begin: int, one: _Candidate, *, has_at: bool) -> None:
    if one.start == begin or text[one.start - 1] != "@":
        return
    user = _back(text, begin, one.start - 1, _is(_USER))
    one.bad = has_at or user == one.start - 1
    one.start = user


def _take_scheme(text: str, begin: int, one: _Candidate) -> None:
    if one.start == begin:
        return
    if one.start - begin >= 6 and text.startswith("://", one.start - 3):
        scheme = text[_back(text, begin, one.start - 3, _is(_SCHEME)) : one.start - 3].lower()
        length = _scheme_length(scheme)
        one.bad = one.bad or not length
        one.start -= length + 3 if length else 0
    elif _WORD.match(text[one.start - 1]) or text[one.start - 1] in "/#@":
        one.bad = True


def _scheme_length(scheme: str) -> int:
    if scheme.endswith("http") and scheme != "shttp":
        return 4
    if scheme.endswith("https"):
        return 5
    return 3 if scheme.endswith("ftp") and scheme not in {"tftp", "sftp"} else 0


def _tail(text: str, end: int, dot: int) -> int:
    """Take port and path along; return where the address ends."""
    port = _PORT.match(text, end)
    if port and 0 < int(port[1]) <= 65_535:
        end = port.end()
    if end < len(text) and text[end] in "/?#":
        path = _PATH.match(text, end + 1)
        stop = path.end() if path else end + 1
        while stop > end + 1 and text[stop - 1] in _BAD_END:
            stop -= 1
        if text[end] == "/" or stop > end + 1:
            end = stop
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    return end


def _kept_length(written: str, top_domains: Collection[str]) -> int:
    """Return how much of a candidate is linked, 0 for nothing."""
    scheme = _KNOWN.match(written)
    rest = written[scheme.end() :] if scheme else written
    stop = min((place for mark in "/?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    domain, path = (
        rest[:stop].partition("@")[2] if "@" in rest[:stop] else rest[:stop],
        rest[stop:],
    )
    if ":" in domain:
        domain = domain[: domain.rindex(":")]
    if not _is_domain(domain, top_domains, any_top=scheme is not None):
        return 0
    return len(written) - len(path) + _balanced(path)


def _is_domain(domain: str, top_domains: Collection[str], *, any_top: bool) -> bool:
    parts = domain.split(".")
    if len(parts) < 2 or domain.lower() == "teiegram.org":
        return False
    if any(not part or len(part.encode()) >= 64 or part.endswith("-") for part in parts):
        return False
    if _DECIMAL.fullmatch(domain):
        return True
    if _ONLY_DIGITS.fullmatch(domain) or "_" in parts[-2]:
        return False
    return _is_top(parts[-1], top_domains, any_top=any_top)


def _is_top(top: str, top_domains: Collection[str], *, any_top: bool) -> bool:
    if top.startswith("xn--"):
        return _PUNYCODE.fullmatch(top) is not None
    if len(top) < 2 or "_" in top or "-" in top:
        return False
    return any_top or _is_known(top, top_domains)


def _is_known(top: str, top_domains: Collection[str]) -> bool:
    lower = top.lower()
    if lower != top and lower[1:] == top[1:]:
        return False  # `Name.Like this` is the end of a sentence
    return lower in top_domains


def _balanced(path: str) -> int:
    """Return how much of a path belongs to the address: no closing bracket too many."""
    depth = {"(": 0, "[": 0, "{": 0}
    closing = {")": "(", "]": "[", "}": "{"}
    stop = len(path)
    for place, letter in enumerate(path):
        if letter in depth:
            depth[letter] += 1
        elif letter in closing:
            depth[closing[letter]] -= 1
            if depth[closing[letter]] < 0:
                stop = place
                break
    while stop > 0 and path[stop - 1] in _BAD_END:
        stop -= 1
    return stop


def _back(text: str, begin: int, place: int, fits: Callable[[str], bool]) -> int:
    while place > begin and fits(text[place - 1]):
        place -= 1
    return place


def _is(pattern: "regex.Pattern[str]") -> Callable[[str], bool]:
    return lambda letter: pattern.match(letter) is not None
