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


@pytest.mark.parametrize(
    ("language", "told", "shown"),
    [
        (
            "en",
            ("Queue: 0 waiting, 0 being sent, 0 to edit", "h ago: 1. Flood waits: 0",
             "Rate in force: 30 messages a second", "Sources: 1, none failing"),
            "Messages: 1 sent, 0 dropped",
        ),
        ("de", ("Wie es dem Bot geht",), "Nachrichten: 1 gesendet, 0 verworfen"),
    ],
)  # fmt: skip
async def test_stats_tell_what_was_sent_and_how_fast_and_draw_it(
    scene: Scene, language: str, told: tuple[str, ...], shown: str
) -> None:
    chat, operator = scene.person(), scene.api.private(ADMIN, language=language)
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    scene.web.puts("/paper", rss(Item("Korea plans an exercise"), OLD))
    await scene.alert(chat, "Korea plans")
    assert scene.house is not None
    await scene.house.idle()
    words = (await scene.says(operator, "/stats")).text
    assert [part for part in told if part not in words] == []
    picture = await scene.arrives(
        lambda: [one for one in scene.api.messages(operator) if "photo" in one.media]
    )
    assert picture.file.startswith(b"\x89PNG\r\n\x1a\n")
    assert shown in picture.text
