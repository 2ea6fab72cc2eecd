"""Papers written out as RSS, RSS 1.0, Atom and JSON Feed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from types import MappingProxyType

from bot.demo.edition import Paper, Piece

CONTENT_TYPES: Mapping[str, str] = MappingProxyType({
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A piece in print."""

    piece: Piece
    published: datetime
    updated: datetime


def write(paper: Paper, items: Sequence[Item]) -> bytes:
    """Return the paper's feed with these items, in its own format."""
    writers: dict[str, Callable[[Paper, Sequence[Item]], str]] = {
        "rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json,
    }  # fmt: skip
    return writers[paper.format](paper, items).encode()


def address(paper: Paper, piece: Piece) -> str:
    """Return where the piece would stand, if the paper existed."""
    return f"{paper.home}/news/{piece.slug}"


def _rss(paper: Paper, items: Sequence[Item]) -> str:
    entries = "".join(
        f"<item><title>{escape(item.piece.title)}</title>"
        f"<link>{address(paper, item.piece)}</link>"
        f'<guid isPermaLink="false">{paper.key}:{item.piece.slug}</guid>'
        f"<pubDate>{format_datetime(item.published)}</pubDate>"
        + "".join(f"<category>{escape(name)}</category>" for name in item.piece.categories)
        + f"<description>{escape(_as_html(item.piece))}</description></item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(paper.title)}</title><link>{paper.home}/</link>"
        f"<description>{escape(paper.title)}</description>"
        f"<language>{paper.language}</language>\n{entries}</channel></rss>\n"
    )


def _rdf(paper: Paper, items: Sequence[Item]) -> str:
    listed = "".join(f'<rdf:li resource="{address(paper, item.piece)}"/>' for item in items)
    entries = "".join(
        f'<item rdf:about="{address(paper, item.piece)}">'
        f"<title>{escape(item.piece.title)}</title><link>{address(paper, item.piece)}</link>"
        f"<description>{escape(_as_html(item.piece))}</description>"
        + "".join(f"<dc:subject>{escape(name)}</dc:subject>" for name in item.piece.categories)
        + f"<dc:date>{item.published.isoformat(timespec='seconds')}</dc:date></item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<channel rdf:about="{paper.home}/"><title>{escape(paper.title)}</title>'
        f"<link>{paper.home}/</link><description>{escape(paper.title)}</description>"
        f"<dc:language>{paper.language}</dc:language>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{entries}</rdf:RDF>\n"
    )


def _atom(paper: Paper, items: Sequence[Item]) -> str:
    newest = max((item.updated for item in items), default=None)
    stamp = f"<updated>{newest.isoformat(timespec='seconds')}</updated>" if newest else ""
    entries = "".join(
        f"<entry><id>{address(paper, item.piece)}</id>"
        f"<title>{escape(item.piece.title)}</title>"
        f'<link href="{address(paper, item.piece)}"/>'
        f"<published>{item.published.isoformat(timespec='seconds')}</published>"
        f"<updated>{item.updated.isoformat(timespec='seconds')}</updated>"
        + "".join(f'<category term="{escape(name)}"/>' for name in item.piece.categories)
        + f'<content type="html">{escape(_as_html(item.piece))}</content></entry>\n'
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{paper.language}">'
        f"<id>{paper.home}/</id><title>{escape(paper.title)}</title>{stamp}\n{entries}</feed>\n"
    )


def _json(paper: Paper, items: Sequence[Item]) -> str:
    entries = [
        {
            "id": f"{paper.key}:{item.piece.slug}",
            "url": address(paper, item.piece),
            "title": item.piece.title,
            "content_text": item.piece.body,
            "date_published": item.published.isoformat(timespec="seconds"),
            "date_modified": item.updated.isoformat(timespec="seconds"),
            "tags": list(item.piece.categories),
        }
        for item in items
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.title,
        "home_page_url": f"{paper.home}/",
        "language": paper.language,
    }
    return json.dumps(head | {"items": entries}, ensure_ascii=False)


def _as_html(piece: Piece) -> str:
    """Return the body as a paragraph; one that brings markup of its own stays as it is."""
    return piece.body if "<" in piece.body else f"<p>{escape(piece.body, quote=False)}</p>"
