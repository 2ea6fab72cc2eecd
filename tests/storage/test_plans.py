"""Nothing that goes on all day reads every delivery: SQLite says how it would find them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import BREAKING, DIGEST, ChatId, ChatState, Place, StoryId
from storage.store import Store, Transaction
from tests.storage.makers import NOW, add_story, put, subscribe

HERE = Place(ChatId(1))
ALL = ("SCAN deliveries", "SCAN d", "SCAN f", "SCAN h")
"""The table by its name and by those that statements give it; with an index more follows."""


async def everyday(tx: Transaction, story: StoryId) -> None:
    """Ask the outbox and the shelf what they are asked all day."""
    await tx.outbox.claim(NOW, 5, 60, "me")
    await tx.outbox.next_due()
    await tx.outbox.oldest()
    await tx.outbox.waiting(HERE.chat_id)
    await tx.outbox.pressure([HERE], NOW)
    await tx.outbox.grow([story], NOW)
    await tx.shelf.of(HERE, DIGEST)
    await tx.shelf.broke([story], NOW)
    await tx.shelf.waits_to_break([story])
    await tx.shelf.drop_muted(HERE, [BREAKING], NOW)
    await tx.shelf.rest(HERE, NOW)
    await tx.shelf.unwanted(HERE)
    await tx.chats.may_write(HERE.chat_id, NOW)
    await tx.chats.topic_asleep(HERE, "gone")
    await tx.chats.set_state(HERE.chat_id, ChatState.ASLEEP, "blocked", NOW + timedelta(days=1))


async def test_no_everyday_statement_reads_all_deliveries(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    async with store.write() as tx:
        await subscribe(tx, 1)
        story = await add_story(tx)
        await put(tx, story)
        conn = tx.outbox._work.conn
        said = listened(conn)
        await everyday(tx, story)
        asked = [(sql, values) for sql, values in said if "deliveries" in sql]
        assert len(asked) > 12
        for sql, values in asked:
            assert not await scans(conn, sql, values), sql
        every = await scans(conn, "SELECT * FROM deliveries WHERE reason = ?", ("x",))
        assert every, "one that does is seen"
    await store.close()


def listened(conn: AsyncConnection) -> list[tuple[str, Any]]:
    """Return a list that grows by each statement and its values."""
    said: list[tuple[str, Any]] = []

    @event.listens_for(conn.sync_connection, "before_cursor_execute")
    def hear(_conn: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        said.append((sql, values[0] if many else values))

    return said


async def scans(conn: AsyncConnection, sql: str, values: Any) -> bool:
    """Tell whether a statement looks at every row of the table, one after the other."""
    plan = await conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(values))
    return any(detail in ALL for *_, detail in plan)
