"""Lets go what waits for a story to break, once it does."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.breadth import is_breaking
from storage.records import StoryId
from storage.store import Transaction


async def let_break(tx: Transaction, stories: Iterable[StoryId], now: datetime) -> int:
    """Release those of the stories that break now, wherever they wait; return how many messages."""
    waited_for = await tx.shelf.waits_to_break(stories)
    if not waited_for:
        return 0
    told = await tx.stories.get_many(waited_for)
    broke = [story.id for story in told.values() if is_breaking(story.articles)]
    return await tx.shelf.broke(broke, now)
