"""Tags to start with: followed by many, written over many articles, or always good."""

from dataclasses import replace

from bot.services.subscriptions import Subscriptions, read
from bot.services.suggestions import FOLLOWED_BY, KNOWN_S, RECENT, Suggestions
from storage.records import ChatId, ChatKind, ChatSettings, Place
from storage.store import Store
from tests.fakes.clock import FakeClock
from tests.storage.makers import add_source, new_article

READER = ChatId(77)


async def follow(store: Store, clock: FakeClock, typed: str, chats: int, language: str) -> None:
    for chat in map(ChatId, range(1, chats + 1)):
        async with store.write() as tx:
            await tx.chats.put(chat, ChatKind.PRIVATE, "", clock.now())
            await tx.chats.save_settings(chat, ChatSettings(language=language))
        await Subscriptions(store, clock).subscribe(Place(chat), read(typed), None)


async def test_only_what_many_chats_of_a_language_follow_is_popular(store: Store) -> None:
    clock = FakeClock()
    suggestions = Suggestions(store, clock)
    await follow(store, clock, "okapi -zoo", FOLLOWED_BY, "ko")
    await follow(store, clock, "giraffe", FOLLOWED_BY - 1, "ko")
    assert await suggestions.tags(READER, "ko", ["Zebra"], 5) == ["#okapi", "#Zebra"]
    assert await suggestions.tags(READER, "en", ["Zebra", "Okapi"], 1) == ["#Zebra"]
    assert await suggestions.tags(ChatId(1), "ko", ["Giraffe", "Zebra"], 5) == ["#Zebra"]


async def test_categories_count_in_their_language_and_for_some_days(store: Store) -> None:
    clock = FakeClock()
    suggestions = Suggestions(store, clock)
    async with store.write() as tx:
        source = await add_source(tx)
        for number in range(6):
            plain = new_article(number + 1, seen_at=clock.now())
            language = ("en", "de", "")[number % 3]
            rubrics = ({"en": "Floods", "de": "Hochwasser", "": "Glaciers"}[language],)
            article = replace(plain, language=language, categories=rubrics)
            await tx.articles.add(source, None, article)
    assert await suggestions.tags(READER, "en", (), 5) == ["#Floods", "#Glaciers"]
    clock.move(RECENT.total_seconds() + 1)
    assert await suggestions.tags(READER, "en", (), 5) == []


async def put(store: Store, clock: FakeClock, *titles: str, rubrics: tuple[str, ...] = ()) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        (first, *_), _ = await tx.articles.reserve(1)
        for number, title in enumerate(titles, first + 1):
            plain = new_article(number, title, seen_at=clock.now())
            await tx.articles.add(source, None, replace(plain, categories=rubrics))


async def test_tags_with_more_stories_are_related(store: Store) -> None:
    clock = FakeClock()
    suggestions, subscriptions = Suggestions(store, clock), Subscriptions(store, clock)
    await put(store, clock, "Ukraine one", "Ukraine two", rubrics=("Grain",))
    await put(store, clock, "Ukrane and grain")
    (query,) = read("#Ukrane")
    found = await subscriptions.preview(query)
    assert (found.count, len(found.ever)) == (1, 1)
    always = ["Ukraine", "Peace"]
    assert await suggestions.related(query, found.ever, "en", always, 3) == ["#Ukraine"]
    assert await suggestions.related(query, found.ever, "en", always, 0) == []
    (odd,) = read("#Grains")
    assert await suggestions.related(odd, (), "en", always, 3) == ["#Grain"]


async def test_what_papers_write_is_read_now_and_then(store: Store) -> None:
    clock = FakeClock()
    suggestions = Suggestions(store, clock)
    assert await suggestions.tags(READER, "en", (), 5) == []
    await put(store, clock, "One", "Two", rubrics=("Floods",))
    assert await suggestions.tags(READER, "en", (), 5) == []
    clock.move(KNOWN_S + 1)
    assert await suggestions.tags(READER, "en", (), 5) == ["#Floods"]


class SlowClock(FakeClock):
    """A clock of a machine on which everything takes long."""

    def monotonic(self) -> float:
        self.move(0.1)
        return super().monotonic()


async def test_what_takes_long_to_count_is_believed_for_a_while(store: Store) -> None:
    clock = SlowClock()
    suggestions = Suggestions(store, clock)
    assert await suggestions.tags(READER, "ko", ["Zebra"], 9) == ["#Zebra"]
    await follow(store, clock, "okapi", FOLLOWED_BY, "ko")
    assert await suggestions.tags(READER, "ko", ["Zebra"], 9) == ["#Zebra"]
    clock.move(60)
    assert await suggestions.tags(READER, "ko", ["Zebra"], 9) == ["#okapi", "#Zebra"]


async def test_the_stories_of_tags_are_counted_now_and_then(store: Store) -> None:
    clock = FakeClock()
    suggestions = Suggestions(store, clock)
    await put(store, clock, "Floods in the north", "Floods again", "Climate summit opens")
    asked = ["#Floods", '"climate summit"', "#Zebra"]
    assert await suggestions.counts(asked) == [2, 1, 0]
    await put(store, clock, "Floods ebb")
    assert await suggestions.counts(asked) == [2, 1, 0]
    clock.move(KNOWN_S + 1)
    assert await suggestions.counts(asked) == [3, 1, 0]
    for number in range(1_001):
        suggestions._counts[str(number)] = clock.monotonic(), number
    assert await suggestions.counts(["#Floods"]) == [3]
    assert len(suggestions._counts) == 1
