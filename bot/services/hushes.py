"""Pauses, and what a place does not want to hear of for a while or for good."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.breadth import best_headline
from bot.core.query import Query
from storage.records import (
    NO_END,
    Mute,
    MuteId,
    Place,
    Source,
    SourceKind,
    StoryId,
    Tag,
)
from storage.store import Store

LOOKED_AT = 8
"""The most sources that what was typed may mean."""


class Hushes:
    """Keeps what is paused and muted where."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def pause(self, place: Place, span: timedelta | None) -> datetime | None:
        """Send nothing to a place for so long (None: until it resumes); return until when."""
        until = NO_END if span is None else self._clock.now() + span
        async with self._store.write() as tx:
            kept = await tx.timetables.get(place)
            await tx.timetables.put(replace(kept, paused_until=until), kept)
        return None if span is None else until

    async def resume(self, place: Place) -> bool:
        """End the pause; what came meanwhile comes as a roundup. Return whether there was one."""
        now = self._clock.now()
        async with self._store.write() as tx:
            kept = await tx.timetables.get(place)
            if kept.paused_until is None:
                return False
            await tx.timetables.put(replace(kept, paused_until=now), kept)
        return True

    async def paused_until(self, place: Place) -> datetime | None:
        """Return until when a place is paused, `NO_END` where nobody said; None: it is not."""
        async with self._store.read() as tx:
            until = (await tx.timetables.get(place)).paused_until
        return until if until is not None and until > self._clock.now() else None

    async def mute_name(self, place: Place, name: str, span: timedelta | None) -> Mute:
        """Leave out what only sources of that name tell, for so long or for good."""
        until = self._until(span)
        async with self._store.write() as tx:
            number = await tx.mutes.put(place, until, name=name)
        return Mute(number, name, is_tag=False, until=until)

    async def mute_tags(
        self, place: Place, tags: Iterable[Tag], span: timedelta | None
    ) -> list[Mute]:
        """Bring nothing for these tags of the place, for so long or for good."""
        until = self._until(span)
        async with self._store.write() as tx:
            return [
                Mute(
                    await tx.mutes.put(place, until, tag_id=tag.id),
                    tag.shown,
                    is_tag=True,
                    until=until,
                )
                for tag in tags
            ]

    async def unmute(self, place: Place, number: MuteId) -> bool:
        """End a mute; return whether the place had it."""
        async with self._store.write() as tx:
            return await tx.mutes.end_one(place, number)

    async def of(self, place: Place) -> Sequence[Mute]:
        """Return what is muted at a place."""
        async with self._store.read() as tx:
            return await tx.mutes.of(place, self._clock.now())

    async def tag_meant(self, place: Place, query: Query) -> Tag | None:
        """Return the place's tag that was typed; None: it asks for no such one."""
        async with self._store.read() as tx:
            here = await tx.subscriptions.tags_of(place)
        return next((tag for tag in here if tag.key == query.plain), None)

    async def names_meant(self, typed: str) -> list[str]:
        """Return the names of sources that what was typed may mean, an exact one alone."""
        wanted = _folded(typed)
        async with self._store.read() as tx:
            every = await tx.sources.all()
        names = list(dict.fromkeys(_name_of(one) for one in every if one.kind is SourceKind.FEED))
        exact = [name for name in names if _folded(name) == wanted]
        return exact or [name for name in names if wanted in _folded(name)][:LOOKED_AT]

    async def teller(self, story_id: StoryId) -> str | None:
        """Return whom a story's alert names as its source; None: it is no longer kept."""
        async with self._store.read() as tx:
            story = (await tx.stories.get_many([story_id])).get(story_id)
        return None if story is None else best_headline(story.articles).by

    async def tags_carried(self, place: Place, story_id: StoryId) -> list[Tag]:
        """Return the place's tags that a story carries."""
        async with self._store.read() as tx:
            return await tx.subscriptions.tags_of(place, story_id)

    def _until(self, span: timedelta | None) -> datetime | None:
        return None if span is None else self._clock.now() + span


def _name_of(source: Source) -> str:
    return source.title or source.url


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
