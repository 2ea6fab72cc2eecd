"""Subscribing and unsubscribing, and what a tag would have brought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.core.naming import bare, narrowed
from bot.core.offers import with_own_names
from bot.core.query import Query, parse_list, parse_query
from bot.core.query_nodes import Node
from bot.core.tags import Tag, in_capitals, needs_question, parse_tag
from bot.core.text import without_markup
from bot.errors import UserInputError
from bot.services.latest import hits
from bot.services.wishes import as_kept, called, find_one, is_tag, mode_for, put, to_keep
from storage.records import (
    ChatId,
    Hit,
    Place,
    Story,
    Subscription,
    SubscriptionId,
)
from storage.store import Store, Transaction

PREVIEW_DAYS = 7
PREVIEW_STORIES = 3
COUNTED = 100
"""A preview counts up to so many stories."""
MOST_AT_ONCE = 20
MOST_IN_A_PLACE = 300


class TooManyTagsError(UserInputError):
    """More tags in one message than are taken."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} tags at once; up to {most} are taken")
        self.count = count
        self.most = most


class TooManySubscriptionsError(UserInputError):
    """More subscriptions than a place may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} subscriptions")
        self.most = most


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query would have brought in the last days."""

    count: int
    newest: tuple[Story, ...]
    days: int = PREVIEW_DAYS
    ever: tuple[Hit, ...] = ()
    """All that were found, the older ones too."""

    @property
    def at_least(self) -> bool:
        """Whether there were more than were counted."""
        return self.count >= COUNTED


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What came of one wish."""

    query: Query
    added: bool
    """False: it was there already."""
    preview: Preview
    subscription: Subscription
    changed: bool = False
    """True: it was there, and wants something else now."""


class Subscriptions:
    """What places are subscribed to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def subscribe(
        self, place: Place, queries: Sequence[Query], by: int | None
    ) -> list[Subscribed]:
        """Subscribe a place to all of these, or to none; raises TooManySubscriptionsError.

        What was published before is noted as answering the query, for /latest; never sent.
        """
        return await self.subscribe_each({place: queries}, by)

    async def subscribe_each(
        self, wishes: Mapping[Place, Sequence[Query]], by: int | None, home: Place | None = None
    ) -> list[Subscribed]:
        """Subscribe each place to its own, all or none; raises as `subscribe` does.

        New topics of a forum collect for a digest where General, their `home`, collects all.
        """
        now = self._clock.now()
        async with self._store.read() as tx:
            wanted = [
                (place, query, await self._preview(tx, query))
                for place, queries in wishes.items()
                for query in as_kept(queries, await tx.subscriptions.of(place))
            ]
        done = []
        async with self._store.write() as tx:
            here = {place: await tx.subscriptions.of(place) for place in wishes}
            for place, query, preview in wanted:
                mode = await mode_for(tx, place, home if not here[place] else None)
                wish = to_keep(place, query, by, mode)
                kept, added, changed = await put(tx, here[place], wish, now)
                await _note(tx, kept, preview.ever)
                done.append(Subscribed(query, added, preview, kept, changed))
            for place in wishes:
                if len(await tx.subscriptions.of(place)) > MOST_IN_A_PLACE:
                    raise TooManySubscriptionsError(MOST_IN_A_PLACE)
        return done

    async def change(
        self, place: Place, subscription: SubscriptionId, how: Callable[[Query], Query]
    ) -> Subscribed | None:
        """Let a subscription want something else; None where the place has no such one.

        Raises QueryError where what it would want is too much.
        """
        done = await self.change_each(place, {subscription: how})
        return done[0] if done else None

    async def change_each(
        self, place: Place, how: Mapping[SubscriptionId, Callable[[Query], Query]]
    ) -> list[Subscribed]:
        """Let several subscriptions want something else, all or none; raises as `change` does."""
        return await self._change(
            place,
            lambda one: one.id in how,
            lambda one: how[one.id](parse_query(one.spelt)),
        )

    async def name(self, place: Place, key: str, names: Sequence[Node]) -> list[Subscribed]:
        """Let a tag go by these names of the reader's own in each subscription that asks for it.

        Raises QueryError where they are too many.
        """
        return await self._change(
            place,
            lambda one: key in dict(parse_query(one.spelt).tags),
            lambda one: with_own_names(parse_query(one.spelt), key, names),
        )

    async def _change(
        self,
        place: Place,
        which: Callable[[Subscription], bool],
        how: Callable[[Subscription], Query],
    ) -> list[Subscribed]:
        async with self._store.read() as tx:
            wanted = {
                one.id: parse_query(how(one).shown)
                for one in await tx.subscriptions.of(place)
                if which(one)
            }
            found = {number: await self._preview(tx, query) for number, query in wanted.items()}
        done = []
        async with self._store.write() as tx:
            for old in await tx.subscriptions.of(place):
                if old.id not in wanted:
                    continue
                query, preview = wanted[old.id], found[old.id]
                kept = await tx.subscriptions.change(old, to_keep(place, query, None))
                await _note(tx, kept, preview.ever)
                done.append(Subscribed(query, added=False, preview=preview, subscription=kept))
        return done

    async def look(self, place: Place, subscription: SubscriptionId) -> Subscription | None:
        """Return one subscription of a place; None where the place has no such one."""
        return find_one(await self.of(place), subscription)

    async def whole(self, place: Place, query: Query) -> Subscription | None:
        """Return the place's subscription to all of the tag of which the query leaves out a part.

        It still brings what the query leaves out.
        """
        key = narrowed(query)
        return next((one for one in await self.of(place) if key and is_tag(one, key)), None)

    async def set_summary(self, place: Place, number: SubscriptionId, length: str) -> None:
        """Choose how long a subscription's summaries are; empty: as the chat has it."""
        async with self._store.write() as tx:
            if find_one(await tx.subscriptions.of(place), number) is not None:
                await tx.subscriptions.set_summary(number, length)

    async def named(self, place: Place, query: Query) -> Subscription | None:
        """Return the place's subscription that goes by this name; None: it has no such one."""
        kept, name = await self.of(place), bare(query)
        by_name = (one for one in kept if called(one) == name.canonical())
        return next(by_name, None) or next((one for one in kept if is_tag(one, name.plain)), None)

    async def meant(self, place: Place, query: Query) -> Query:
        """Return what a place understands by a query: its own, where it subscribed to that."""
        if bare(query) != query:
            return query
        for one in await self.of(place):
            if called(one) == query.canonical():
                return parse_query(one.spelt)
        return query

    async def preview(self, query: Query) -> Preview:
        """Tell what a query would have brought in the last days."""
        async with self._store.read() as tx:
            return await self._preview(tx, query)

    async def unsubscribe(self, place: Place, typed: str) -> tuple[list[Query], list[Query]]:
        """End what was typed; returns what ended and what was no subscription.

        What waits for that alone, for a digest say, is dropped.
        """
        ended: list[Query] = []
        unknown: list[Query] = []
        queries = read(typed)
        async with self._store.write() as tx:
            kept = await tx.subscriptions.of(place)
            for query in queries:
                meant = [one.query for one in kept if called(one) == bare(query).canonical()]
                meant = meant or [one.query for one in kept if is_tag(one, bare(query).plain)]
                removed = await tx.subscriptions.remove(place, meant)
                (ended if removed else unknown).append(bare(query))
            await tx.shelf.unwanted(place)
        return ended, unknown

    async def end(self, place: Place, subscription: SubscriptionId) -> Subscription | None:
        """End one subscription of a place; None where the place has no such one."""
        async with self._store.write() as tx:
            one = find_one(await tx.subscriptions.of(place), subscription)
            if one is not None:
                await tx.subscriptions.remove(place, [one.query])
                await tx.shelf.unwanted(place)
        return one

    async def end_all(self, place: Place) -> int:
        """End every subscription of a place; returns how many there were."""
        async with self._store.write() as tx:
            ended = await tx.subscriptions.remove_all(place)
            await tx.shelf.unwanted(place)
        return ended

    async def of_chat(self, chat_id: ChatId) -> list[Subscription]:
        """Return the subscriptions of a chat and of all its topics."""
        async with self._store.read() as tx:
            return await tx.subscriptions.of_chat(chat_id)

    async def of(self, place: Place) -> list[Subscription]:
        """Return a place's subscriptions."""
        async with self._store.read() as tx:
            return await tx.subscriptions.of(place)

    async def _preview(self, tx: Transaction, query: Query) -> Preview:
        found = await hits(tx, query, COUNTED)
        since = self._clock.now() - timedelta(days=PREVIEW_DAYS)
        recent = [hit.id for hit in found if hit.last_at >= since]
        newest = await tx.stories.get_many(recent[:PREVIEW_STORIES])
        shown = tuple(newest[one] for one in recent[:PREVIEW_STORIES] if one in newest)
        return Preview(len(recent), shown, ever=tuple(found))


async def _note(tx: Transaction, subscription: Subscription, stories: Sequence[Hit]) -> None:
    """Note that stories of the past answer the subscription's query, for /latest."""
    await tx.stories.tag_all([(one.id, subscription.query_id, one.last_at) for one in stories])


def read(typed: str) -> list[Query]:
    """Read a command's argument as queries, each once; raises as `subscribe` says."""
    found = parse_list(without_markup(typed))
    queries = list({query.canonical(): query for query in found}.values())
    if len(queries) > MOST_AT_ONCE:
        raise TooManyTagsError(len(queries), MOST_AT_ONCE)
    return queries


def in_doubt(query: Query) -> Tag | None:
    """Return the tag in capitals that may have been meant, where a tag is an everyday word.

    `#it` may mean `#IT`, which matches capitals only; `#us` may mean `#US`.
    """
    if not query.plain:
        return None
    tag = parse_tag(query.shown)
    return in_capitals(tag) if needs_question(tag) else None
