"""How a source is doing: what is kept of its polls in, facts to tell people out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.schedule import failing_days, usual_rhythm_s
from bot.core.source_state import pushed_at
from storage.records import Source, SourceKind, SourceState

Trouble = Literal["", "failing", "silent", "gone"]
_FAILING_DAYS = 3
_SILENT_S = 7 * 86_400.0
_SILENT_GAPS = 30
"""So many of its usual gaps, and a week at least, and a source is silent for unusually long."""
Doing = Literal["read", "unread", "failing", "gone", "paused", "asked"]


@dataclass(frozen=True, slots=True)
class Health:
    """A source's health at a moment; seconds are None where nothing is known yet."""

    doing: Doing
    """`asked`: a template, which is never read itself; `gone`: it ended for good."""
    read_s: float | None
    """Since it was last read well."""
    news_s: float | None
    """Since it last brought a new article."""
    rhythm_s: float | None
    """Between two of its articles, usually."""
    next_s: float | None
    """Until it is asked again; 0 when it is due."""
    failing_days: float
    error: str
    pushed_s: float | None = None
    """Since its hub last pushed; None where none does."""


def health(source: Source, now: datetime) -> Health:
    """Return how the source is doing."""
    polled = source.state is SourceState.ACTIVE and source.kind is not SourceKind.TEMPLATE
    until = source.next_poll_at if polled else None
    return Health(
        doing=doing(source),
        read_s=_since(source.last_success_at, now),
        news_s=_since(source.last_new_at, now),
        rhythm_s=usual_rhythm_s(source.scheduling),
        next_s=max(0.0, (until - now).total_seconds()) if until is not None else None,
        failing_days=failing_days(source.scheduling, now),
        error=source.error,
        pushed_s=_since(pushed_at(source.scheduling), now),
    )


def doing(source: Source) -> Doing:
    """Return in one word how the source is doing."""
    if source.state is not SourceState.ACTIVE:
        return "gone" if source.state is SourceState.GONE else "paused"
    if source.failures:
        return "failing"
    if source.kind is SourceKind.TEMPLATE:
        return "asked"
    return "unread" if source.last_success_at is None else "read"


def trouble(source: Source, now: datetime) -> Trouble:
    """Return what its readers should know of a source; what passes in days is none."""
    if source.state is SourceState.GONE:
        return "gone"
    if source.state is not SourceState.ACTIVE or source.kind is not SourceKind.FEED:
        return ""
    how = health(source, now)
    if how.failing_days >= _FAILING_DAYS:
        return "failing"
    if how.rhythm_s is None or how.news_s is None:
        return ""
    return "silent" if how.news_s >= max(_SILENT_S, _SILENT_GAPS * how.rhythm_s) else ""


def span(seconds: float) -> str:
    """Return a time in one short English word: `40 s`, `5 min`, `3 h`, `2 days`."""
    for unit, size, most in (("s", 1, 90), ("min", 60, 120), ("h", 3_600, 48)):
        if seconds < most * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"


def _since(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())
