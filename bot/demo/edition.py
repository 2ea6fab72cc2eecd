"""The demo's papers and stories: all invented, written for it, kept in `edition.json`."""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that does not exist."""

    key: str
    title: str
    language: str
    format: str
    """`rss`, `rdf`, `atom` or `json`."""
    home: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A story as one paper tells it."""

    paper: str
    slug: str
    title: str
    body: str
    categories: tuple[str, ...] = ()
    at: float = -1.0
    """Seconds after the opening at which it is published; negative: back catalogue."""
    before_h: float = 0.0
    """Hours before the opening at which a piece of the back catalogue was published."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that the newsroom will publish."""

    papers: tuple[Paper, ...]
    pieces: tuple[Piece, ...]

    def back_catalogue(self) -> list[Piece]:
        """Return what stands in the papers before the first poll, oldest first."""
        old = [piece for piece in self.pieces if piece.at < 0]
        return sorted(old, key=lambda piece: -piece.before_h)

    def to_come(self) -> list[Piece]:
        """Return what will be published, in order."""
        return sorted((piece for piece in self.pieces if piece.at >= 0), key=lambda one: one.at)


def load_edition() -> Edition:
    """Read the edition that ships with the demo."""
    read = json.loads((files("bot.demo") / "edition.json").read_text("utf-8"))
    pieces = [
        Piece(
            paper=one["paper"],
            slug=one["slug"],
            title=one["title"],
            body=one["body"],
            categories=tuple(one["categories"]),
            at=one.get("at", -1.0),
            before_h=one.get("before_h", 0.0),
        )
        for one in read["stories"]
    ]
    return Edition(tuple(Paper(**paper) for paper in read["papers"]), tuple(pieces))
