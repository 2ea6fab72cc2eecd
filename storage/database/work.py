"""One open transaction, as the rooms of storage see it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import URL, CursorResult, Executable, Row, Select, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.faults import explain

CHANNEL = "tagwire_work"
"""What processes on one PostgreSQL database listen to."""

Insert = sqlite.Insert | postgresql.Insert


@dataclass(slots=True)
class Turn:
    """Whose turn it is: claims go on after this chat. One for each open store."""

    after: int = -(2**63)


@dataclass(frozen=True, slots=True)
class Work:
    """A connection inside a transaction; hides which database it is."""

    conn: AsyncConnection
    url: URL
    writing: bool
    ahead: timedelta = timedelta()
    """How far the database's clock is before ours; leases are kept by the database's."""
    noted: set[str] = field(default_factory=set)

    @property
    def on_sqlite(self) -> bool:
        """Whether it is SQLite, where one writer at a time works on one file."""
        return self.url.drivername.startswith("sqlite")

    async def run(
        self,
        statement: Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Execute a statement; with several mappings, once for each."""
        try:
            return await self.conn.execute(statement, values)
        except OSError as error:  # Here it is the database's; nobody can tell further out.
            raise explain(error, self.url) from error

    async def rows(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Return all rows."""
        return (await self.run(statement, values)).all()

    async def first(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Row[Any] | None:
        """Return the first row, if there is one."""
        return (await self.run(statement, values)).first()

    async def scalar(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, or None."""
        return (await self.run(statement, values)).scalar()

    async def counts(self, asked: Mapping[str, Select[Any]]) -> dict[str, int]:
        """Return several counts, by one statement."""
        columns = [one.scalar_subquery().label(name) for name, one in asked.items()]
        row = await self.first(select(*columns))
        return dict(zip(asked, row or (), strict=True))

    def insert(self, table: Table) -> Insert:
        """Begin an INSERT that knows `ON CONFLICT`."""
        return sqlite.insert(table) if self.on_sqlite else postgresql.insert(table)

    async def reserve(self, table: Table, count: int) -> list[int]:
        """Set aside ids of a table for rows written later in this transaction."""
        if self.on_sqlite:
            last = await self.scalar(select(func.max(table.c.id))) or 0
            return list(range(last + 1, last + count + 1))
        ids = text("SELECT nextval(CAST(:name AS regclass)) FROM generate_series(1, :count)")
        rows = await self.rows(ids, {"name": f"{table.name}_id_seq", "count": count})
        return [row[0] for row in rows]

    async def announce(self) -> None:
        """Wake who waits for deliveries, here and in other processes, once this is kept."""
        self.noted.add("work")
        if not self.on_sqlite:
            await self.run(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def lock(self, name: str) -> None:
        """Wait for the name and keep it to the transaction's end.

        On SQLite a writer is alone anyway.
        """
        if not self.on_sqlite:
            await self.run(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key(name)})


def lock_key(name: str) -> int:
    """Return the 64-bit number that stands for a lock's name on PostgreSQL."""
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"tagwire").digest()
    return int.from_bytes(digest, "big", signed=True)
