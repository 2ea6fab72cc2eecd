"""The distinct queries and tags: made with their first subscription, gone with their last."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from storage.database import Work
from storage.records import QueryId
from storage.rows import chunks
from storage.schema import mutes, queries, query_tags, sources, state, subscriptions, tags

_VERSION = "queries.version"


async def version_of(work: Work) -> int:
    """Return a number that grows whenever the set of distinct queries changes."""
    found = await work.scalar(select(state.c.value).where(state.c.name == _VERSION))
    return int(found or b"0")


async def add_query(work: Work, text: str, shown: str, asked: Iterable[tuple[str, str]]) -> QueryId:
    """Return the query of this text; make it, its tags and a query for each tag if need be."""
    await work.lock("queries")
    found = await work.scalar(select(queries.c.id).where(queries.c.text == text))
    if found is not None:
        return QueryId(found)
    wanted = dict(asked)
    made = await _make(work, text, wanted.get(text, shown), wanted)
    for key, tag_shown in wanted.items():
        if key != text and not await work.scalar(select(queries.c.id).where(queries.c.text == key)):
            await _make(work, key, tag_shown, {key: tag_shown})
    await _grow(work)
    return made


async def _make(work: Work, text: str, shown: str, asked: dict[str, str]) -> QueryId:
    new = insert(queries).values(text=text, shown=shown).returning(queries.c.id)
    query_id = QueryId(await work.scalar(new))
    for key, tag_shown in asked.items():
        await work.run(work.insert(tags).values(key=key, shown=tag_shown).on_conflict_do_nothing())
        tag_id = await work.scalar(select(tags.c.id).where(tags.c.key == key))
        await work.run(insert(query_tags).values(query_id=query_id, tag_id=tag_id))
    return query_id


async def drop_orphans(work: Work, left: Iterable[QueryId]) -> None:
    """Of these queries, forget those that nobody subscribes to, and tags that no query asks for."""
    await work.lock("queries")
    shrunk = False
    for part in chunks(sorted(set(left))):
        touched = select(query_tags.c.tag_id).where(query_tags.c.query_id.in_(part))
        of_tags = await work.rows(select(tags.c.id, tags.c.key).where(tags.c.id.in_(touched)))
        texts = [row.key for row in of_tags]
        done = await work.run(
            delete(queries).where(
                queries.c.id.in_(part) | queries.c.text.in_(texts), *_unused_query()
            )
        )
        await work.run(
            delete(tags).where(tags.c.id.in_([row.id for row in of_tags]), *_unused_tag())
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
        .where(tags.c.key == queries.c.text)
        .where(query_tags.c.tag_id == tags.c.id)
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
