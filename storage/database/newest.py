"""Finds the newest stories of many queries without reading all that they ever found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import UtcDateTime
from storage.database.work import Work
from storage.records import Hit, QueryId, StoryId
from storage.schema import stories

_MOMENT = UtcDateTime()


@dataclass(frozen=True, slots=True)
class Page:
    """Which stories of a list, newest first."""

    limit: int
    offset: int = 0
    at: datetime | None = None
    """With `story`: only what comes after it in the list."""
    story: StoryId | None = None


async def of_all(work: Work, page: Page) -> list[Hit]:
    """Return the newest stories."""
    asked = select(stories.c.id, stories.c.last_at).order_by(
        stories.c.last_at.desc(), stories.c.id.desc()
    )
    if page.at is not None:
        asked = asked.where(tuple_(stories.c.last_at, stories.c.id) < tuple_(page.at, page.story))
    rows = await work.rows(asked.limit(page.limit).offset(page.offset))
    return [Hit(StoryId(row.id), row.last_at) for row in rows]


async def of_queries(work: Work, ids: Sequence[QueryId], page: Page) -> list[Hit]:
    """Return the newest stories that any of these queries found.

    Of each query only as many are read as the page may need: a story that belongs on the page
    cannot stand behind a full page of newer ones in any of its queries.
    """
    further = "AND (at, story_id) < (:at, :story)" if page.at is not None else ""
    body = _SQLITE if work.on_sqlite else _POSTGRESQL
    statement = text(body.format(further=further)).columns(story_id=stories.c.id.type, at=_MOMENT)
    values: dict[str, Any] = {
        "ids": json.dumps(list(ids)) if work.on_sqlite else list(ids),
        "each": page.limit + page.offset,
        "limit": page.limit,
        "offset": page.offset,
    }
    if not work.on_sqlite:
        statement = statement.bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
    if page.at is not None:
        statement = statement.bindparams(bindparam("at", type_=_MOMENT))
        values |= {"at": page.at, "story": page.story}
    return [Hit(StoryId(row.story_id), row.at) for row in await work.rows(statement, values)]


_SQLITE = """
SELECT s.story_id, max(s.at) AS at
FROM json_each(:ids) AS q
JOIN story_queries AS s ON s.query_id = q.value AND s.story_id IN (
    SELECT story_id FROM story_queries
    WHERE query_id = q.value {further}
    ORDER BY at DESC, story_id DESC LIMIT :each
)
GROUP BY s.story_id ORDER BY max(s.at) DESC, s.story_id DESC LIMIT :limit OFFSET :offset
"""
_POSTGRESQL = """
SELECT s.story_id, max(s.at) AS at
FROM unnest(:ids) AS q (id)
CROSS JOIN LATERAL (
    SELECT story_id, at FROM story_queries
    WHERE query_id = q.id {further}
    ORDER BY at DESC, story_id DESC LIMIT :each
) AS s
GROUP BY s.story_id ORDER BY max(s.at) DESC, s.story_id DESC LIMIT :limit OFFSET :offset
"""
