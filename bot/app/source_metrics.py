"""How each source is doing, as figures for those who watch."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.core.health import doing
from bot.core.schedule import usual_rhythm_s
from bot.core.source_state import pushed_at
from bot.core.urls import address_shown
from bot.web.metrics import Metric, Sample
from storage.records import Source

_OVERDUE_S = 600.0
"""Due for so long without being asked: nobody polls, or those who do have too much to do."""


def of_sources(sources: Sequence[Source], now: datetime) -> Iterable[Metric]:
    """Return the figures of the sources that have an address of their own."""
    due = [one.next_poll_at for one in sources if one.next_poll_at and doing(one) != "gone"]
    overdue = sum((now - at).total_seconds() > _OVERDUE_S for at in due)
    gone = sum(doing(one) == "gone" for one in sources)
    yield _one("sources_gone", "Sources that ended for good.", gone)
    yield _one("sources_overdue", "Sources due for ten minutes or more.", overdue)
    yield _each("up", "Whether the last poll was good.", sources, lambda one: not one.failures)
    yield _each("failures", "Bad polls since the last good one.", sources, lambda one: one.failures)
    yield _each(
        "last_success_timestamp_seconds",
        "When it was last read well.",
        sources,
        lambda one: _time(one.last_success_at),
    )
    yield _each(
        "last_story_timestamp_seconds",
        "When it last had a new article.",
        sources,
        lambda one: _time(one.last_new_at),
    )
    yield _each(
        "last_push_timestamp_seconds",
        "When its hub last pushed.",
        sources,
        lambda one: _time(pushed_at(one.scheduling)),
    )
    yield _each(
        "next_poll_timestamp_seconds",
        "When it is asked again.",
        sources,
        lambda one: _time(one.next_poll_at),
    )
    yield _each(
        "rhythm_seconds",
        "What usually lies between two articles.",
        sources,
        lambda one: usual_rhythm_s(one.scheduling),
    )


def _one(name: str, meaning: str, value: float) -> Metric:
    return Metric(f"tagwire_{name}", "gauge", meaning, (Sample(value),))


def _each(
    name: str, meaning: str, sources: Iterable[Source], figure: Callable[[Source], float | None]
) -> Metric:
    """Return a figure of each source that has it, under no address that may hold a secret."""
    samples = tuple(
        Sample(float(value), {"id": str(one.id), "source": one.title or address_shown(one.url)})
        for one in sources
        if (value := figure(one)) is not None
    )
    return Metric(f"tagwire_source_{name}", "gauge", meaning, samples)


def _time(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
