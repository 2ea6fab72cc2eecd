from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.core.stories import Grouper, Why
from storage.records import Article, ArticleId, Key, NewArticle, SourceId, StoryId

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HARBOUR = (
    "A freight ship ran aground near the harbour of Lindau on Tuesday night, blocking the only "
    "channel for ferries. Nobody was hurt, the coast guard said, but the tugs that were sent could "
    "not free the ship before the tide fell. Captain Mara Voss said the steering had failed."
)
ELECTION = (
    "Voters in the province of Karsk elected a new governor on Sunday after a campaign about water "
    "prices. Counting took until midnight, and the opposition candidate conceded at once."
)


def article(
    title: str,
    text: str = "",
    *,
    url: int | None = None,
    at: datetime = NOW,
    language: str = "en",
    published: datetime | None = None,
) -> NewArticle:
    key = None if url is None else Key(url)
    return NewArticle((), "", key, title, text, "", "", language, (), published, at)


class Newsroom:
    """Plays the part of the poll: decides, stores, tells the grouper."""

    def __init__(self) -> None:
        self.grouper = Grouper()
        self.stored: list[Article] = []
        self.stories = 0

    def tells(self, new: NewArticle, source: int = 0) -> tuple[int, Why]:
        features = self.grouper.prepare(new)
        source_id = SourceId(source or len(self.stored) + 1)
        decision = self.grouper.decide(features, source_id)
        if decision.story_id is None:
            self.stories += 1
        story_id = decision.story_id or StoryId(self.stories)
        article_id = ArticleId(len(self.stored) + 1)
        self.grouper.added(article_id, story_id, source_id, features)
        self.stored.append(kept(new, article_id, source_id, story_id))
        return story_id, decision.why


def kept(new: NewArticle, article_id: ArticleId, source: SourceId, story: StoryId) -> Article:
    return Article(
        id=article_id, source_id=source, source_title="", story_id=story, url=new.url,
        url_key=new.url_key, title=new.title, summary=new.summary, body=new.body,
        publisher=new.publisher, language=new.language, categories=new.categories,
        published_at=new.published_at, seen_at=new.seen_at,
    )  # fmt: skip


def told(articles: Iterable[NewArticle]) -> list[int]:
    room = Newsroom()
    return [room.tells(one)[0] for one in articles]


def test_different_news_are_different_stories() -> None:
    assert told([article("Ship blocks harbour", HARBOUR), article("Karsk votes", ELECTION)]) == [
        1,
        2,
    ]


def test_the_same_address_is_the_same_story_for_two_days() -> None:
    later, too_late = NOW + timedelta(hours=47), NOW + timedelta(hours=96)
    room = Newsroom()
    assert room.tells(article("One", url=7)) == (1, Why.NEW)
    assert room.tells(article("Other", url=7, at=later)) == (1, Why.ADDRESS)
    assert room.tells(article("Third", url=7, at=too_late + timedelta(hours=20))) == (2, Why.NEW)


def test_the_same_headline_is_the_same_story_if_it_has_words_enough() -> None:
    room = Newsroom()
    assert room.tells(article("Big fire in Karsk harbour")) == (1, Why.NEW)
    assert room.tells(article("Big fire in KARSK harbour!")) == (1, Why.TITLE)
    assert room.tells(article("Weather report")) == (2, Why.NEW)


def test_a_copied_text_is_the_same_story_under_another_headline() -> None:
    room = Newsroom()
    assert room.tells(article("Ship blocks Lindau harbour", HARBOUR)) == (1, Why.NEW)
    copy = "LINDAU — " + HARBOUR.replace("on Tuesday night", "late on Tuesday")
    assert room.tells(article("Ferries stuck behind freighter", copy)) == (1, Why.COPY)
