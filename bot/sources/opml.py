"""Lists of sources as OPML 2.0 (opml.org/spec2.opml), folders as topics."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from bot.core.urls import is_template
from bot.errors import DocumentError
from storage.records import NewSource, Source, SourceKind

SIZE_LIMIT = 5_000_000
"""Bytes of a list; thousands of sources fit into one."""
_TEXT_LIMIT = 300
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list names."""

    sources: list[NewSource]
    """In their order, each address once."""
    repeated: tuple[str, ...] = ()
    """Addresses that stood in the list before, as often as they came again."""


def read(content: bytes) -> list[NewSource]:
    """Return the list's sources in their order, each address once; raises DocumentError."""
    return look_through(content).sources


def look_through(content: bytes) -> Listed:
    """Return what the list names, and what it names more than once.

    Forgives what people's programs write (any case of `xmlUrl`, missing ends); raises
    DocumentError where it is no OPML or too large. Addresses are not yet checked.
    """
    if len(content) > SIZE_LIMIT:
        raise DocumentError(
            f"The list is larger than {SIZE_LIMIT // 1_000_000} MB. Divide it into several."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise DocumentError("The file is no OPML list of sources.")
    found: dict[str, NewSource] = {}
    repeated = []
    for outline in root.iter("{*}outline", "outline"):
        source = _source(outline)
        if source is not None and found.setdefault(source.url, source) is not source:
            repeated.append(source.url)
    return Listed(list(found.values()), tuple(repeated))


def write(sources: Iterable[Source | NewSource], title: str = "Tagwire's sources") -> str:
    """Return a list that `read`, and other programs, can read back."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _text(title)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {"": body}
    for source in sources:
        if source.kind is SourceKind.TAG:
            continue
        if source.topic not in folders:
            folders[source.topic] = etree.SubElement(body, "outline", text=_text(source.topic))
        etree.SubElement(folders[source.topic], "outline", _attributes(source))
    packed = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return packed.decode()


def _source(outline: etree._Element) -> NewSource | None:
    said = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
    url = said.get("xmlurl", "")
    if not url:
        return None
    return NewSource(
        url=url,
        title=(said.get("title") or said.get("text") or "")[:_TEXT_LIMIT],
        language=said.get("language", "")[:20],
        country=said.get("country", "")[:2],
        topic=_folder(outline) or said.get("category", "")[:_TEXT_LIMIT],
        kind=SourceKind.TEMPLATE if is_template(url) else SourceKind.FEED,
    )


def _folder(outline: etree._Element) -> str:
    """Return the name of the nearest folder round a source."""
    parent = outline.getparent()
    while parent is not None:
        if not parent.get("xmlUrl"):
            name = parent.get("text") or parent.get("title")
            if name:
                return str(name).strip()[:_TEXT_LIMIT]
        parent = parent.getparent()
    return ""


def _attributes(source: Source | NewSource) -> dict[str, str]:
    said = {
        "type": "rss",
        "text": source.title or source.url,
        "title": source.title,
        "xmlUrl": source.url,
        "language": source.language,
        "country": source.country,
    }
    return {name: _text(value) for name, value in said.items() if value}


def _text(text: str) -> str:
    """Leave out what XML cannot hold."""
    return text.translate(_ILLEGAL).encode("utf-8", "ignore").decode()
