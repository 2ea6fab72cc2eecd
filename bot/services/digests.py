"""Digests, and what quiet hours and pauses held back: collected, and let go when they are due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.core.digests import next_due, order
from bot.core.silence import quiet_until
from bot.core.zones import zone_of
from storage.records import (
    BREAKING,
    DIGEST,
    QUIET,
    QUIET_UNLESS_BREAKING,
    ROUNDUP,
    Chat,
    ChatSettings,
    Mode,
    OwnDigestDue,
    Place,
    Rhythm,
    Story,
    Subscription,
    SubscriptionId,
    Timetable,
)
from storage.store import Store, Transaction

AT_ONCE = 50
"""Places whose digests are let go in one transaction."""
EIGHT = Rhythm(8 * 60)
"""The rhythm of a digest that nobody chose a time for."""
_HELD_BACK = (QUIET, QUIET_UNLESS_BREAKING)


class Digests:
    """Chooses what is collected where, and lets it go in time.

    What is due stands in the database: whoever looks first after the hour, however late, sends it,
    once. A digest is let go and its next one set in the same transaction.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # --- chosen in the chat ---------------------------------------------------------------------

    async def of(self, place: Place) -> Timetable:
        """Return a place's timetable."""
        async with self._store.read() as tx:
            return await tx.timetables.get(place)

    async def told(self, place: Place, due_at: int) -> list[Story]:
        """Return the stories of a digest that was due then (seconds of 1970), as it tells them."""
        async with self._store.read() as tx:
            ids = await tx.shelf.gone_together(place, f"{DIGEST}:{due_at}")
            stories = await tx.stories.get_at(place, ids)
        return [stories[number] for number in order(stories)]

    async def collect(
        self, chat: Chat, place: Place, rhythm: Rhythm, topics: Iterable[Place] = ()
    ) -> Timetable:
        """Collect for a place's digest what all of its subscriptions bring, at these times.

        So do these topics, each for a digest of its own. Subscriptions with a digest of their own
        keep it. Those that only bring what breaks go on to do so at once; the rest of theirs is
        collected.
        """
        async with self._store.write() as tx:
            made = [
                await self._collect(tx, chat, each, rhythm)
                for each in dict.fromkeys([place, *topics])
            ]
        return made[0]

    async def reschedule(
        self, chat: Chat, place: Place, rhythm: Rhythm, topics: Iterable[Place] = ()
    ) -> Timetable:
        """Let the place's digest come at other times, and those that these topics have."""
        async with self._store.write() as tx:
            for each, kept in (await tx.timetables.get_many(topics)).items():
                if kept.rhythm is not None:
                    await self._schedule(tx, chat, each, rhythm)
            return await self._schedule(tx, chat, place, rhythm)

    async def stop(self, *places: Place) -> int:
        """Push again what was collected; what waits comes now. Return how many stories that is."""
        now, waited = self._clock.now(), 0
        async with self._store.write() as tx:
            for place in dict.fromkeys(places):
                await _set_modes(tx, place, {Mode.DIGEST}, Mode.INSTANT)
                waited += await _end(tx, place, now)
        return waited

    async def set_mode(
        self, chat: Chat, place: Place, number: SubscriptionId, mode: Mode
    ) -> Subscription | None:
        """Choose how a subscription's stories come; None where the place has no such one.

        The first that is collected begins a digest, and the last one ends it.
        """
        async with self._store.write() as tx:
            kept = {one.id: one for one in await tx.subscriptions.of(place)}
            if number not in kept:
                return None
            await tx.subscriptions.set_mode(number, mode)
            await tx.timetables.set_own(number, None, None)
            kept[number] = replace(kept[number], mode=mode, rhythm=None)
            timetable = await tx.timetables.get(place)
            if mode is Mode.DIGEST and timetable.rhythm is None:
                await self._schedule(tx, chat, place, EIGHT)
            elif not _collects(kept.values()):
                await _end(tx, place, self._clock.now())
        return kept[number]

    async def set_rhythm(
        self, chat: Chat, place: Place, numbers: Iterable[SubscriptionId], rhythm: Rhythm
    ) -> None:
        """Give these subscriptions of a place a digest of their own, at these times."""
        now = self._clock.now()
        due_at = next_due(rhythm, zone_of(chat.settings.time_zone), now)
        chosen = set(numbers)
        async with self._store.write() as tx:
            kept = await tx.subscriptions.of(place)
            for one in kept:
                if one.id in chosen:
                    await tx.subscriptions.set_mode(one.id, Mode.DIGEST)
                    await tx.timetables.set_own(one.id, rhythm, due_at)
            if not _collects(one for one in kept if one.id not in chosen):
                await _end(tx, place, now)

    async def _collect(
        self, tx: Transaction, chat: Chat, place: Place, rhythm: Rhythm
    ) -> Timetable:
        await _set_modes(tx, place, {Mode.INSTANT, Mode.SILENT}, Mode.DIGEST)
        return await self._schedule(tx, chat, place, rhythm, whole=True)

    async def _schedule(
        self,
        tx: Transaction,
        chat: Chat,
        place: Place,
        rhythm: Rhythm,
        *,
        whole: bool | None = None,
    ) -> Timetable:
        kept = await tx.timetables.get(place)
        timetable = replace(
            kept,
            rhythm=rhythm,
            whole=kept.whole if whole is None else whole,
            digest_at=next_due(rhythm, zone_of(chat.settings.time_zone), self._clock.now()),
        )
        await tx.timetables.put(timetable, kept)
        return timetable

    # --- let go in time -------------------------------------------------------------------------

    async def tick(self) -> int:
        """Let go what is due everywhere; return how much that was."""
        found = 0
        while True:
            async with self._store.write() as tx:
                await tx.lock("timetables")
                due = await tx.timetables.due(self._clock.now(), AT_ONCE)
                for one in due:
                    await _turn(tx, one.timetable, one.settings, self._clock.now())
                own = await tx.timetables.own_due(self._clock.now(), AT_ONCE)
                for each in own:
                    await _turn_own(tx, each, self._clock.now())
            found += len(due) + len(own)
            if max(len(due), len(own)) < AT_ONCE:
                return found


