"""A tag's other names, from the press of a button to the alert."""

from tests.journeys.scene import Item, Scene, rss

OLD = Item("A museum opens", "A museum of ships opened on the coast.", minutes_old=60)


async def test_what_goes_by_another_name_is_alerted_under_the_tags_own(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    offer = await scene.says(chat, "/subscribe #SouthKorea")
    first = Item("ROK navy sails", "Eleven ships left the harbour.")
    scene.web.puts("/paper", rss(first, OLD))
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "ROK navy"), "nothing is applied unasked"

    scene.api.press(offer, 0)
    await scene.arrives(lambda: [offer] if offer.edited else [])
    assert "ROK" in offer.text
    second = Item("ROK court rules", "The judges spoke on Monday.")
    scene.web.puts("/paper", rss(second, first, OLD))
    alert = await scene.alert(chat, "ROK court")
    assert alert.linked("hashtag") == ["#SouthKorea"]
    assert not scene.alerts(chat, "ROK navy"), "no back catalogue"

    edits = offer.edited
    scene.api.press(offer, 0)
    await scene.arrives(lambda: [offer] if offer.edited > edits else [])
    scene.web.puts("/paper", rss(Item("ROK team wins", "Two goals."), second, first, OLD))
    await scene.polled("/paper", 2)
    assert not scene.alerts(chat, "ROK team")


async def test_countries_in_one_tag_are_found_apart(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    offer = await scene.says(chat, "/subscribe #SouthKorea-US-Japan")
    scene.api.press(offer, "Together: South Korea + US + Japan")
    await scene.arrives(lambda: [offer] if offer.edited == 1 else [])
    scene.api.press(offer, "Each by its other names too")
    await scene.arrives(lambda: [offer] if offer.edited == 2 else [])
    scene.web.puts("/paper", rss(Item("Japan dines with the U.S. and S. Korea", "A dinner."), OLD))
    alert = await scene.alert(chat, "Japan dines")
    assert alert.linked("hashtag") == ["#SouthKorea_US_Japan"]


async def test_a_mention_in_passing_is_enough_once_somebody_says_so(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Okapi")
    tags = await scene.says(chat, "/tags")
    scene.api.press(tags, "#Okapi")
    await scene.arrives(lambda: [tags] if tags.edited == 1 else [])
    scene.api.press(tags, "Any mention")
    await scene.arrives(lambda: [tags] if tags.edited == 2 else [])
    far = "Nothing of note happened in the valley for a long time. " * 8 + "An okapi slept."
    feed = rss(Item("Quiet days", "A calm week.", guid="quiet"), OLD)
    body = f"A calm week.</description><content:encoded>{far}</content:encoded>"
    namespace = '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    feed = feed.replace("A calm week.</description>", body).replace("<rss ", namespace)
    scene.web.puts("/paper", feed)
    alert = await scene.alert(chat, "Quiet days")
    assert alert.linked("hashtag") == ["#Okapi"]
    press = scene.api.press(alert, "Why?")
    await scene.api.wait_for(lambda: press.answers, timeout=15)
    assert press.answers[0]["text"] == "#Okapi: “okapi” in the text"
