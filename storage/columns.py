"""What columns are made of: moments in UTC, 64-bit ids, words and counts that are never null."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    Text,
    false,
    text,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; refuses values without a zone, always gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware value into UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be kept: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what reads a kept moment; on SQLite in one step: a page of news has hundreds."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        read = datetime.fromisoformat

        def moment(kept: str | None) -> datetime | None:
            return None if kept is None else read(kept + "+00:00")

        return moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        return None if value is None else value.astimezone(UTC)


# SQLite numbers rows by itself only where the key is called INTEGER (64 bits there).
Id = BigInteger().with_variant(Integer(), "sqlite")


def some(name: str, where: str, *columns: str) -> Index:
    """Index a part of a table's rows, on both databases."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def words(name: str) -> Column[Any]:
    """Return a text that is empty unless said otherwise."""
    return Column(name, Text, nullable=False, server_default=text("''"))


def count(name: str) -> Column[Any]:
    """Return a number that starts at zero."""
    return Column(name, Integer, nullable=False, server_default=text("0"))


def no(name: str) -> Column[Any]:
    """Return a fact that is false unless said otherwise."""
    return Column(name, Boolean, nullable=False, server_default=false())
