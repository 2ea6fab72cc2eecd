"""Taking along and bringing back: files of subscriptions and of sources."""

import json

import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.chats import Chat, SentMessage
from bot.demo.faults import flood
from bot.services import transfer
from bot.services.guests import KEPT
from bot.telegram.commands import transfer as commands
from storage.records import NewSource, Rhythm
from storage.store import Store
from tests.telegram.conftest import OPERATOR, House, StoppedClock, opened, place
from tests.telegram.test_first_steps import labels
from tests.telegram.test_places import ADMIN, tags
from tests.telegram.test_topics import switch_on, topics_of

OPML = """<opml version="2.0"><body><outline text="Asia">
<outline text="Herald" xmlUrl="https://herald.example/feed"/>
<outline text="Post" xmlUrl="https://post.example/feed?key=1"/>
<outline text="Bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>"""


async def send(
    house: House, chat: Chat, content: bytes | str, *, user: int | None = None, caption: str = ""
) -> SentMessage:
    """Send a file and return the answer."""
    before = len(house.server.messages(chat))
    raw = content.encode() if isinstance(content, str) else content
    house.server.user_sends_file(chat, "list", raw, user=user, caption=caption)
    await house.server.wait_for(lambda: len(house.server.messages(chat)) > before)
    return house.server.last(chat)


async def spelt(house: House, chat: int | Chat) -> list[tuple[str, str, str]]:
    kept = await house.services.subscriptions.of(place(chat))
    return [(one.spelt, one.mode.value, one.summary) for one in kept]


async def test_subscriptions_go_out_and_come_back_in_another_chat(house: House) -> None:
    house.server.private(1001)
    await house.publish("A ferry sails")
    await house.ask(1001, '/subscribe #Samsung -baseball, #서울 also:"Blue House"')
    (first, _) = await house.services.subscriptions.of(place(1001))
    await house.services.subscriptions.set_summary(place(1001), first.id, "long")
    sent = await house.ask(1001, "/export", answers=2)
    (file, _) = [one for one in house.server.messages(1001) if one.file]
    assert file.media["document"]["file_name"] == "tagwire-subscriptions.json"
    assert file.text.startswith("2 subscriptions. Send me the file back")
    assert sent.media["document"]["file_name"] == "tagwire-sources.opml"

    bob = house.server.private(1002, language="ko")
    await house.ask(bob, "/subscribe #Samsung -baseball")
    asked = await send(house, bob, file.file)
    assert asked.text == "파일에 있는 새 구독: 1개. 이미 구독 중: 1개."
    await house.press(asked, 0)
    assert asked.text == "✓ 구독 1개를 가져왔습니다: /tags"
    assert await spelt(house, 1002) == [
        ("#Samsung -baseball", "instant", ""),
        ('#서울 also:"Blue House"', "instant", ""),
    ]
    assert "새 구독: 0개" in (await send(house, bob, file.file)).text
    assert labels(house.server.last(bob)) == []


async def test_modes_and_lengths_come_along(house: House) -> None:
    ada = house.server.private(1001)
    listed = [
        {"query": "#a1", "mode": "silent", "summary": "long"},
        {"query": "#b2", "mode": "digest"},
        {"query": "#d4", "mode": "digest", "digest": {"minute": 1_110, "weekday": 4}},
        "#c3",
        "-",
    ]
    asked = await send(house, ada, json.dumps({"subscriptions": listed}))
    assert "Left out, as I do not understand them: 1, such as -" in asked.text
    await house.press(asked, "Import 4")
    assert await spelt(house, ada) == [
        ("#a1", "silent", "long"), ("#b2", "digest", ""),
        ("#d4", "digest", ""), ("#c3", "instant", ""),
    ]  # fmt: skip
    assert (await house.services.digests.of(place(ada))).rhythm is not None
    kept = await house.services.subscriptions.of(place(ada))
    assert [one.rhythm for one in kept] == [None, None, Rhythm(1_110, 4), None]


