"""Brings a database to the newest schema, on a connection that is given."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, inspect, text

from storage.database.work import lock_key
from storage.errors import TooNewError
from storage.migrations import HEAD


def settings_of(connection: Connection) -> Config:
    """Return Alembic's settings for this connection, from the packaged history."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def head_reached(connection: Connection, _url: URL) -> bool:
    """Tell whether the schema is the newest, without loading the history."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return bool(found == HEAD)


def upgrade(connection: Connection, url: URL) -> None:
    """Run what is missing in one transaction, alone; raise TooNewError for a later schema."""
    if connection.dialect.name == "postgresql":
        key = {"key": lock_key("migrations")}
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
    try:
        command.upgrade(settings_of(connection), "head")
    except CommandError as error:
        raise TooNewError(
            f"The database {url.database} was written by a later version of Tagwire "
            f"({error}). Install that version, or name another database."
        ) from error
