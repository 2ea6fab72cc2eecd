"""How many stories tags had, day by day, and who told them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.core.charts import MOST_SERIES, Chart, Series, days_until, per_day
from bot.core.query import Query
from bot.services.latest import hits
from storage.records import Place
from storage.store import Store

DAYS = 14
LOOKED_AT = 500
"""Stories of one tag whose sources are counted, newest first."""


class Painting(Protocol):
    """Something that draws."""

    async def draw(self, chart: Chart) -> bytes:
        """Return the picture as PNG; empty: it could not be drawn."""
        ...


@dataclass(frozen=True, slots=True)
class Trends:
    """What the last days had, in the order of the days."""

    days: tuple[date, ...]
    series: tuple[Series, ...]
    """Those with most stories first."""
    sources: tuple[str, ...] = ()
    """Of one tag: who told its stories, each once a story."""
    at_least: bool = False
    """True: there were more stories than were looked at."""


class TrendCounts:
    """Counts what is stored, in days as they are in a chat's zone."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_place(self, place: Place, zone: ZoneInfo, *, topics: bool = False) -> Trends:
        """Return the trends of a place's subscriptions with most stories, up to six.

        With `topics`, those of all topics of its chat too, each query once.
        """
        days = days_until(self._clock.now(), zone, DAYS)
        async with self._store.read() as tx:
            every = (
                tx.subscriptions.of_chat(place.chat_id) if topics else tx.subscriptions.of(place)
            )
            kept = {one.query_id: one for one in reversed(await every)}.values()
            counted = await tx.stories.per_quarter(
                [one.query_id for one in kept], _start(days[0], zone)
            )
        series = [Series(one.shown, per_day(counted[one.query_id], zone, days)) for one in kept]
        series.sort(key=lambda one: one.total, reverse=True)
        return Trends(tuple(days), tuple(one for one in series if one.total)[:MOST_SERIES])

    async def of_query(self, query: Query, shown: str, zone: ZoneInfo) -> Trends:
        """Return the trend of one query, subscribed or not, and who told its stories."""
        days = days_until(self._clock.now(), zone, DAYS)
        async with self._store.read() as tx:
            stories = await hits(tx, query, LOOKED_AT, _start(days[0], zone))
            told = await tx.stories.tellers([hit.id for hit in stories])
        moments = Counter(story.last_at for story in stories)
        sources = [name for hit in stories for name in told[hit.id]]
        series = Series(shown, per_day(moments, zone, days))
        return Trends(
            tuple(days),
            (series,) if stories else (),
            tuple(sources),
            at_least=len(stories) == LOOKED_AT,
        )


def _start(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a zone."""
    return datetime.combine(day, time.min, zone)
