"""Chats that block, move, close and return."""

import pytest

from bot.demo import faults
from tests.journeys.scene import ADMIN, Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")


TOLD = {
    1: ("Korea story 1: ferry line reopens", "The ferry to Ulleung sails again after repairs."),
    2: ("Korea story 2: teachers strike", "Classes were cancelled in eleven Daegu schools."),
    3: ("Korea story 3: record apple harvest", "Orchards around Andong report heavy crops."),
}


def korea(number: int) -> Item:
    """Return one of three stories that have nothing but the country in common."""
    return Item(*TOLD[number])


async def begin(scene: Scene) -> None:
    """Start with one source that was polled once."""
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")


@pytest.fixture
def times() -> float:
    """A group takes a message in three seconds."""
    return 12.0


async def test_who_blocks_the_bot_is_left_in_peace_and_comes_back_with_start(
    scene: Scene,
) -> None:
    chat, other = scene.person(1001), scene.person(1002)
    await begin(scene)
    await scene.says(chat, "/subscribe #Korea")
    await scene.says(other, "/subscribe #Korea")
    blocked = scene.api.faults.add(faults.blocked(), method="sendMessage", chat=chat.id)
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.alert(other, "story 1")
    scene.web.puts("/paper", rss(korea(2), korea(1), OLD))
    await scene.alert(other, "story 2")
    assert blocked.hits == 1, "asked once, then left in peace"
    blocked.stop()
    await scene.says(chat, "/start")
    scene.web.puts("/paper", rss(korea(3), korea(2), korea(1), OLD))
    await scene.alert(chat, "story 3")
    assert not scene.alerts(chat, "story 2")


async def test_a_group_that_became_a_supergroup_keeps_its_subscriptions(scene: Scene) -> None:
    group = scene.api.group("Desk", admins=(7,))
    await begin(scene)
    await scene.says(group, "/subscribe #Korea", user=7)
    new = scene.api.upgrade(group, told=False)
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.alert(new, "story 1")
    scene.web.puts("/paper", rss(korea(2), korea(1), OLD))
    await scene.alert(new, "story 2")
    assert len(scene.alerts(new, "story 1")) == 1
    assert not scene.alerts(group, "story")


async def test_a_forum_topic_has_its_own_subscriptions(scene: Scene) -> None:
    forum = scene.api.supergroup("Newsroom", admins=(7,), forum=True)
    asia, sport = scene.api.topic(forum, "Asia"), scene.api.topic(forum, "Sport")
    await begin(scene)
    await scene.says(forum, "/subscribe #Korea", topic=asia.id, user=7)
    await scene.says(forum, "/subscribe #football", topic=sport.id, user=7)
    scene.web.puts("/paper", rss(korea(1), Item("The football season begins", "It rained."), OLD))
    await scene.alert(forum, "story 1", asia.id)
    await scene.alert(forum, "football season", sport.id)
    assert not scene.alerts(forum, "story 1", sport.id)


async def test_a_closed_topic_does_not_silence_the_others(scene: Scene) -> None:
    forum = scene.api.supergroup("Newsroom", admins=(7,), forum=True)
    closed, open_ = scene.api.topic(forum, "Closed"), scene.api.topic(forum, "Open")
    await begin(scene)
    await scene.says(forum, "/subscribe #Korea", topic=closed.id, user=7)
    await scene.says(forum, "/subscribe #Korea", topic=open_.id, user=7)
    closed.closed = True
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.alert(forum, "story 1", open_.id)
    scene.web.puts("/paper", rss(korea(2), korea(1), OLD))
    await scene.alert(forum, "story 2", open_.id)
    assert not scene.alerts(forum, "story", closed.id)
    told = [one for one in scene.api.messages(forum) if "closed or deleted" in one.text]
    assert [one.topic_id for one in told] == [0], "once, in General: user 7 never wrote to the bot"
    closed.closed = False
    await scene.says(forum, "/tags", topic=closed.id, user=7)
    scene.web.puts("/paper", rss(korea(3), korea(2), korea(1), OLD))
    await scene.alert(forum, "story 3", closed.id)
    await scene.alert(forum, "story 3", open_.id)


async def test_who_subscribed_a_topic_that_is_closed_is_told_in_private(scene: Scene) -> None:
    boss = scene.person(7)
    forum = scene.api.supergroup("Newsroom", admins=(7,), forum=True)
    closed = scene.api.topic(forum, "Closed")
    await begin(scene)
    await scene.says(boss, "/help")
    await scene.says(forum, "/subscribe #Korea", topic=closed.id, user=7)
    closed.closed = True
    for number in (1, 2):
        scene.web.puts("/paper", rss(*(korea(n) for n in range(number, 0, -1)), OLD))
        await scene.polled("/paper", 2)
    told = [one for one in scene.api.messages(boss) if "closed or deleted" in one.text]
    assert len(told) == 1
    assert "Newsroom" in told[0].text


async def test_a_channel_gets_alerts_that_its_administrators_ask_for(scene: Scene) -> None:
    channel = scene.api.channel("Korea Wire", admins=(7,))
    await begin(scene)
    await scene.says(channel, "/subscribe #Korea")
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.alert(channel, "story 1")


async def test_in_a_group_a_member_changes_nothing(scene: Scene) -> None:
    group = scene.api.supergroup("Desk", admins=(7,))
    await begin(scene)
    await scene.says(group, "/subscribe #Korea", user=8)
    await scene.says(group, "/SUBSCRIBE@tagwire_demo_bot #harbour", user=7)
    scene.web.puts(
        "/paper", rss(korea(1), Item("New harbour for yachts", "Sailors pay by the week."), OLD)
    )
    await scene.alert(group, "harbour for yachts")
    assert not scene.alerts(group, "story 1")


async def test_a_private_bot_serves_only_whom_an_operator_lets_in(scene: Scene) -> None:
    scene.access = "private"
    stranger, operator = scene.person(1001), scene.person(ADMIN)
    await begin(scene)
    refused = await scene.says(stranger, "/subscribe #Korea")
    assert "private" in refused.text
    await scene.says(operator, "/subscribe #Korea")
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.alert(operator, "story 1")
    assert not scene.alerts(stranger, "story 1")


async def test_everything_of_a_chat_can_be_deleted(scene: Scene) -> None:
    chat = scene.person()
    await begin(scene)
    await scene.says(chat, "/subscribe #Korea")
    asked = await scene.says(chat, "/deleteme")
    before = len(scene.api.messages(chat)), asked.edited
    scene.api.press(asked, 0)
    await scene.api.wait_for(
        lambda: (len(scene.api.messages(chat)), scene.api.messages(chat)[1].edited) != before
    )
    scene.web.puts("/paper", rss(korea(1), OLD))
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "story 1")
