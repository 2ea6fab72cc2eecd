"""What may be asked of agreements with hubs, in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, null, or_, select, update

from storage.database import Work
from storage.records import (
    NewPush,
    Push,
    PushId,
    SourceId,
    SourceKind,
    SourceState,
    SourceWithHub,
)
from storage.schema import pushes, sources

_P = pushes.c
_NAMES_A_HUB = '"hub":'
"""Stands in what the scheduler keeps of a source whose feed names one."""


class Pushes:
    """Which hubs push which sources to us, and until when."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def with_hubs(self) -> list[SourceWithHub]:
        """Return the sources that are polled and whose feed named a hub."""
        rows = await self._work.rows(
            select(sources.c.id, sources.c.url, sources.c.scheduling).where(
                sources.c.state == SourceState.ACTIVE.value,
                sources.c.kind != SourceKind.TEMPLATE.value,
                sources.c.scheduling.contains(_NAMES_A_HUB, autoescape=True),
            )
        )
        return [SourceWithHub(SourceId(row.id), row.url, row.scheduling) for row in rows]

    async def wanted(self) -> list[Push]:
        """Return the agreements of sources that are still there."""
        rows = await self._work.rows(
            select(pushes).where(_P.source_id.is_not(None)).order_by(_P.id)
        )
        return [_push_of(row) for row in rows]

    async def add(self, new: NewPush, now: datetime) -> None:
        """Keep an agreement to ask for, due at once."""
        await self._work.run(
            insert(pushes).values(
                source_id=new.source_id,
                hub=new.hub,
                topic=new.topic,
                token=new.token,
                secret=new.secret,
                due_at=now,
            )
        )

    async def leave(self, ids: Iterable[PushId], now: datetime) -> None:
        """Let these be ended at their hubs."""
        await self._work.run(
            update(pushes)
            .where(_P.id.in_(list(ids)))
            .values(source_id=null(), due_at=now, attempts=0)
        )

    async def renew(self, now: datetime) -> None:
        """Let the hub of every source that is still there be asked at once."""
        await self._work.run(
            update(pushes).where(_P.source_id.is_not(None)).values(due_at=now, attempts=0)
        )

    async def claim_due(self, now: datetime, limit: int, retry_at: datetime) -> list[Push]:
        """Take those whose hub is to be asked now; unless it answers, again at `retry_at`.

        What a source left behind that was removed is due at once.
        """
        due = (
            select(_P.id)
            .where(or_(_P.due_at <= now, _P.source_id.is_(None) & (_P.attempts == 0)))
            .order_by(_P.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        rows = await self._work.rows(
            update(pushes)
            .where(_P.id.in_(select(due.c.id)))
            .values(due_at=retry_at, attempts=_P.attempts + 1)
            .returning(pushes)
        )
        return sorted(map(_push_of, rows), key=lambda push: push.id)

    async def failed(self, push: Push, error: str, due_at: datetime) -> None:
        """Note that the hub did not take a request, unless it agreed meanwhile."""
        await self._work.run(
            update(pushes)
            .where(_P.id == push.id, _P.due_at == push.due_at)
            .values(error=error, due_at=due_at)
        )

    async def agreed(self, push_id: PushId, lease_until: datetime, due_at: datetime) -> None:
        """Note until when the hub pushes, and when it is to be asked again."""
        await self._work.run(
            update(pushes)
            .where(_P.id == push_id)
            .values(lease_until=lease_until, due_at=due_at, attempts=0, error="")
        )

    async def refused(self, push_id: PushId, error: str, due_at: datetime) -> None:
        """Note that the hub will not push, or no more."""
        await self._work.run(
            update(pushes)
            .where(_P.id == push_id)
            .values(lease_until=null(), due_at=due_at, error=error)
        )

    async def by_token(self, token: str) -> Push | None:
        """Return the agreement of a callback address."""
        row = await self._work.first(select(pushes).where(_P.token == token))
        return _push_of(row) if row else None

    async def came(self, push_id: PushId, now: datetime) -> None:
        """Note that the hub pushed."""
        await self._work.run(update(pushes).where(_P.id == push_id).values(pushed_at=now))

    async def forget(self, push_id: PushId) -> None:
        """Forget an agreement that has ended."""
        await self._work.run(delete(pushes).where(_P.id == push_id))

    async def standing(self, now: datetime) -> int:
        """Return how many sources are pushed to us."""
        asked = select(func.count()).where(_P.source_id.is_not(None), _P.lease_until > now)
        return int(await self._work.scalar(asked))


def _push_of(row: Row[Any]) -> Push:
    return Push(
        id=PushId(row.id),
        source_id=None if row.source_id is None else SourceId(row.source_id),
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        due_at=row.due_at,
        attempts=row.attempts,
        lease_until=row.lease_until,
        pushed_at=row.pushed_at,
        error=row.error,
    )
