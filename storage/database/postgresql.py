"""Opens PostgreSQL: its connections, its migrations, its clock."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import URL, ExceptionContext, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database.upgrade import head_reached, upgrade

CONNECT_S = 10
"""How long PostgreSQL may take to accept a connection."""
IDLE_S = 1
"""A connection that rested longer may be dead, and is asked first."""
STATEMENTS = 500
"""Prepared statements that a connection keeps; lists of many lengths make many."""
ANSWER_S = 20
"""How long PostgreSQL may take to answer a statement; beyond, the connection is given up."""

_SAME_TIME = timedelta(seconds=1)
# A client whose line went dead must not keep its locks and names for the two hours that TCP waits.
_SERVER_SETTINGS = {
    "application_name": "tagwire",
    "jit": "off",
    # A search for a rare word and for a common one want different plans.
    "plan_cache_mode": "force_custom_plan",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


async def open_postgresql(url: URL) -> tuple[AsyncEngine, AsyncEngine, timedelta]:
    """Bring it to the newest schema; return who writes, who reads, how far its clock is ahead."""
    await _migrate_postgresql(url)
    writer = create_async_engine(
        url,
        pool_size=10,
        max_overflow=5,
        connect_args={
            "prepared_statement_cache_size": STATEMENTS,
            "timeout": CONNECT_S,
            "command_timeout": ANSWER_S,
            "server_settings": _SERVER_SETTINGS,
        },
    )
    event.listen(writer.sync_engine, "handle_error", _distrust_the_silent)
    _ping_the_idle(writer)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        async with writer.begin() as conn:
            ahead = await clock_ahead(conn)
    except BaseException:
        await writer.dispose()
        raise
    return writer, reader, ahead


async def clock_ahead(conn: AsyncConnection) -> timedelta:
    """Return how far the server's clock is before ours."""
    theirs: datetime = await conn.scalar(text("SELECT clock_timestamp()"))
    ahead = theirs - datetime.now(UTC)
    return ahead if abs(ahead) > _SAME_TIME else timedelta()


async def _migrate_postgresql(url: URL) -> None:
    """Bring the database to the newest schema, on a connection that may take its time."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT_S})
    try:
        async with engine.begin() as conn:
            if not await conn.run_sync(head_reached, url):
                await conn.run_sync(upgrade, url)
    finally:
        await engine.dispose()


def _ping_the_idle(engine: AsyncEngine) -> None:
    """Ping a connection that rested: a restarted server costs that, not a lost transaction.

    One that the server closed, and said so, need not be asked, however short it rested.

    Not before each transaction, as `pool_pre_ping` would: that is a way there and back for each.
    """
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        since = record.info.get("rests_since")
        if since is None or monotonic() - since < IDLE_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _distrust_the_silent(context: ExceptionContext) -> None:
    """Give up a connection that did not answer in time, and with it all that are as old."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
