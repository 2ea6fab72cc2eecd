"""Small makers of what storage keeps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.records import (
    NO_TOPIC,
    ArticleId,
    ChatId,
    ChatKind,
    DeliveryDue,
    Key,
    Mode,
    NewArticle,
    NewSource,
    NewSubscription,
    OwnQuery,
    Place,
    QueryId,
    Source,
    SourceId,
    SourceKind,
    StoryId,
    Subscription,
    Tag,
    TopicId,
)
from storage.store import Store, Transaction

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def new_article(
    number: int,
    title: str = "",
    *,
    body: str = "",
    at: datetime | None = None,
    seen_at: datetime = NOW,
) -> NewArticle:
    return NewArticle(
        keys=(Key(number), Key(-number)),
        url=f"https://news.example/{number}",
        url_key=Key(2**62 + number),
        title=title or f"Story {number}",
        summary="What happened.",
        body=body,
        publisher="",
        language="en",
        categories=("World",),
        published_at=at,
        seen_at=seen_at,
    )


TEMPLATE = NewSource("https://search.example/?q={query}", title="Search", kind=SourceKind.TEMPLATE)


def fill(template: Source, tag: Tag) -> str:
    """Return the template's address for a tag."""
    return template.url.replace("{query}", tag.key)


async def add_source(tx: Transaction, name: str = "paper") -> SourceId:
    source, _ = await tx.sources.add(NewSource(f"https://{name}.example/feed", title=name), NOW)
    return source.id


async def add_story(
    tx: Transaction, number: int = 1, *, source: str = "paper", at: datetime | None = None
) -> StoryId:
    article_id = await tx.articles.add(
        await add_source(tx, source), None, new_article(number, at=at)
    )
    return await story_of(tx, article_id)


async def story_of(tx: Transaction, article_id: ArticleId) -> StoryId:
    article = await tx.articles.get(article_id)
    assert article is not None
    return article.story_id


async def subscribe(
    tx: Transaction,
    chat: int,
    query: str = "korea",
    *,
    topic: int = NO_TOPIC,
    tags: tuple[str, ...] = (),
    mode: Mode = Mode.INSTANT,
    at: datetime = NOW,
    shown: str = "",
    own: tuple[OwnQuery, ...] = (),
) -> Subscription:
    await tx.chats.put(ChatId(chat), ChatKind.PRIVATE, f"chat {chat}", at)
    new = wish(chat, query, topic=topic, tags=tags, mode=mode, shown=shown, own=own)
    subscription, _ = await tx.subscriptions.add(new, at)
    return subscription


def wish(
    chat: int,
    query: str,
    *,
    topic: int = NO_TOPIC,
    tags: tuple[str, ...] = (),
    mode: Mode = Mode.INSTANT,
    shown: str = "",
    own: tuple[OwnQuery, ...] = (),
) -> NewSubscription:
    return NewSubscription(
        place=Place(ChatId(chat), TopicId(topic)),
        query=query,
        shown=shown or query.title(),
        tags=tuple((tag, tag.title()) for tag in tags or (query,)),
        mode=mode,
        created_by=chat,
        spelt=f"#{query}",
        own=own,
    )


async def query_ids(tx: Transaction) -> dict[str, QueryId]:
    return {query.text: query.id for query in await tx.subscriptions.queries()}


async def put(tx: Transaction, story_id: StoryId, *queries: str, now: datetime = NOW) -> int:
    ids = await query_ids(tx)
    asked = [ids[query] for query in queries or ("korea",)]
    await tx.stories.tag(story_id, asked)
    return await tx.outbox.put(story_id, asked, now, now, now + DAY)


@dataclass
class Deliverer:
    """Claims and settles as one process does."""

    store: Store
    owner: str = "me"
    lease_s: float = 90

    async def claim(self, now: datetime = NOW, limit: int = 10) -> list[DeliveryDue]:
        async with self.store.write() as tx:
            return await tx.outbox.claim(now, limit, self.lease_s, self.owner)


async def waiting_at(tx: Transaction, place: Place) -> int:
    return (await tx.outbox.pressure([place], NOW))[place].waiting
