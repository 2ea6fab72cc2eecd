"""What the operators decide and see, from the settings to the chat."""

import pytest

from tests.journeys.scene import ADMIN, Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")


@pytest.mark.parametrize("allowed", ["admins", "everybody"])
async def test_the_settings_say_who_adds_sources(scene: Scene, allowed: str) -> None:
    url = scene.web.puts("/paper", rss(OLD))
    scene.add_source = allowed
    await scene.start()
    stranger, operator = scene.person(), scene.person(ADMIN)
    answer = await scene.says(stranger, f"/addsource {url}")
    assert answer.text.startswith("Found The Paper") == (allowed == "everybody")
    assert (await scene.says(operator, f"/addsource {url}")).text.startswith("Found The Paper")
    help_page = await scene.says(stranger, "/help")
    assert ("/addsource" in help_page.text) == (allowed == "everybody")


async def test_stats_tell_what_was_sent_and_how_fast(scene: Scene) -> None:
    chat, operator = scene.person(), scene.person(ADMIN)
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    scene.web.puts("/paper", rss(Item("Korea plans an exercise"), OLD))
    await scene.alert(chat, "Korea plans")
    assert scene.house is not None
    await scene.house.idle()
    told = (await scene.says(operator, "/stats")).text
    assert "Queue: 0 waiting, 0 being sent, 0 to edit" in told
    assert "h ago: 1. Flood waits: 0" in told
    assert "Rate in force: 30 messages a second" in told
    assert "Sources: 1, none failing" in told
