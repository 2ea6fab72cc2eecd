"""Which articles tell the same story."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.duplicates import (
    WINDOW_S,
    Fingerprint,
    Prober,
    fingerprint,
    fold,
    is_same_rest,
    other_numbers,
)
from bot.core.frequencies import Frequencies
from bot.core.particulars import are_apart
from bot.core.terms import TermMaker
from bot.core.thresholds import needed_likeness
from bot.core.urls import hashed
from bot.core.window import Facts, Like, Vector, Window
from storage.records import Article, ArticleId, Key, NewArticle, SourceId, StoryId

SAME_S = 48 * 3_600
"""Seconds within which the same address or headline is the same story."""
TITLE_WORDS = 4
"""Headlines of fewer words («Weather», «Morning briefing») say too little."""
LEAD_CHARS = 600
"""How much of a text is compared for its story; more adds nothing (measured)."""
APART = 0.45
"""Likeness from which articles without a name in both are reports of one form, not one story."""
AGEING = 0.5
"""How much dearer joining gets towards the end of the window: as a part of the threshold."""
UPDATE = 0.45
"""Likeness from which a source may add to a story that it has told before."""
CROWD, CROWD_LIKENESS = 10, 0.20
"""In a story of so many articles the three likest must be so like, lest it swallow a genre."""
FULL_STORY = 50
"""Articles after which a story takes only duplicates."""
WEIGHED = 6
"""How many stories are weighed as a whole."""
PROBED, PROBE_FROM = 8, 0.12
"""How many of the likest articles are compared letter by letter, and from which likeness."""


class Why(StrEnum):
    """Why an article was put where it is."""

    NEW = "nothing like it"
    ADDRESS = "same address"
    TITLE = "same headline"
    COPY = "same text"
    LIKE = "tells the same"


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an article belongs."""

    story_id: StoryId | None
    """None: it opens a story."""
    duplicate_of: ArticleId | None
    """The article whose text it repeats, where there is one."""
    why: Why
    likeness: float
    """Of the likest article of the story, 0 … 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What the decision needs of an article; made before and outside of any transaction."""

    vector: Vector
    fingerprint: Fingerprint
    url_key: Key | None
    title_key: Key | None
    title: str
    """The headline, folded."""
    published: int
    seen: int


