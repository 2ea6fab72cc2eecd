"""Clean, measure, shorten and split text that strangers wrote."""

import unicodedata
from collections.abc import Iterator

import regex
from lxml import etree

DOOR_CHARS = 4_096
"""How much of a raw line is looked at; the rest is cut before any other work."""
HTML_CHARS = 64 * 1_024
"""How much HTML is read; parsers take far more than linear time on hostile megabytes."""
ELLIPSIS = "…"
MAX_MARKS = 4
"""Combining marks allowed in a row: enough for every living script."""

_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figure footer "  # noqa: SIM905 - names read best so
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul".split()
)
_CELLS = frozenset(("td", "th"))
_SILENT = frozenset(
    "audio button canvas figcaption head iframe math noembed noframes noscript object plaintext "  # noqa: SIM905 - names read best so
    "script select style svg template textarea title video xmp".split()
)
# A `<` that opens no tag of HTML is text: «AT&T <3», «a < b», «List<String>».
_LONE_LESS = regex.compile(
    r"<(?!!--|/?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|html|i|img|ins|kbd|label"
    r"|mark|meta|link|param|picture|q|s|samp|small|source|span|strike|strong|sub|sup|tbody|tfoot"
    r"|thead|time|tt|u|var|wbr|input|option|map|area|base|embed|center|caption|col|colgroup|legend"
    rf"|{'|'.join(sorted(_BLOCKS | _CELLS | _SILENT))})(?=[\s/>]|$))",
    regex.IGNORECASE,
)
# What may be copied along with a word that stood in bold somewhere.
_MARKUP = regex.compile(
    r"</?(?:a|b|blockquote|br|code|del|div|em|font|i|ins|p|pre|s|span|strike|strong|tg-\w+|u)"
    r"(?:\s[^<>]*)?/?>",
    regex.IGNORECASE,
)

# Newlines, tabs and every Unicode blank; a control character that separates counts as one.
_BLANKS = regex.compile(r"[\s\x1c-\x1f\x85\u2028\u2029\u3000]+")
_INLINE_BLANKS = regex.compile(r"[^\S\n]+")
_NEWLINES = regex.compile(r" ?\n[ \n]*")
# C0, C1, DEL, soft hyphen, zero-width space, word joiner, BOM, overrides and isolates of the
# writing direction, interlinear notes, non-characters. ZWJ, ZWNJ, VS16, LRM and RLM stay.
_DROPPED = regex.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u2060\ufeff\u202a-\u202e"
    r"\u2066-\u2069\ufff9-\ufffb\ufdd0-\ufdef\p{Noncharacter_Code_Point}]+"
)
_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_MARKS = regex.compile(rf"([\p{{M}}\u200c\u200d]{{{MAX_MARKS}}})[\p{{M}}\u200c\u200d]+")
# Where one flag ends is a matter of parity: an endless run of flags costs quadratic time.
_FLAGS = regex.compile(r"([\U0001f1e6-\U0001f1ff]{64})[\U0001f1e6-\U0001f1ff]+")
_SUBSTANCE = regex.compile(r"[\p{L}\p{N}\p{S}\p{P}]")
_GRAPHEME = regex.compile(r"\X")
_WORD_BREAK = regex.compile(r"\b", regex.WORD)
_GROUPED = regex.compile(r"(?<![\p{L}\d])[$€£¥₩₽₹]? ?\d{1,3}(?: \d{3})++(?!\d)(?:[.,]\d+)?")
"""A number in groups with blanks between: «1 000 000», «4 300.50»."""
_NEAR = 40
"""Characters around a cut in which such a number is looked for."""
_BEFORE_ITS_CONSONANT = frozenset("เแโใไເແໂໃໄ")
"""Vowels of Thai and Lao that are written before the consonant they are spoken after."""
_LOOSE_END = regex.compile(r"[\s,;:\-–—(\[{«“‘\"'/…]+$")


def _repair(text: str) -> str:
    """Return the text with surrogate pairs joined and lone surrogates as U+FFFD."""
    if _SURROGATES.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _tame(text: str) -> str:
    """Return the text without what acts, hides or overflows; blanks are left as they are."""
    if text.isascii() and text.isprintable():
        return text
    text = _DROPPED.sub("", _repair(text))
    # Before NFC, whose sorting of marks is quadratic in their number, and after, as NFC adds some.
    text = unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
    return _FLAGS.sub(r"\1", _MARKS.sub(r"\1", text))


def clean_line(raw: str, limit: int = 1_000) -> str:
    """Return one clean line of at most `limit` UTF-16 units, without blanks at its ends.

    Safe to store (no NUL, no surrogates), to show (no bidi overrides, at most four combining marks
    in a row) and to compare (NFC, single spaces). ZWJ, ZWNJ and VS16 stay: emoji and Persian need
    them. A line too long is shortened at a word and ends with an ellipsis.
    """
    tamed = _tame(raw[: max(DOOR_CHARS, 2 * limit)])
    return shorten(_BLANKS.sub(" ", tamed).strip(), limit)


