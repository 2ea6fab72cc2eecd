"""What may be asked of sources, in one transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, null, select, update

from storage import following, polling
from storage.database import Work
from storage.records import (
    NewSource,
    Source,
    SourceId,
    SourceKind,
    SourcePolled,
    SourceState,
    SourceToFetch,
    Tag,
    TagId,
    Validators,
)
from storage.schema import sources

Fill = Callable[[Source, Tag], str]
"""Returns a template's address for one tag."""


class Sources:
    """Sources and how they are doing."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, new: NewSource, now: datetime) -> tuple[Source, bool]:
        """Keep a source, due at once; return it, or the one of the same address, and if it is new.

        Templates are never due.
        """
        wanted = self._work.insert(sources).values(
            url=new.url,
            host=polling.host_of(new.url),
            title=new.title,
            language=new.language,
            country=new.country,
            topic=new.topic,
            kind=new.kind.value,
            parent_id=new.parent_id,
            tag_id=new.tag_id,
            state=SourceState.ACTIVE.value,
            added_by=new.added_by,
            added_at=now,
            next_poll_at=None if new.kind is SourceKind.TEMPLATE else now,
            body_hash=b"",
            pieces=b"",
        )
        done = await self._work.run(wanted.on_conflict_do_nothing(index_elements=["url"]))
        rows = await self._work.rows(select(sources).where(sources.c.url == new.url))
        return _source_of(rows[0]), done.rowcount == 1

    async def get(self, source_id: SourceId) -> Source | None:
        """Return the source."""
        row = await self._work.first(select(sources).where(sources.c.id == source_id))
        return _source_of(row) if row else None

    async def by_url(self, url: str) -> Source | None:
        """Return the source of this very address."""
        row = await self._work.first(select(sources).where(sources.c.url == url))
        return _source_of(row) if row else None

    async def all(self) -> list[Source]:
        """Return all sources, templates and their children too, as they were added."""
        child = sources.alias()
        asked = select(child.c.parent_id, func.count().label("tags")).group_by(child.c.parent_id)
        of_parent = asked.where(child.c.kind == SourceKind.TAG.value).subquery()
        rows = await self._work.rows(
            select(sources, func.coalesce(of_parent.c.tags, 0).label("tags"))
            .outerjoin(of_parent, of_parent.c.parent_id == sources.c.id)
            .order_by(sources.c.id)
        )
        return [_source_of(row, row.tags) for row in rows]

    async def feeds(self) -> list[Source]:
        """Return the sources with an address of their own, as they were added; uncounted."""
        feeds = select(sources).where(sources.c.kind == SourceKind.FEED.value)
        return [_source_of(row) for row in await self._work.rows(feeds.order_by(sources.c.id))]

    async def templates(self) -> tuple[int, SourceId]:
        """Return how many templates are asked, and the newest of them (0: there is none)."""
        newest = func.coalesce(func.max(sources.c.id), 0).label("newest")
        [row] = await self._work.rows(
            select(func.count().label("all"), newest)
            .where(sources.c.kind == SourceKind.TEMPLATE.value)
            .where(sources.c.state == SourceState.ACTIVE.value)
        )
        return row.all, SourceId(row.newest)

    async def tally(self) -> tuple[int, int]:
        """Return how many sources are polled, and of how many the last poll failed."""
        polled = (sources.c.kind != SourceKind.TEMPLATE.value) & (
            sources.c.state == SourceState.ACTIVE.value
        )
        failing = func.count().filter(sources.c.failures > 0)
        [row] = await self._work.rows(
            select(func.count().label("all"), failing.label("failing")).where(polled)
        )
        return row.all, row.failing

    async def added_by(self, user_id: int) -> int:
        """Return how many sources somebody added."""
        count = select(func.count()).where(sources.c.added_by == user_id)
        return int(await self._work.scalar(count) or 0)

    async def remove(self, source_id: SourceId) -> bool:
        """Forget the source, a template's children too; its articles stay. Tell if it was there."""
        done = await self._work.run(delete(sources).where(sources.c.id == source_id))
        return done.rowcount == 1

    async def claim_due(
        self, now: datetime, limit: int, lease_s: float, owner: str, *, per_host: int = 1_000_000
    ) -> list[SourceToFetch]:
        """Take due sources, longest due first; nobody else gets them until the lease runs out.

        No more than `per_host` of one host are in anybody's hands at a time.
        """
        by = now + self._work.ahead
        # As a plain subquery PostgreSQL may run it once a row, and take more than the limit.
        due = polling.due(now, by, limit, per_host).cte("due")
        taken = (
            update(sources)
            .where(sources.c.id.in_(select(due.c.id)))
            .values(lease_until=by + timedelta(seconds=lease_s), owner=owner)
            .returning(sources)
        )
        rows = await self._work.rows(taken)
        return [_to_fetch(row) for row in sorted(rows, key=lambda row: row.next_poll_at)]

    async def claim(
        self, source_id: SourceId, now: datetime, lease_s: float, owner: str
    ) -> SourceToFetch | None:
        """Take one source that was polled before and is nobody's now; until it ends, it is due."""
        by = now + self._work.ahead
        rows = await self._work.rows(
            update(sources)
            .where(
                sources.c.id == source_id,
                sources.c.good_polls > 0,
                sources.c.kind != SourceKind.TEMPLATE.value,
                sources.c.state == SourceState.ACTIVE.value,
                sources.c.lease_until.is_(None) | (sources.c.lease_until < by),
            )
            .values(lease_until=by + timedelta(seconds=lease_s), owner=owner, next_poll_at=now)
            .returning(sources)
        )
        return _to_fetch(rows[0]) if rows else None

    async def record(self, polled: SourcePolled) -> None:
        """Note how a poll went; ends the lease, and holds the host where it asks for a pause."""
        await polling.record(self._work, polled)

    async def record_all(self, polls: Iterable[SourcePolled]) -> None:
        """Note how several polls went; many that brought nothing cost little more than one."""
        await polling.record_all(self._work, polls)

    async def move(self, source_id: SourceId, url: str) -> bool:
        """Give the source a new address; True where it became one with the source that had it."""
        return await polling.move(self._work, source_id, url)

    async def set_state(self, source_id: SourceId, state: SourceState) -> None:
        """Poll the source, or not."""
        await self._work.run(
            update(sources).where(sources.c.id == source_id).values(state=state.value)
        )

    async def poll_now(self, source_id: SourceId, now: datetime) -> None:
        """Make the source due."""
        await self._work.run(
            update(sources)
            .where(sources.c.id == source_id, sources.c.kind != SourceKind.TEMPLATE.value)
            .values(next_poll_at=now)
        )

    async def poll_soon(self, source_id: SourceId, now: datetime) -> None:
        """Make the source due, but not one whose last poll failed: it waits for good reasons."""
        await self._work.run(
            update(sources)
            .where(
                sources.c.id == source_id,
                sources.c.kind != SourceKind.TEMPLATE.value,
                sources.c.failures == 0,
                sources.c.next_poll_at > now,
            )
            .values(next_poll_at=now)
        )

    async def let_go(self, source_id: SourceId, owner: str) -> None:
        """End this owner's claim of a source without a word on how it went."""
        await self._work.run(
            update(sources)
            .where(sources.c.id == source_id, sources.c.owner == owner)
            .values(lease_until=null(), owner="")
        )

    async def hasten(self, by: datetime) -> None:
        """Let every source that is well be due by then."""
        await self._work.run(
            update(sources)
            .where(sources.c.next_poll_at > by, sources.c.failures == 0)
            .values(next_poll_at=by)
        )

    async def release(self, owner: str) -> int:
        """Give back what this owner still has; return how many sources."""
        done = await self._work.run(
            update(sources)
            .where(sources.c.owner == owner, sources.c.lease_until.is_not(None))
            .values(lease_until=null(), owner="")
        )
        return done.rowcount

    async def next_due(self) -> datetime | None:
        """Return when the next source is due, if there is one to poll."""
        found: datetime | None = await self._work.scalar(
            select(func.min(sources.c.next_poll_at)).where(
                sources.c.state == SourceState.ACTIVE.value,
                sources.c.kind != SourceKind.TEMPLATE.value,
            )
        )
        return found

    async def follow_tags(self, fill: Fill, now: datetime) -> tuple[int, int]:
        """Let each template have one child for each tag that a chat waits for, if it is awake.

        Returns how many were added and removed.
        """
        removed = await following.stop(self._work)
        added = 0
        for row, tag in await following.lacking(self._work):
            child = following.child(row, tag, fill(_source_of(row), tag))
            added += (await self.add(child, now))[1]
        return added, removed


