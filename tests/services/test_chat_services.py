"""What the chat's services do to the database, on SQLite and PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.query import parse_list
from bot.errors import QueryError
from bot.services.chats import Chats, Memory
from bot.services.latest import Latest
from bot.services.preferences import Preferences
from bot.services.privacy import Privacy
from bot.services.stats import Stats
from bot.services.subscriptions import Subscriptions, TooManyTagsError, in_doubt, read
from bot.services.tokens import MOST_IN_A_CHAT, Tokens
from storage.records import ChatId, ChatKind, ChatState, Key, NewArticle, NewSource, Place
from storage.store import Store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HERE = Place(ChatId(1001))


class Noon:
    """It is always noon."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


async def known(store: Store, chat: ChatId = HERE.chat_id) -> Chats:
    chats = Chats(store, Noon())
    await chats.seen(chat, ChatKind.PRIVATE, "", language="ko")
    return chats


async def publish(store: Store, *titles: str, ago: timedelta = timedelta(hours=1)) -> None:
    async with store.write() as tx:
        source, _ = await tx.sources.add(NewSource("https://h.example/feed", title="Herald"), NOW)
        for title in titles:
            at = NOW - ago
            key = Key(hash(title) & 0x7FFFFFFFFFFF)
            article = NewArticle(
                (key,), f"https://h.example/{key}", key, title, "", "", "", "en", (), at, at
            )
            await tx.articles.add(source.id, None, article)


async def test_a_chat_is_written_only_where_something_changed(store: Store) -> None:
    chats = Chats(store, Noon())
    first, new = await chats.seen(ChatId(5), ChatKind.GROUP, "News", language="ko")
    assert (new, first.settings.language) == (True, "ko")
    same, new = await chats.seen(ChatId(5), ChatKind.GROUP, "News", language="ja")
    assert (same, new) == (first, False)
    renamed, new = await chats.seen(ChatId(5), ChatKind.SUPERGROUP, "Newer")
    assert (renamed.title, renamed.kind, new) == ("Newer", ChatKind.SUPERGROUP, False)
    await chats.asleep(ChatId(5), "kicked")
    awake, _ = await chats.seen(ChatId(5), ChatKind.SUPERGROUP, "Newer")
    assert awake.state is ChatState.ACTIVE


async def test_letting_in_a_chat_that_was_never_seen_says_so(store: Store) -> None:
    chats = await known(store)
    assert await chats.allow(HERE.chat_id, allowed=True)
    assert not await chats.allow(ChatId(404), allowed=True)


async def test_a_new_subscription_knows_what_came_before_it(store: Store) -> None:
    await known(store)
    await publish(store, "Okapi seen", "Okapi again", "A giraffe")
    await publish(store, "Okapi of old", ago=timedelta(days=20))
    service = Subscriptions(store, Noon())
    (done,) = await service.subscribe(HERE, read("okapi"), 7)
    assert (done.added, done.preview.count, done.preview.at_least) == (True, 2, False)
    async with store.read() as tx:
        kept = await tx.stories.latest(["okapi"], None, 10)
        assert {story.articles[0].title for story in kept} == {
            "Okapi seen", "Okapi again", "Okapi of old",
        }  # fmt: skip
        assert await tx.outbox.waiting() == 0


async def test_latest_looks_beyond_what_is_recorded(store: Store) -> None:
    await publish(store, "South Korea wins", "A giraffe")
    (query,) = parse_list("southkorea")
    page = await Latest(store).of_tag(query)
    assert [story.articles[0].title for story in page.stories] == ["South Korea wins"]
    assert not page.more


async def test_one_subscription_ends_only_in_its_place(store: Store) -> None:
    await known(store)
    service = Subscriptions(store, Noon())
    (kept,) = await service.subscribe(HERE, read("okapi"), None)
    assert kept.added
    (subscription,) = await service.of(HERE)
    assert await service.end(Place(ChatId(2)), subscription.id) is None
    ended = await service.end(HERE, subscription.id)
    assert ended is not None
    assert ended.shown == "#okapi"
    assert await service.of(HERE) == []
    assert await service.end_all(HERE) == 0


def test_long_lists_and_nothing_are_refused() -> None:
    with pytest.raises(TooManyTagsError) as caught:
        read(" ".join(f"tag{number}" for number in range(21)))
    assert (caught.value.count, caught.value.most) == (21, 20)
    with pytest.raises(QueryError):
        read("")


@pytest.mark.parametrize(
    ("typed", "meant"), [("#it", "IT"), ("#IT", ""), ("#okapi", ""), ("it -x1", "")]
)
def test_only_a_bare_everyday_word_is_in_doubt(typed: str, meant: str) -> None:
    (query,) = read(typed)
    tag = in_doubt(query)
    assert (tag.shown if tag is not None else "") == meant


@pytest.mark.parametrize("text", ["", "short", "x" * 40, "x" * 41, "한국" * 30])
async def test_tokens_fit_into_buttons_and_come_back(store: Store, text: str) -> None:
    await known(store)
    tokens = Tokens(store, Noon())
    token = await tokens.put(HERE.chat_id, text)
    assert len(token.encode()) <= 41
    assert await tokens.get(HERE.chat_id, token) == text
    assert await tokens.get(HERE.chat_id, "~forged") is None


async def test_long_texts_stay_in_their_chat_and_go_with_it(store: Store) -> None:
    await known(store)
    await known(store, ChatId(2))
    tokens, text = Tokens(store, Noon()), "what I looked for " * 5
    token = await tokens.put(HERE.chat_id, text)
    assert await tokens.get(ChatId(2), token) is None
    await Privacy(store).forget(HERE.chat_id)
    assert await tokens.get(HERE.chat_id, token) is None


async def test_a_chat_cannot_fill_the_database_with_texts(store: Store) -> None:
    await known(store)
    tokens = Tokens(store, Noon())
    made = [await tokens.put(HERE.chat_id, f"{n} {'x' * 50}") for n in range(MOST_IN_A_CHAT + 5)]
    kept = [await tokens.get(HERE.chat_id, token) for token in made]
    assert len([text for text in kept if text]) == MOST_IN_A_CHAT
    assert kept[-1]


async def test_a_chat_that_is_not_known_chooses_nothing(store: Store) -> None:
    preferences = Preferences(store, Noon())
    assert await preferences.choose(HERE.chat_id, "summary", "long") is None
    await known(store)
    kept = await preferences.choose(HERE.chat_id, "summary", "long")
    assert kept is not None
    assert kept.summary == "long"


async def test_two_choices_at_the_same_moment_are_both_kept(store: Store) -> None:
    await known(store)
    preferences = Preferences(store, Noon())
    await asyncio.gather(
        preferences.speak(HERE.chat_id, "fr"),
        preferences.paint(HERE.chat_id, "dark"),
        preferences.choose(HERE.chat_id, "zone", "Asia/Seoul"),
    )
    async with store.read() as tx:
        chat = await tx.chats.get(HERE.chat_id)
    assert chat is not None
    kept = chat.settings
    assert (kept.language, kept.pictures, kept.time_zone) == ("fr", "dark", "Asia/Seoul")


async def test_what_changes_between_two_looks_is_let_be(store: Store) -> None:
    await known(store)
    service = Subscriptions(store, Noon())
    (kept,) = await service.subscribe(HERE, read("okapi"), None)
    number = kept.subscription.id
    assert await service.look(Place(ChatId(2)), number) is None
    await service.set_summary(Place(ChatId(2)), number, "long")
    assert await service.look(HERE, number) == kept.subscription
    await service.end(HERE, number)
    assert await service.change(HERE, number, lambda query: query) is None
    assert await service.name(HERE, "okapi", []) == []


async def test_forgetting_a_chat_leaves_nothing(store: Store) -> None:
    await known(store)
    await Subscriptions(store, Noon()).subscribe(HERE, read("okapi giraffe"), None)
    privacy = Privacy(store)
    assert (await privacy.stored(HERE.chat_id)).subscriptions == 2
    await privacy.forget(HERE.chat_id)
    left = await privacy.stored(HERE.chat_id)
    assert (left.chat, left.subscriptions) == (None, 0)


async def test_figures_and_memory(store: Store) -> None:
    await publish(store, "Okapi seen")
    figures = await Stats(store, Noon()).figures()
    assert figures.rows["articles"] == 1
    assert (figures.waiting, figures.sources, figures.failing) == (0, 1, ())
    memory = Memory(store)
    assert await memory.get("telegram.update") is None
    await memory.put("telegram.update", b"7")
    assert await memory.get("telegram.update") == b"7"
