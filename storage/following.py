"""Which children a template has: one for each tag that somebody waits for."""

from typing import Any

from sqlalchemy import Row, Select, delete, select

from storage.database import Work
from storage.queries import drop_unused_tags
from storage.records import (
    ChatState,
    NewSource,
    SourceId,
    SourceKind,
    SourceState,
    Tag,
    TagId,
)
from storage.schema import chats, query_tags, sources, subscriptions, tags


async def stop(work: Work) -> int:
    """Remove the children of tags that nobody waits for any more; return how many."""
    gone = await work.run(
        delete(sources).where(
            sources.c.kind == SourceKind.TAG.value,
            sources.c.tag_id.is_(None) | sources.c.tag_id.not_in(_wanted()),
        )
    )
    if gone.rowcount:
        await drop_unused_tags(work)
    return gone.rowcount


async def lacking(work: Work) -> list[tuple[Row[Any], Tag]]:
    """Return each template with each tag that it has no child for."""
    found = []
    templates = select(sources).where(
        sources.c.kind == SourceKind.TEMPLATE.value, sources.c.state == SourceState.ACTIVE.value
    )
    for template in await work.rows(templates):
        fed = select(sources.c.tag_id).where(
            sources.c.parent_id == template.id, sources.c.tag_id.is_not(None)
        )
        asked = select(tags).where(tags.c.id.in_(_wanted()), tags.c.id.not_in(fed))
        found += [
            (template, Tag(TagId(row.id), row.key, row.shown)) for row in await work.rows(asked)
        ]
    return found


def child(template: Row[Any], tag: Tag, url: str) -> NewSource:
    """Return the source that a template makes for a tag."""
    return NewSource(
        url=url,
        title=template.title,
        language=template.language,
        country=template.country,
        topic=template.topic,
        kind=SourceKind.TAG,
        parent_id=SourceId(template.id),
        tag_id=tag.id,
    )


def _wanted() -> Select[Any]:
    """Select the tags of subscriptions whose chat does not sleep."""
    return (
        select(query_tags.c.tag_id)
        .join(subscriptions, subscriptions.c.query_id == query_tags.c.query_id)
        .join(chats, chats.c.id == subscriptions.c.chat_id)
        .where(chats.c.state == ChatState.ACTIVE.value)
        .distinct()
    )
