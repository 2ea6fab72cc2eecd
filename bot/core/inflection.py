"""Tags of languages that decline names, found by the stems of their words."""

from collections.abc import Iterator

from bot.core.declension import declines, forms, is_russian
from bot.core.prefixes import is_with_particles, takes_particles, with_particles
from bot.core.scan import Field, Found, KeyTable
from bot.core.stems import Stemmer, has_stemmer
from bot.core.tags import Tag, words
from bot.core.tokens import tokenise


def parts_of(tag: Tag) -> tuple[str, ...]:
    """Return the words of a tag where its spelling alone tells them and they are declined.

    `#МосковскаяБиржа` is also found as Московской биржи, `#московскаябиржа` is not; so they are
    two things to look for, though one tag. Nothing for all tags that mean the same however spelt.
    """
    if tag.capitals or not any(map(has_stemmer, tag.key)):
        return ()
    tokens = tuple(token for part in words(tag.shown) for token in tokenise(part))
    told = "".join(tokens) == tag.key and tokens != tuple(tokenise(tag.key))
    return tokens if told else ()


class InflectedTags:
    """Stems of what is looked for, token by token; tags in capitals are never among it."""

    __slots__ = ("_keys_of", "_stemmer", "_stems_of", "_table", "_tokens_of")

    def __init__(self) -> None:
        self._stemmer = Stemmer()
        self._table = KeyTable()
        self._tokens_of: dict[str, tuple[str, ...]] = {}
        self._stems_of: dict[str, frozenset[str]] = {}
        self._keys_of: dict[str, tuple[str, ...]] = {}

    def add(self, key: str, parts: tuple[str, ...]) -> None:
        """Look for forms of the tag from now on, if its script has a stemmer.

        `parts` are its words where its spelling tells them; found again by `key`, whatever it is.
        """
        tokens = parts or tuple(tokenise(key))
        if key.isupper() or not any(map(has_stemmer, tokens)):
            return
        self._tokens_of[key] = tokens
        told = map(_told_apart, tokens)
        stems = frozenset(
            "".join(map(self._stemmer, variant)) for variant in zip(*told, strict=True)
        )
        self._stems_of[key] = stems
        for stem in stems:
            self._keys_of[stem] = (*self._keys_of.get(stem, ()), key)
            self._table.add(stem)

    def discard(self, key: str) -> None:
        """Look for the tag no more."""
        self._tokens_of.pop(key, None)
        for stem in self._stems_of.pop(key, ()):
            self._table.discard(stem)
            left = tuple(other for other in self._keys_of[stem] if other != key)
            if left:
                self._keys_of[stem] = left
            else:
                del self._keys_of[stem]

    def search(self, field: Field) -> Iterator[Found]:
        """Yield each form of a tag that is not the tag as it stands."""
        if not self._keys_of or field.text.isascii():
            return
        for found in self._table.search(field.reworded(self._stemmer), _no_endings):
            tokens = tuple(field.tokens[found.first : found.last + 1])
            for key in self._keys_of[found.key]:
                if "".join(tokens) != "".join(self._tokens_of[key]) and _same_words(
                    self._tokens_of[key], tokens
                ):
                    yield found._replace(key=key)


def _same_words(typed: tuple[str, ...], met: tuple[str, ...]) -> bool:
    if len(typed) != len(met):
        typed, met = ("".join(typed),), ("".join(met),)
    pairs = zip(typed, met, strict=True)
    alone = len(typed) == 1
    return all(_is_form(word, form, alone=alone) for word, form in pairs)


def _told_apart(token: str) -> tuple[str, str, str]:
    if is_russian(token):
        return forms(token)
    return with_particles(token) if takes_particles(token) else (token,) * 3


def _is_form(word: str, form: str, *, alone: bool) -> bool:
    if is_russian(word):
        return declines(word, form, alone=alone)
    return not takes_particles(word) or is_with_particles(word, form)


def _no_endings(_token: str) -> tuple[int, ...]:
    return ()
