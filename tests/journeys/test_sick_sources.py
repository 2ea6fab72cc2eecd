"""A sick source harms nobody but itself."""

import pytest

from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")
NEW = Item("Korea plans an exercise", "Eleven ships will meet off Busan next month.")


@pytest.mark.parametrize("illness", ["500", "garbage", "nothing", "100 MB", "hangs", "cut off"])
async def test_the_others_go_on_while_one_source_is_sick(scene: Scene, illness: str) -> None:
    chat = scene.person()
    well = scene.web.puts("/well", rss(OLD))
    sick = scene.web.puts("/sick", rss(OLD, title="Sick", site="https://sick.example"))
    await scene.start(well, sick)
    await scene.polled("/well")
    await scene.polled("/sick")
    await scene.says(chat, "/subscribe #Korea")
    match illness:
        case "500":
            scene.web.puts("/sick", b"oops", status=500)
        case "garbage":
            scene.web.puts("/sick", bytes(range(256)) * 20)
        case "nothing":
            scene.web.puts("/sick", b"")
        case "100 MB":
            scene.web.bombs("/sick", 100)
        case "hangs":
            scene.web.puts("/sick", kind="hang")
        case _:
            scene.web.gzips("/sick", rss(OLD, NEW).encode() * 50, cut=100)
    await scene.web.arrived_at("/sick", scene.web.asked["/sick"] + 1)
    scene.web.puts("/well", rss(NEW, OLD))
    alert = await scene.alert(chat, "Korea plans")
    assert "The Paper" in alert.text
    assert len(scene.alerts(chat, "Korea plans")) == 1
    if illness == "hangs":
        scene.web.releases("hang")


async def test_a_source_that_recovers_is_read_again(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    scene.web.puts("/paper", b"<html>maintenance</html>")
    await scene.polled("/paper")
    scene.web.puts("/paper", rss(NEW, OLD))
    await scene.alert(chat, "Korea plans")
    assert not scene.alerts(chat, "Korea opens")


async def test_hostile_headlines_arrive_as_text_and_act_in_no_chat(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    hostile = Item(
        "Korea </a><b>free</b> & /start @durov #evil $TSLA t.me/x <3",
        "Click javascript:alert(1) or <a href='tg://user?id=1'>here</a>, /deleteme all @durov",
    )
    scene.web.puts("/paper", rss(hostile, OLD))
    alert = await scene.alert(chat, "Korea")
    assert alert.linked("bot_command") == []
    assert alert.linked("mention") == []
    assert alert.linked("hashtag") == ["#Korea"]
    assert alert.linked("cashtag") == []
    assert alert.linked("url") == []
    assert [one for one in scene.api.requests("sendMessage") if one.status != 200] == []
