"""From a published story to a message in a chat."""

from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.", minutes_old=60)
LEAD = (
    "Negotiators met in Busan on Monday and agreed to hold a joint exercise at sea next month, "
    "the ministry said. The exercise will involve eleven ships and last four days. "
)


async def test_who_subscribes_gets_what_comes_after_and_nothing_after_unsubscribing(
    scene: Scene,
) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    answer = await scene.says(chat, "/subscribe #Korea")
    assert "#Korea" in answer.text
    assert "museum" in answer.text, "what the tag would have brought is shown at once"

    scene.web.puts("/paper", rss(Item("Korea plans an exercise", LEAD), OLD))
    alert = await scene.alert(chat, "Korea plans")
    assert "Negotiators met in Busan" in alert.text
    assert "The Paper" in alert.text
    assert alert.linked("hashtag") == ["#Korea"]

    await scene.says(chat, "/unsubscribe #Korea")
    scene.web.puts("/paper", rss(Item("Korea builds a bridge", LEAD), OLD))
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "Korea builds")
    assert not scene.alerts(chat, "Korea opens"), "no back catalogue"


async def test_adding_a_source_floods_nobody(scene: Scene) -> None:
    chat = scene.person()
    await scene.start()
    await scene.says(chat, "/subscribe #Korea")
    url = scene.web.puts("/paper", rss(*(Item(f"Korea story number {n}", LEAD) for n in range(40))))
    await scene.stop()
    await scene.start(url)
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "Korea story")
    listed = await scene.says(chat, "/latest #Korea")
    assert "Korea story number" in listed.text


async def test_a_restart_sends_nothing_again(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    scene.web.puts("/paper", rss(Item("Korea plans an exercise", LEAD), OLD))
    await scene.alert(chat, "Korea plans")
    await scene.stop()
    await scene.start(url)
    await scene.polled("/paper", 2)
    assert len(scene.alerts(chat, "Korea plans")) == 1


async def test_several_tags_of_a_chat_make_one_alert(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea #exercise Busan")
    scene.web.puts("/paper", rss(Item("Korea plans an exercise in Busan", LEAD), OLD))
    alert = await scene.alert(chat, "Korea plans")
    await scene.polled("/paper", 2)
    assert len(scene.alerts(chat, "Korea plans")) == 1
    assert sorted(alert.linked("hashtag")) == ["#Busan", "#Korea", "#exercise"]


async def test_articles_of_the_first_poll_bear_their_sources_name(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD, title="The Harbour Gazette"))
    await scene.start(url)
    await scene.polled("/paper")
    answer = await scene.says(chat, "/latest #Korea")
    assert "The Harbour Gazette" in answer.text


async def test_an_excluded_word_leaves_the_story_out(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, '/subscribe #Korea -baseball -"night market"')
    scene.web.puts(
        "/paper",
        rss(
            Item("Korea wins", "The national baseball team won."),
            Item("Korea eats", "The night market opened."),
            Item("Korea plans an exercise", LEAD),
            OLD,
        ),
    )
    await scene.alert(chat, "Korea plans")
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "Korea wins")
    assert not scene.alerts(chat, "Korea eats")


async def test_the_same_story_in_a_second_paper_edits_the_message(scene: Scene) -> None:
    chat = scene.person()
    first = scene.web.puts("/first", rss(OLD, title="First Paper"))
    second = scene.web.puts("/second", rss(OLD, title="Second Paper", site="https://b.example"))
    await scene.start(first, second)
    await scene.polled("/first")
    await scene.polled("/second")
    await scene.says(chat, "/subscribe #Korea")
    item = Item("Korea plans an exercise with the navy", LEAD * 3)
    scene.web.puts("/first", rss(item, OLD, title="First Paper"))
    alert = await scene.alert(chat, "Korea plans")
    assert "Second Paper" not in alert.text
    later = Item("Navy and Korea to exercise at sea", "SEOUL - " + LEAD * 3)
    scene.web.puts("/second", rss(later, OLD, title="Second Paper", site="https://b.example"))
    await scene.arrives(lambda: [m for m in scene.alerts(chat, "Korea plans") if m.edited])
    assert "Second Paper" in scene.alerts(chat, "Korea plans")[0].text
    assert len(scene.alerts(chat, "")) == 1
