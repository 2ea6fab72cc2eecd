"""Articles: known again, kept with their story, found by their words, forgotten in time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database.search import ASKED_WORDS, INDEXED_CHARACTERS, words_of
from storage.records import ArticleId, Key, PlacedArticle
from storage.schema import stories
from storage.store import Store
from tests.storage.makers import (
    DAY,
    NOW,
    add_source,
    add_story,
    new_article,
    put,
    story_of,
    subscribe,
)


async def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    new = new_article(7, "Title", body="Body", at=NOW - DAY)
    async with store.write() as tx:
        article_id = await tx.articles.add(await add_source(tx), None, new)
    async with store.read() as tx:
        kept = await tx.articles.get(article_id)
        assert await tx.articles.get(ArticleId(99)) is None
    assert kept is not None
    for name in ("url", "url_key", "title", "summary", "body", "publisher", "language",
                 "categories", "published_at", "seen_at"):  # fmt: skip
        assert getattr(kept, name) == getattr(new, name), name
    assert kept.by == kept.source_title == "paper"


async def test_articles_join_a_story(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        first = await tx.articles.add(source, None, new_article(1, at=NOW - DAY))
        story = await story_of(tx, first)
        second = await tx.articles.add(source, story, new_article(2))
        await tx.stories.touch([story], NOW)
        whole = (await tx.stories.get_many([story]))[story]
    assert [article.id for article in whole.articles] == [first, second]
    assert (whole.first_at, whole.last_at) == (NOW - DAY, NOW)


async def test_a_date_in_the_future_does_not_pin_a_story(store: Store) -> None:
    async with store.write() as tx:
        story = await add_story(tx, at=NOW + 365 * DAY)
        assert (await tx.stories.get_many([story]))[story].last_at == NOW


async def test_many_articles_are_kept_at_once(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        await tx.articles.add_all(source, [])
        ids, stories = await tx.articles.reserve(3)
        await tx.articles.add_all(
            source,
            [
                PlacedArticle(ids[0], stories[0], opens=True, article=new_article(1)),
                PlacedArticle(ids[1], stories[0], opens=False, article=new_article(2)),
                PlacedArticle(ids[2], stories[1], opens=True, article=new_article(3)),
            ],
        )
        whole = await tx.stories.get_many(stories)
        assert await tx.articles.known_keys(source, [Key(3), Key(4)]) == {Key(3)}
        next_ids, _ = await tx.articles.reserve(1)
    assert [len(whole[story].articles) for story in stories[:2]] == [2, 1]
    assert stories[2] not in whole
    assert next_ids[0] > max(ids)


async def test_keys_are_known_in_their_source_alone(store: Store) -> None:
    keys = [Key(number) for number in (-(2**63), 0, 2**63 - 1)]
    async with store.write() as tx:
        source, other = await add_source(tx), await add_source(tx, "other")
        await tx.articles.remember_keys(source, None, keys, NOW)
        await tx.articles.remember_keys(source, None, [], NOW)
        many = [Key(number) for number in range(1, 1500)]
        assert await tx.articles.known_keys(source, [*many, *keys]) == set(keys)
        assert await tx.articles.known_keys(other, keys) == set()


async def test_keys_met_again_stay(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        await tx.articles.remember_keys(source, None, [Key(1), Key(2)], NOW)
        await tx.articles.remember_keys(source, None, [Key(1)], NOW + 40 * DAY)
        assert await tx.articles.prune_keys(NOW + 30 * DAY, keep=2) == 0
        assert await tx.articles.prune_keys(NOW, keep=1) == 0
        assert await tx.articles.prune_keys(NOW + 30 * DAY, keep=1) == 1
        assert await tx.articles.known_keys(source, [Key(1), Key(2)]) == {Key(1)}


async def test_the_window_gives_all_that_was_seen_since(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        ids, stories = await tx.articles.reserve(1203)
        await tx.articles.add_all(
            source,
            [
                PlacedArticle(ids[n], stories[n], opens=True, article=new_article(
                    n + 1, seen_at=NOW - DAY if n < 3 else NOW
                ))
                for n in range(1203)
            ],
        )  # fmt: skip
    async with store.read() as tx:
        assert [one.id async for one in tx.articles.window(NOW)] == ids[3:]
        assert [one.id for one in await tx.articles.after(ids[1200], 5)] == ids[1201:]
        assert [one.id for one in await tx.articles.after(ids[0], 2)] == ids[1:3]


TITLES = {
    1: "South Korea's Navy launches missiles near Café Zoë",
    2: "한국은행은 기준금리를 동결했다",
    3: "北朝鮮が弾道ミサイルを発射",
    4: "朝鲜半岛局势紧张",
    5: "Министр: ёлки в Сеуле",
    6: "กรุงเทพมหานครประกาศ",
    7: "COVID-19 and AT&T 3d",
    8: "उत्तर कोरिया ने मिसाइल दागी",
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("korea", [1]), ("KOREA missile", [1]), ("korea nothing", []), ("cafe zoe", [1]),
        ("한국은행", [2]), ("금리", [2]), ("국", [2]), ("다", [2]), ("기준 동결", [2]),
        ("北朝鮮", [3]), ("朝鮮", [3]), ("ミサイル", [3]), ("朝", [4, 3]), ("朝鲜", [4]),
        ("ёлки", [5]), ("сеул", [5]), ("กรุงเทพ", [6]), ("covid", [7]), ("covid-19", [7]),
        ("at&t", [7]), ("3d", [7]), ("कोरिया", [8]), ("", []), ("   ", []), ("!!! ?", []),
        ("'", []), ('"', []), ('korea" OR "x', []), ("NEAR(korea)", [1]), ("korea:*", [1]),
        ("korea & !navy", [1]), ("-korea", [1]), ("words:korea", []), ("korea*", [1]),
        ("what happened", [8, 7, 6, 5, 4]),
    ],
)  # fmt: skip
async def test_search_finds_whole_words_and_pieces(
    store: Store, words: str, found: list[int]
) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        for number, title in TITLES.items():
            await tx.articles.add(source, None, new_article(number, title))
    async with store.read() as tx:
        stories = await tx.articles.search(words, 5)
    assert [story.articles[0].title for story in stories] == [TITLES[one] for one in found]


async def test_search_pages_by_story(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        for number in range(12):
            first = await tx.articles.add(source, None, new_article(number * 10 + 1, "Korea"))
            story = await story_of(tx, first)
            for more in range(number % 3 * 3):
                await tx.articles.add(source, story, new_article(number * 10 + 2 + more, "Korea"))
    found, before = [], None
    async with store.read() as tx:
        while page := await tx.articles.search("korea", 5, before):
            found += [story.id for story in page]
            before = min(story.found for story in page if story.found is not None)
    assert list(dict.fromkeys(found)) == sorted(set(found), reverse=True)
    assert len(set(found)) == 12


@given(st.text(max_size=200))
def test_every_text_can_be_indexed(text: str) -> None:
    for word in words_of([text]):
        assert word
        assert "'" not in word
        assert "\\" not in word
        assert not any(character.isspace() for character in word)


async def test_no_question_raises(store: Store) -> None:
    async with store.write() as tx:
        await add_story(tx)
    asked = ["\x00", "a\x00b", "\ud800", "'" * 500, "\\" * 9, "(" * 300, "़ि", "x" * 9000,
             "ก็" * 3000, "AND OR NOT", "a:b", "^korea", "{a}", "＿", "ﷺ" * 400]  # fmt: skip
    async with store.read() as tx:
        for words in asked:
            assert isinstance(await tx.articles.search(words, 3), list)


def test_only_so_much_is_indexed_and_asked() -> None:
    assert len(" ".join(words_of(["word " * INDEXED_CHARACTERS]))) <= INDEXED_CHARACTERS
    assert ASKED_WORDS < 50


async def test_old_stories_are_forgotten_whole(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, at=NOW - 60 * DAY)
        source = await add_source(tx)
        old = await story_of(
            tx, await tx.articles.add(source, None, new_article(1, "Korea", at=NOW - 40 * DAY))
        )
        await put(tx, old)
        new = await add_story(tx, 2)
        assert await tx.articles.prune(NOW - 30 * DAY) == 1
        assert set(await tx.stories.get_many([old, new])) == {new}
        assert await tx.articles.search("korea", 5) == []
        assert await tx.stories.count("korea", NOW - 90 * DAY) == 0
        assert await tx.outbox.waiting() == 0
        assert await tx.articles.known_keys(source, [Key(1)]) == {Key(1)}
        assert await tx.articles.prune(NOW - timedelta(days=30)) == 0


async def test_a_story_without_articles_is_forgotten_too(store: Store) -> None:
    async with store.write() as tx:
        await tx._work.run(stories.insert().values(first_at=NOW - 40 * DAY, last_at=NOW - 40 * DAY))
        assert await tx.articles.prune(NOW - 30 * DAY) == 0
        assert await tx._work.rows(stories.select()) == []


async def test_stories_with_words_are_counted_since_a_moment(store: Store) -> None:
    async with store.write() as tx:
        source = await add_source(tx)
        assert await tx.articles.counted("summit", NOW - DAY, 9) == 0
        for number in range(4):
            old = NOW - (2 * DAY if number == 0 else 0 * DAY)
            article = new_article(number + 1, f"Summit {number}", seen_at=old)
            first = await tx.articles.add(source, None, article)
        again = new_article(9, "Summit again")
        await tx.articles.add(source, await story_of(tx, first), again)
    async with store.read() as tx:
        assert await tx.articles.counted("summit", NOW - DAY, 9) == 3
        assert await tx.articles.counted("summit again", NOW - DAY, 9) == 1
        assert await tx.articles.counted("summit", NOW - DAY, 2) == 2
        assert await tx.articles.counted("!", NOW - DAY, 9) == 0
        assert await tx.articles.counted("summ", NOW - DAY, 9) == 0, "the words as they stand"
