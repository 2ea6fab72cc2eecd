"""*Less like this*: what could be left out, what that would have cost, done and undone."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.clock import Clock
from bot.core.less import Proposal, effect, left_out, proposals, without
from bot.core.query import Query, parse_query
from bot.services.subscriptions import Subscriptions
from storage.records import Place, Story, StoryId, SubscriptionId
from storage.store import Store

LOOKED_AT = 200
"""Stories of the last days with which it is measured, the newest of a place's subscriptions."""
DAYS = 7


@dataclass(frozen=True, slots=True)
class Lately:
    """A story, and what the same subscriptions found lately."""

    shown: tuple[str, ...]
    """The subscriptions that brought the story."""
    story: Story
    others: tuple[Story, ...]
    queries: tuple[Query, ...]
    numbers: tuple[SubscriptionId, ...]


@dataclass(frozen=True, slots=True)
class Lessened:
    """What was done."""

    shown: tuple[str, ...]
    """The subscriptions, as they are called now."""
    others: int
    undo: str
    """Takes it back."""


class Lesses:
    """Looks up and measures in what is stored, each time anew; keeps nothing of its own."""

    def __init__(self, store: Store, clock: Clock, subscriptions: Subscriptions) -> None:
        self._store = store
        self._clock = clock
        self._subscriptions = subscriptions

    async def lately(self, place: Place, story_id: StoryId) -> Lately | None:
        """Return what brought a story and what came with it; None: nothing brings it any more."""
        since = self._clock.now() - timedelta(days=DAYS)
        async with self._store.read() as tx:
            story = (await tx.stories.get_many([story_id])).get(story_id)
            kept = await tx.subscriptions.of(place, story_id)
            newest = await tx.stories.latest([one.query for one in kept], limit=LOOKED_AT)
        if story is None or not kept:
            return None
        return Lately(
            shown=tuple(one.shown for one in kept),
            story=story,
            others=tuple(one for one in newest if one.id != story_id and one.last_at >= since),
            queries=tuple(parse_query(one.spelt) for one in kept),
            numbers=tuple(one.id for one in kept),
        )

    async def proposals(self, lately: Lately) -> list[Proposal]:
        """Return what may be left out, with the measured effect."""
        return await asyncio.to_thread(proposals, lately.story, lately.others, lately.queries)

    async def leave_out(self, place: Place, story_id: StoryId, typed: str) -> Lessened | None:
        """Leave that out of each subscription that brought the story; None: that cannot be.

        Raises QueryError where a subscription would want too much.
        """
        node, lately = left_out(typed), await self.lately(place, story_id)
        if node is None or lately is None:
            return None
        others = await asyncio.to_thread(effect, node, lately.story, lately.others, lately.queries)
        before = dict(zip(lately.numbers, lately.queries, strict=True))
        changed = await self._subscriptions.change_each(
            place, dict.fromkeys(before, lambda query: without(query, node))
        )
        undo = [(number, query.shown) for number, query in before.items()]
        shown = tuple(one.subscription.shown for one in changed)
        return Lessened(shown, others, json.dumps(undo, ensure_ascii=False))

    async def undo(self, place: Place, undo: str) -> Sequence[str]:
        """Let subscriptions want again what they wanted before; return how they are called.

        Anybody may have forged it: what makes no sense changes nothing.
        """
        try:
            before = {SubscriptionId(number): parse_query(old) for number, old in json.loads(undo)}
        except (ValueError, TypeError, AttributeError):
            return ()
        changed = await self._subscriptions.change_each(
            place, {number: partial(_again, query) for number, query in before.items()}
        )
        return [one.subscription.shown for one in changed]


def _again(before: Query, _now: Query) -> Query:
    return before