async def test_a_long_import_tells_how_far_it_is(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TELL_EACH_S", 0.0)
    ada = house.server.private(1001)
    await house.ask(ada, "/subscribe #okapi")
    listed = [f"#tag{number}" for number in range(310)]
    asked = await send(house, ada, json.dumps({"subscriptions": listed}))
    assert "Left out, as there is no room for more here: 11" in asked.text
    house.server.press(asked, "Import 299")
    told: list[str] = []

    def finished() -> bool:
        told.append(asked.text)
        return asked.text.startswith("✓")

    await house.server.wait_for(finished, timeout=60)
    assert "Importing: 100 of 299…" in told
    assert told[-1] == "✓ 299 subscriptions imported: /tags"
    assert len(await spelt(house, ada)) == 300


async def test_sources_of_another_reader_come_in_after_a_look(house: House) -> None:
    ada = house.server.private(1001)
    await house.publish("Story", source="Herald")
    asked = await send(house, ada, OPML)
    assert asked.text == (
        "New sources in the file: 1. I read already: 1.\n"
        "Left out, as I may not read them: 1, such as file:///etc/passwd"
    )
    await house.press(asked, "Import 1")
    assert asked.text.startswith("✓ 1 source imported")
    listed = await house.services.sources.listed()
    assert [one.url for one in listed][-1] == "https://post.example/feed?key=1"


async def test_a_guest_may_bring_as_many_sources_as_there_is_room_for(house: House) -> None:
    ada = house.server.private(1001)
    async with house.store.write() as tx:
        for number in range(KEPT - 1):
            new = NewSource(f"https://h.example/{number}", added_by=1001)
            await tx.sources.add(new, house.clock.now())
    two = OPML.replace("file:///etc/passwd", "https://third.example/feed")
    assert "more than 1 entries" in (await send(house, ada, two)).text
    assert "file: 3" in (await send(house, house.server.private(OPERATOR), two)).text
    asked = await send(house, ada, OPML.replace("https://herald.example/feed", "ftp://h.example"))
    await house.press(asked, "Import 1")
    assert "You have added 100 sources" in (await send(house, ada, OPML)).text


async def exported(house: House, chat: int | Chat, *, files: int) -> list[SentMessage]:
    await house.ask(chat, "/export", answers=files)
    return [one for one in house.server.messages(chat) if one.file]


async def test_addresses_that_may_hold_a_key_go_to_operators_only(
    server: BotApiServer, store: Store, clock: StoppedClock
) -> None:
    async with opened(server, store, clock, everybody_adds_sources=False) as house:
        boss, ada = house.server.private(OPERATOR), house.server.private(1001)
        assert "New sources in the file: 2" in (await send(house, boss, OPML)).text
        await house.press(house.server.last(boss), 0)
        (file,) = await exported(house, boss, files=1)
        assert b"key=1" in file.file
        assert file.text == "2 sources, for any reader that imports OPML."
        assert "No subscriptions here yet" in (await house.ask(ada, "/export")).text
        refused = await send(house, ada, OPML)
        assert "only this bot's operators add sources" in refused.text
        house.services.chats.everybody_adds_sources = True
        (file,) = await exported(house, ada, files=1)
        assert b"herald.example" in file.file
        assert b"key=1" not in file.file
        assert "1 address is left out" in file.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\xff" * 50, "I cannot read this file"),
        (b"", "I cannot read this file"),
        (b"{}", "I cannot read this file"),
        (b"<html/>", "I cannot read this file"),
        (b"{" + b" " * 1_000_001, "larger than 1 MB"),
        (b"<opml>" + b" " * 5_000_001, "larger than 5 MB"),
    ],
    ids=range(6),
)
async def test_a_bad_file_is_answered_clearly(house: House, content: bytes, said: str) -> None:
    assert said in (await send(house, house.server.private(1001), content)).text


async def test_more_sources_than_are_taken_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "MOST_SOURCES", 2)
    asked = await send(house, house.server.private(1001), OPML)
    assert "more than 2 entries" in asked.text


async def test_a_file_that_telegram_does_not_give_is_said_to_be_too_large(house: House) -> None:
    ada = house.server.private(1001)
    asked = await send(house, ada, b" " * (commands.MOST_BYTES + 1))
    assert "larger than 20 MB" in asked.text
    assert house.server.requests("getFile") == []


