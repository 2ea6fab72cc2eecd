"""Telegram's HTML, read as strictly as Telegram reads it, with its own words for each mistake."""

import regex

from bot.demo import links
from bot.demo.entities import Entity

_SPACE = " \t\r\n\0\v"
_NAMES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_REFERENCE = regex.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<number>[0-9]*)|(?P<name>[A-Za-z]*))(?P<end>;?)"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_NEXT = regex.compile(r"[&<]")
_TAG_END = regex.compile(r"[> \t\r\n\0\v]")
_NAME_END = regex.compile(r"[= \t\r\n\0\v/>\"']")
_VALUE_STOPS = {"'": regex.compile("['&\0]"), '"': regex.compile('["&\0]')}
_TOKEN = regex.compile(r"[A-Za-z0-9.\-]*")
_SURROGATES = regex.compile("[\ud800-\udfff]")
_TIME_FORMAT = regex.compile(r"r|w?[dD]?[tT]?")


class MarkupError(Exception):
    """The text is no Telegram HTML; `str()` is the reason in Telegram's words."""


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text without its markup, and what the markup said of it.

    Raises MarkupError where Telegram answers "can't parse entities" (TDLib, MessageEntity.cpp:
    parse_html; checked against it in the tests). Entities come as written: nested, not merged.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Reader(source).read()


class _Tag:
    __slots__ = ("argument", "name", "offset", "quote_long")

    def __init__(self, name: str, offset: int) -> None:
        self.name = name
        self.offset = offset
        self.argument = ""
        self.quote_long = False