def clean_text(raw: str, limit: int) -> str:
    """Return clean text that keeps its line breaks (one between paragraphs), else as a line."""
    tamed = _tame(raw[: max(DOOR_CHARS, 2 * limit)].replace("\r\n", "\n").replace("\r", "\n"))
    squeezed = _NEWLINES.sub("\n", _INLINE_BLANKS.sub(" ", tamed))
    return shorten(squeezed.strip(), limit)


def without_markup(typed: str) -> str:
    """Return what was typed without tags of HTML; any other < and > stays."""
    return _MARKUP.sub("", typed)


class _Words:
    """Takes an HTML parser's events and keeps the words (lxml calls these methods)."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.silent = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:  # noqa: ARG002 - the parser's signature
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self.words.append("\n")
        elif tag in _CELLS:
            self.words.append(" ")

    def end(self, tag: str | bytes) -> None:
        if tag in _SILENT:
            self.silent -= 1
        elif tag in _BLOCKS:
            self.words.append("\n")

    def data(self, data: str | bytes) -> None:
        if not self.silent:
            self.words.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Hear a comment and say nothing."""

    def close(self) -> str:
        return "".join(self.words)


def html_to_text(raw: str, limit: int) -> str:
    """Return the words of HTML, a line a paragraph, cleaned, in at most `limit` UTF-16 units.

    Scripts, styles, captions and embedded things are left out. Plain text, with `<` and `&` of its
    own, comes through. Reads at most 64 k characters (`HTML_CHARS`) and takes linear time.
    """
    bounded = _tame(raw[:HTML_CHARS])
    if "<" in bounded or "&" in bounded:
        source = _LONE_LESS.sub("&lt;", bounded)
        if "<" in source:  # Where there are tags, line breaks are but blanks.
            source = _BLANKS.sub(" ", source)
        target = _Words()
        parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)
        parser.feed(source.encode())
        bounded = str(parser.close())
    return clean_text(bounded, limit)


def has_substance(text: str) -> bool:
    """Tell whether there is anything to see: a letter, digit, symbol or punctuation mark."""
    return _SUBSTANCE.search(text) is not None


def utf16_len(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts (core.telegram.org/api/entities)."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _graphemes(text: str, end: int) -> Iterator[int]:
    """Yield ascending ends of graphemes up to `end`; of a long text, only those near it.

    It starts at a blank, before which there is always a border.
    """
    start = max(0, text.rfind(" ", 0, max(0, end - 256)))
    yield start
    for match in _GRAPHEME.finditer(text, start, end):
        yield match.end()


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of the text fit into `limit` UTF-16 units, whole graphemes."""
    end = min(len(text), limit)
    while (surplus := utf16_len(text[:end]) - limit) > 0:
        end -= (surplus + 1) // 2
    return _border(text, end)


def _border(text: str, cut: int) -> int:
    """Return the last border between graphemes at or before `cut`."""
    return max(at for at in _graphemes(text, min(len(text), cut + 32)) if at <= cut)


def _fair_cut(text: str, end: int) -> int:
    """Return a place at or before `end` that is inside no word and no number, where there is one.

    A blank in the second half of what fits is best; else the last word break (UAX #29: between two
    Han characters there is one); else the grapheme at `end`. Where words end in Thai, Lao, Khmer
    and Burmese only a dictionary knows: there it is a blank or a grapheme.
    """
    cut = _blank_or_break(text, end)
    near = max(0, cut - _NEAR)
    for number in _GROUPED.finditer(text, near, cut + _NEAR):
        if number.start() < cut < number.end():
            cut = number.start()
    return cut - 1 if text[cut - 1 : cut] in _BEFORE_ITS_CONSONANT else cut


def _blank_or_break(text: str, end: int) -> int:
    """Return the last blank, or break between words, at or before `end`."""
    if text[end : end + 1].isspace():
        return end
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    if blank >= end // 2:
        return blank
    window = max(0, end - 64)
    cuts = [match.start() for match in _WORD_BREAK.finditer(text, window, end + 1)]
    return max((cut for cut in cuts if window < cut <= end), default=end)


def shorten(text: str, limit: int) -> str:
    """Return the text in at most `limit` UTF-16 units; what was cut ends with an ellipsis.

    Never cuts a grapheme (family emoji, flags, letters with marks), and words and numbers only
    where a single one is longer than half the room (Thai: see _fair_cut).
    """
    if len(text) <= limit and utf16_len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = _fitting(text, limit - 1)
    cut = _border(text, _fair_cut(text, end))
    return _LOOSE_END.sub("", text[:cut]) + ELLIPSIS


def split(text: str, limit: int) -> list[str]:
    """Return the text in parts of at most `limit` UTF-16 units, cut at lines, words, graphemes.

    A grapheme that alone is longer than `limit` is dropped: nothing could show it.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        if utf16_len(rest) <= limit:
            parts.append(rest)
            break
        end = _fitting(rest, limit)
        if end == 0:
            first = _GRAPHEME.match(rest)
            rest = rest[first.end() if first else 1 :].lstrip()
            continue
        line = rest.rfind("\n", 0, end + 1)
        cut = line if line >= end // 2 else _border(rest, _fair_cut(rest, end)) or end
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts
