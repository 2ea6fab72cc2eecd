import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.stories import CROWD, FULL_STORY, Grouper, Why
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


def test_a_headline_that_comes_again_over_another_text_is_another_story() -> None:
    title, day = "Morning briefing: what you need to know", timedelta(days=1)
    room = Newsroom()
    assert room.tells(article(title, "A storm hits Texas."), source=1)[0] == 1
    assert room.tells(article(title, "Chile elects a senate.", at=NOW + day), source=1)[0] == 2
    assert room.tells(article(title, "Chile elects a senate.", at=NOW + day), source=1)[0] == 2
    lyon, nairobi = "A lorry hit a van near Lyon, France.", "A bus fell over near Nairobi, Kenya."
    rooms = [article("Two killed in a road accident", text) for text in (lyon, nairobi, lyon)]
    assert told(rooms) == [1, 2, 1]


def test_reports_of_one_form_are_different_stories() -> None:
    form = "At least 20 people died when a bus plunged into a ravine in the hills of {} on Sunday."
    crashes = [
        article(f"Bus crash in {place} kills 20", form.format(place)) for place in ("Peru", "Nepal")
    ]
    assert told(crashes) == [1, 2]


def test_a_copied_text_is_the_same_story_under_another_headline() -> None:
    room = Newsroom()
    assert room.tells(article("Ship blocks Lindau harbour", HARBOUR)) == (1, Why.NEW)
    copy = "LINDAU — " + HARBOUR.replace("on Tuesday night", "late on Tuesday")
    assert room.tells(article("Ferries stuck behind freighter", copy)) == (1, Why.COPY)


LATER = (
    "The freight ship that ran aground near the harbour of Lindau was pulled free on Wednesday "
    "by three tugs, and ferries sail again, the coast guard said. Captain Mara Voss said that the "
    "steering had failed."
)


def test_the_same_event_in_other_words_is_the_same_story() -> None:
    room = Newsroom()
    assert room.tells(article("Ship blocks harbour of Lindau", HARBOUR)) == (1, Why.NEW)
    assert room.tells(article("Karsk elects governor", ELECTION)) == (2, Why.NEW)
    assert room.tells(article("Tugs free ship off Lindau harbour", LATER)) == (1, Why.LIKE)


def test_a_few_common_words_make_no_story() -> None:
    first = article(
        "Karsk deaths: man arrested after three bodies found", "A murder inquiry began."
    )
    second = article(
        "Police arrest man after person struck by car in Lindau",
        "A man of 21 was arrested after a person was struck by a car.",
    )
    assert told([first, second]) == [1, 2]


def test_in_scripts_without_spaces_a_few_pairs_of_characters_make_no_story() -> None:
    first = "연예인에게 스포츠도박을 알선한 업자에게 법원이 집행유예를 선고했다."
    second = "클럽에서 다툰 남성 다섯 명에게 집행유예와 벌금형이 선고됐다."
    assert told([article(first, language="ko"), article(second, language="ko")]) == [1, 2]
    again = f"{first} 업자는 항소하지 않았다."
    assert told([article(first, language="ko"), article(again, language="ko")]) == [1, 1]


def test_a_source_joins_a_story_once_but_for_an_update() -> None:
    aside = (
        "Ferries have only one channel at the harbour of Lindau, and a freight ship that ran "
        "aground blocked it on Tuesday. Plans for another are thirty years old; they were drawn "
        "when the province still dug coal and had money for engineers."
    )
    for source, story in ((1, 2), (2, 1)):
        room = Newsroom()
        room.tells(article("Ship blocks harbour of Lindau", HARBOUR), source=1)
        assert room.tells(article("Islands need a channel", aside), source=source)[0] == story
    room = Newsroom()
    room.tells(article("Ship blocks harbour of Lindau", HARBOUR), source=1)
    update = HARBOUR.replace("could not free", "freed")
    assert room.tells(article("Ship off Lindau harbour is free", update), source=1)[0] == 1


def bulletin(day: int, figures: str) -> NewArticle:
    """Return one of a row that differs in its figures only."""
    text = (
        f"Turnover of the Karsk grain exchange was {figures} tons, after trade in wheat and rye. "
        "The exchange publishes these figures each evening; all of them are provisional."
    )
    return article("Karsk grain exchange: turnover", text, at=NOW + timedelta(hours=5 * day))


