"""Counts the stories of queries by quarters of an hour: in every zone, midnight falls on one."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import UtcDateTime
from storage.database.work import Work
from storage.records import QueryId

QUARTER_S = 900


async def count(
    work: Work, ids: Sequence[QueryId], since: datetime
) -> dict[QueryId, dict[datetime, int]]:
    """Return, for each of the queries, how many of its stories reach to which quarter."""
    statement = text(_SQLITE if work.on_sqlite else _POSTGRESQL)
    statement = statement.bindparams(bindparam("since", type_=UtcDateTime()))
    if not work.on_sqlite:
        statement = statement.bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
    listed = json.dumps(list(ids)) if work.on_sqlite else list(ids)
    found: dict[QueryId, dict[datetime, int]] = {one: {} for one in ids}
    for row in await work.rows(statement, {"ids": listed, "since": since}):
        moment = datetime.fromtimestamp(int(row.quarter) * QUARTER_S, UTC)
        found[QueryId(row.query_id)][moment] = row.stories
    return found


_SQLITE = """
SELECT s.query_id, CAST(strftime('%s', s.at) AS INTEGER) / 900 AS quarter, count(*) AS stories
FROM json_each(:ids) AS q
JOIN story_queries AS s ON s.query_id = q.value AND s.at >= :since
GROUP BY s.query_id, quarter
"""
_POSTGRESQL = """
SELECT s.query_id, floor(extract(epoch FROM s.at) / 900) AS quarter, count(*) AS stories
FROM unnest(:ids) AS q (id)
JOIN story_queries AS s ON s.query_id = q.id AND s.at >= :since
GROUP BY s.query_id, quarter
"""
