"""The door: open a store, then read or write in one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage.articles import Articles
from storage.buttons import Buttons
from storage.chats import Chats
from storage.database import Database, Sole, Turn, Work
from storage.errors import StoreError
from storage.mutes import Mutes
from storage.outbox import Outbox
from storage.pushes import Pushes
from storage.schema import articles, chats, deliveries, queries, sources, stories, subscriptions
from storage.shelf import Shelf
from storage.sources import Sources
from storage.state import State
from storage.stories import Stories
from storage.subscriptions import Subscriptions
from storage.tag_topics import TagTopics
from storage.timetables import Timetables

__all__ = ["Sole", "Store", "Transaction"]

_COUNTED = (sources, articles, stories, chats, queries, subscriptions, deliveries)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, and what may be asked in it."""

    sources: Sources
    articles: Articles
    stories: Stories
    chats: Chats
    buttons: Buttons
    subscriptions: Subscriptions
    mutes: Mutes
    outbox: Outbox
    pushes: Pushes
    shelf: Shelf
    timetables: Timetables
    tag_topics: TagTopics
    state: State
    _work: Work

    async def lock(self, name: str) -> None:
        """Wait for the name, and keep it to the end: one at a time reads, then writes.

        PostgreSQL needs it (an advisory lock); on SQLite a writer is alone from its beginning.
        """
        await self._work.lock(name)


Note = Callable[[Transaction], Awaitable[None]]


class Store:
    """An open database at its newest schema. Everything it raises is a `StoreError`."""

    def __init__(
        self, database: Database, *, turn: Turn | None = None, note: Note | None = None
    ) -> None:
        self._database = database
        self._turn = turn or Turn()
        self._note = note

    @classmethod
    async def open(cls, address: str) -> "Store":
        """Open the database of this address, and bring it to the newest schema.

        `sqlite:///path` (folder and file are made) or `postgresql://…`. Raises StoreError with one
        clear line, without the password.
        """
        return cls(await Database.open(address))

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._database.dialect

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Read in one snapshot; writing is refused."""
        async with self._database.transaction(writing=False) as work:
            yield self._transaction(work)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Read and write; kept at the end, or nothing of it after an exception.

        Keep it short and wait for nothing else in it: on SQLite there is one writer at a time.
        """
        async with self._database.transaction(writing=True) as work:
            tx = self._transaction(work)
            yield tx
            if self._note is not None:
                await self._note(tx)

    def noting(self, note: Note) -> "Store":
        """Return the same store, each of whose writing transactions ends with `note`.

        What is written and what is noted are kept together, or neither is.
        """
        return Store(self._database, turn=self._turn, note=note)

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[Sole]:
        """Be the only process under this name while inside; raise TakenError if another one is.

        Freed when the process dies. `Sole.still` tells, now and then, whether it still holds: a
        PostgreSQL server that restarts forgets it.
        """
        async with self._database.only_one(name) as sole:
            yield sole

    @property
    def forgets_names(self) -> bool:
        """Tell whether a living process may lose its name for a while (a server that restarts)."""
        return self.dialect == "postgresql"

    async def is_held(self, name: str) -> bool:
        """Tell whether a living process holds the name by `only_one`."""
        return await self._database.is_held(name)

    async def wait_for_work(self, seconds: float) -> bool:
        """Wait until somebody put deliveries, at most so long; tell whether somebody did.

        On PostgreSQL other processes wake us too; on SQLite only this one. A ring is kept until
        it is waited for, so that nothing is missed between a claim and the wait.
        """
        return await self._database.wait_for_work(seconds)

    @property
    def clock_ahead(self) -> timedelta:
        """Return how far the database's clock is before this machine's; zero within a second."""
        return self._database.ahead

    def _transaction(self, work: Work) -> Transaction:
        return Transaction(
            sources=Sources(work),
            articles=Articles(work),
            stories=Stories(work),
            chats=Chats(work),
            buttons=Buttons(work),
            subscriptions=Subscriptions(work),
            mutes=Mutes(work),
            outbox=Outbox(work, self._turn),
            pushes=Pushes(work),
            shelf=Shelf(work),
            timetables=Timetables(work),
            tag_topics=TagTopics(work),
            state=State(work),
            _work=work,
        )

    async def backup(self, path: Path) -> None:
        """Write a copy of a SQLite database while it is used; raise StoreError otherwise."""
        if self.dialect != "sqlite":
            raise StoreError("PostgreSQL has its own tool for backups: use pg_dump.")
        _make_room(path)
        await self._database.copy_to(path)

    async def stats(self) -> dict[str, int]:
        """Return how many rows each table of interest has."""
        async with self._database.transaction(writing=False) as work:
            number = select(func.count())
            return await work.counts({table.name: number.select_from(table) for table in _COUNTED})


def _make_room(path: Path) -> None:
    if path.exists():
        raise StoreError(f"{path} is there already. Name a file that is not.")
    if not path.parent.is_dir():
        raise StoreError(f"{path.parent} is no folder. Name a file in one that is there.")