class _Reader:
    """One pass over the source; a NUL at its end spares every check for the end."""

    def __init__(self, source: str) -> None:
        self._source = source + "\0"
        self._end = len(source)
        self._place = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Tag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._place < self._end:
            found = _NEXT.search(self._source, self._place, self._end)
            stop = found.start() if found else self._end
            self._put(self._source[self._place : stop])
            self._place = stop
            if found is None:
                break
            if found[0] == "&":
                self._put(self._reference() or self._one_more())
            elif self._source[stop + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise MarkupError(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"'
            )
        text = "".join(self._text)
        if _SURROGATES.search(text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, [_without_language(entity) for entity in self._entities]

    def _put(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)

    def _one_more(self) -> str:
        self._place += 1
        return self._source[self._place - 1]

    def _reference(self) -> str:
        """Decode `&…` here; empty, and no step taken, where Telegram leaves it as it is."""
        found = _REFERENCE.match(self._source, self._place)
        if found is None:
            return ""
        if found["name"] is not None:
            decoded = _NAMED.get(found["name"], "")
        else:
            decoded = _numbered(found["hex"], found["number"])
        if decoded:
            self._place = found.end()
        return decoded

    def _start_tag(self) -> None:
        begin = self._place
        name = self._tag_name(begin + 1)
        if self._source[self._place] == "\0":
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _NAMES:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        tag = _Tag(name, self._length)
        while self._source[self._place] != ">":
            self._skip_space()
            if self._source[self._place] == ">":
                break
            self._attribute(tag, begin)
        self._place += 1
        if name == "span" and tag.argument != "spoiler":
            raise MarkupError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}'
            )
        self._open.append(tag)

    def _attribute(self, tag: _Tag, begin: int) -> None:
        name = self._attribute_name(tag, begin)
        self._skip_space()
        if self._source[self._place] != "=":
            if self._source[self._place] == "\0":
                raise MarkupError(
                    f'Unclosed start tag "{tag.name}" at byte offset {self._bytes(begin)}'
                )
            _take(tag, name, "")
            return
        self._place += 1
        self._skip_space()
        if self._source[self._place] == "\0":
            raise MarkupError(
                f'Unclosed start tag "{tag.name}" at byte offset {self._bytes(begin)}'
            )
        value = self._value()
        if self._source[self._place] == "\0":
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        _take(tag, name, value)

    def _attribute_name(self, tag: _Tag, begin: int) -> str:
        found = _NAME_END.search(self._source, self._place)
        stop = found.start() if found else self._end
        name = self._source[self._place : stop]
        if not name:
            raise MarkupError(
                f'Empty attribute name in the tag "{tag.name}" at byte offset {self._bytes(begin)}'
            )
        self._place = stop
        return name

    def _value(self) -> str:
        quote = self._source[self._place]
        if quote not in "'\"":
            return self._name_token()
        self._place += 1
        parts: list[str] = []
        stop = _VALUE_STOPS[quote]
        while found := stop.search(self._source, self._place):
            parts.append(self._source[self._place : found.start()])
            self._place = found.start()
            if found[0] != "&":
                self._place += found[0] == quote
                break
            parts.append(self._reference() or self._one_more())
        return "".join(parts)

    def _name_token(self) -> str:
        begin = self._place
        found = _TOKEN.match(self._source, begin)
        self._place = found.end() if found else begin
        if self._source[self._place] not in f"{_SPACE}>":
            raise MarkupError(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return self._source[begin : self._place].lower()

    def _end_tag(self) -> None:
        begin = self._place
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self._tag_name(begin + 2)
        self._skip_space()
        if self._source[self._place] != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        tag = self._open.pop()
        if name not in {"", tag.name}:
            raise MarkupError(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._place += 1
        if self._length > tag.offset:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        kind, length = _NAMES[tag.name], self._length - tag.offset
        match tag.name:
            case "a":
                self._link(tag, length)
            case "pre" | "code":
                self._listing(tag, length)
            case "blockquote" if tag.quote_long:
                self._entities.append(Entity("expandable_blockquote", tag.offset, length))
            case "tg-emoji":
                if not tag.argument.isdecimal() or int(tag.argument) == 0:
                    raise MarkupError("Invalid custom emoji identifier specified")
                self._entities.append(Entity(kind, tag.offset, length, tag.argument))
            case "tg-time":
                if argument := _time(tag.argument):
                    self._entities.append(Entity(kind, tag.offset, length, argument))
            case _:
                self._entities.append(Entity(kind, tag.offset, length))

    def _link(self, tag: _Tag, length: int) -> None:
        url = tag.argument or "".join(self._text)[tag.offset :]
        if user := links.mentioned_user(url):
            self._entities.append(Entity("text_mention", tag.offset, length, str(user)))
        elif url := links.checked(url):
            self._entities.append(Entity("text_link", tag.offset, length, url))

    def _listing(self, tag: _Tag, length: int) -> None:
        """`<pre><code class="language-x">` is one listing with a language, in either order."""
        last = self._entities[-1] if self._entities else None
        other = "code" if tag.name == "pre" else "pre"
        if last and (last.type, last.offset, last.length) == (other, tag.offset, length):
            language = tag.argument or last.argument
            if language:
                self._entities[-1] = Entity("pre", tag.offset, length, language)
                return
        self._entities.append(Entity(tag.name, tag.offset, length, tag.argument))

    def _tag_name(self, begin: int) -> str:
        found = _TAG_END.search(self._source, begin)
        self._place = found.start() if found else self._end
        return self._source[begin : self._place].lower()

    def _skip_space(self) -> None:
        while self._place < self._end and self._source[self._place] in _SPACE:
            self._place += 1

    def _bytes(self, place: int) -> int:
        return len(self._source[:place].encode("utf-8", "surrogatepass"))


def _take(tag: _Tag, name: str, value: str) -> None:
    match tag.name, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            tag.argument = value
        case ("code", "class") if value.startswith("language-"):
            tag.argument = value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            tag.argument = value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            tag.quote_long = True
        case ("tg-time", "unix"):
            tag.argument = f"{value} {tag.argument.partition(' ')[2]}"
        case ("tg-time", "format"):
            tag.argument = f"{tag.argument.partition(' ')[0]} {value}"
        case _:
            pass


def _time(argument: str) -> str:
    unix, _, layout = argument.partition(" ")
    if not _TIME_FORMAT.fullmatch(layout):
        raise MarkupError("Invalid date format used")
    return argument if unix.isdecimal() else ""


def _numbered(digits_16: str | None, digits_10: str | None) -> str:
    digits, base = (digits_10, 10) if digits_16 is None else (digits_16, 16)
    sign = 2 if base == 10 else 3
    if not digits or len(digits) + sign >= 10:
        return ""
    code = int(digits, base)
    return chr(code) if 0 < code < 0x10FFFF else ""


def _without_language(entity: Entity) -> Entity:
    return Entity("code", entity.offset, entity.length) if entity.type == "code" else entity
