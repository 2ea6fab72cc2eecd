"""The sources that ship with the product: facts of where well-known newsrooms publish."""

from importlib.resources import files

from bot.sources import opml
from storage.records import NewSource, SourceKind


def sources() -> list[NewSource]:
    """Return what a first start loads: the catalogue's feeds, and one search for tags.

    One search only: each further one is asked for each subscribed tag; `searches` has them.
    """
    return [*_feeds(), searches()[0]]


def searches() -> list[NewSource]:
    """Return the known searches and tag feeds, the broadest first; to choose from."""
    return [source for source in _all() if source.kind is SourceKind.TEMPLATE]


def _feeds() -> list[NewSource]:
    return [source for source in _all() if source.kind is SourceKind.FEED]


def _all() -> list[NewSource]:
    return opml.read(files("bot.sources").joinpath("catalogue.opml").read_bytes())
