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
