"""One chain of migrations: no drift, up and down with rows, alone, inside a running loop."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database.driver import Paces
from storage.database.engine import Database
from storage.database.sqlite import sqlite_engine
from storage.database.upgrade import head_reached, settings_of
from storage.migrations import HEAD
from storage.records import ChatId, Mode, NewPush, NewSource, Place, Rhythm, Timetable
from storage.schema import metadata
from storage.store import Store
from tests.fakes.databases import PostgresServer
from tests.storage.makers import NOW, add_story, put, subscribe


@pytest.fixture
def own_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/own.db"


@pytest.fixture
async def own_postgresql(postgres: PostgresServer) -> AsyncIterator[str]:
    address = await postgres.create()
    yield address
    await postgres.drop(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database that no other test gets."""
    address: str = request.getfixturevalue(f"own_{request.param}")
    return address


async def run(address: str, work: Callable[[Connection], None]) -> None:
    """Run something on a plain connection, in one transaction, with foreign keys off."""
    database = await Database.open(address)
    await database.close()
    engine = database._writer
    if database.on_sqlite:
        engine = sqlite_engine(
            database.url, Paces(), pool_size=None, writing=True, foreign_keys=False
        )
    async with engine.begin() as conn:
        await conn.run_sync(work)
    await engine.dispose()


async def test_no_drift_between_tables_and_history(own_url: str) -> None:
    def compare(connection: Connection) -> None:
        assert inspect(connection).has_table("deliveries")
        command.check(settings_of(connection))

    await run(own_url, compare)


async def test_the_comparison_would_see_a_difference(own_url: str) -> None:
    def compare(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE chats ADD COLUMN extra text"))
        context = MigrationContext.configure(connection)
        assert any("extra" in str(found) for found in compare_metadata(context, metadata))
        connection.execute(text("ALTER TABLE chats DROP COLUMN extra"))

    await run(own_url, compare)


async def test_down_and_up_again_with_rows(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1)
        await put(tx, await add_story(tx))
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}

    await run(own_url, down)
    store = await Store.open(own_url)
    assert (await store.stats())["chats"] == 0
    async with store.write() as tx:
        await subscribe(tx, 1)
        assert await put(tx, await add_story(tx)) == 1
    await store.close()


async def test_tags_are_found_by_their_own_queries_after_the_second_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1, "-sport + korea", tags=("korea",))
        await subscribe(tx, 2, "climatechange", shown="climate change")
        await put(tx, await add_story(tx), "korea", "-sport + korea")
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0001")
        assert "own_id" not in {c["name"] for c in inspect(connection).get_columns("query_tags")}
        unquoted = "UPDATE queries SET shown = 'climate change' WHERE text = 'climatechange'"
        assert connection.execute(text(unquoted)).rowcount == 1

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        (due,) = await tx.outbox.claim(NOW, 10, 90, "me")
        assert due.tags == ("Korea",)
        shown = {query.text: query.shown for query in await tx.subscriptions.queries()}
        assert shown["climatechange"] == '"climate change"'
        assert await tx.subscriptions.remove_all(Place(ChatId(1))) == 1
        assert {query.text for query in await tx.subscriptions.queries()} == {"climatechange"}
    await store.close()


async def test_texts_behind_buttons_without_a_chat_go_at_the_third_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1)
        await tx.buttons.put(ChatId(1), "token", "words", NOW, 9)
        await tx.state.put("button.token", b"words of nobody knows whom")
        await tx.state.put("telegram.update", b"7")
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0002")
        assert not inspect(connection).has_table("buttons")

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        assert await tx.state.all("button.") == {}
        assert await tx.state.get("telegram.update") == b"7"
        await tx.buttons.put(ChatId(1), "token", "words", NOW, 9)
    await store.close()


async def test_sources_have_their_hosts_after_the_fourth_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    urls = ["https://me:secret@News.example:8443/feed?q=1", "https://[broken"]
    async with store.write() as tx:
        for url in urls:
            await tx.sources.add(NewSource(url), NOW)
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0003")
        assert "host" not in {c["name"] for c in inspect(connection).get_columns("sources")}

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.read() as tx:
        rows = await tx._work.rows(text("SELECT host FROM sources ORDER BY id"))
    assert [row.host for row in rows] == ["news.example:8443", ""]
    await store.close()


async def test_what_is_held_stays_held_over_the_fifth_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1, mode=Mode.DIGEST)
        await put(tx, await add_story(tx))
        await tx.timetables.put(Timetable(Place(ChatId(1)), Rhythm(480), digest_at=NOW))
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0004")
        assert not inspect(connection).has_table("timetables")
        assert "together" not in {c["name"] for c in inspect(connection).get_columns("deliveries")}

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        assert await tx.timetables.of_chat(ChatId(1)) == []
        assert await tx.shelf.collect(Place(ChatId(1)), NOW, "digest:1") == 1
    await store.close()


