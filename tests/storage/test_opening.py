"""Opening a database either works or says in one line what to do, without a password."""

import os
import sqlite3
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL
from sqlalchemy.exc import TimeoutError as NoneFreeError

from storage.database import explain, read_address
from storage.errors import (
    AddressError,
    BusyError,
    DamagedError,
    StoreError,
    TooNewError,
    UnreachableError,
    UnreadableError,
)
from storage.migrations import HEAD
from storage.store import Store, Transaction
from tests.fakes.databases import PostgresServer


@pytest.mark.parametrize(
    ("address", "driver", "database"),
    [
        ("sqlite:///some/file.db", "sqlite+aiosqlite", "some/file.db"),
        ("sqlite:////some/file.db", "sqlite+aiosqlite", "/some/file.db"),
        ("sqlite+pysqlite:////some/file.db", "sqlite+aiosqlite", "/some/file.db"),
        ("postgresql://me:secret@db.example/news", "postgresql+asyncpg", "news"),
        ("postgres://me@db.example/news", "postgresql+asyncpg", "news"),
        ("postgresql+psycopg2://me@db.example/news", "postgresql+asyncpg", "news"),
    ],
)
def test_an_address_gets_our_driver(address: str, driver: str, database: str) -> None:
    url = read_address(address)
    assert url.drivername == driver
    assert url.database == database


