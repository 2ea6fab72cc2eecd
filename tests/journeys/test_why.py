"""*Why?* under an alert: asked at once, after the story grew, after a restart, and too late."""

from datetime import timedelta

from bot.clock import SystemClock
from bot.demo.chats import SentMessage
from storage.store import Store
from tests.journeys.scene import Item, Scene, rss

OLD = Item("A museum opens", "A museum of ships opened on the coast.", minutes_old=60)
LEAD = (
    "Negotiators met in Busan on Monday and agreed to hold a joint exercise at sea next month, "
    "the ministry said. The exercise will involve eleven ships and last four days. "
)


async def why(scene: Scene, alert: SentMessage) -> str:
    press = scene.api.press(alert, "Why?")
    await scene.api.wait_for(lambda: press.answers, timeout=15)
    return str(press.answers[0]["text"])


async def test_why_an_alert_came(scene: Scene) -> None:
    chat = scene.person()
    first = scene.web.puts("/first", rss(OLD, title="First Paper"))
    second = scene.web.puts("/second", rss(OLD, title="Second Paper", site="https://b.example"))
    await scene.start(first, second)
    await scene.polled("/first")
    await scene.polled("/second")
    await scene.says(chat, "/subscribe #Korea also:Busan, #exercise")
    item = Item("Korea plans an exercise with the navy", LEAD * 3)
    scene.web.puts("/first", rss(item, OLD, title="First Paper"))
    alert = await scene.alert(chat, "Korea plans")
    told = await why(scene, alert)
    assert told.splitlines()[0].startswith("#Korea: “Korea” in the headline; “Busan” in the")
    assert told.splitlines()[1].startswith("#exercise: “exercise” in the headline")

    later = Item("Navy and Korea to exercise at sea", "SEOUL - " + LEAD * 3)
    scene.web.puts("/second", rss(later, OLD, title="Second Paper", site="https://b.example"))
    await scene.arrives(lambda: [alert] if alert.edited else [])
    assert "Second Paper" in alert.text
    assert (await why(scene, alert)).startswith("#Korea: “Korea” in the headline")

    await scene.stop()
    await scene.start()
    assert (await why(scene, alert)).startswith("#Korea: “Korea” in the headline")

    store = await Store.open(scene.database_url)
    async with store.write() as tx:
        await tx.articles.prune(SystemClock().now() + timedelta(days=1))
    await store.close()
    assert "no longer kept" in await why(scene, alert)


async def test_who_wants_no_buttons_gets_none(scene: Scene) -> None:
    chat = scene.person()
    url = scene.web.puts("/paper", rss(OLD))
    await scene.start(url)
    await scene.polled("/paper")
    await scene.says(chat, "/subscribe #Korea")
    settings = await scene.says(chat, "/settings")
    for button in (
        "Buttons under alerts…",
        "✓ Why? – which words matched",
        "✓ Less like this – leave out a word or a source",
        "◀︎ Back",
        "Headline only",
    ):
        before = settings.edited
        scene.api.press(settings, button)
        await scene.api.wait_for(lambda: settings.edited > before, timeout=15)  # noqa: B023 - at once
    scene.web.puts("/paper", rss(Item("Korea plans an exercise", LEAD), OLD))
    alert = await scene.alert(chat, "Korea plans")
    assert alert.buttons == ()
    assert "Negotiators" not in alert.text
