"""A story whose feed says nothing is told in the words of its own page."""

import pytest

from bot.demo.chats import Chat
from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.")
NEW = Item("Korea plans an exercise")
TEXT = (
    "Eleven ships of Korea will meet off Busan next month for an exercise, the navy said. "
    "It is the largest that the navy plans this year, and sailors of Samoa will watch it."
)
PAGE = f"<html><body><article><h1>{NEW.title}</h1><p>{TEXT}</p></article></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
WEATHER = Item("Korea expects rain", "Rain will fall in the whole country until Sunday evening.")


PATH = "/korea-plans-an-exercise"


async def begin(scene: Scene, *tags: str, beside: str = "") -> list[Chat]:
    """Start with a source on loopback whose old story is known; return a chat for each tag."""
    scene.fetch_articles = True
    site = scene.web.url().rstrip("/")
    url = scene.web.puts("/paper", rss(OLD, site=site))
    await scene.start(url, *[beside] * bool(beside))
    await scene.polled("/paper")
    chats = [scene.person(1001 + number) for number, _ in enumerate(tags)]
    for chat, tag in zip(chats, tags, strict=True):
        await scene.says(chat, f"/subscribe {tag}")
    return chats


def publish(scene: Scene, *items: Item) -> None:
    scene.web.puts("/paper", rss(*items, OLD, site=scene.web.url().rstrip("/")))


async def test_a_bare_headline_is_told_with_the_text_of_its_page(scene: Scene) -> None:
    chat, other = await begin(scene, "#Korea", "#Samoa mention:any")
    scene.web.puts(PATH, PAGE, headers=HTML)
    publish(scene, NEW, WEATHER)
    alert = await scene.alert(chat, "Korea plans")
    assert "Eleven ships of Korea will meet off Busan" in alert.text
    await scene.alert(other, "Korea plans")  # Its tag stands in the page alone.
    found = await scene.says(chat, "/search sailors")
    assert "Korea plans" in found.text
    await scene.alert(chat, "Korea expects")
    assert scene.web.asked["/korea-expects-rain"] == 0, "its feed says enough"
    assert scene.web.asked["/korea-opens-a-museum"] == 0, "nobody waits for it"


@pytest.mark.parametrize("page", ["bomb", "inward", "forbidden"])
async def test_a_page_that_cannot_be_had_costs_no_alert(scene: Scene, page: str) -> None:
    [chat] = await begin(scene, "#Korea")
    match page:
        case "bomb":
            scene.web.bombs(PATH, 100)
        case "inward":
            scene.web.redirects(PATH, "http://10.0.0.1/")
        case _:
            scene.web.puts("/robots.txt", "User-agent: *\nDisallow: /korea-plans")
    publish(scene, NEW)
    alert = await scene.alert(chat, "Korea plans")
    assert alert.text.startswith("Korea plans an exercise\nThe Paper")
    assert scene.web.asked[PATH] == (0 if page == "forbidden" else 1)


async def test_pages_that_never_come_delay_no_other_source(scene: Scene) -> None:
    wire = scene.web.puts("/wire", rss(OLD, title="The Wire"))
    [chat] = await begin(scene, "#Korea", beside=wire)
    many = [Item(f"Korea answers question {number}") for number in range(12)]
    for item in many:
        scene.web.puts("/" + item.title.replace(" ", "-").lower(), kind="hang", headers=HTML)
    publish(scene, *many)
    await scene.web.arrived_at("/korea-answers-question-11", 1)
    scene.web.puts("/wire", rss(WEATHER, OLD, title="The Wire"))
    await scene.alert(chat, "Korea expects")
    assert not scene.alerts(chat, "Korea answers")


async def test_a_bot_that_stops_amid_a_page_reads_it_after_its_restart(scene: Scene) -> None:
    [chat] = await begin(scene, "#Korea")
    scene.web.puts(PATH, PAGE, headers=HTML)
    scene.web.holds(PATH)
    publish(scene, NEW)
    await scene.web.arrived_at(PATH, 1)
    await scene.stop()
    scene.web.releases(PATH)
    await scene.start()
    alert = await scene.alert(chat, "Korea plans")
    assert "Eleven ships" in alert.text
    assert len(scene.alerts(chat, "Korea plans")) == 1
