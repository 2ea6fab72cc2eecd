"""What every test may ask for: a store on SQLite and on PostgreSQL."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from storage.store import Store
from tests.fakes.databases import PostgresServer, SqliteFiles, postgres_server

# How long an example takes is the machine's affair; speed is measured in bench/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Let no test that starts the program decide what the next one sees in the log."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Migrated SQLite files."""
    files = SqliteFiles(tmp_path_factory.mktemp("sqlite"))
    files.prepare()
    return files


@pytest.fixture(scope="session")
def postgres(testrun_uid: str, worker_id: str) -> Iterator[PostgresServer]:
    """The test run's PostgreSQL server."""
    with postgres_server(testrun_uid[:12], worker_id) as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_files: SqliteFiles) -> str:
    """The address of a fresh SQLite database."""
    return sqlite_files.new()


@pytest.fixture
async def postgresql_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """The address of a fresh PostgreSQL database."""
    address = await postgres.new()
    yield address
    await postgres.give_back(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, of each kind in turn."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store, on each database in turn."""
    opened = await Store.open(database_url)
    yield opened
    await opened.close()
