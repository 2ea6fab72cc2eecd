"""Which sources are polled now, how it went, and what that means for others of their host."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from storage.database import Work
from storage.records import SourceId, SourceKind, SourcePolled, SourceState, Validators
from storage.schema import articles, mutes, seen_keys, sources

_S = sources.c


def host_of(url: str) -> str:
    """Return host and port of an address, by which sources of one server are known."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def due(now: datetime, by: datetime, limit: int, per_host: int) -> Select[Any]:
    """Select the ids of due sources, longest due first, locked; `by` is now of the leases' clock.

    Of one host no more than `per_host`, those in hand with them: one that is slow, or home to
    hundreds of sources, takes no other's turn.
    """
    is_due = (
        _S.next_poll_at <= now,
        _S.kind != SourceKind.TEMPLATE.value,
        _S.state == SourceState.ACTIVE.value,
        or_(_S.lease_until.is_(None), _S.lease_until < by),
    )
    in_line = func.row_number().over(partition_by=_S.host, order_by=_S.next_poll_at)
    line = select(_S.id, _S.host, in_line.label("place")).where(*is_due).subquery()
    in_hand = (
        select(_S.host, func.count().label("number"))
        .where(_S.lease_until >= by)
        .group_by(_S.host)
        .subquery()
    )
    turn = (
        select(line.c.id)
        .outerjoin(in_hand, in_hand.c.host == line.c.host)
        .where(line.c.place + func.coalesce(in_hand.c.number, 0) <= per_host)
    )
    # The conditions stand here again: PostgreSQL looks at them anew where it had to wait for a row.
    return (
        select(_S.id)
        .where(_S.id.in_(turn), *is_due)
        .order_by(_S.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


# What most polls leave behind: nothing new, nothing wrong. Many at once cost what one costs.
_NOTHING_NEW = (
    update(sources)
    .where(_S.id == bindparam("of_id"))
    .values(
        last_polled_at=bindparam("of_at"),
        last_success_at=bindparam("of_at"),
        next_poll_at=bindparam("of_next_poll_at"),
        interval_s=bindparam("of_interval_s"),
        scheduling=bindparam("of_state"),
        etag=bindparam("of_etag"),
        last_modified=bindparam("of_last_modified"),
        body_hash=bindparam("of_body_hash"),
        pieces=bindparam("of_pieces"),
        good_polls=_S.good_polls + 1,
        failures=0,
        error="",
        state=SourceState.ACTIVE.value,
        lease_until=null(),
        owner="",
    )
)


async def record_all(work: Work, polls: Iterable[SourcePolled]) -> None:
    """Note how many polls went, as `record` does."""
    plain, others = [], []
    for polled in sorted(polls, key=lambda one: one.id):  # In one order, lest two processes meet.
        simple = not (polled.error or polled.title or polled.language or polled.new_articles)
        if simple and polled.validators is not None and not polled.held_url:
            plain.append(_plain(polled, polled.validators))
        else:
            others.append(polled)
    if plain:
        await work.run(_NOTHING_NEW, plain)
    for polled in others:
        await record(work, polled)


def _plain(polled: SourcePolled, validators: Validators) -> dict[str, Any]:
    return {
        "of_id": polled.id,
        "of_at": polled.at,
        "of_next_poll_at": polled.next_poll_at,
        "of_interval_s": polled.interval_s,
        "of_state": polled.state,
        "of_etag": validators.etag,
        "of_last_modified": validators.last_modified,
        "of_body_hash": validators.body_hash,
        "of_pieces": validators.pieces,
    }


async def record(work: Work, polled: SourcePolled) -> None:
    """Note how a poll went; ends the lease, holds the host where it asks for it."""
    good = not polled.error
    values: dict[str, Any] = {
        "last_polled_at": polled.at,
        "next_poll_at": polled.next_poll_at,
        "interval_s": polled.interval_s,
        "error": polled.error,
        "failures": 0 if good else _failures(polled),
        "scheduling": polled.state,
        "state": polled.new_state.value,
        "lease_until": null(),
        "owner": "",
    }
    if good:
        values |= {"last_success_at": polled.at, "good_polls": _S.good_polls + 1}
    if polled.new_articles:
        values["last_new_at"] = polled.at
    if polled.title:
        values["title"] = polled.title
    if polled.language:
        values["language"] = case((_S.language == "", polled.language), else_=_S.language)
    if polled.validators is not None:
        values |= {
            "etag": polled.validators.etag,
            "last_modified": polled.validators.last_modified,
            "body_hash": polled.validators.body_hash,
            "pieces": polled.validators.pieces,
        }
    await work.run(update(sources).where(_S.id == polled.id).values(values))
    if polled.held_url:
        await _hold(work, host_of(polled.held_url), polled.next_poll_at)


def _failures(polled: SourcePolled) -> ColumnElement[int]:
    """Return how many polls failed now, one after the other; of our own faults, one counts."""
    one_more = _S.failures + 1
    return case((_S.failures > 0, _S.failures), else_=one_more) if polled.ours else one_more


async def _hold(work: Work, host: str, until: datetime) -> None:
    """Ask nothing of a host until then."""
    await work.run(
        update(sources).where(_S.host == host, _S.next_poll_at < until).values(next_poll_at=until)
    )


async def move(work: Work, source_id: SourceId, url: str) -> bool:
    """Give a source its new address; where another has that already, they become one.

    Tells whether they did: what this source had is then the other's, and it is no more. What
    lives by a template or a tag keeps its address in such a case.
    """
    other = await work.first(select(_S.id, _S.kind).where(_S.url == url))
    if other is None:
        new = update(sources).where(_S.id == source_id)
        await work.run(new.values(url=url, host=host_of(url)))
        return False
    kind = await work.scalar(select(_S.kind).where(_S.id == source_id))
    if other.id == source_id or {kind, other.kind} != {SourceKind.FEED.value}:
        return False
    await _hand_over(work, source_id, SourceId(other.id))
    await work.run(delete(sources).where(_S.id == source_id))
    return True


async def _hand_over(work: Work, old: SourceId, new: SourceId) -> None:
    """Let a source have the articles, the keys and the mutes of another."""
    of_old = update(articles).where(articles.c.source_id == old)
    await work.run(of_old.values(source_id=new))
    known = select(seen_keys.c.key).where(seen_keys.c.source_id == new).scalar_subquery()
    await work.run(
        update(seen_keys)
        .where(seen_keys.c.source_id == old, seen_keys.c.key.not_in(known))
        .values(source_id=new)
    )
    twin = mutes.alias()
    muted_too = exists().where(
        twin.c.source_id == new,
        twin.c.chat_id == mutes.c.chat_id,
        twin.c.topic_id == mutes.c.topic_id,
    )
    await work.run(update(mutes).where(mutes.c.source_id == old, ~muted_too).values(source_id=new))
