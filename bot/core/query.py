"""What a subscription wants and does not want: the language of queries, parsed.

    #Canada                     a tag; also without #
    "climate change"            a phrase
    #Canada -hockey -"ice rink" leaves out stories with these anywhere
    #Canada + #China            both; #Canada | #China: one of them; ( ) groups
    Canada and China not hockey words for these signs: and, or, not; as tags: #and, "not"
    title:Canada                in the headline
    #Canada source:BBC lang:en  from this source, in this language
    #Canada mention:any         one passing mention in the text is enough
    #Seoul also:"Blue House"    another name that counts as the tag

A query is kept as its canonical text. `parse_query` reads canonical and shown texts alike.
"""

from dataclasses import dataclass, field

from bot.core.query_nodes import Named, Node, Term, canonical, spell, tags_of
from bot.core.query_reader import MAX_QUERY, QueryReader, too_long
from bot.errors import QueryError, sentence


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Two that mean the same have the same `canonical()`."""

    node: Node
    shown: str = field(compare=False)
    any_mention: bool = False

    def canonical(self) -> str:
        """Return the text under which the query is kept; of most plain tags, their key."""
        text = canonical(self.node, inside=self.any_mention)
        return f"{text} mention:any" if self.any_mention else text

    @property
    def plain(self) -> str:
        """Return the key where the query is one tag and nothing else, else an empty text."""
        node = self.node
        if isinstance(node, Term) and not node.title_only and not self.any_mention:
            return node.key
        return ""

    @property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """Return (key, shown) of each tag or phrase that the query asks for, each once."""
        return tuple((key, shown) for key, (shown, _) in self._asked().items())

    @property
    def own(self) -> "tuple[tuple[str, str, Query], ...]":
        """Return (key, shown, query) of each tag: the query finds what counts as that tag here.

        It knows the tag's other names, and whether any mention is enough.
        """
        return tuple(
            (key, shown, made(node, any_mention=self.any_mention))
            for key, (shown, node) in self._asked().items()
        )

    def _asked(self) -> dict[str, tuple[str, Term | Named]]:
        asked: dict[str, tuple[str, Term | Named]] = {}
        best: dict[str, tuple[int, str]] = {}
        for node in tags_of(self.node):
            term = node.term if isinstance(node, Named) else node
            # Of two spellings or namings of one tag the fuller, in whatever order they stand.
            telling = len(term.parts), canonical(node)
            if telling >= best.get(term.key, telling):
                best[term.key] = telling
                asked[term.key] = (term.shown, node)
        return asked


def parse_query(text: str) -> Query:
    """Return the query of a text, where a space means *and*.

    Raises QueryError, which knows the place where it breaks off.
    """
    reader = QueryReader(text, list_of_queries=False)
    node, shown, any_mention = reader.one()
    reader.expect_end()
    return _bounded(_named(node, shown, any_mention=any_mention))


def parse_list(text: str) -> list[Query]:
    """Return the queries of a command's argument, where spaces and commas stand between them.

    What begins with - and filters such as `lang:en` belong to the query before them; doubles are
    dropped. Raises QueryError with the place where it breaks off.
    """
    reader = QueryReader(text, list_of_queries=True)
    found: dict[str, Query] = {}
    while not reader.at_end():
        node, shown, any_mention = reader.one()
        query = _bounded(_named(node, shown, any_mention=any_mention))
        found.setdefault(query.canonical(), query)
        reader.skip_commas()
    if not found:
        raise QueryError(text, 0, sentence("A tag is missing. Type one, such as #Canada."))
    return list(found.values())


def made(node: Node, *, any_mention: bool = False) -> Query:
    """Return the query of a node, shown as somebody could have typed it."""
    shown = f"{spell(node)} mention:any" if any_mention else spell(node)
    return _named(node, shown, any_mention=any_mention)


def _bounded(query: Query) -> Query:
    """Return the query; raises QueryError where what is kept of it could not be read again."""
    kept = made(query.node, any_mention=query.any_mention).shown
    if max(len(kept), len(query.canonical())) > MAX_QUERY:
        raise too_long(query.shown)
    return query


def _named(node: Node, shown: str, *, any_mention: bool) -> Query:
    """Return the query with a plain tag or phrase shown as one; others stay as typed."""
    if isinstance(node, Term) and not node.title_only and not any_mention:
        shown = f'"{node.shown}"' if node.quoted else f"#{node.shown}"
    return Query(node, shown, any_mention)