def _id(value: int | None) -> SourceId | None:
    return None if value is None else SourceId(value)


def _source_of(row: Row[Any], tags: int = 0) -> Source:
    return Source(
        id=SourceId(row.id),
        url=row.url,
        title=row.title,
        language=row.language,
        country=row.country,
        topic=row.topic,
        kind=SourceKind(row.kind),
        parent_id=_id(row.parent_id),
        tag_id=None if row.tag_id is None else TagId(row.tag_id),
        state=SourceState(row.state),
        added_at=row.added_at,
        last_polled_at=row.last_polled_at,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        next_poll_at=row.next_poll_at,
        good_polls=row.good_polls,
        failures=row.failures,
        error=row.error,
        interval_s=row.interval_s,
        scheduling=row.scheduling,
        tags=tags,
        added_by=row.added_by,
    )


def _to_fetch(row: Row[Any]) -> SourceToFetch:
    return SourceToFetch(
        id=SourceId(row.id),
        url=row.url,
        title=row.title,
        language=row.language,
        kind=SourceKind(row.kind),
        tag_id=None if row.tag_id is None else TagId(row.tag_id),
        validators=Validators(row.etag, row.last_modified, row.body_hash, row.pieces),
        good_polls=row.good_polls,
        failures=row.failures,
        interval_s=row.interval_s,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        state=row.scheduling,
    )
