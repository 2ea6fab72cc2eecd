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
