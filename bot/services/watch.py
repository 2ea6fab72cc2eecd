"""Tells who reads a source that it is silent or fails for unusually long, and when it is back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.core.health import Trouble, trouble
from bot.core.query import parse_query
from bot.core.query_nodes import sources_of
from bot.core.tokens import joined
from bot.errors import UserInputError
from storage.records import ChatId, Place, Query, QueryId, Source
from storage.store import Store, Transaction

MOST_TOLD = 100
"""So many places are told of one source."""
_TOLD = "source.told."


@dataclass(frozen=True, slots=True)
class SourceNotice:
    """What became of a source, for those who read it."""

    source: Source
    trouble: Trouble
    """Empty: it is back."""


TellPlaces = Callable[[SourceNotice, Sequence[Place]], Awaitable[None]]


class SourceWatch:
    """Looks at all sources now and then; of each trouble, and of its end, people hear once.

    Told are who added the source and the places that ask for it by its name; the operators hear
    of it otherwise (`Ailing`).
    What was to be told is written down first: a crash meanwhile leaves it untold, never told twice.
    """

    def __init__(
        self, store: Store, clock: Clock, tell: TellPlaces, operators: Iterable[int] = ()
    ) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._operators = frozenset(operators)

    async def tick(self) -> int:
        """Tell of all that changed; return of how many sources."""
        now = self._clock.now()
        async with self._store.read() as tx:
            sources = await tx.sources.feeds()
            told = await tx.state.all(_TOLD)
        known = {name.removeprefix(_TOLD): value.decode() for name, value in told.items()}
        changed = [
            SourceNotice(source, found)
            for source in sources
            if (found := trouble(source, now)) != known.pop(str(source.id), "")
        ]
        if not changed and not known:
            return 0
        async with self._store.write() as tx:
            for number in known:  # Sources that are no more.
                await tx.state.remove(_TOLD + number)
            for notice in changed:
                await _write_down(tx, notice)
            asked = _sources_asked_for(await tx.subscriptions.queries())
            readers = [await self._readers(tx, notice.source, asked) for notice in changed]
        for notice, places in zip(changed, readers, strict=True):
            await self._tell(notice, places)
        return len(changed)

    async def _readers(
        self, tx: Transaction, source: Source, asked: Mapping[QueryId, Sequence[str]]
    ) -> list[Place]:
        users = [source.added_by] if source.added_by is not None else []
        people = [Place(ChatId(user)) for user in users if user not in self._operators]
        title = joined(source.title)
        asking = [number for number, names in asked.items() if any(one in title for one in names)]
        places = await tx.subscriptions.places_of(asking, MOST_TOLD) if asking else []
        return list(dict.fromkeys((*people, *places)))


async def _write_down(tx: Transaction, notice: SourceNotice) -> None:
    name = f"{_TOLD}{notice.source.id}"
    if notice.trouble:
        await tx.state.put(name, notice.trouble.encode())
    else:
        await tx.state.remove(name)


def _sources_asked_for(queries: Iterable[Query]) -> dict[QueryId, list[str]]:
    """Return the folded names of sources that queries ask for, where they ask for any."""
    found = {}
    for query in queries:
        if "source:" not in query.text:
            continue
        try:
            found[query.id] = [one.key for one in sources_of(parse_query(query.shown).node)]
        except UserInputError:
            continue  # Written by another version of Tagwire.
    return found
