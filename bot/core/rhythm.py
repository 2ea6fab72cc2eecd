"""A source's rhythm: what the moments at which its articles appeared say of the next."""

from collections.abc import Sequence
from datetime import datetime
from math import log10

from storage.records import SourceToFetch

LONGEST_S = 86_400.0
"""Seconds: however ill or quiet a source is, it is asked once a day."""
HOUR_S = 3_600
_MARK_WIDTH_S = 240
"""What falls this close together after each full hour is a habit …"""
_MARK_SHARE = 0.8
"""… when this share of the last articles does."""
_MARK_LEAST = 8
_POLLS_PER_GAP = (1.0, 6.0, 12.0)
"""Polls between two articles to expect: for nobody, for the first who waits, and at most."""


def gap_s(times: Sequence[float], now: float) -> float:
    """Return the seconds between two articles to expect; a long silence makes them more."""
    return LONGEST_S if not times else (now - times[0]) / len(times)


def usual_gap_s(times: Sequence[float]) -> float | None:
    """Return the seconds that lay between a source's last articles; None where few are known."""
    return (times[-1] - times[0]) / (len(times) - 1) if len(times) > 2 else None


def polls_per_gap(demand: int | None) -> float:
    """Return how often to look between two articles, by how many chats wait for them.

    So late comes an article at most, as a part of the gap: the more wait for it, the smaller.
    None: nobody knows how many wait.
    """
    nobody, first, most = _POLLS_PER_GAP
    if demand == 0:
        return nobody
    return min(most, first + 3 * log10(max(1, demand or 1)))


def mark_s(times: Sequence[float]) -> float | None:
    """Return the second of the hour after which articles always appear, if there is one."""
    hours = {int(at) // HOUR_S for at in times}
    if len(times) < _MARK_LEAST or len(hours) < _MARK_LEAST // 2:
        return None
    seconds = sorted(at % HOUR_S for at in times)
    need = int(len(seconds) * _MARK_SHARE + 0.999)
    ring = [*seconds, *(at + HOUR_S for at in seconds)]
    runs = [(ring[at + need - 1] - ring[at], ring[at + need - 1]) for at in range(len(seconds))]
    width, end = min(runs)
    return end % HOUR_S if width <= _MARK_WIDTH_S else None


def in_step(source: SourceToFetch, now: datetime) -> bool:
    """Tell whether many sources are polled at once with this one: they are spread anew.

    So it is at their first poll, and when all are late because nobody polled for a while.
    """
    if not source.good_polls:
        return True
    if source.last_success_at is None or source.failures or source.interval_s <= 0:
        return False
    return (now - source.last_success_at).total_seconds() > 2 * source.interval_s