async def test_a_file_that_is_gone_meanwhile_is_asked_for_again(house: House) -> None:
    ada = house.server.private(1001)
    asked = await send(house, ada, json.dumps({"subscriptions": ["#a1"]}))
    house.server.world.files.clear()
    await house.press(asked, 0)
    assert "no longer has this file" in asked.text
    asked.markup = {"inline_keyboard": [[{"text": "?", "callback_data": "take:~gone"}]]}
    house.server.press(asked, 0)
    await house.server.wait_for(lambda: "too old" in house.server.last(ada).text)


async def test_in_a_group_administrators_import_by_a_caption_or_an_answer(house: House) -> None:
    group = house.server.supergroup(admins=(1,))
    content = json.dumps({"subscriptions": ["#a1"]}).encode()
    house.server.user_sends_file(group, "list", content, user=2)
    refused = await send(house, group, content, user=2, caption="/import")
    assert refused.text == "In groups only administrators change things."
    asked = await send(house, group, content, user=1, caption="/import@tagwire_demo_bot")
    house.server.press(asked, 0, user=2)
    await house.settled()
    assert await spelt(house, group) == []
    house.server.press(asked, 0, user=1)
    await house.server.wait_for(lambda: asked.text.startswith("✓"))
    assert await spelt(house, group) == [("#a1", "instant", "")]


async def test_without_a_file_import_says_what_it_takes(house: House) -> None:
    assert "Send me a file" in (await house.ask(house.server.private(1001), "/import")).text


async def test_no_file_is_sent_that_has_nothing_in_it(house: House) -> None:
    ada = house.server.private(1001)
    assert "No subscriptions here yet" in (await house.ask(ada, "/export")).text
    await house.ask(ada, "/subscribe #Okapi")
    await house.ask(ada, "/export")
    await house.settled()
    (file,) = [one for one in house.server.messages(ada) if one.file]
    assert file.media["document"]["file_name"] == "tagwire-subscriptions.json"


async def test_a_forum_with_a_topic_for_each_tag_exports_and_imports_all_of_them(
    house: House,
) -> None:
    forum = house.server.supergroup("Forum", admins=(ADMIN,), forum=True)
    await switch_on(house, forum)
    await house.ask(forum, "/subscribe #Okapi #Lynx", user=ADMIN, answers=3)
    file = await house.ask(forum, "/export", user=ADMIN)
    assert file.text.startswith("2 subscriptions.")
    other = house.server.supergroup("Other", admins=(ADMIN,), forum=True)
    await switch_on(house, other)
    await house.ask(other, "/subscribe #Okapi", user=ADMIN, answers=2)
    listed = json.loads(file.file)
    listed["subscriptions"] += [{"query": "#Zebra", "mode": "digest", "summary": "long"}]
    asked = await send(house, other, json.dumps(listed), user=ADMIN, caption="/import")
    assert asked.text == "New subscriptions in the file: 2. You have already: 1."
    await house.press(asked, "Import 2", user=ADMIN)
    await house.settled()
    assert asked.text == "✓ 2 subscriptions imported: /tags"
    assert await topics_of(house, other) == {
        "Okapi": ["#Okapi"], "Lynx": ["#Lynx"], "Zebra": ["#Zebra"],
    }  # fmt: skip
    zebra = next(one.id for one in other.topics.values() if one.name == "Zebra")
    (kept,) = await house.services.subscriptions.of(place(other, zebra))
    assert (kept.mode.value, kept.summary) == ("digest", "long")
    assert (await house.services.digests.of(place(other, zebra))).rhythm is not None


async def test_what_gets_no_topic_is_imported_into_general(house: House) -> None:
    forum = house.server.supergroup("Forum", admins=(ADMIN,), forum=True)
    await switch_on(house, forum)
    house.server.faults.add(flood(300), method="createForumTopic", times=1)
    asked = await send(
        house, forum, '{"subscriptions": ["#Okapi", "#Lynx"]}', user=ADMIN, caption="/import"
    )
    await house.press(asked, "Import 2", user=ADMIN)
    assert asked.text == "✓ 2 subscriptions imported: /tags"
    assert await tags(house, forum.id) == ["#Okapi", "#Lynx"]
    assert forum.topics == {}
