"""When to poll a source again: its rhythm, its hints and its failures in, a decision out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.core.entries import Document, Failed, Hints, ReadResult, Unchanged
from bot.core.rhythm import HOUR_S, LONGEST_S, gap_s, in_step, mark_s, polls_per_gap, usual_gap_s
from bot.core.source_state import State
from storage.records import SourcePolled, SourceState, SourceToFetch

_HINT_CAP_S = 3_600.0
"""`ttl` and `max-age` beyond an hour are obeyed as an hour: news is why we come."""
_QUIET_FACTOR = 12
"""A source that seldom has news is polled at most so many times less often than usual."""
_GONE_APART_S = 3_600.0
"""Two 410 at least this far apart end a source."""
_MOVED_DAYS = 3
"""Days on which a permanent redirect must have been seen before it is believed."""
_TIMES_KEPT = 24
_WHOLE_EVERY_S = 86_400.0
_UNWANTED = 4.0
"""Where no chat waits for anything, the setting is stretched so much, in time."""
_PUSHED = 6.0
"""A source whose hub pushes is polled so many times less often, but each hour."""
_AFTER_MARK_S = 60.0
_LEAST_S = 60.0
"""However near the mark is, no two polls are nearer than this."""


def wants_whole(state: str, now: datetime) -> bool:
    """Tell whether to ask without validators, as once a day: some keep an ETag for ever."""
    at = State.load(state).whole_at
    return at is not None and now.timestamp() - at >= _WHOLE_EVERY_S


def next_poll(
    source: SourceToFetch,
    result: ReadResult,
    now: datetime,
    *,
    interval_s: float,
    new_articles: int = 0,
    demand: int | None = None,
    pushed: bool = False,
) -> SourcePolled:
    """Return what a poll leaves behind: when the next is, and what is remembered till then.

    `interval_s` is the operator's setting, kept where neither the source nor its history says
    otherwise; `new_articles` is how many of the document's entries were not known before;
    `demand` is how many chats may want what the source brings, None where nobody counted.
    `pushed`: the document was brought by the source's hub. While it brings all, polls get rarer.
    """
    state = State.load(source.state)
    if isinstance(result, Failed):
        return _after_failure(source, state, result, now, interval_s)
    learnt = _learnt(source, state, result, now, new_articles)
    if pushed:
        learnt = _by_the_hub(learnt, state, now)
    elif new_articles:
        learnt = replace(learnt, pushed_at=None)
    state, new_url = (learnt, "") if pushed else _moved(learnt, result.moved_to, now)
    wait = _wait(source, state, result.hints, now, interval_s=interval_s, demand=demand)
    if state.pushed_at is not None and now.timestamp() - state.pushed_at < LONGEST_S:
        wait = max(wait, min(interval_s * _PUSHED, HOUR_S))
    polled = SourcePolled(
        id=source.id,
        at=now,
        next_poll_at=now + timedelta(seconds=wait),
        interval_s=wait,
        validators=result.validators,
        new_articles=new_articles,
        state=state.dump(),
        new_url=new_url,
    )
    if isinstance(result, Document):
        return replace(polled, title=result.title, language=result.language)
    return polled


# --- a good poll --------------------------------------------------------------------------------


def _learnt(
    source: SourceToFetch,
    state: State,
    result: Document | Unchanged,
    now: datetime,
    new_articles: int,
) -> State:
    whole = isinstance(result, Document) or result.fresh or state.whole_at is None
    state = replace(
        state,
        whole_at=now.timestamp() if whole else state.whole_at,
        failing_since=None,
        gone_at=None,
        missed_mark=not new_articles and not state.missed_mark and mark_s(state.times) is not None,
        took_s=_averaged(state.took_s, result.took_s) if result.took_s else state.took_s,
    )
    if isinstance(result, Document):
        state = replace(
            state,
            ttl_s=result.hints.ttl_s,
            hub=result.hints.hub,
            self_url=result.hints.self_url,
            times=_times(source, state.times, result, now, new_articles),
        )
    if new_articles and source.good_polls:
        state = replace(state, usual=_averaged(state.usual, new_articles))
    return state


def _averaged(usual: float, new: float) -> float:
    """Return an average that forgets, with something new; 0: there is none yet."""
    return round(0.8 * (usual or new) + 0.2 * new, 2)


def _by_the_hub(learnt: State, old: State, now: datetime) -> State:
    """Take back what only the source itself could have taught us."""
    return replace(
        learnt, whole_at=old.whole_at, missed_mark=old.missed_mark, pushed_at=now.timestamp()
    )


def _times(
    source: SourceToFetch, old: Sequence[float], document: Document, now: datetime, new: int
) -> tuple[float, ...]:
    """Add when the new articles appeared: their dates where these can be, else now."""
    if source.good_polls and not new:
        return tuple(old)
    recent = (now - timedelta(days=2)).timestamp() if source.good_polls else 0.0
    found = []
    for entry in document.entries:
        at = entry.published_at.timestamp() if entry.published_at else 0.0
        if recent < at <= now.timestamp():
            found.append(at)
        elif source.good_polls:
            found.append(now.timestamp())
    return tuple(sorted({*old, *(round(at) for at in found)})[-_TIMES_KEPT:])


def _moved(state: State, target: str, now: datetime) -> tuple[State, str]:
    """Return the state and, on the third day that says so, the source's new address."""
    if not target or target != state.moved_to:
        state = replace(state, moved_to=target, moved_days=())
    if not target:
        return state, ""
    days = tuple(sorted({*state.moved_days, now.toordinal()}))
    if len(days) >= _MOVED_DAYS:
        return replace(state, moved_to="", moved_days=()), target
    return replace(state, moved_days=days), ""


