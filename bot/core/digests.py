"""When a digest is due, and in which order it tells its stories."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.core.breadth import tellers
from bot.core.zones import moment_at
from storage.records import Rhythm, Story

_DAYS_AHEAD = 16
"""Among so many days is one of every weekday that comes after another one of its kind."""


def next_due(rhythm: Rhythm, zone: tzinfo, now: datetime, last: datetime | None = None) -> datetime:
    """Return when the next digest is due, always after now.

    With `last`, when the last one was due, the day that it has there is over: whoever travels
    gets one a day.
    """
    day = now.astimezone(zone).date()
    if last is not None:
        day = max(day, last.astimezone(zone).date() + timedelta(days=1))
    days = (day + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    return next(
        moment
        for day in days
        if rhythm.weekday in {None, day.weekday()}
        and (moment := moment_at(day, rhythm.minute, zone)) > now
    )


def heading(story: Story) -> str:
    """Return the tag under which a digest tells a story: the first that it carries there."""
    return story.tags[0] if story.tags else ""


def order(stories: Sequence[Story]) -> list[int]:
    """Return the stories' numbers as a digest tells them.

    Tag by tag, those with most stories first; of one tag the story first that most carry.
    """
    sizes = Counter(heading(story) for story in stories)

    def rank(number: int) -> tuple[int, str, int, float]:
        story = stories[number]
        tag = heading(story)
        return (
            -sizes[tag],
            tag.casefold(),
            -len(tellers(story.articles)),
            -story.last_at.timestamp(),
        )

    return sorted(range(len(stories)), key=rank)
