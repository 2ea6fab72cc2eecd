"""Tags to start with: followed by many, written over many articles, or always good."""

from dataclasses import replace

from bot.services.subscriptions import Subscriptions, read
from bot.services.suggestions import FOLLOWED_BY, RECENT, Suggestions
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
