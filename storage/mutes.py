"""What may be asked of mutes, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, select

from storage.database import Work
from storage.records import Mute, MuteId, Place, SourceId, TagId
from storage.rows import folded
from storage.schema import mutes, sources, tags


class Mutes:
    """What places do not want to hear of: a source, whoever is called so, or a tag."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(
        self,
        place: Place,
        until: datetime | None,
        source_id: SourceId | None = None,
        tag_id: TagId | None = None,
        name: str = "",
    ) -> MuteId:
        """Bring nothing of a source, of who has that name, or for a tag until then.

        None: for good. By name, a story is left out where all who tell it are muted.
        """
        await self.end(place, source_id, tag_id, name)
        new = mutes.insert().values(
            chat_id=place.chat_id, topic_id=place.topic_id,
            source_id=source_id, tag_id=tag_id, name=folded(name), shown=name, until=until,
        )  # fmt: skip
        return MuteId(await self._work.scalar(new.returning(mutes.c.id)))

    async def end(
        self,
        place: Place,
        source_id: SourceId | None = None,
        tag_id: TagId | None = None,
        name: str = "",
    ) -> bool:
        """End a mute; return whether there was one."""
        done = await self._work.run(
            delete(mutes).where(
                _at(place),
                mutes.c.source_id.is_not_distinct_from(source_id),
                mutes.c.tag_id.is_not_distinct_from(tag_id),
                mutes.c.name == folded(name),
            )
        )
        return done.rowcount > 0

    async def end_one(self, place: Place, mute_id: MuteId) -> bool:
        """End a mute of a place; return whether the place had it."""
        done = await self._work.run(delete(mutes).where(_at(place), mutes.c.id == mute_id))
        return done.rowcount > 0

    async def of(self, place: Place, now: datetime) -> Sequence[Mute]:
        """Return what is muted at a place now, in the order in which it was."""
        shown = case(
            (mutes.c.tag_id.is_not(None), tags.c.shown),
            (mutes.c.source_id.is_not(None), func.coalesce(sources.c.title, "")),
            else_=mutes.c.shown,
        )
        rows = await self._work.rows(
            select(mutes.c.id, shown.label("shown"), mutes.c.tag_id, mutes.c.until)
            .outerjoin(tags, tags.c.id == mutes.c.tag_id)
            .outerjoin(sources, sources.c.id == mutes.c.source_id)
            .where(_at(place), mutes.c.until.is_(None) | (mutes.c.until > now))
            .order_by(mutes.c.id)
        )
        return [Mute(MuteId(row.id), row.shown, row.tag_id is not None, row.until) for row in rows]

    async def prune(self, now: datetime) -> int:
        """Forget mutes that are over; return how many."""
        return (await self._work.run(delete(mutes).where(mutes.c.until <= now))).rowcount


def _at(place: Place) -> ColumnElement[bool]:
    return (mutes.c.chat_id == place.chat_id) & (mutes.c.topic_id == place.topic_id)
