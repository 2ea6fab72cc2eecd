"""From a published story to a message, each chat in its own language, and out again as a file."""

from tests.journeys.scene import Item, Scene, rss

OLD = Item("Korea opens a museum", "A museum of ships opened on the coast.", minutes_old=60)
LEAD = (
    "Negotiators met in Busan on Monday and agreed to hold a joint exercise at sea next month, "
    "the ministry said. The exercise will involve eleven ships and last four days. "
)
APART = "\u2068{}\u2069"


async def test_two_chats_hear_of_one_story_each_in_its_language(scene: Scene) -> None:
    ana = scene.api.private(1001, "Ana", language="es")
    amal = scene.api.private(1002, "Amal", language="ar")
    urls = [scene.web.puts(f"/{name}", rss(OLD, title=name)) for name in ("Herald", "Gazette")]
    await scene.start(*urls)
    await scene.polled("/Herald")
    hello = await scene.says(ana, "/start")
    assert hello.text.startswith("¡Hola!")
    assert (await scene.says(ana, "/subscribe #Korea")).text.startswith(
        "✓ Suscripción a #Korea creada."
    )
    answer = await scene.says(amal, "/subscribe #Korea")
    assert answer.text.startswith(f"✓ تم الاشتراك في {APART.format('#Korea')}.")

    story = rss(Item("Korea plans an exercise", LEAD), OLD, title="Herald")
    scene.web.puts("/Herald", story)
    for chat in (ana, amal):
        await scene.alert(chat, "Korea plans")
    scene.web.puts("/Gazette", rss(Item("Korea plans an exercise", LEAD), OLD, title="Gazette"))
    spanish = await scene.arrives(
        lambda: [one for one in scene.alerts(ana, "Korea plans") if "También:" in one.text]
    )
    assert "También: Gazette" in spanish.text
    assert spanish.buttons[0][0].text == "¿Por qué?"
    arabic = await scene.arrives(
        lambda: [one for one in scene.alerts(amal, "Korea plans") if "أيضًا:" in one.text]
    )
    assert f"أيضًا: {APART.format('Gazette')}" in arabic.text


async def test_a_subscription_travels_by_link_and_by_file(scene: Scene) -> None:
    ana = scene.api.private(1001, "Ana", language="es")
    lena = scene.api.private(1002, "Lena", language="de")
    await scene.start(scene.web.puts("/paper", rss(OLD)))
    await scene.polled("/paper")
    await scene.says(ana, "/subscribe #Korea -hockey")
    (file,) = [await scene.says(ana, "/export")]
    assert file.text.startswith("1 suscripción.")

    scene.api.user_sends_file(lena, "file.json", file.file)
    asked = await scene.arrives(lambda: scene.api.messages(lena))
    assert asked.text == "Neue Abonnements in der Datei: 1. Schon vorhanden: 0."
    scene.api.press(asked, 0)
    await scene.api.wait_for(lambda: asked.text == "✓ 1 Abonnement importiert: /tags")
    assert "#Korea -hockey" in (await scene.says(lena, "/tags")).text

    drawn = await scene.says(lena, "/trends #Korea")
    assert drawn.file.startswith(b"\x89PNG\r\n\x1a\n")
    assert "#Korea: 1 Meldung, am meisten am" in drawn.text

    number = scene.api.asks_inline(1002, "#Korea")
    (found,) = await scene.api.wait_for(lambda: scene.api.world.inline_answers[number])
    assert found["title"] == "Korea opens a museum"
    (row,) = found["reply_markup"]["inline_keyboard"]
    assert row[0]["text"] == "#Korea abonnieren"
    offer = await scene.says(ana, f"/start {row[0]['url'].partition('start=')[2]}")
    assert offer.text.startswith("¿Te envío noticias sobre #Korea?\nHabría traído 1 noticia")
    assert "Korea opens a museum" in offer.text
