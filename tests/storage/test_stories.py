"""Stories: newest first, of a tag, of a place, of all; counted."""

from dataclasses import replace

from storage.database.newest import Page, of_queries
from storage.records import ChatId, NewSource, Place, StoryId
from storage.store import Store
from tests.storage.makers import (
    DAY,
    NOW,
    SECOND,
    add_source,
    add_story,
    new_article,
    put,
    query_ids,
    subscribe,
)


async def test_the_newest_stories_of_a_tag_come_first(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 1, "japan")
        ids = await query_ids(tx)
        stories = [await add_story(tx, n, at=NOW - n * DAY) for n in range(1, 6)]
        for story in stories[::2]:
            await tx.stories.tag(story, [ids["korea"], ids["korea"]])
        await tx.stories.tag_all([(story, ids["japan"], NOW) for story in stories[:2]])
        await tx.stories.tag_all([])
        await tx.stories.tag(stories[1], [])
    async with store.read() as tx:
        assert [one.id for one in await tx.stories.latest(["korea"])] == stories[::2]
        assert [one.id for one in await tx.stories.latest(["korea"], limit=1)] == stories[:1]
        assert [one.id for one in await tx.stories.latest(["korea"], offset=1)] == stories[2::2]
        assert [one.id for one in await tx.stories.latest()] == stories
        assert await tx.stories.latest(["nothing"]) == []
        assert await tx.stories.latest([]) == []
        assert await tx.stories.count("korea", NOW - 3 * DAY) == 2
        assert await tx.stories.count("nothing", NOW - 3 * DAY) == 0
        assert await tx.stories.per_quarter([ids["korea"], ids["japan"]], NOW - 3 * DAY) == {
            ids["korea"]: {NOW - 3 * DAY: 1, NOW - DAY: 1},
            ids["japan"]: {NOW: 2},
        }


async def test_pages_go_on_after_a_story(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 1, "japan")
        ids = await query_ids(tx)
        stories = [await add_story(tx, n) for n in range(1, 8)]
        for number, story in enumerate(stories):
            await tx.stories.tag(story, [ids["korea"]])
            if number % 2:
                await tx.stories.tag(story, [ids["japan"]])
    newest_first = stories[::-1]
    async with store.read() as tx:
        for asked in ({}, {"texts": ["korea"]}, {"place": Place(ChatId(1))}):
            found: list[StoryId] = []
            while page := await tx.stories.latest(
                **asked,
                limit=3,
                before=found[-1] if found else None,
            ):
                found += [one.id for one in page]
            assert found == newest_first
        assert [one.id for one in await tx.stories.latest(before=StoryId(999))] == newest_first[:5]


async def test_a_place_sees_its_own_tags_as_it_wrote_them(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea", shown="KOREA")
        await subscribe(tx, 1, "japan -sport", tags=("japan",))
        await subscribe(tx, 1, "china", topic=5)
        await subscribe(tx, 2, "korea")
        ids = await query_ids(tx)
        story = await add_story(tx, 1)
        await tx.stories.tag(story, ids.values())
        sport = await add_story(tx, 2)
        await tx.stories.tag(sport, [ids["japan"]])
    async with store.read() as tx:
        (mine,) = await tx.stories.latest(place=Place(ChatId(1)))
        assert mine.tags == ("KOREA", "Japan")
        (in_topic,) = await tx.stories.latest(place=Place(ChatId(1), topic_id=5))  # type: ignore[arg-type]
        assert in_topic.tags == ("China",)
        assert [one.tags for one in await tx.stories.latest(["korea"])] == [()]
        assert await tx.stories.latest(["china"], place=Place(ChatId(2))) == []


async def test_a_grown_story_is_newer_and_never_shrinks(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1)
        first, second = await add_story(tx, 1), await add_story(tx, 2)
        await put(tx, first)
        await put(tx, second)
        await tx.stories.touch([first], NOW + SECOND)
        await tx.stories.touch([first], NOW - DAY)
        assert [one.id for one in await tx.stories.latest(["korea"])] == [first, second]
        whole = (await tx.stories.get_many([first]))[first]
        assert (whole.first_at, whole.last_at) == (NOW - DAY, NOW + SECOND)
        assert await tx.stories.count("korea", NOW + SECOND) == 1


async def test_many_queries_cost_one_look_each(store: Store) -> None:
    async with store.write() as tx:
        for number in range(60):
            await subscribe(tx, 1, f"tag{number}")
        ids = list((await query_ids(tx)).values())
        story = await add_story(tx)
        await tx.stories.tag(story, ids)
        (hit,) = await of_queries(tx._work, ids, Page(5))
        assert hit.id == story


async def test_a_chat_sees_the_tags_of_all_its_topics(store: Store) -> None:
    async with store.write() as tx:
        await subscribe(tx, 1, "korea", shown="KOREA")
        await subscribe(tx, 1, "korea", shown="Korea", topic=5)
        await subscribe(tx, 1, "japan", topic=5)
        await subscribe(tx, 1, "china", topic=7)
        await subscribe(tx, 2, "peru")
        ids = await query_ids(tx)
        stories = [await add_story(tx, number, at=NOW - number * DAY) for number in (1, 2, 3, 4)]
        for story, carried in zip(
            stories, (["korea", "japan"], ["china"], ["peru"], ["china"]), strict=True
        ):
            await tx.stories.tag(story, [ids[one] for one in carried])
    async with store.read() as tx:
        found = await tx.stories.latest_of_chat(ChatId(1))
        assert [one.id for one in found] == [stories[0], stories[1], stories[3]]
        assert [one.tags for one in found] == [("KOREA", "Japan"), ("China",), ("China",)]
        assert found[0].articles
        paged = await tx.stories.latest_of_chat(ChatId(1), limit=1, offset=1)
        assert [one.id for one in paged] == [stories[1]]
        assert await tx.stories.latest_of_chat(ChatId(3)) == []


async def test_the_names_of_sources_and_of_the_newest_papers_are_known(store: Store) -> None:
    async with store.write() as tx:
        await tx.sources.add(NewSource("https://new.example/feed"), NOW)
        await add_story(tx, 1, source="old")
        source = await add_source(tx, "wire")
        await tx.articles.add(source, None, replace(new_article(2), publisher="Herald"))
        await tx.articles.add(source, None, new_article(3))
    async with store.read() as tx:
        assert await tx.stories.names(2) == {"old", "wire", "Herald"}
        assert await tx.stories.names(1) == {"old", "wire"}
