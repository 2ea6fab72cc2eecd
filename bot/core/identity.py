"""Which articles are new, and which of them may alert: no second alert, no flood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.schedule import usual_new
from storage.records import Key, NewArticle, SourceToFetch

_FLOOD_LEAST = 10
_FLOOD_TIMES = 3
_FLOOD_SHARE = 0.5
"""More new articles than these, and than this share of the document: a republication."""
_OF_A_FLOOD = 5
"""So many of a republication, dated within a day, still alert."""
_DAY = timedelta(days=1)
_CLOCK_SLACK = timedelta(hours=1)
"""An article dated this much before the last good poll may still have appeared after it."""
_AWAY = timedelta(hours=2)
"""Who was not polled for so long may have a document full of news when it is."""
_LATE = timedelta(hours=48)
"""How long before the last good poll a date may lie in an article that is called new."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of a poll's new articles alert; all of them are kept."""

    alerts: tuple[NewArticle, ...]
    held: tuple[NewArticle, ...]
    republished: bool = False
    """True: the source gave old articles out as new ones; worth a line in the log."""


def unseen(articles: Iterable[NewArticle], known: Iterable[Key]) -> list[NewArticle]:
    """Return the articles none of whose keys is known, each once, in their order."""
    seen = set(known)
    found = []
    for article in articles:
        if seen.isdisjoint(article.keys):
            found.append(article)
        seen.update(article.keys)
    return found


def alertable(
    new: Sequence[NewArticle], source: SourceToFetch, total: int, now: datetime, max_age_s: float
) -> Verdict:
    """Decide which new articles may alert; `total` is how many the document has, seen or not.

    None of a source's first poll. None older than `max_age_s`, or dated well before the last
    good poll. Of a republication (far more new articles than usual, most of the document, and
    most not dated since the last good poll) only what is certainly new, and a few of today's.
    What appeared during an outage is dated after the last good poll, and alerts; what bears no
    date is believed to have, where the document still goes on from what is known of it.
    """
    if not source.good_polls:
        return Verdict((), tuple(new))
    fit = [article for article in new if _is_recent(article, source, now, max_age_s)]
    republished = _is_republished(new, source, total, now)
    if republished:
        fit = _of_a_flood(fit, source, now)
    chosen = set(map(id, fit))
    return Verdict(
        alerts=tuple(article for article in new if id(article) in chosen),
        held=tuple(article for article in new if id(article) not in chosen),
        republished=republished,
    )


def _is_recent(article: NewArticle, source: SourceToFetch, now: datetime, max_age_s: float) -> bool:
    at = article.published_at
    if at is None:
        return True
    if now - at > timedelta(seconds=max_age_s):
        return False
    return source.last_success_at is None or at >= source.last_success_at - _LATE


def _is_republished(
    new: Sequence[NewArticle], source: SourceToFetch, total: int, now: datetime
) -> bool:
    many = max(_FLOOD_LEAST, _FLOOD_TIMES * usual_new(source.state))
    if len(new) <= many or len(new) <= _FLOOD_SHARE * total:
        return False
    goes_on = total > len(new) and _was_away(source, now)
    since = sum(
        _is_since(article, source) or (goes_on and article.published_at is None) for article in new
    )
    return since * 2 <= len(new)


def _was_away(source: SourceToFetch, now: datetime) -> bool:
    """Tell whether the source was not polled, or not read, for much longer than usual."""
    if source.last_success_at is None:
        return False
    usual = timedelta(seconds=0 if source.failures else 3 * source.interval_s)
    return now - source.last_success_at > max(_AWAY, usual)


def _is_since(article: NewArticle, source: SourceToFetch) -> bool:
    """Tell whether an article's own date says that it appeared after the last good poll."""
    if article.published_at is None or source.last_success_at is None:
        return False
    return article.published_at >= source.last_success_at - _CLOCK_SLACK


def _of_a_flood(
    fit: Sequence[NewArticle], source: SourceToFetch, now: datetime
) -> list[NewArticle]:
    since = [article for article in fit if _is_since(article, source)]
    today = [
        article
        for article in fit
        if article.published_at is not None
        and now - article.published_at <= _DAY
        and not _is_since(article, source)
    ]
    today.sort(key=_when, reverse=True)
    return since + today[: max(0, _OF_A_FLOOD - len(since))]


def _when(article: NewArticle) -> datetime:
    return article.published_at or datetime.min.replace(tzinfo=UTC)
