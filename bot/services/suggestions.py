"""Tags to start with, for somebody who has none yet."""

from collections.abc import Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.core.query import parse_query
from bot.core.rubrics import good_tags
from bot.core.tags import parse_tag
from storage.records import ChatId
from storage.store import Store

FOLLOWED_BY = 5
"""Chats that follow a tag before strangers are shown it: no one of them can be told from it."""
RECENT = timedelta(days=3)
LOOKED_AT = 1_000
"""Articles whose categories are counted, newest first."""


class Suggestions:
    """Proposes tags that a chat does not have.

    First those that at least 5 chats of its language follow (k-anonymity: what fewer follow is
    their own affair), then what the papers themselves write over many of the last days' articles,
    then tags that are always good, so that a bot that has just started has some too.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def tags(
        self, chat_id: ChatId, language: str, always: Sequence[str], most: int
    ) -> list[str]:
        """Return up to `most` tags or phrases, as one types them."""
        async with self._store.read() as tx:
            kept = await tx.subscriptions.of_chat(chat_id)
            taken = {key for one in kept for key, _ in parse_query(one.query).tags}
            wanted = most + len(taken)
            popular = await tx.subscriptions.popular(wanted, language, at_least=FOLLOWED_BY)
            since = self._clock.now() - RECENT
            rubrics = good_tags(await tx.articles.categories(since, LOOKED_AT, language))
        found: dict[str, str] = {tag.key: tag.shown for tag, _ in popular}
        for tag in (*rubrics, *map(parse_tag, always)):
            found.setdefault(tag.key, tag.shown)
        new = [shown for key, shown in found.items() if key not in taken]
        return [_typed(shown) for shown in new[:most]]


def _typed(shown: str) -> str:
    return f'"{shown}"' if " " in shown else f"#{shown}"