async def settings_changed(tx: Transaction, chat: Chat, now: datetime) -> None:
    """Keep a chat's timetables in step with its zone and quiet hours; what is due stays due."""
    zone = zone_of(chat.settings.time_zone)
    for kept in await tx.timetables.of_chat(chat.id):
        new = kept
        if kept.rhythm is not None and kept.digest_at is not None and kept.digest_at > now:
            new = replace(new, digest_at=next_due(kept.rhythm, zone, now, kept.digested_at))
        if kept.roundup_at is not None:
            new = replace(new, roundup_at=now)
        if new != kept:
            await tx.timetables.put(new, kept)
    for one in await tx.subscriptions.of_chat(chat.id):
        if one.rhythm is not None and one.digest_at is not None and one.digest_at > now:
            due_at = next_due(one.rhythm, zone, now, one.digested_at)
            await tx.timetables.set_own(one.id, one.rhythm, due_at, one.digested_at)


async def _turn(tx: Transaction, kept: Timetable, settings: ChatSettings, now: datetime) -> None:
    """Do what is due at a place, and note when something is due next."""
    before = kept
    if kept.paused_until is not None:
        kept = replace(kept, paused_until=None, roundup_at=now)
    if kept.roundup_at is not None and kept.roundup_at <= now:
        quiet = quiet_until(settings, now)
        kept = replace(kept, roundup_at=quiet)
        if quiet is None:
            await tx.shelf.drop_muted(kept.place, _HELD_BACK, now)
            await tx.shelf.release(kept.place, _HELD_BACK, now, ROUNDUP)
    if kept.rhythm is not None and kept.digest_at is not None and kept.digest_at <= now:
        await tx.shelf.drop_muted(kept.place, [DIGEST, BREAKING], now)
        await tx.shelf.collect(kept.place, now, _named(kept.digest_at))
        zone = zone_of(settings.time_zone)
        next_at = next_due(kept.rhythm, zone, now, kept.digest_at)
        kept = replace(kept, digested_at=kept.digest_at, digest_at=next_at)
    await tx.timetables.put(kept, before)


async def _turn_own(tx: Transaction, one: OwnDigestDue, now: datetime) -> None:
    """Let a subscription's own digest go, and note when its next one is due."""
    await tx.shelf.drop_muted(one.place, [DIGEST, BREAKING], now)
    await tx.shelf.collect(one.place, now, _named(one.digest_at), one.id)
    due_at = next_due(one.rhythm, zone_of(one.settings.time_zone), now, one.digest_at)
    await tx.timetables.set_own(one.id, one.rhythm, due_at, one.digest_at)


async def _end(tx: Transaction, place: Place, now: datetime) -> int:
    """End the place's digest; what it has, and no other one takes, comes now."""
    kept = await tx.timetables.get(place)
    if kept.rhythm is not None:
        await tx.timetables.put(replace(kept, rhythm=None, whole=False, digest_at=None), kept)
    return await tx.shelf.collect(place, now, _named(now))


async def _set_modes(tx: Transaction, place: Place, old: set[Mode], new: Mode) -> None:
    for one in await tx.subscriptions.of(place):
        if one.mode in old:
            await tx.subscriptions.set_mode(one.id, new)
            await tx.timetables.set_own(one.id, None, None)


def _collects(subscriptions: Iterable[Subscription]) -> bool:
    """Tell whether one of these goes into the place's digest."""
    return any(one.mode is Mode.DIGEST and one.rhythm is None for one in subscriptions)


def _named(due_at: datetime) -> str:
    return f"{DIGEST}:{int(due_at.timestamp())}"
