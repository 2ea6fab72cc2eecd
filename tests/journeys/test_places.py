"""Stories for a channel that is managed in private, and for topics that are made for tags."""

from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")
FERRY = Item("Korea ferry line reopens", "The ferry to Ulleung sails again after repairs.")


async def test_a_channel_gets_what_its_administrator_asks_for_in_private(scene: Scene) -> None:
    boss = scene.api.private(7, "Boss", language="ko")
    wire = scene.api.channel("Okapi Wire", admins=(7,))
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    await scene.says(boss, "/channel")
    scene.api.user_chooses_chat(boss, "채널 고르기", wire)
    await scene.arrives(lambda: scene.api.messages(boss)[1:])
    answer = await scene.says(boss, "/subscribe #Korea")
    assert answer.text.startswith("Okapi Wire:")
    scene.web.puts("/paper", rss(FERRY, OLD))
    await scene.alert(wire, "ferry line")
    assert not scene.alerts(boss, "ferry line")


async def test_each_tag_of_a_forum_gets_its_stories_in_its_own_topic(scene: Scene) -> None:
    forum = scene.api.supergroup("Newsroom", admins=(7,), forum=True)
    forum.bot_status = "administrator"
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    settings = await scene.says(forum, "/settings", user=7)
    scene.api.press(settings, "A topic of its own for each tag", user=7)
    await scene.api.wait_for(lambda: settings.edited)
    await scene.says(forum, "/subscribe #Korea", user=7)
    await scene.arrives(lambda: [one for one in scene.api.messages(forum) if "own" in one.text])
    (topic,) = forum.topics.values()
    scene.web.puts("/paper", rss(FERRY, OLD))
    await scene.alert(forum, "ferry line", topic.id)
    assert not scene.alerts(forum, "ferry line", 0)
