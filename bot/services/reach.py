"""Whose fault it is that sources are silent: their own, or ours."""

from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from bot.core.entries import Failed, ReadResult
from storage.records import SourceToFetch

_LEAST = 3
_ENOUGH = 5
"""So many hosts in a row are silent by chance no more; where fewer are read, all of them."""


class Reading(Protocol):
    """The web, as far as this room needs it."""

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Return what a source says now; never raises for what a source does."""
        ...


class Reach:
    """Reads sources, and tells a cut line of ours, or a proxy that is down, from sources that are.

    It is ours when host after host is silent and nobody answers in between.
    """

    def __init__(self, web: Reading) -> None:
        self._web = web
        self._silent: set[str] = set()
        self._asked: set[str] = set()

    async def read(self, source: SourceToFetch) -> ReadResult:
        """Return what a source says now; where it is silent, whether the fault is ours."""
        result = await self._web.read(source)
        host = _host(source.url)
        if len(self._asked) < _ENOUGH:
            self._asked.add(host)
        if not isinstance(result, Failed) or result.status:
            self._silent.clear()
            return result
        if not result.silent:
            return result  # It was not asked, or said something odd: that tells nothing.
        if len(self._silent) < _ENOUGH:
            self._silent.add(host)
        ours = len(self._silent) >= max(_LEAST, len(self._asked))
        return replace(result, ours=ours)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