def _wait(
    source: SourceToFetch,
    state: State,
    hints: Hints,
    now: datetime,
    *,
    interval_s: float,
    demand: int | None,
) -> float:
    """Return the seconds to the next poll, with a spread that is the source's own."""
    asked = min(max(hints.max_age_s or 0.0, hints.ttl_s or state.ttl_s or 0.0), _HINT_CAP_S)
    after_mark = _until_mark(source, state, now, interval_s)
    if after_mark is not None:
        return max(after_mark, min(interval_s, _LEAST_S))
    wait = max(interval_s, asked, _by_rhythm(source, state.times, now, interval_s, demand))
    share = _share(source.id, source.good_polls)
    close = 0.95 + 0.1 * share
    if in_step(source, now):
        least = max(asked * close, min(interval_s, _LEAST_S))
        return min(max(wait * (0.2 + 0.8 * share), least), LONGEST_S)
    return min(wait * close, LONGEST_S)


def _by_rhythm(
    source: SourceToFetch,
    times: Sequence[float],
    now: datetime,
    interval_s: float,
    demand: int | None,
) -> float:
    """Return a part of the gap to expect between articles.

    It takes some polls until a history is believed, and lengthens the wait step by step; so it
    does where nobody waits, lest the first who does finds all asleep.
    """
    step = 1 + source.good_polls / _QUIET_FACTOR
    wait = min(gap_s(times, now.timestamp()) / polls_per_gap(demand), interval_s * _QUIET_FACTOR)
    if demand == 0:
        wait = max(wait, min(interval_s * _UNWANTED, HOUR_S))
    return min(wait, interval_s * step)


def _until_mark(
    source: SourceToFetch, state: State, now: datetime, interval_s: float
) -> float | None:
    """Return the seconds until just after the source's next full-hour habit, if it has one."""
    mark = mark_s(state.times)
    if mark is None or interval_s >= HOUR_S or source.good_polls < _QUIET_FACTOR:
        return None
    moment = mark + _AFTER_MARK_S + 30 * _share(source.id)
    until = (moment - now.timestamp()) % HOUR_S
    return min(interval_s, until) if state.missed_mark else until


# --- a failed one -------------------------------------------------------------------------------


def _after_failure(
    source: SourceToFetch, state: State, failed: Failed, now: datetime, interval_s: float
) -> SourcePolled:
    wait = _back_off(source, failed, interval_s)
    first_gone = state.gone_at
    ended = failed.gone and first_gone is not None and now.timestamp() - first_gone >= _GONE_APART_S
    if failed.gone:
        wait = max(wait, _GONE_APART_S * 1.1)
        state = replace(state, gone_at=first_gone or now.timestamp())
    if state.failing_since is None:
        state = replace(state, failing_since=now.timestamp())
    return SourcePolled(
        id=source.id,
        at=now,
        next_poll_at=now + timedelta(seconds=wait),
        interval_s=wait,
        error=failed.words,
        ours=failed.ours,
        state=state.dump(),
        new_state=SourceState.GONE if ended else SourceState.ACTIVE,
        held_url=(failed.url or source.url) if _asks_for_peace(failed) else "",
    )


def _asks_for_peace(failed: Failed) -> bool:
    """Tell whether an answer speaks for its whole host: 429 does, 503 where it names a time."""
    return failed.status == 429 or (failed.status == 503 and failed.retry_after_s is not None)


def _back_off(source: SourceToFetch, failed: Failed, interval_s: float) -> float:
    """Return the seconds to wait: doubled with each failure, or what the server asks for.

    What is our own fault doubles nothing: the sources go on as soon as we can.
    """
    if failed.ours:
        return interval_s * (1 + 0.2 * _share(source.id, source.failures))
    if failed.retry_after_s is not None and failed.retry_after_s > 0:
        return min(max(failed.retry_after_s, interval_s), LONGEST_S)
    doubled = interval_s * 2.0 ** min(source.failures, 16)
    spread = 0.8 + 0.4 * _share(source.id, source.failures)
    return max(interval_s, min(doubled * spread, LONGEST_S))


def failing_days(state: str, now: datetime) -> float:
    """Return for how many days every poll failed; 0 where the last one was good."""
    since = State.load(state).failing_since
    return 0.0 if since is None else max(0.0, (now.timestamp() - since) / 86_400)


def usual_rhythm_s(state: str) -> float | None:
    """Return the seconds that usually lie between two articles; None where few are known."""
    return usual_gap_s(State.load(state).times)


def usual_new(state: str) -> float:
    """Return how many new articles a poll of this source brings when it brings any."""
    return State.load(state).usual


def _share(*facts: int) -> float:
    """Return a number in [0, 1) that is always the same for the same facts."""
    digest = blake2b(repr(facts).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
