"""Sources: kept once, claimed by one poller, recorded good or bad, following the tags."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.records import (
    ChatId,
    ChatState,
    Key,
    NewSource,
    Place,
    SourceId,
    SourceKind,
    SourcePolled,
    SourceState,
    SourceToFetch,
    Validators,
)
from storage.store import Store
from tests.storage.makers import (
    DAY,
    NOW,
    SECOND,
    TEMPLATE,
    add_source,
    add_story,
    fill,
    new_article,
    story_of,
    subscribe,
)

HOUR = timedelta(hours=1)


async def test_whoever_added_sources_is_counted(store: Store) -> None:
    async with store.write() as tx:
        for number in range(3):
            await tx.sources.add(NewSource(f"https://{number}.example/", added_by=7), NOW)
        await tx.sources.add(NewSource("https://a.example/"), NOW)
        assert [await tx.sources.added_by(user) for user in (7, 8)] == [3, 0]


async def test_an_address_is_kept_once(store: Store) -> None:
    async with store.write() as tx:
        first, added = await tx.sources.add(NewSource("https://a.example/", title="A"), NOW)
        again, added_again = await tx.sources.add(NewSource("https://a.example/", title="B"), NOW)
    assert (added, added_again) == (True, False)
    assert again == first
    assert first.title == "A"
    assert first.next_poll_at == NOW
    async with store.read() as tx:
        assert await tx.sources.get(first.id) == first
        assert await tx.sources.by_url("https://a.example/") == first
        assert await tx.sources.get(SourceId(99)) is None
        assert await tx.sources.by_url("https://b.example/") is None
        assert await tx.sources.all() == [first]


async def test_due_sources_go_to_one_poller_until_the_lease_ends(store: Store) -> None:
    async with store.write() as tx:
        for name in "abc":
            await add_source(tx, name)
    async with store.write() as tx:
        mine = await tx.sources.claim_due(NOW, 2, 60, "me")
    async with store.write() as tx:
        theirs = await tx.sources.claim_due(NOW, 9, 60, "you")
    assert len(mine) == 2
    assert len(theirs) == 1
    assert not {one.id for one in mine} & {one.id for one in theirs}
    async with store.write() as tx:
        assert await tx.sources.claim_due(NOW + 60 * SECOND, 9, 60, "you") == []
        assert len(await tx.sources.claim_due(NOW + 61 * SECOND, 9, 60, "you")) == 3


async def test_no_more_are_taken_than_asked_for_whatever_the_plan(postgresql_url: str) -> None:
    store = await Store.open(postgresql_url)
    try:
        async with store.write() as tx:
            for number in range(40):
                await add_source(tx, f"s{number}")
        async with store.write() as tx:
            for way in ("hashjoin", "mergejoin", "hashagg", "material", "sort", "bitmapscan"):
                await tx._work.run(text(f"SET LOCAL enable_{way} = off"))
            assert len(await tx.sources.claim_due(NOW, 2, 60, "me")) == 2
    finally:
        await store.close()


async def test_two_pollers_never_fetch_the_same(store: Store) -> None:
    async with store.write() as tx:
        for number in range(40):
            await add_source(tx, f"s{number}")

    async def poller(owner: str) -> list[SourceId]:
        taken: list[SourceId] = []
        while True:
            async with store.write() as tx:
                found = await tx.sources.claim_due(NOW, 3, 60, owner)
            if not found:
                return taken
            taken += [one.id for one in found]

    found = await asyncio.gather(*(poller(f"p{number}") for number in range(3)))
    everything = [one for taken in found for one in taken]
    assert len(everything) == len(set(everything)) == 40


async def test_what_a_stopped_poller_had_is_free_again(store: Store) -> None:
    async with store.write() as tx:
        await add_source(tx)
        await tx.sources.claim_due(NOW, 9, 60, "me")
        assert await tx.sources.release("somebody") == 0
        assert await tx.sources.release("me") == 1
        assert len(await tx.sources.claim_due(NOW, 9, 60, "you")) == 1


async def test_a_good_poll_is_recorded(store: Store) -> None:
    validators = Validators("etag", "yesterday", b"hash", b"pieces")
    async with store.write() as tx:
        source_id = await add_source(tx)
        await tx.sources.claim_due(NOW, 9, 600, "me")
        await tx.sources.record(
            SourcePolled(
                source_id, NOW, NOW + HOUR, 3600, validators=validators, title="The Paper",
                language="ko", new_articles=2, state="{}",
            )
        )  # fmt: skip
        assert not await tx.sources.move(source_id, "https://moved.example/")
        assert await tx.sources.claim_due(NOW, 9, 60, "me") == []
        assert await tx.sources.next_due() == NOW + HOUR
        (due,) = await tx.sources.claim_due(NOW + HOUR, 9, 60, "me")
        kept = await tx.sources.get(source_id)
    assert due.validators == validators
    assert (due.state, due.good_polls, due.url) == ("{}", 1, "https://moved.example/")
    assert kept is not None
    assert (kept.title, kept.language) == ("The Paper", "ko")
    assert kept.last_success_at == kept.last_new_at == kept.last_polled_at == NOW


async def test_bad_polls_are_counted_until_a_good_one(store: Store) -> None:
    async with store.write() as tx:
        source_id = await add_source(tx)
        for _ in range(2):
            bad = SourcePolled(source_id, NOW, NOW + HOUR, 60, error="It answered 500.")
            await tx.sources.record(bad)
        kept = await tx.sources.get(source_id)
        assert kept is not None
        assert (kept.failures, kept.error, kept.good_polls) == (2, "It answered 500.", 0)
        assert kept.last_success_at is None
        assert kept.title == "paper"
        await tx.sources.record(SourcePolled(source_id, NOW, NOW + HOUR, 60))
        kept = await tx.sources.get(source_id)
        assert kept is not None
        assert (kept.failures, kept.error, kept.good_polls) == (0, "", 1)


async def test_of_our_own_faults_one_counts(store: Store) -> None:
    async with store.write() as tx:
        source_id = await add_source(tx)
        counted = []
        for ours in (True, True, False, True):
            bad = SourcePolled(source_id, NOW, NOW + HOUR, 60, error="does not answer", ours=ours)
            await tx.sources.record(bad)
            kept = await tx.sources.get(source_id)
            assert kept is not None
            counted.append(kept.failures)
    assert counted == [1, 1, 2, 2]


async def test_polls_that_are_noted_together_leave_what_each_alone_would(store: Store) -> None:
    known = Validators("etag", "", b"hash", b"pieces")
    async with store.write() as tx:
        await tx.sources.record_all([])
        ill, well, new = [await add_source(tx, name) for name in "abc"]
        plain = SourcePolled(well, NOW, NOW + HOUR, 60, validators=known, state="{}")
        told = SourcePolled(new, NOW, NOW + HOUR, 60, validators=known, new_articles=1, title="C")
        await tx.sources.record_all([SourcePolled(ill, NOW, NOW + HOUR, 60, error="oops")])
        await tx.sources.record_all([told, plain])
        kept = {one.id: one for one in await tx.sources.feeds()}
        due = {one.id: one for one in await tx.sources.claim_due(NOW + HOUR, 9, 60, "me")}
    assert [kept[one].failures for one in (ill, well, new)] == [1, 0, 0]
    assert [kept[one].good_polls for one in (ill, well, new)] == [0, 1, 1]
    assert [kept[one].last_success_at for one in (ill, well, new)] == [None, NOW, NOW]
    assert (kept[well].last_new_at, kept[new].last_new_at, kept[new].title) == (None, NOW, "C")
    assert (due[well].validators, due[well].state, due[well].interval_s) == (known, "{}", 60)


async def test_sources_that_are_polled_and_those_that_fail_are_counted(store: Store) -> None:
    async with store.read() as tx:
        assert await tx.sources.tally() == (0, 0)
    async with store.write() as tx:
        well, ill, resting = [await add_source(tx, name) for name in "abc"]
        await tx.sources.add(TEMPLATE, NOW)
        for source, error in ((well, ""), (ill, "oops"), (resting, "oops")):
            await tx.sources.record(SourcePolled(source, NOW, NOW + HOUR, 60, error=error))
        await tx.sources.set_state(resting, SourceState.PAUSED)
    async with store.read() as tx:
        assert await tx.sources.tally() == (2, 1)


async def test_a_source_that_moves_onto_another_becomes_one_with_it(store: Store) -> None:
    place = Place(ChatId(1))
    async with store.write() as tx:
        old, new = await add_source(tx, "a"), await add_source(tx, "b")
        await subscribe(tx, 1)
        await tx.mutes.put(place, None, source_id=old)
        article_id = await tx.articles.add(old, None, new_article(1))
        await tx.articles.remember_keys(new, None, [*new_article(1).keys[:1], Key(5)], NOW)
        assert await tx.sources.move(old, "https://b.example/feed")
        assert await tx.sources.get(old) is None
        article = await tx.articles.get(article_id)
        assert article is not None
        assert article.source_id == new
        keys = [*new_article(1).keys, Key(5)]
        assert await tx.articles.known_keys(new, keys) == set(keys)
        rows = await tx._work.rows(text("SELECT source_id FROM mutes"))
        assert [row.source_id for row in rows] == [new]


async def test_what_was_muted_under_both_addresses_is_muted_once(store: Store) -> None:
    place = Place(ChatId(1))
    async with store.write() as tx:
        old, new = await add_source(tx, "a"), await add_source(tx, "b")
        await subscribe(tx, 1)
        for source in (old, new):
            await tx.mutes.put(place, None, source_id=source)
        assert await tx.sources.move(old, "https://b.example/feed")
        rows = await tx._work.rows(text("SELECT source_id FROM mutes"))
        assert [row.source_id for row in rows] == [new]


async def test_a_tags_source_keeps_its_address_where_another_has_the_new_one(store: Store) -> None:
    async with store.write() as tx:
        await tx.sources.add(TEMPLATE, NOW)
        await subscribe(tx, 1, "korea")
        await tx.sources.follow_tags(fill, NOW)
        paper = await add_source(tx)
        (child,) = [one for one in await tx.sources.all() if one.kind is SourceKind.TAG]
        for source, onto in ((child.id, "https://paper.example/feed"), (paper, child.url)):
            assert not await tx.sources.move(source, onto)
        assert not await tx.sources.move(paper, "https://paper.example/feed")
        assert len(await tx.sources.all()) == 3


async def test_no_more_of_one_host_are_taken_than_may_be_at_once(store: Store) -> None:
    async with store.write() as tx:
        for at in range(5):
            for host in ("busy", "Other"):
                await tx.sources.add(NewSource(f"https://{host}.example/{at}"), NOW)
            await tx.sources.add(NewSource(f"https://h{at}.example/"), NOW)

    taken: list[SourceToFetch] = []

    async def claim(owner: str) -> Counter[str]:
        async with store.write() as tx:
            found = await tx.sources.claim_due(NOW, 99, 60, owner, per_host=2)
        taken.extend(found)
        return Counter("own" if one.url[8] == "h" else one.url[8] for one in found)

    assert await claim("me") == {"b": 2, "O": 2, "own": 5}
    assert await claim("you") == {}, "those in anybody's hands count"
    busy = next(one for one in taken if one.url[8] == "b")
    async with store.write() as tx:
        await tx.sources.record(SourcePolled(busy.id, NOW, NOW + HOUR, 60))
    assert await claim("you") == {"b": 1}


async def test_a_host_that_wants_its_peace_is_left_alone_by_all(store: Store) -> None:
    until = NOW + 2 * HOUR
    async with store.write() as tx:
        urls = ["https://H.example/a", "https://u:p@h.example/b", "https://h.example:8443/c"]
        a, b, c = [(await tx.sources.add(NewSource(url), NOW))[0].id for url in urls]
        late = (await tx.sources.add(NewSource("https://h.example/late"), NOW))[0].id
        await tx.sources.record(SourcePolled(late, NOW, NOW + DAY, 60))
        held = SourcePolled(a, NOW, until, 60, error="x", held_url="https://h.example/a")
        await tx.sources.record(held)
        next_polls = {one.id: one.next_poll_at for one in await tx.sources.all()}
    assert next_polls == {a: until, b: until, c: NOW, late: NOW + DAY}


async def test_an_address_that_is_none_has_no_host(store: Store) -> None:
    async with store.write() as tx:
        await tx.sources.add(NewSource("https://[x"), NOW)
        assert len(await tx.sources.claim_due(NOW, 9, 60, "me", per_host=1)) == 1


@pytest.mark.parametrize("state", [SourceState.PAUSED, SourceState.GONE])
async def test_a_source_that_rests_is_not_claimed(store: Store, state: SourceState) -> None:
    async with store.write() as tx:
        source_id = await add_source(tx)
        await tx.sources.set_state(source_id, state)
        assert await tx.sources.claim_due(NOW, 9, 60, "me") == []
        assert await tx.sources.next_due() is None
        await tx.sources.set_state(source_id, SourceState.ACTIVE)
        await tx.sources.poll_now(source_id, NOW - HOUR)
        assert await tx.sources.next_due() == NOW - HOUR


async def test_a_removed_source_leaves_its_articles(store: Store) -> None:
    async with store.write() as tx:
        source_id = await add_source(tx)
        article_id = await tx.articles.add(source_id, None, new_article(1))
        assert await tx.sources.remove(source_id)
        assert not await tx.sources.remove(source_id)
        article = await tx.articles.get(article_id)
        assert article is not None
        assert (article.source_id, article.by) == (0, "paper")
        assert await tx.articles.known_keys(source_id, new_article(1).keys) == set()
        assert await story_of(tx, article_id)


async def test_templates_follow_the_subscribed_tags(store: Store) -> None:
    async with store.write() as tx:
        template, _ = await tx.sources.add(TEMPLATE, NOW)
        assert template.next_poll_at is None
        assert await tx.sources.follow_tags(fill, NOW) == (0, 0)
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 2, "korea")
        await subscribe(tx, 2, "samsung -phone", tags=("samsung",))
        assert await tx.sources.follow_tags(fill, NOW) == (2, 0)
        assert await tx.sources.follow_tags(fill, NOW) == (0, 0)
        claimed = await tx.sources.claim_due(NOW + DAY, 9, 60, "me")
        by_url = {one.url: one for one in await tx.sources.all()}
    assert {one.url for one in claimed} == {
        "https://search.example/?q=korea",
        "https://search.example/?q=samsung",
    }
    child = by_url["https://search.example/?q=korea"]
    assert (child.kind, child.parent_id, child.tags) == (SourceKind.TAG, template.id, 0)
    assert by_url[template.url].tags == 2
    async with store.read() as tx:
        assert await tx.sources.templates() == (1, template.id)
    async with store.write() as tx:
        paper = await add_source(tx)
        assert [one.id for one in await tx.sources.feeds()] == [paper]
        assert await tx.sources.remove(paper)
    async with store.write() as tx:
        await tx.sources.poll_now(template.id, NOW)
        kept = await tx.sources.get(template.id)
        assert kept is not None
        assert kept.next_poll_at is None


async def test_a_tag_without_subscribers_loses_its_source(store: Store) -> None:
    async with store.write() as tx:
        await tx.sources.add(TEMPLATE, NOW)
        await subscribe(tx, 1, "korea")
        await tx.sources.follow_tags(fill, NOW)
        await tx.subscriptions.remove_all(Place(ChatId(1)))
        assert await tx.sources.follow_tags(fill, NOW) == (0, 1)
        assert [one.url for one in await tx.sources.all()] == [TEMPLATE.url]
        assert await tx.subscriptions.count_by_tag() == {}


async def test_a_tag_whose_chats_all_sleep_is_not_asked_for(store: Store) -> None:
    async with store.write() as tx:
        await tx.sources.add(TEMPLATE, NOW)
        await subscribe(tx, 1, "korea")
        await subscribe(tx, 2, "korea")
        assert await tx.sources.follow_tags(fill, NOW) == (1, 0)
        await tx.chats.set_state(ChatId(1), ChatState.ASLEEP, "blocked", NOW)
        assert await tx.sources.follow_tags(fill, NOW) == (0, 0)
        await tx.chats.set_state(ChatId(2), ChatState.ASLEEP, "blocked", NOW)
        assert await tx.sources.follow_tags(fill, NOW) == (0, 1)
        await tx.chats.wake(ChatId(2))
        assert await tx.sources.follow_tags(fill, NOW) == (1, 0)


async def test_a_removed_template_takes_its_children(store: Store) -> None:
    async with store.write() as tx:
        template, _ = await tx.sources.add(TEMPLATE, NOW)
        await subscribe(tx, 1, "korea")
        await tx.sources.follow_tags(fill, NOW)
        await tx.sources.remove(template.id)
        assert await tx.sources.all() == []
        assert await add_story(tx)