def test_a_recurring_bulletin_is_a_new_story_each_time() -> None:
    room = Newsroom()
    first = bulletin(0, "1,204, 3,311, 9,870 and 4,421")
    second = bulletin(1, "7,715, 6,602, 2,048 and 8,125")
    assert room.tells(first, source=1)[0] == 1
    assert room.tells(replace(second, title="Evening figures from Karsk"), source=1)[0] == 2


def test_a_story_takes_only_so_many_articles_and_then_copies_alone() -> None:
    room = Newsroom()
    for number in range(FULL_STORY):
        words = " ".join(f"w{number * 7 + n}x" for n in range(6))
        new = article(f"Ship blocks harbour of Lindau {words}", HARBOUR, url=1)
        assert room.tells(new)[0] == 1
    assert room.tells(article("Tugs free ship off Lindau harbour", LATER)) == (2, Why.NEW)
    assert room.tells(article("Once more from Lindau", HARBOUR))[0] == 1


def test_a_crowded_story_wants_several_that_are_like() -> None:
    room = Newsroom()
    for number in range(CROWD):
        text = f"{ELECTION} Paper {number} was there." if number else HARBOUR
        room.tells(article(f"Number {number} of one story", text, url=1))
    assert room.tells(article("Tugs free ship off Lindau harbour", LATER)) == (2, Why.NEW)


def test_after_72_hours_a_story_is_closed() -> None:
    room = Newsroom()
    room.tells(article("Ship blocks harbour of Lindau", HARBOUR))
    late = NOW + timedelta(hours=73)
    room.grouper.forget(late - timedelta(hours=72))
    assert len(room.grouper) == 0
    assert room.tells(article("Ship blocks harbour of Lindau", HARBOUR, at=late)) == (2, Why.NEW)


def test_a_headline_alone_in_another_language_is_another_story() -> None:
    first = article("Karsk wählt Gouverneur", ELECTION, language="de")
    assert told([first, article("Karsk elects governor", ELECTION)]) == [1, 2]


WORDS = (
    *("ship", "harbour", "ferry", "tug", "vote", "water", "price", "fire"),
    *("Karsk", "Lindau", "Voss", "coast", "guard", "mayor", "strike"),
)
news = st.lists(
    st.tuples(
        st.lists(st.sampled_from(WORDS), min_size=3, max_size=14),
        st.integers(1, 4),
        st.integers(0, 20),
        st.sampled_from(["en", "ru"]),
    ),
    min_size=2,
    max_size=40,
)


@given(news, st.integers(0, 39))
def test_a_restart_changes_no_decision(
    told_news: list[tuple[list[str], int, int, str]], stop: int
) -> None:
    """A restart has the dump of the last step and the articles of 72 hours, nothing else."""
    stayed = Newsroom()
    saved, version = stayed.grouper.dump(), stayed.grouper.version
    at = NOW
    restarted: Newsroom | None = None
    for number, (words, source, hours, language) in enumerate(told_news):
        at += timedelta(hours=hours)
        new = article(" ".join(words[:4]), " ".join(words), at=at, language=language)
        for room in (stayed, restarted) if restarted else (stayed,):
            room.grouper.forget(at - timedelta(hours=72))
        if restarted:
            assert restarted.tells(new, source) == stayed.tells(new, source)
        else:
            stayed.tells(new, source)
        if stayed.grouper.version != version:
            saved, version = stayed.grouper.dump(), stayed.grouper.version
        if number == stop:
            restarted = Newsroom()
            restarted.stories, restarted.stored = stayed.stories, list(stayed.stored)
            restarted.grouper.restore(saved)
            since = at - timedelta(hours=72)
            restarted.grouper.load([one for one in stayed.stored if one.seen_at >= since])


@given(st.binary(max_size=60) | st.binary(max_size=60).map(zlib.compress))
def test_what_is_no_dump_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match="dump"):
        Grouper().restore(state)


def test_an_empty_text_joins_nothing() -> None:
    assert told([article(""), article(""), article("Ship blocks harbour", HARBOUR)]) == [1, 2, 3]