class Grouper:
    """Puts articles to their stories, one by one, as they come; never looks back at the archive.

    Holds the articles of the last 72 hours. It is rebuilt by `restore` (the last dump) and `load`
    (the articles of that time), and then decides as if it had never stopped. It takes articles in
    the order of their ids, and keeps dumps apart by `version`: a dump is worth keeping when that
    has grown.
    """

    def __init__(self) -> None:
        self._terms = TermMaker()
        self._frequencies = Frequencies()
        self._window = Window(self._frequencies)
        self._by_url: dict[Key, int] = {}
        self._by_title: dict[Key, int] = {}
        self.version = 0
        """Grows whenever `dump` has something new to say: on a busy day some dozens of times."""

    def __len__(self) -> int:
        return len(self._window)

    def prepare(self, article: NewArticle | Article) -> Features:
        """Return what `decide` needs; the expensive part, without any state but a cache."""
        text = article.body if len(article.body) > len(article.summary) else article.summary
        counted: dict[int, int] = defaultdict(int)
        for term in self._terms.terms(article.title, article.language):
            counted[term] += 2
        for term in self._terms.terms(text[:LEAD_CHARS], article.language):
            counted[term] += 1
        published = min(article.published_at or article.seen_at, article.seen_at)
        return Features(
            vector=Vector.of(article.language, counted),
            fingerprint=fingerprint(article.title, text),
            url_key=article.url_key,
            title_key=title_key(article.title),
            title=fold(article.title),
            published=int(published.timestamp()),
            seen=int(article.seen_at.timestamp()),
        )

    def decide(self, features: Features, source_id: SourceId) -> Decision:
        """Say to which story an article belongs; changes nothing."""
        number = self._known(self._by_url, features.url_key, features)
        if number is not None:
            return _joins(self._window.facts(number), Why.ADDRESS, 1.0, copy=True)
        number = self._known(self._by_title, features.title_key, features)
        if number is not None and self._is_retold(features, source_id, number):
            return _joins(self._window.facts(number), Why.TITLE, 1.0, copy=False)
        alike = self._window.like(features.vector, features.published, features.seen, WINDOW_S)
        copied = self._copied(features, source_id, alike)
        if copied is not None:
            return _joins(self._window.facts(copied.number), Why.COPY, copied.likeness, copy=True)
        return self._likest(features, source_id, alike)

    def _known(self, keys: dict[Key, int], key: Key | None, features: Features) -> int | None:
        """Return the number of the last article with that key, if it is of the same two days."""
        if key is None or key not in keys or not self._window.has(keys[key]):
            return None
        facts = self._window.facts(keys[key])
        near = abs(facts.published - features.published) <= SAME_S
        return keys[key] if near and features.seen - facts.seen <= WINDOW_S else None

    def _is_retold(self, features: Features, source_id: SourceId, number: int) -> bool:
        """Tell whether an article under the same headline tells the same."""
        if self._window.facts(number).source == source_id:
            return not self._recurs(features, number)
        return not self._is_apart(features, number)

    def _is_apart(self, features: Features, number: int) -> bool:
        """Tell whether two articles have no name in common: reports of one form."""
        one, other = features.fingerprint, self._window.fingerprint(number)
        return bool(one.names and other.names) and are_apart(
            one.text, one.names, other.text, other.names
        )

    def _recurs(self, features: Features, number: int) -> bool:
        """Tell whether only the headline comes again («Morning briefing»), over another text."""
        one, other = features.fingerprint.text, self._window.fingerprint(number).text
        if not other.startswith(features.title):
            return False
        size = len(features.title)
        return not is_same_rest(one[size:].strip(), other[size:].strip())

    def _copied(
        self, features: Features, source_id: SourceId, alike: Sequence[Like]
    ) -> Like | None:
        """Return the likest article whose text this one repeats."""
        probed = [like for like in alike[:PROBED] if like.likeness >= PROBE_FROM]
        if not probed:
            return None
        prober = Prober(features.fingerprint)
        for like in probed:
            if prober.is_duplicate(self._window.fingerprint(like.number)):
                own = self._window.facts(like.number).source == source_id
                if not (own and self._recurs(features, like.number)):
                    return like
        return None

    def _likest(self, features: Features, source_id: SourceId, alike: Sequence[Like]) -> Decision:
        """Return the story that this article tells, by the likeness to all that it has."""
        numbers = [like.number for like in alike]
        stories: dict[int, list[Like]] = defaultdict(list)
        for like, told in zip(alike, self._window.stories_of(numbers), strict=True):
            stories[told].append(like)
        best, story = 0.0, None
        for told, known in sorted(stories.items(), key=_likeness, reverse=True)[:WEIGHED]:
            facts = self._window.facts_of([like.number for like in known])
            score = self._score(features, source_id, list(zip(known, facts, strict=True)))
            if score > best:
                best, story = score, told
        likeness = alike[0].likeness if alike else 0.0
        if story is None:
            return Decision(None, None, Why.NEW, likeness)
        return Decision(StoryId(story), None, Why.LIKE, stories[story][0].likeness)

    def _score(
        self, features: Features, source_id: SourceId, known: list[tuple[Like, Facts]]
    ) -> float:
        """Return how surely an article belongs to a story: 0 not, else by how much it passes.

        `known` holds the story's articles that are like it, the likest first.
        """
        likest, facts = known[0]
        gap = min(abs(facts.published - features.published) / WINDOW_S, 1.0)
        shared = max(like.shared for like, _ in known[:3])
        needed = needed_likeness(features.vector, shared) * (1 + AGEING * gap)
        if likest.likeness < needed / 2 or not self._may_add(features, source_id, known):
            return 0.0
        if likest.likeness >= APART and self._is_apart(features, likest.number):
            return 0.0
        members = self._window.members(facts.story, features.seen - WINDOW_S)
        three = sum(like.likeness for like, _ in known[:3]) / 3
        if len(members) >= FULL_STORY or (len(members) >= CROWD and three < CROWD_LIKENESS):
            return 0.0
        alone = len(members) == 1
        closeness = likest.likeness if alone else self._window.closeness(features.vector, members)
        return closeness / needed if closeness >= needed else 0.0

    def _may_add(
        self, features: Features, source_id: SourceId, known: list[tuple[Like, Facts]]
    ) -> bool:
        """Tell whether the article's source may add to the story: once, else only an update."""
        own = [(like, facts) for like, facts in known if facts.source == source_id]
        if not own:
            return True
        like, _ = own[0]
        if like.likeness < UPDATE or self._recurs(features, like.number):
            return False
        earlier = self._window.fingerprint(like.number)
        return not other_numbers(features.fingerprint.text, earlier.text)

    def added(
        self, article_id: ArticleId, story_id: StoryId, source_id: SourceId, features: Features
    ) -> None:
        """Take note of an article that was stored; ids must grow from call to call."""
        facts = Facts(article_id, story_id, source_id, features.published, features.seen)
        number = self._window.add(features.vector, features.fingerprint, facts)
        for keys, key in (
            (self._by_url, features.url_key),
            (self._by_title, features.title_key),
        ):
            if key is not None:
                keys[key] = number
        vector = features.vector
        if self._frequencies.count(vector.terms, vector.language, article_id, features.seen):
            self._window.reweigh()
            self.version += 1

    def load(self, articles: Iterable[Article]) -> None:
        """Take the stored articles of the last 72 hours, ascending by id."""
        for article in articles:
            self.added(article.id, article.story_id, article.source_id, self.prepare(article))

    def forget(self, before: datetime) -> None:
        """Drop what was seen before that moment; changes no decision when that is 72 hours ago."""
        first = self._window.first
        self._window.forget(int(before.timestamp()))
        if self._window.first == first:
            return  # Asked with each poll, and mostly nothing is old enough.
        for keys in (self._by_url, self._by_title):
            for key in [key for key, number in keys.items() if not self._window.has(number)]:
                del keys[key]

    def dump(self) -> bytes:
        """Return what `load` cannot rebuild: how common each term was at the last step."""
        return self._frequencies.dump()

    def restore(self, state: bytes) -> None:
        """Take a dump, before `load`; raises ValueError where it is none."""
        self._frequencies.restore(state)


def title_key(title: str) -> Key | None:
    """Return the hash of a headline without its signs; None where it has too few words."""
    plain = fold(title)
    words = plain.count(" ") + 1
    # In scripts without blanks a headline of twelve characters has four words or more.
    if words < TITLE_WORDS and (plain.isascii() or len(plain) < 3 * TITLE_WORDS):
        return None
    return hashed(f"title|{plain}")


def _likeness(story: tuple[int, list[Like]]) -> float:
    return sum(like.likeness for like in story[1])


def _joins(facts: Facts, why: Why, likeness: float, *, copy: bool) -> Decision:
    duplicate = ArticleId(facts.article) if copy else None
    return Decision(StoryId(facts.story), duplicate, why, likeness)
