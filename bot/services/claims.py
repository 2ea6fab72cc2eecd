"""Takes from the outbox what may go next, and puts together what goes together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.bursts import Later, Together, manner
from bot.core.digests import order
from bot.core.silence import Aside
from bot.services.aside import held, put_aside
from bot.services.compose import Parcel
from storage.records import (
    DIGEST,
    ROUNDUP,
    DeliveryDue,
    DeliveryId,
    GivenUp,
    Place,
    Postponed,
    Pressure,
    Story,
    StoryId,
)
from storage.store import Store, Transaction

ROUNDUP_STORIES = 300
"""The most stories that one roundup takes, in several messages; the rest go with the next."""
_SWEEP_S = 15.0
"""So often leases that ran out are looked for although nothing is due."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look into the outbox brought."""

    parcels: tuple[Parcel, ...] = ()
    more: bool = False
    """True: there may be more right now."""
    next_in_s: float = float("inf")
    """When something gets due, as far as is known."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What goes to one place together."""

    dues: tuple[DeliveryDue, ...]
    roundup: bool = False


class Claims:
    """Claims for one process. Everything of one look happens in one transaction."""

    def __init__(
        self, store: Store, clock: Clock, owner: str, lease_s: float, margin_s: float
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._lease_s = lease_s
        self._margin_s = margin_s
        self._idle = False
        self._unsure = False
        self._swept_at = float("-inf")

    async def look(self, limit: int, held: Iterable[DeliveryId]) -> Found:
        """Claim up to `limit` deliveries, one of each chat; raise StoreError where that fails.

        `held` are those that were claimed before and are still in hand. After a failure it is not
        known whether the last claim was kept; then what we have and do not hold is given back.
        """
        started = self._clock.monotonic()
        if self._idle and started - self._swept_at < _SWEEP_S:
            wait = await self._next_in()
            if wait > 0:
                return Found(next_in_s=wait)
        self._swept_at = started
        now = self._clock.now()
        unsure, self._unsure = self._unsure, True
        async with self._store.write() as tx:
            if unsure:
                await tx.outbox.release(self._owner, now, uncertain=False, held=held)
            dues = await tx.outbox.claim(now, limit, self._lease_s, self._owner)
            parcels, aside = await self._parcels(tx, dues, now) if dues else ([], False)
        self._unsure = False
        self._idle = not dues
        if not dues:
            return Found(next_in_s=await self._next_in())
        good_s = self._lease_s - self._margin_s
        until = now + timedelta(seconds=good_s)
        kept = tuple(
            replace(parcel, good_until=started + good_s, leased_until=until) for parcel in parcels
        )
        return Found(kept, more=aside or len(dues) == limit)

    async def _next_in(self) -> float:
        async with self._store.read() as tx:
            due_at = await tx.outbox.next_due()
        if due_at is None:
            return float("inf")
        return (due_at - self._clock.now()).total_seconds()

    async def _parcels(
        self, tx: Transaction, dues: Sequence[DeliveryDue], now: datetime
    ) -> tuple[list[Parcel], bool]:
        """Return what may go, and whether anything was put aside."""
        silenced = await put_aside(tx, dues, now)
        settled = held(silenced)
        aside = bool(settled)
        dues = [due for due in dues if not isinstance(silenced.get(due.id), Aside)]
        groups: list[_Group] = []
        resting: dict[Place, datetime] = {}
        pressures = await _pressures(tx, [due for due in dues if not due.edit], now)
        for due in dues:
            how = None if due.id in silenced else _manner(due, pressures.get(due.place), now)
            if isinstance(how, Later):
                settled.append(Postponed(due.id, how.until, counts=False))
                resting[due.place] = how.until
            elif isinstance(how, Together):
                groups.append(_Group((due, *await self._rest(tx, due, now)), roundup=True))
            else:
                groups.append(_Group((due,)))
        stories = await tx.stories.get_many({due.story_id for one in groups for due in one.dues})
        parcels = []
        for group in groups:
            kept, lost = _with_stories(group.dues, stories)
            settled += [GivenUp(due.id, "its story is no longer kept") for due in lost]
            if kept:
                parcels.append(_parcel(kept, roundup=group.roundup))
        if settled:
            await tx.outbox.settle_many(settled, now)
        for place, until in resting.items():
            await tx.shelf.rest(place, until)
        return parcels, aside or bool(resting)

    async def _rest(self, tx: Transaction, head: DeliveryDue, now: datetime) -> list[DeliveryDue]:
        most = ROUNDUP_STORIES - 1
        return await tx.outbox.claim_rest(head, now, most, self._lease_s, self._owner)


async def _pressures(
    tx: Transaction, dues: Iterable[DeliveryDue], now: datetime
) -> dict[Place, Pressure]:
    """Return what presses on each place, counted over as long as its reader's window is."""
    by_minutes: defaultdict[int, list[Place]] = defaultdict(list)
    for due in dues:
        by_minutes[due.settings.burst_minutes].append(due.place)
    found: dict[Place, Pressure] = {}
    for minutes, places in by_minutes.items():
        found |= await tx.outbox.pressure(places, now - timedelta(minutes=minutes))
    return found


def _manner(due: DeliveryDue, pressure: Pressure | None, now: datetime) -> Later | Together | None:
    """Return how the place's messages go; None: this one goes alone."""
    if due.edit or pressure is None:
        return None
    if due.together:
        return Together()
    if due.expires_at is not None and due.expires_at <= now:
        return Together()  # Too old to be pushed by itself, but nothing is dropped.
    how = manner(
        waiting=pressure.waiting + 1,
        told=pressure.told,
        first_told_at=pressure.first_told_at,
        settings=due.settings,
        is_group=due.place.chat_id < 0,
        now=now,
    )
    return how if isinstance(how, Later | Together) else None


def _with_stories(
    group: Iterable[DeliveryDue], stories: dict[StoryId, Story]
) -> tuple[list[tuple[DeliveryDue, Story]], list[DeliveryDue]]:
    kept, lost = [], []
    for due in group:
        story = stories.get(due.story_id)
        if story is None:
            lost.append(due)
        else:
            kept.append((due, story))
    return kept, lost


def _parcel(pairs: list[tuple[DeliveryDue, Story]], *, roundup: bool) -> Parcel:
    """Return them in the order in which they are told; what may have arrived comes last."""
    ordered = sorted(pairs, key=lambda pair: pair[1].last_at, reverse=True)
    head = pairs[0][0]
    if head.together.startswith(DIGEST):
        told = order([replace(story, tags=due.tags) for due, story in pairs])
        ordered = [pairs[number] for number in told]
    ordered.sort(key=lambda pair: pair[0].uncertain)
    dues, stories = zip(*ordered, strict=True)
    # One of them that may make a sound lets all of them make one.
    silent = all(due.silent for due in dues)
    dues = tuple(replace(due, silent=silent) for due in dues)
    alone = len(pairs) == 1 and head.together == ROUNDUP
    return Parcel(dues, stories, roundup=roundup and not alone)
