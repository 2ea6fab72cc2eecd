"""Everything in bot that can go wrong and is not expected.

TagwireError
├── ConfigurationError      a setting is wrong (exit 2)
│   └── TokenRejectedError  Telegram does not know the token (exit 2)
├── UserInputError          somebody typed what we cannot use
│   ├── TagError            not a tag
│   ├── FileError           not a file that can be taken in
│   └── QueryError          not a query; knows the place
└── SourceError             a source cannot be used
    ├── AddressError        its address is not allowed
    ├── FetchError          it does not answer as a source should
    │   └── SilentError     nothing answers there: perhaps the fault is ours
    └── DocumentError       it answered, but with nothing that is a feed

Each carries one clear line: what is wrong and what to do next. What is *expected* (a chat that
blocked the bot, a flood wait, an unchanged feed) is a value, not an exception.
"""


def sentence(text: str) -> str:
    """Mark a line that people may read in a chat, so that it is translated there."""
    return text


class TagwireError(Exception):
    """The root; `str()` is one line that may be shown to people.

    `template` and `values` are what it is made of, for those who say it in another language.
    """

    exit_code = 1

    def __init__(self, template: str = "", **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values


class ConfigurationError(TagwireError):
    """A setting is missing or wrong."""

    exit_code = 2


class TokenRejectedError(ConfigurationError):
    """Telegram does not accept the token. Never holds the token itself."""


class UserInputError(TagwireError):
    """Somebody typed what cannot be used."""

    exit_code = 2


class TagError(UserInputError):
    """What was typed is no tag; `text` is what was typed, `reason` one of a few words."""

    def __init__(self, text: str, reason: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.text = text
        self.reason = reason


class FileError(UserInputError):
    """A file cannot be taken in; `reason` is one of a few words, `most` the limit it breaks."""

    def __init__(self, reason: str, most: int = 0) -> None:
        super().__init__(f"the file cannot be taken in: {reason}")
        self.reason = reason
        self.most = most


class QueryError(UserInputError):
    """What was typed is no query; `position` (code points) is where it breaks off."""

    def __init__(self, text: str, position: int, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.text = text
        self.position = position


class SourceError(TagwireError):
    """A source cannot be used; the line never tells what lies inside the operator's network."""


class AddressError(SourceError):
    """The address of a source is not one that may be read."""


class FetchError(SourceError):
    """A source does not answer as it should."""


class SilentError(FetchError):
    """Nobody answers there; a cut line of ours, or our proxy, looks the same."""


class DocumentError(SourceError):
    """A source answers, but with nothing that is a feed."""