async def test_mutes_by_name_go_with_the_sixth_revision(own_url: str) -> None:
    place = Place(ChatId(1))
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1)
        await tx.mutes.put(place, None, name="The Paper")
        (korea,) = await tx.subscriptions.count_by_tag()
        await tx.mutes.put(place, None, tag_id=korea.id)
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0005")
        assert "name" not in {c["name"] for c in inspect(connection).get_columns("mutes")}

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.read() as tx:
        assert [one.shown for one in await tx.mutes.of(place, NOW)] == ["Korea"]
    await store.close()


async def test_agreements_with_hubs_begin_with_the_seventh_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource("https://paper.example/feed"), NOW)
        await tx.pushes.add(NewPush(source.id, "https://hub.example/", "t", "token", "s"), NOW)
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0006")
        assert not inspect(connection).has_table("pushes")

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        assert await tx.pushes.wanted() == []
        await tx.pushes.add(NewPush(source.id, "https://hub.example/", "t", "token", "s"), NOW)
        await tx.sources.remove(source.id)
        [left] = await tx.pushes.claim_due(NOW, 9, NOW)
        assert left.source_id is None
    await store.close()


async def test_chats_keep_all_over_the_ninth_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, 1)
        await subscribe(tx, -1002)
        await tx.chats.manage(ChatId(1), ChatId(-1002))
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0008")
        assert "manages" not in {c["name"] for c in inspect(connection).get_columns("chats")}

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        kept = await tx.chats.get(ChatId(1))
        assert kept is not None
        assert kept.manages is None, "what was chosen is asked for again"
        for chat in (1, -1002):
            assert len(await tx.subscriptions.of(Place(ChatId(chat)))) == 1
        assert await tx.chats.forget(ChatId(-1002))
    await store.close()


async def test_topics_of_tags_begin_with_the_tenth_revision(own_url: str) -> None:
    forum = ChatId(-1002)
    store = await Store.open(own_url)
    async with store.write() as tx:
        await subscribe(tx, forum)
        assert await tx.tag_topics.begin(forum, "korea") is None
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0009")
        assert not inspect(connection).has_table("tag_topics")

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.write() as tx:
        assert len(await tx.subscriptions.of(Place(forum))) == 1
        assert await tx.tag_topics.begin(forum, "korea") is None
    await store.close()


async def test_own_digests_go_with_the_eleventh_revision(own_url: str) -> None:
    store = await Store.open(own_url)
    async with store.write() as tx:
        one = await subscribe(tx, 1, mode=Mode.DIGEST)
        await tx.timetables.set_own(one.id, Rhythm(480, 4), NOW)
        assert [due.id for due in await tx.timetables.own_due(NOW, 9)] == [one.id]
    await store.close()

    def down(connection: Connection) -> None:
        command.downgrade(settings_of(connection), "0010")
        names = {c["name"] for c in inspect(connection).get_columns("subscriptions")}
        assert not {"minute", "weekday", "digest_at", "digested_at"} & names

    await run(own_url, down)
    store = await Store.open(own_url)
    async with store.read() as tx:
        (kept,) = await tx.subscriptions.of(Place(ChatId(1)))
        assert (kept.id, kept.mode, kept.rhythm) == (one.id, Mode.DIGEST, None)
    await store.close()


_OPEN = """
import asyncio, sys
from storage.store import Store

async def main():
    store = await Store.open(sys.argv[1])
    async with store.write() as tx:
        await tx.state.put(sys.argv[2], b"here")
    await store.close()

asyncio.run(main())
"""


async def test_several_processes_that_start_at_once_migrate_once(own_url: str) -> None:
    names = [f"process {number}" for number in range(3)]
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _OPEN, own_url, name)
        for name in names
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    store = await Store.open(own_url)
    async with store.read() as tx:
        assert [await tx.state.get(name) for name in names] == [b"here"] * 3
    await store.close()


async def test_the_newest_revision_is_named() -> None:
    found = ScriptDirectory("storage/migrations").get_current_head()
    assert found == HEAD


async def test_rebuilding_a_table_on_sqlite_keeps_its_children(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/own.db"
    store = await Store.open(address)
    async with store.write() as tx:
        await subscribe(tx, 1)
    await store.close()

    def rebuild(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        from alembic.operations import Operations  # noqa: PLC0415 - for this test alone

        with Operations(context).batch_alter_table("chats", recreate="always") as batch:
            batch.alter_column("title", new_column_name="title")

    await run(address, rebuild)
    store = await Store.open(address)
    async with store.read() as tx:
        assert len(await tx.subscriptions.of(Place(ChatId(1)))) == 1
    await store.close()


async def test_an_old_database_is_not_taken_for_the_newest(own_url: str) -> None:
    store = await Store.open(own_url)
    await store.close()

    def age(connection: Connection) -> None:
        assert head_reached(connection, store._database.url)
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        assert not head_reached(connection, store._database.url)

    await run(own_url, age)
