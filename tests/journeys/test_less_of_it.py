"""What readers do under an alert: leave out a word, mute a source, snooze a tag."""

from bot.demo.chats import Chat, SentMessage
from tests.journeys.scene import Item, Scene, rss

OLD = Item("A museum opens", "A museum of ships opened on the coast.", minutes_old=60)


def feed(scene: Scene, *headlines: str, paper: str = "paper") -> str:
    """Let a paper tell these stories; return its address."""
    items = [Item(one) for one in headlines]
    site = f"https://{paper}.example"
    return scene.web.puts(f"/{paper}", rss(*items, OLD, title=f"The {paper.title()}", site=site))


async def pressed(scene: Scene, chat: Chat, message: SentMessage, button: str) -> SentMessage:
    """Press a button; return the new message that answers it."""
    before = len(scene.api.messages(chat))
    scene.api.press(message, button)
    return await scene.arrives(lambda: scene.api.messages(chat)[before:])


async def changed(scene: Scene, message: SentMessage, button: str) -> str:
    """Press a button; return what its message says then."""
    before = message.edited
    scene.api.press(message, button)
    await scene.arrives(lambda: [message] if message.edited > before else [])
    return message.text


async def test_a_reader_wants_less_of_it(scene: Scene) -> None:
    chat = scene.person()
    await scene.start(*(feed(scene, paper=paper) for paper in ("paper", "post")))
    await scene.polled("/paper")
    await scene.polled("/post")
    settings = await scene.says(chat, "/settings")
    await changed(scene, settings, "Buttons under alerts…")
    for button in ("Mute source", "Snooze its tags for 8 hours"):
        await changed(scene, settings, button)
    await scene.says(chat, "/subscribe #Samsung")
    feed(scene, "Samsung Lions win the baseball final", "Samsung opens a factory in Texas")
    alert = await scene.alert(chat, "Samsung Lions")
    await scene.alert(chat, "Samsung opens")

    told = await pressed(scene, chat, alert, "Less like this")
    assert "brought 2 stories. What shall be left out from now on?" in told.text
    said = await changed(scene, told, 'Without "Samsung Lions"')
    assert said.startswith('✓ Now: #Samsung -"Samsung Lions". In the last 7 days only that story')
    feed(scene, "Samsung Lions sign a pitcher", "Samsung hires in Suwon")
    await scene.alert(chat, "Samsung hires")
    assert not scene.alerts(chat, "pitcher")
    assert await changed(scene, told, "Undo") == "✓ As before: #Samsung."

    muted = await pressed(scene, chat, alert, "Mute source")
    assert muted.text.startswith("✓ The Paper is muted here.")
    feed(scene, "Samsung talks of glass")
    await scene.polled("/paper")
    feed(scene, "Samsung buys a maker of lenses", paper="post")
    await scene.alert(chat, "Samsung buys")
    assert not scene.alerts(chat, "Samsung talks")
    assert await changed(scene, muted, "Undo") == "✓ No longer muted."

    snoozed = await pressed(scene, chat, alert, "Snooze 8 h")
    assert snoozed.text.startswith("✓ #Samsung is muted here until")
    feed(scene, "Samsung sends a satellite up")
    await scene.polled("/paper")
    assert not scene.alerts(chat, "satellite")
    await changed(scene, snoozed, "Undo")
    feed(scene, "Samsung builds a hospital in Busan")
    await scene.alert(chat, "hospital")


async def test_only_what_breaks_comes_where_that_is_wanted(scene: Scene) -> None:
    chat = scene.person()
    papers = ("paper", "post", "herald")
    await scene.start(*(feed(scene, paper=paper) for paper in papers))
    for paper in papers:
        await scene.polled(f"/{paper}")
    await scene.says(chat, "/subscribe #Korea")
    listed = await scene.says(chat, "/tags")
    await changed(scene, listed, "#Korea")
    await changed(scene, listed, "Only what breaks")
    feed(scene, "Quake shakes Korea at night", "Korea opens a harbour")
    feed(scene, "Quake shakes Korea at night", paper="post")
    await scene.polled("/paper")
    await scene.polled("/post")
    assert not scene.alerts(chat, "Korea")
    feed(scene, "Quake shakes Korea at night", paper="herald")
    alert = await scene.alert(chat, "Quake")
    assert "The Post" in alert.text
    assert "The Herald" in alert.text
    assert len(scene.alerts(chat, "Korea")) == 1
