"""Articles, and the stories they tell."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.ids import ArticleId, Key, SourceId, StoryId


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An entry made fit to keep: every text clean, every limit kept."""

    keys: tuple[Key, ...]
    """By any of these the article is known again within its source."""
    url: str
    """The link to show; public http(s) or empty."""
    url_key: Key | None
    """Hash of the canonical address; the same in every source."""
    title: str
    summary: str
    """The feed's own description as plain text."""
    body: str
    """The feed's full text as plain text; may be empty."""
    publisher: str
    """Who published it, where the feed says so (Google News' `<source>`), else empty."""
    language: str
    """Two letters, or empty where unknown."""
    categories: tuple[str, ...]
    published_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is kept."""

    id: ArticleId
    source_id: SourceId
    source_title: str
    story_id: StoryId
    url: str
    url_key: Key | None
    title: str
    summary: str
    body: str
    publisher: str
    language: str
    categories: tuple[str, ...]
    published_at: datetime | None
    seen_at: datetime

    @property
    def by(self) -> str:
        """Return the name to show as its source."""
        return self.publisher or self.source_title


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its articles, oldest first; never without one."""

    id: StoryId
    first_at: datetime
    last_at: datetime
    articles: tuple[Article, ...]
    tags: tuple[str, ...] = ()
    """The tags (as shown) of the asking chat that this story carries, where one asked."""
    found: ArticleId | None = None
    """Which of its articles a search found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that was found, not yet read."""

    id: StoryId
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PlacedArticle:
    """An article to keep under ids that were reserved for it."""

    id: ArticleId
    story_id: StoryId
    opens: bool
    """True: it opens the story."""
    article: NewArticle