def test_sslmode_is_understood() -> None:
    url = read_address("postgresql://db.example/news?sslmode=require")
    assert url.query == {"ssl": "require"}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "cannot be read"),
        ("just words", "cannot be read"),
        ("postgresql://me:secret@db.example:port/news", "cannot be read"),
        ("mysql://me:secret@db.example/news", "'mysql' are not supported"),
        ("sqlite://", "has to name a file"),
        ("sqlite:///:memory:", "has to name a file"),
        ("sqlite:///file:x?mode=ro&uri=true", "has to name a file"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused(address: str, words: str) -> None:
    with pytest.raises(AddressError, match=words) as caught:
        await Store.open(address)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_folder_and_file_are_made(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/new/deep/tagwire.db")
    await store.close()
    assert (tmp_path / "new/deep/tagwire.db").is_file()


async def test_only_its_owner_reads_a_new_database_and_its_copies(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = await Store.open(f"sqlite:///{tmp_path}/tagwire.db")
        async with store.write() as tx:
            await tx.state.put("something", b"written")
        await store.backup(tmp_path / "copy.db")
        rights = rights_in(tmp_path)
        await store.close()
    finally:
        os.umask(before)
    names = {"tagwire.db", "tagwire.db-wal", "tagwire.db-shm", "copy.db"}
    assert rights == dict.fromkeys(names, 0o600)


def rights_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_a_database_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "tagwire.db"
    path.touch()
    path.chmod(0o640)
    store = await Store.open(f"sqlite:///{path}")
    await store.close()
    assert path.stat().st_mode & 0o777 == 0o640


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("These are only notes. " * 1000)
    with pytest.raises(UnreadableError, match="is not a database"):
        await Store.open(f"sqlite:///{path}")
    assert path.read_text().startswith("These are only notes.")


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be opened"):
        await Store.open(f"sqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnreadableError, match="cannot be opened"):
        await Store.open(f"sqlite:///{tmp_path}/file/tagwire.db")


def content(address: str) -> bytes:
    return Path(address.removeprefix("sqlite:///")).read_bytes()


def write(address: str, whole: bytes) -> None:
    Path(address.removeprefix("sqlite:///")).write_bytes(whole)


def damage(address: str) -> bytes:
    whole = bytearray(content(address))
    for page in range(2, len(whole) // 4096):
        whole[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    write(address, bytes(whole))
    return bytes(whole)


async def test_a_damaged_file_is_found_and_left_alone(sqlite_url: str) -> None:
    whole = damage(sqlite_url)
    with pytest.raises(DamagedError, match="is damaged"):
        await Store.open(sqlite_url)
    assert content(sqlite_url) == whole


async def test_a_file_with_pages_amiss_is_damaged(sqlite_url: str) -> None:
    whole = bytearray(content(sqlite_url))
    whole[36:40] = (5).to_bytes(4)  # How many pages are free, says its head.
    write(sqlite_url, bytes(whole))
    with pytest.raises(DamagedError, match=r"is damaged \("):
        await Store.open(sqlite_url)


async def test_a_large_file_is_only_looked_at(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.sqlite.CHECKED_BYTES", 0)
    store = await Store.open(sqlite_url)
    await store.close()


async def test_a_database_of_a_later_version_is_left_alone(database_url: str) -> None:
    store = await Store.open(database_url)
    rename = "UPDATE alembic_version SET version_num = "
    try:
        async with store._database.transaction(writing=True) as work:
            await work.conn.exec_driver_sql(f"{rename}'9999'")
        with pytest.raises(TooNewError, match="later version"):
            await Store.open(database_url)
    finally:
        async with store._database.transaction(writing=True) as work:
            await work.conn.exec_driver_sql(f"{rename}'{HEAD}'")
        await store.close()


async def test_a_server_that_does_not_answer() -> None:
    with pytest.raises(UnreachableError, match="cannot be reached") as caught:
        await Store.open("postgresql://me:secret@127.0.0.1:9/news")
    assert "secret" not in str(caught.value)


async def test_a_database_that_is_not_there(postgres: PostgresServer) -> None:
    with pytest.raises(UnreachableError, match="no such database"):
        await Store.open(postgres.address("nowhere"))


async def test_an_unknown_user(postgres: PostgresServer) -> None:
    address = postgres.address("postgres").replace("postgres:@", "stranger:secret@")
    with pytest.raises(UnreachableError, match="refuses this user") as caught:
        await Store.open(address)
    assert "secret" not in str(caught.value)


async def test_an_option_that_nobody_knows(postgres: PostgresServer) -> None:
    with pytest.raises(AddressError, match="option that is not known"):
        await Store.open(postgres.address("postgres") + "&colour=red")


@pytest.mark.parametrize("error", [BrokenPipeError, TimeoutError, FileNotFoundError, KeyError])
async def test_what_goes_wrong_beside_the_database_is_not_the_databases(
    store: Store, error: type[Exception]
) -> None:
    async def fail(opened: AbstractAsyncContextManager[Transaction]) -> None:
        async with opened as tx:
            await tx.state.get("name")
            raise error("of somebody else")

    for opened in (store.read(), store.write()):
        with pytest.raises(error, match="of somebody else"):
            await fail(opened)
    async with store.read() as tx:
        assert await tx.state.get("name") is None


def break_off(*_: object, **__: object) -> None:
    raise ConnectionResetError("by peer")


@pytest.mark.parametrize(
    "where",
    [
        "sqlalchemy.ext.asyncio.AsyncConnection.start",
        "sqlalchemy.ext.asyncio.AsyncConnection.execute",
        "sqlalchemy.engine.base.Transaction.commit",
    ],
)
async def test_a_line_that_breaks_is_the_databases_fault(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, break_off)
        with pytest.raises(StoreError, match=r"cannot be (opened|reached)") as caught:
            async with store.write() as tx:
                await tx.state.put("name", b"x")
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    async with store.read() as tx:
        assert await tx.state.get("name") is None


SQLITE = URL.create("sqlite+aiosqlite", database="/data/tagwire.db")
POSTGRESQL = URL.create("postgresql+asyncpg", "me", "secret", "db.example", None, "news")


def fault(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    return error


class RefusalError(Exception):
    """As asyncpg raises them."""

    def __init__(self, sqlstate: str, words: str = "words {with} braces\nand more") -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "url", "kind", "words"),
    [
        (fault("SQLITE_FULL"), SQLITE, BusyError, "no room left on the disk"),
        (fault("SQLITE_BUSY_SNAPSHOT"), SQLITE, BusyError, "locked by another program"),
        (fault("SQLITE_READONLY_DBMOVED"), SQLITE, UnreadableError, "may not be written"),
        (fault("SQLITE_CORRUPT_INDEX"), SQLITE, DamagedError, "damaged"),
        (fault("SQLITE_PROTOCOL"), SQLITE, BusyError, "locked by another program"),
        (NoneFreeError("QueuePool"), SQLITE, BusyError, "too much to do"),
        (NoneFreeError("QueuePool"), POSTGRESQL, BusyError, "too much to do"),
        (fault("SQLITE_FULLNESS"), SQLITE, StoreError, "refused: SQLITE_FULLNESS"),
        (TypeError("x"), SQLITE, AddressError, "option"),
        (ValueError(), SQLITE, StoreError, "refused: ValueError"),
        (RefusalError("28P01"), POSTGRESQL, UnreachableError, "refuses the password"),
        (RefusalError("40P01"), POSTGRESQL, BusyError, "met another"),
        (RefusalError("53300"), POSTGRESQL, BusyError, "out of room"),
        (RefusalError("42601"), POSTGRESQL, StoreError, r"refused: words \(with\) braces$"),
        (asyncpg.InterfaceError("closed"), POSTGRESQL, BusyError, "broke off"),
        (TimeoutError(), POSTGRESQL, UnreachableError, "cannot be reached"),
        (ValueError(), POSTGRESQL, AddressError, "option"),
    ],
)
def test_every_fault_is_one_line(
    error: Exception, url: URL, kind: type[StoreError], words: str
) -> None:
    found = explain(error, url)
    assert type(found) is kind
    with pytest.raises(kind, match=words):
        raise found
    assert "\n" not in str(found)
    assert "secret" not in str(found)


async def test_a_server_that_breaks_off_while_it_is_opened_is_left(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_off(_connection: object) -> None:
        raise asyncpg.InterfaceError("closed")

    monkeypatch.setattr("storage.database.postgresql.clock_ahead", break_off)
    with pytest.raises(BusyError, match="broke off"):
        await Store.open(postgresql_url)


async def test_damage_that_a_copy_finds_is_the_databases_own(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_damage(_path: Path) -> None:
        raise fault("SQLITE_CORRUPT")

    store = await Store.open(sqlite_url)
    monkeypatch.setattr("storage.database.engine.make_private", find_damage)
    with pytest.raises(DamagedError, match="is damaged"):
        await store.backup(tmp_path / "copy.db")
    await store.close()
