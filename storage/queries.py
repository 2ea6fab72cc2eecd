"""The distinct queries and tags: made with their first subscription, gone with their last."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from storage.database import Work
from storage.records import NewSubscription, OwnQuery, QueryId
from storage.rows import chunks
from storage.schema import mutes, queries, query_tags, sources, state, subscriptions, tags

_VERSION = "queries.version"


async def version_of(work: Work) -> int:
    """Return a number that grows whenever the set of distinct queries changes."""
    found = await work.scalar(select(state.c.value).where(state.c.name == _VERSION))
    return int(found or b"0")


async def add_query(work: Work, new: NewSubscription) -> QueryId:
    """Return the query of a subscription; make it, its tags and their own queries if need be."""
    await work.lock("queries")
    found = await _known(work, new.query)
    if found is not None:
        return found
    own = {key: OwnQuery(key, key, shown) for key, shown in new.tags}
    own |= {one.key: one for one in new.own}
    made = await _make(work, (new.query, new.spelt or new.shown), dict(new.tags), own)
    await _grow(work)
    return made


async def _known(work: Work, text: str) -> QueryId | None:
    found = await work.scalar(select(queries.c.id).where(queries.c.text == text))
    return None if found is None else QueryId(found)


async def _make(
    work: Work, query: tuple[str, str], asked: dict[str, str], own: dict[str, OwnQuery]
) -> QueryId:
    """Make the query (text, shown) that asks for these tags (key, shown)."""
    text, shown = query
    new = insert(queries).values(text=text, shown=shown).returning(queries.c.id)
    query_id = QueryId(await work.scalar(new))
    for key, tag_shown in asked.items():
        await work.run(work.insert(tags).values(key=key, shown=tag_shown).on_conflict_do_nothing())
        tag_id = await work.scalar(select(tags.c.id).where(tags.c.key == key))
        finder = own[key]
        own_id = query_id if finder.text == text else await _known(work, finder.text)
        if own_id is None:
            own_id = await _make(work, (finder.text, finder.shown), {key: tag_shown}, own)
        row = {"query_id": query_id, "tag_id": tag_id, "own_id": own_id}
        await work.run(insert(query_tags).values(row))
    return query_id


async def drop_orphans(work: Work, left: Iterable[QueryId]) -> None:
    """Of these queries, forget those that nobody subscribes to, and tags that no query asks for."""
    await work.lock("queries")
    shrunk = False
    for part in chunks(sorted(set(left))):
        touched = await work.rows(
            select(query_tags.c.tag_id, query_tags.c.own_id).where(query_tags.c.query_id.in_(part))
        )
        finders = [row.own_id for row in touched]
        done = await work.run(
            delete(queries).where(queries.c.id.in_([*part, *finders]), *_unused_query())
        )
        await work.run(
            delete(tags).where(tags.c.id.in_([row.tag_id for row in touched]), *_unused_tag())
        )
        shrunk = shrunk or done.rowcount > 0
    if shrunk:
        await _grow(work)


async def drop_unused_tags(work: Work) -> None:
    """Forget the tags that nothing refers to."""
    await work.run(delete(tags).where(*_unused_tag()))


def _unused_query() -> tuple[ColumnElement[bool], ...]:
    used = exists().where(subscriptions.c.query_id == queries.c.id)
    asked_by_other = (
        exists()
        .where(query_tags.c.own_id == queries.c.id)
        .where(query_tags.c.query_id == subscriptions.c.query_id)
    )
    return ~used, ~asked_by_other


def _unused_tag() -> tuple[ColumnElement[bool], ...]:
    return (
        ~exists().where(query_tags.c.tag_id == tags.c.id),
        ~exists().where(mutes.c.tag_id == tags.c.id),
        ~exists().where(sources.c.tag_id == tags.c.id),
    )


async def _grow(work: Work) -> None:
    value = str(await version_of(work) + 1).encode()
    done = await work.run(update(state).where(state.c.name == _VERSION).values(value=value))
    if not done.rowcount:
        await work.run(insert(state).values(name=_VERSION, value=value))
