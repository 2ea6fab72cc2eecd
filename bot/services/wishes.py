"""From a query that somebody wants to the subscription that is kept of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.naming import bare
from bot.core.query import Query, parse_query
from storage.records import (
    Mode,
    NewSubscription,
    OwnQuery,
    Place,
    Subscription,
    SubscriptionId,
)
from storage.store import Transaction


def called(subscription: Subscription) -> str:
    """Return the canonical text of what a subscription is called by: its own name."""
    return bare(parse_query(subscription.spelt)).canonical()


def is_tag(subscription: Subscription, key: str) -> bool:
    """Return whether the subscription is to that one tag, however it was spelt."""
    return bool(key) and bare(parse_query(subscription.spelt)).plain == key


def as_kept(queries: Sequence[Query], kept: Sequence[Subscription]) -> list[Query]:
    """Return the queries, with the names and settings of those that are subscribed to already."""
    spelt = {called(one): one.spelt for one in kept if called(one) != one.query}
    return [
        parse_query(spelt[query.canonical()]) if query.canonical() in spelt else query
        for query in queries
    ]


async def mode_for(tx: Transaction, place: Place, home: Place | None) -> Mode:
    """Return how the stories of what a place subscribes to now come.

    A topic that begins takes the digest of its `home`, if that collects everything.
    """
    kept = await tx.timetables.get(place)
    if home is not None and home != place and kept.rhythm is None:
        general = await tx.timetables.get(home)
        if general.whole:
            new = replace(kept, rhythm=general.rhythm, whole=True, digest_at=general.digest_at)
            await tx.timetables.put(new, kept)
            kept = new
    return Mode.DIGEST if kept.whole else Mode.INSTANT


async def put(
    tx: Transaction, here: list[Subscription], new: NewSubscription, now: datetime
) -> tuple[Subscription, bool, bool]:
    """Add a subscription, or change the one of the same name; tell whether it was added, changed.

    `here` are those of the place, and stay so.
    """
    name = bare(parse_query(new.spelt)).canonical()
    for at, one in enumerate(here):
        if called(one) == name and one.query != new.query:
            here[at] = await tx.subscriptions.change(one, new)
            return here[at], False, True
    same = next((one for one in here if one.query == new.query), None)
    kept = replace(new, mode=same.mode) if same is not None else new
    subscription, added = await tx.subscriptions.add(kept, now)
    here.append(subscription)
    return subscription, added, False


def find_one(kept: Sequence[Subscription], wanted: SubscriptionId) -> Subscription | None:
    """Return the one of that number; None: it is not among them."""
    return next((one for one in kept if one.id == wanted), None)


def to_keep(
    place: Place, query: Query, by: int | None, mode: Mode = Mode.INSTANT
) -> NewSubscription:
    """Return what is kept of a query that somebody wants."""
    return NewSubscription(
        place,
        query.canonical(),
        shown=bare(query).shown,
        tags=query.tags,
        mode=mode,
        created_by=by,
        spelt=query.shown,
        own=tuple(OwnQuery(key, own.canonical(), own.shown) for key, _, own in query.own),
    )
